// Package page draws whole pages: one exported struct for each, beside its templ file, embedding
// layout.Head. A struct holds ready values (the edge has asked and decided) and draws itself:
// it is a templ.Component. What needs thought, such as which word goes with a state or how far
// off a deadline is, is a method here, so that it can be tested. It holds no service and no
// clock: now comes with the struct.
package page
