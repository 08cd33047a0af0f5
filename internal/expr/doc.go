// Package expr is Altinn's expression language (FORMAT.md section 5): it compiles the JSON
// arrays that layouts, processes and rules hold, and evaluates them against a Context. Errors
// carry Altinn's own texts, for developers and logs. It knows nothing of layouts, rows, hidden
// components or files: what an expression reads from its surroundings, the Context answers, and
// package form is where that lives.
package expr
