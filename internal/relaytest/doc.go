// Package relaytest makes up whole solutions: apps with random models, which hand over to one
// another with random mappings, and answers for the first of them. Every single value is one of
// a kind. It writes the apps as the folders that a service owner would, and says what must arrive
// where, worked out from docs/handover.md alone: it knows nothing of the code that is tested. It
// is for tests only.
package relaytest
