package app

import "stafett/internal/expr"

// RepeatingGroupProps are those of RepeatingGroup.
type RepeatingGroupProps struct {
	// MinCount and MaxCount are numbers of rows; 0 is no limit.
	MinCount, MaxCount int
	// HiddenRow is asked for each row.
	HiddenRow *expr.Expr
	// AddButton, DeleteButton and EditButton say whether rows can be added, deleted, edited;
	// nil is yes.
	AddButton, DeleteButton, EditButton *expr.Expr
	// headers are the ids of the columns; hidden are those left out.
	headers []string
	hidden  map[string]bool
	// Columns are the children that have a column in the table, in order.
	Columns []*Component
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
		headers:      p.Texts("tableHeaders"),
		hidden:       map[string]bool{},
	}
	for id, column := range p.Object("tableColumns").Members() {
		g.hidden[id] = column.Flag("hidden", false)
	}
	if g.MaxCount > 0 && g.MinCount > g.MaxCount {
		p.Errorf("minCount", "minCount %d is more than maxCount %d", g.MinCount, g.MaxCount)
	}
	return g
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
		if child.Group == c && child.Question() && child.Bindings[BindingSimple].Field != "" {
			questions = append(questions, child.ID)
		}
	}
	if len(g.headers) == 0 {
		g.headers = questions
	}
	for id := range g.hidden {
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
		if !g.hidden[id] {
			g.Columns = append(g.Columns, child)
		}
	}
}

// SummaryProps are those of Summary and Summary2.
type SummaryProps struct {
	// Target says what is summed up.
	Target SummaryTarget
	// HideEmpty leaves out what was not answered, HideChange the links that change an answer.
	HideEmpty, HideChange bool
	// Exclude are components and pages that are left out.
	Exclude []string
}

// SummaryTarget names what a summary shows.
type SummaryTarget struct {
	// Type is component, page or layoutSet.
	Type string
	ID   string
	// Task is set when what is shown belongs to another task's form.
	Task string
}

func summaryProps(p Properties) any {
	s := &SummaryProps{
		HideEmpty:  p.Flag("hideEmptyFields", false),
		HideChange: p.Object("display").Flag("hideChangeButton", false),
		Exclude:    p.Texts("excludedChildren"),
	}
	if ref := p.Text("componentRef"); ref != "" {
		s.Target = SummaryTarget{Type: "component", ID: ref}
		return s
	}
	target := p.Object("target")
	s.Target = SummaryTarget{
		Type: target.Text("type"), ID: target.Text("id"), Task: target.Text("taskId"),
	}
	switch s.Target.Type {
	case "component", "page", "layoutSet":
	case "":
		s.Target.Type = "layoutSet"
	default:
		p.Errorf("target", "target.type must be component, page or layoutSet")
	}
	for _, o := range p.v.get("overrides").list() {
		own := Properties{p.r, p.d, o, p.id}
		if own.Flag("hidden", false) {
			s.Exclude = append(s.Exclude, own.Text("componentId")+own.Text("pageId"))
		}
	}
	return s
}
