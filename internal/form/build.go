package form

import (
	"stafett/internal/app"
	"stafett/internal/expr"
)

// Build draws up a page: texts resolved, hidden things left out, values as they are read. A
// page that is hidden or not there gives the next one that is shown.
func Build(d *app.Definition, set *app.LayoutSet, page string, in Input) Page {
	b := builder{view: newView(d, set, &in)}
	return b.build(page)
}

// FirstPage gives the id of the first page that is shown; "" when none is.
func FirstPage(d *app.Definition, set *app.LayoutSet, in Input) string {
	for _, p := range newView(d, set, &in).pages() {
		return p.ID
	}
	return ""
}

// builder makes one page.
type builder struct {
	*view
	page *app.Page
	// drawn marks which of the shown issues have found their node.
	drawn []bool
	// issues are those of the nodes so far, in page order.
	issues []Issue
	// questions and needed count what can be answered and what must be.
	questions, needed int
	review            bool
	task              string
	// anchored tells that the card which the address leads to has been drawn.
	anchored bool
	// spare are the ids of the rows that stand ready and are not stored.
	spare map[string]bool
	// openPath is where the row that was asked for stands.
	openPath string
	// base marks what the page's controls hold of what is stored.
	base Base
}

func (b *builder) build(id string) Page {
	pages := b.pages()
	at := visibleAt(b.set, pages, id)
	if at < 0 {
		return Page{Set: b.set.ID}
	}
	b.page = pages[at]
	b.task, b.base = b.in.Instance.Process.Task, Base{}
	for _, e := range b.in.Elements {
		b.base.note(TagPrefix+e.ID.String(), e.Tags)
	}
	b.drawn = make([]bool, len(b.in.Shown))
	for i, issue := range b.in.Shown {
		b.drawn[i] = issue.note()
	}
	b.showSpare()
	b.openPath, _ = FindRow(b.set, b.data, b.in.OpenRow)
	p := Page{
		Set: b.set.ID, ID: b.page.ID, Title: b.page.Title(b.lang),
		Number: at + 1, Count: len(pages), Steps: b.steps(pages, at),
		Nodes: b.nodes(b.page.Components),
	}
	if at > 0 {
		p.Previous = pages[at-1].ID
	}
	if at < len(pages)-1 {
		p.Next = pages[at+1].ID
	}
	p.Issues = b.issues
	for i, issue := range b.in.Shown {
		if !b.drawn[i] {
			p.Issues = append(p.Issues, issue)
		}
	}
	for _, issue := range b.in.Shown {
		if issue.note() {
			p.Notes = append(p.Notes, issue)
		}
	}
	p.Ask, p.Base = b.in.Ask, b.base
	p.Review = b.review
	p.AllRequired = b.questions > 0 && b.questions == b.needed
	return p
}

// visibleAt gives the page's place among those that are shown; for one that is not shown, the
// next that is, else the last.
func visibleAt(set *app.LayoutSet, pages []*app.Page, id string) int {
	_, wanted := set.Page(id)
	for i, p := range pages {
		if _, at := set.Page(p.ID); at >= wanted {
			return i
		}
	}
	return len(pages) - 1
}

// steps gives the list of pages with how far each has come.
func (b *builder) steps(pages []*app.Page, current int) []Step {
	out := make([]Step, len(pages))
	for i, p := range pages {
		out[i] = Step{ID: p.ID, Title: p.Title(b.lang), State: StepTodo}
		switch {
		case i == current:
			out[i].State = StepCurrent
		case b.hasError(p.ID):
			out[i].State = StepError
		case b.answered(p, i < current):
			out[i].State = StepDone
		}
	}
	return out
}

func (b *builder) hasError(page string) bool {
	for _, i := range b.in.Shown {
		if i.Page == page && i.Severity == app.SeverityError {
			return true
		}
	}
	return false
}

// answered tells whether everything that must be answered on a page is, and anything at all.
// A page without questions is done when the person has come past it.
func (b *builder) answered(p *app.Page, passed bool) bool {
	missing, given, asked := false, false, false
	b.walk(p.Components, func(c *app.Component) {
		if missing || !c.Question() || b.readOnly(c) {
			return
		}
		asked = true
		if !b.missing(c) {
			given = true
		} else if b.required(c) || b.fewest(c) > 0 {
			missing = true
		}
	})
	if !asked {
		return passed
	}
	return !missing && (given || passed)
}

