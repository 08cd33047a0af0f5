// Package instance is the one door to instances, for people and for systems. Every method
// opens one transaction, asks access before anything else, changes what it changes, and writes
// the audit line in the same transaction. It draws no page and speaks no HTTP.
package instance
