// Package layout draws what is the same on every page: the document, the header of citizens and
// of staff, the bar that says whom one acts for, the menus for language and person, the footer.
// It takes a Head and asks nobody: what is in it, the edge has found out. It knows no page.
package layout