// missing tells whether a question has no answer.
func (v *view) missing(c *app.Component) bool {
	switch {
	case c.IsUpload():
		return len(v.attached(c)) == 0
	case c.Type == app.TypeSubform:
		return len(v.entries(c)) == 0
	}
	return empty(v.value(c))
}

func (v *view) countFiles(dataType string) int {
	n := 0
	for i := range v.in.Elements {
		if v.in.Elements[i].Type == dataType {
			n++
		}
	}
	return n
}

func (b *builder) nodes(list []*app.Component) []Node {
	if len(list) == 0 {
		return nil
	}
	out := make([]Node, 0, len(list))
	for _, c := range list {
		if b.hidden(c) {
			continue
		}
		if n := b.node(c); n.Kind != "" {
			b.place(c, &n)
			out = append(out, n)
		}
	}
	return out
}

// place tells how a node stands on the page and on paper.
func (b *builder) place(c *app.Component, n *Node) {
	n.Columns = c.Look.Columns
	n.BreakBefore, n.BreakAfter = b.pageBreak(c.Look.BreakBefore), b.pageBreak(c.Look.BreakAfter)
}

// pageBreak gives always or avoid; "" for the reader's own choice.
func (b *builder) pageBreak(e *expr.Expr) string {
	if e == nil {
		return ""
	}
	s, err := e.Text(b, "")
	if err != nil || s != "always" && s != "avoid" {
		return ""
	}
	return s
}

// nodeMakers draw up a node for each type of component; a type that is not in here is shown as
// a stand-in. A test holds them together with the types that the loader knows. They are filled
// in init because they call each other through the builder.
var nodeMakers map[string]func(*builder, *app.Component) Node

func init() {
	nodeMakers = map[string]func(*builder, *app.Component) Node{
		app.TypeInput:             (*builder).input,
		app.TypeTextArea:          (*builder).input,
		app.TypeDatepicker:        (*builder).date,
		app.TypeDropdown:          (*builder).choice,
		app.TypeRadioButtons:      (*builder).choice,
		app.TypeCheckboxes:        (*builder).choice,
		app.TypeFileUpload:        (*builder).upload,
		app.TypeFileUploadWithTag: (*builder).upload,
		app.TypeTabs:              (*builder).tabs,
		app.TypeCards:             (*builder).cards,
		app.TypeGrid:              (*builder).grid,
		app.TypeAttachmentList:    (*builder).attachments,
		app.TypeSubform:           (*builder).subform,
		app.TypeRepeatingGroup:    (*builder).repeating,
		app.TypeGroup:             (*builder).group,
		app.TypeHeader:            (*builder).heading,
		app.TypeParagraph:         (*builder).paragraph,
		app.TypeAlert:             (*builder).alert,
		app.TypePanel:             (*builder).alert,
		app.TypeSummary:           (*builder).summary,
		app.TypeSummary2:          (*builder).summary,
		app.TypeNavigationButtons: (*builder).navigation,
		app.TypeButton:            (*builder).button,
		app.TypeMultipleSelect:    (*builder).choice,
		app.TypeAddress:           (*builder).addressGroup,
		app.TypeText:              (*builder).shown,
		app.TypeNumber:            (*builder).shown,
		app.TypeDate:              (*builder).shown,
		app.TypeOption:            (*builder).shown,
		app.TypeImage:             (*builder).image,
		app.TypeLink:              (*builder).link,
		app.TypeIFrame:            (*builder).iframe,
		app.TypeDivider:           (*builder).divider,
		app.TypeAccordion:         (*builder).accordion,
		app.TypeAccordionGroup:    (*builder).accordionGroup,

		app.TypeInstanceInformation: (*builder).information,
		app.TypeButtonGroup:         (*builder).buttonGroup,
		app.TypeNavigationBar:       (*builder).bar,
		app.TypeCustomButton:        (*builder).button,
		app.TypeActionButton:        (*builder).button,
		app.TypeInstantiationButton: (*builder).button,
		app.TypePrintButton:         (*builder).printButton,
	}
}

func (b *builder) node(c *app.Component) Node {
	if c.AsSummary != nil && b.bool(c.AsSummary, false) {
		return b.asSummary(c)
	}
	if make := nodeMakers[c.Type]; make != nil {
		return make(b, c)
	}
	return b.standIn(c)
}
