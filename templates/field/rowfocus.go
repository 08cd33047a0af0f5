package field

import (
	"net/url"
	"strconv"
	"strings"

	"stafett/internal/form"
)

// FirstInRow gives the id of the first control of a row whose card is open; "" when there is none.
func FirstInRow(nodes []form.Node, row string) string {
	_, r := findRow(nodes, row)
	if r == nil || !r.Open {
		return ""
	}
	return firstControl(r.Fields)
}

// RowButton gives the id of the button that opens a row's card, or of the row where it has none; "" when
// the row is not shown.
func RowButton(nodes []form.Node, row string) string {
	_, r := findRow(nodes, row)
	if r == nil {
		return ""
	}
	return ID(r.NodeID)
}

// AfterRow gives the id of the button that deletes the row which stood after one that is deleted, as the
// page was posted, else of the group's button that adds one; "" when there is neither.
func AfterRow(nodes []form.Node, row string, posted url.Values) string {
	for name := range posted {
		path, index, ok := readRowName(name)
		if !ok || posted.Get(name) != row {
			continue
		}
		if group, next := findRow(nodes, posted.Get(rowName(path, index+1))); next != nil && group.Rows.CanDelete {
			return deleteID(*next)
		}
		group := findGroup(nodes, func(n *form.Node) bool { return n.Rows.Path == path })
		if group != nil && group.Rows.CanAdd {
			return ID(group.ID)
		}
	}
	return ""
}

// rowIDEnd ends the posted name of a row's id.
const rowIDEnd = "].altinnRowId"

// rowName is the posted name of the id of a group's row.
func rowName(path string, index int) string { return path + "[" + strconv.Itoa(index) + rowIDEnd }

// readRowName takes such a name apart.
func readRowName(name string) (path string, index int, ok bool) {
	name, ok = strings.CutSuffix(name, rowIDEnd)
	at := strings.LastIndexByte(name, '[')
	if !ok || at < 0 {
		return "", 0, false
	}
	index, err := strconv.Atoi(name[at+1:])
	return name[:at], index, err == nil
}

// deleteID is the id of the button that deletes a row.
func deleteID(r form.Row) string { return "row-delete-" + r.ID }

// findRow gives the row with the id, and its group; nil when it is not among the nodes.
func findRow(nodes []form.Node, id string) (group *form.Node, row *form.Row) {
	group = findGroup(nodes, func(n *form.Node) bool {
		for i := range n.Rows.Rows {
			if id != "" && n.Rows.Rows[i].ID == id {
				row = &n.Rows.Rows[i]
				return true
			}
		}
		return false
	})
	return group, row
}

// findGroup gives the first repeating group, also in the rows of another, for which ok holds.
func findGroup(nodes []form.Node, ok func(*form.Node) bool) *form.Node {
	for i := range nodes {
		n := &nodes[i]
		if n.Rows != nil {
			if ok(n) {
				return n
			}
			for _, r := range n.Rows.Rows {
				if found := findGroup(r.Fields, ok); found != nil {
					return found
				}
			}
		}
		if found := findGroup(n.Children, ok); found != nil {
			return found
		}
	}
	return nil
}

// firstControl is the id of the first question among the nodes that can be answered.
func firstControl(nodes []form.Node) string {
	for _, n := range nodes {
		if n.Name != "" && !n.ReadOnly {
			return ID(n.ID)
		}
		if found := firstControl(n.Children); found != "" {
			return found
		}
	}
	return ""
}
