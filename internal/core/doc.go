// Package core holds the nouns that every other package speaks of: party, actor, instance,
// data element, role grant, event, delivery. It holds values only: no rule, no query and no
// text. A rule belongs in an engine or a service, a query in store, a text in text.
package core
