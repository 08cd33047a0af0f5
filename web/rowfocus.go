package web

import (
	"net/url"
	"strings"

	"stafett/internal/form"
	"stafett/templates/field"
)

// focused gives an address at which what has the id gets the focus; "" leaves it as it is.
func focused(to, id string) string {
	if id == "" {
		return to
	}
	to, _, _ = strings.Cut(to, "#")
	return to + "#" + url.PathEscape(id)
}

// rowFocus gives the id of what a person goes on from after a button of a row; "" where there
// is nothing to go on from. open is the row that is open now.
func rowFocus(nodes []form.Node, open string, posted url.Values) string {
	verb, row, _ := strings.Cut(one(posted, "row"), ":")
	switch {
	case open != "":
		return field.FirstInRow(nodes, open)
	case verb != "delete":
		return field.RowButton(nodes, row)
	}
	return field.AfterRow(nodes, row, posted)
}
