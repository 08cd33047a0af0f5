// Package form turns an app's layout, a document and the texts into a page, and what is posted
// back into a document: it decides what is seen, binds, calculates, validates, removes what is
// hidden and sums up. Everything it needs comes in one Input, and the same input always gives
// the same answer: it reads no clock, no file and no database. It draws nothing and decides no
// access: rights come in the Input, HTML is made by the templates.
package form
