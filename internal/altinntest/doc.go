// Package altinntest tries whole folders of Altinn's apps: each loads, every page of it is drawn
// with and without answers, and those that are declared are filled in and sent to their end. It
// holds tests only.
package altinntest
