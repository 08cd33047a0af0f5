package app

import (
	"slices"
	"strconv"
	"strings"

	"stafett/internal/expr"
)

// RowMode is how the rows of a repeating group are edited.
type RowMode string

// The edit modes.
const (
	// RowsTable shows all rows in a table, and the open one in a card under it.
	RowsTable RowMode = "showTable"
	// RowsHideTable hides the table while a row is open.
	RowsHideTable RowMode = "hideTable"
	// RowsAll shows every row as an open card, without a table.
	RowsAll RowMode = "showAll"
	// RowsOnlyTable has the questions in the cells of the table.
	RowsOnlyTable RowMode = "onlyTable"
	// RowsLikert is a list of statements: the oldest apps write it so.
	RowsLikert RowMode = "likert"
)

// RepeatingGroupProps are those of RepeatingGroup.
type RepeatingGroupProps struct {
	// MinCount and MaxCount are numbers of rows; 0 is no limit.
	MinCount, MaxCount int
	// HiddenRow is asked for each row.
	HiddenRow *expr.Expr
	// AddButton, DeleteButton, EditButton and SaveButton say whether rows can be added, deleted,
	// edited, and closed again; nil is yes.
	AddButton, DeleteButton, EditButton, SaveButton *expr.Expr
	Mode                                            RowMode
	// SaveAndNext has a button that opens the next row, AskDelete asks before a row is deleted.
	SaveAndNext, AskDelete bool
	// Open says which row is open from the start: first, last, or new, which is one more when
	// there is none; empty is none.
	Open string
	// Filter limits the rows that are shown to those with these values.
	Filter []RowFilter
	// PerPage is how many rows are shown at a time; 0 is all.
	PerPage int
	// Parts are the pages of a row's card; nil when it has one.
	Parts [][]*Component
	// headers are the ids of the columns.
	headers  []string
	settings map[string]ColumnProps
	// Columns are the children that have a column in the table, in order.
	Columns []*Component
}

// RowFilter is a field of the row, path without indexes, and the value that it must have.
type RowFilter struct{ Field, Value string }

// ColumnProps say how a child of a repeating group stands in the table and in the card.
type ColumnProps struct {
	Hidden bool
	// InTable has the question itself in the cell; NotInCard leaves it out of the card.
	InTable, NotInCard bool
	// Align is left, center, right or empty; Width is a CSS length or percentage, or empty.
	Align, Width string
}

// Column gives how a child stands in the table and in the card.
func (g *RepeatingGroupProps) Column(id string) ColumnProps {
	c := g.settings[id]
	c.InTable = c.InTable || g.Mode == RowsOnlyTable
	return c
}

func repeatingGroupProps(p Properties) any {
	edit := p.Object("edit")
	g := &RepeatingGroupProps{
		MinCount:     p.Number("minCount", 0),
		MaxCount:     p.Number("maxCount", 0),
		HiddenRow:    p.Expr("hiddenRow"),
		AddButton:    edit.Expr("addButton"),
		DeleteButton: edit.Expr("deleteButton"),
		EditButton:   edit.Expr("editButton"),
		SaveButton:   edit.Expr("saveButton"),
		Mode:         rowMode(edit),
		SaveAndNext:  edit.Flag("saveAndNextButton", false),
		AskDelete:    edit.Flag("alertOnDelete", false),
		Open:         openByDefault(edit),
		PerPage:      p.Object("pagination").Number("rowsPerPage", 0),
		headers:      p.Texts("tableHeaders"),
		settings:     map[string]ColumnProps{},
	}
	for _, f := range edit.List("filter") {
		g.Filter = append(g.Filter, RowFilter{f.Text("key"), f.Text("value")})
	}
	for id, column := range p.Object("tableColumns").Members() {
		g.settings[id] = columnProps(column)
	}
	if g.MaxCount > 0 && g.MinCount > g.MaxCount {
		p.Errorf("minCount", "minCount %d is more than maxCount %d", g.MinCount, g.MaxCount)
	}
	return g
}

func rowMode(edit Properties) RowMode {
	switch mode := RowMode(edit.Text("mode")); mode {
	case RowsTable, RowsHideTable, RowsAll, RowsOnlyTable, RowsLikert:
		return mode
	case "":
	default:
		edit.Warnf("mode", "there is no edit mode %s: showTable is used", mode)
	}
	return RowsTable
}

// openByDefault reads true, false, "first" or "last".
func openByDefault(edit Properties) string {
	v := edit.v.get("openByDefault")
	switch {
	case v == nil:
		return ""
	case v.kind == kindText && (v.text == "first" || v.text == "last"):
		return v.text
	case v.kind == kindText:
		edit.Warnf("openByDefault", "openByDefault must be true, false, first or last")
	case edit.Flag("openByDefault", false):
		return "new"
	}
	return ""
}

func columnProps(p Properties) ColumnProps {
	c := ColumnProps{
		Hidden:    p.Flag("hidden", false),
		InTable:   p.Flag("editInTable", false),
		NotInCard: !p.Flag("showInExpandedEdit", true),
		Align:     p.Text("alignText"),
	}
	if v := p.v.get("width"); v != nil && v.kind == kindNumber {
		c.Width = v.text + "px"
	} else {
		c.Width = p.Text("width")
	}
	return c
}

// parts puts a group's children on the pages that multiPage gives them.
func (r *reader) parts(c *Component) {
	g, ok := c.Props.(*RepeatingGroupProps)
	if !ok || !r.flag(c.at.get("edit").get("multiPage"), c.ID+": multiPage") {
		return
	}
	byID := map[string]*Component{}
	for _, child := range c.Children {
		byID[child.ID] = child
	}
	for _, ref := range c.childRefs {
		page, _, _ := strings.Cut(ref.text, ":")
		n, err := strconv.Atoi(page)
		child := byID[childID(ref.text)]
		if child == nil || err != nil || n < 0 || n > len(c.childRefs) {
			r.errorAt(ref, "%s: with multiPage, a child is written as \"0:id\"", c.ID)
			continue
		}
		for len(g.Parts) <= n {
			g.Parts = append(g.Parts, nil)
		}
		g.Parts[n] = append(g.Parts[n], child)
	}
	g.Parts = slices.DeleteFunc(g.Parts, func(p []*Component) bool { return len(p) == 0 })
}

// columns picks the table's columns: those that tableHeaders names, else every question.
func (r *reader) columns(c *Component) {
	g, ok := c.Props.(*RepeatingGroupProps)
	if !ok {
		return
	}
	byID := map[string]*Component{}
	var questions []string
	for child := range c.descendants {
		byID[child.ID] = child
		if child.Group == c && child.Question() && child.Bindings[BindingSimple].Field != "" &&
			!child.IsUpload() {
			questions = append(questions, child.ID)
		}
	}
	if len(g.headers) == 0 {
		g.headers = questions
	}
	for id := range g.settings {
		if byID[id] == nil {
			r.errorAt(c.at.get("tableColumns"), "%s: there is no component %s in the group", c.ID, id)
		}
	}
	for _, id := range g.headers {
		child := byID[id]
		if child == nil {
			r.errorAt(c.at.get("tableHeaders"), "%s: there is no component %s in the group", c.ID, id)
			continue
		}
		if !g.settings[id].Hidden {
			g.Columns = append(g.Columns, child)
		}
	}
}

// HasInputs tells whether a question stands in a cell of the table.
func (g *RepeatingGroupProps) HasInputs() bool {
	for _, c := range g.Columns {
		if g.Column(c.ID).InTable {
			return true
		}
	}
	return false
}
