package web

import (
	"fmt"
	"net/url"
	"strings"

	"stafett/internal/form"
	"stafett/internal/schema"
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
	for name := range posted {
		group, index, ok := rowName(name)
		if !ok || one(posted, name) != row {
			continue
		}
		next := one(posted, fmt.Sprintf("%s[%d].%s", group, index+1, schema.RowID))
		if at := field.DeleteButton(nodes, next); at != "" {
			return at
		}
		return field.AddButton(nodes, group)
	}
	return ""
}

// rowName takes apart the name under which a row posts its id.
func rowName(name string) (group string, index int, ok bool) {
	name, ok = strings.CutSuffix(name, "]."+schema.RowID)
	at := strings.LastIndexByte(name, '[')
	if !ok || at < 0 {
		return "", 0, false
	}
	_, err := fmt.Sscanf(name[at+1:], "%d", &index)
	return name[:at], index, err == nil
}
