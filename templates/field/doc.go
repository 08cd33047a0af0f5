// Package field draws the questions of a form: one component for each form.Kind, from a
// form.Node that has everything resolved. Label, help, description and error are tied to the
// control; the posted name is the node's. It decides nothing: what is shown, required or wrong,
// package form has found out. Pages and buttons around the questions are package page's.
package field
