package form

import (
	"slices"
	"strings"

	"stafett/internal/app"
)

// SummaryOptions say how a form is summed up.
type SummaryOptions struct {
	// ChangeURL gives each section a link to the page where its answers can be changed.
	ChangeURL bool
	// HideEmpty leaves out questions without an answer.
	HideEmpty bool
	// Pages limits it to these pages; empty is all.
	Pages []string
	// Exclude are components and pages that are left out.
	Exclude []string
	// Lines tells each entry of a subform on one line.
	Lines bool
	// Rows tells each row of a list in words, with all that is in it.
	Rows bool
	// As has what the layout says of single components, and of all; nil for none.
	As *app.SummaryProps
}

// Summarise gives every question of every page that is shown, with its answer as it is read:
// for the page to look over, for the case and for the PDF. A group with a title becomes a
// section of its own.
func Summarise(d *app.Definition, set *app.LayoutSet, in Input, o SummaryOptions) []Section {
	if set == nil {
		return nil
	}
	s := summariser{view: newView(d, set, &in), options: o}
	return s.whole()
}

type summariser struct {
	*view
	options SummaryOptions
	out     []Section
	// page and at are the page that is summed up and the section that answers go to.
	page *app.Page
	at   int
}

func (s *summariser) whole() []Section {
	for _, p := range s.pages() {
		if len(s.options.Pages) > 0 && !slices.Contains(s.options.Pages, p.ID) ||
			slices.Contains(s.options.Exclude, p.ID) {
			continue
		}
		s.page = p
		s.begin(p.Title(s.lang))
		s.components(p.Components)
	}
	return filled(s.out)
}

func (s *summariser) begin(title string) {
	section := Section{Page: s.page.ID, Title: title}
	if as := s.options.As; as != nil {
		section.Compact, section.Folded = as.Compact, as.Folded && as.Target.Type != "component"
	}
	if s.options.ChangeURL && !s.in.ReadOnly {
		section.ChangeURL = s.pageURL(s.page.ID)
	}
	s.out = append(s.out, section)
	s.at = len(s.out) - 1
}

func (s *summariser) components(list []*app.Component) {
	for _, c := range list {
		if s.hidden(c) || slices.Contains(s.options.Exclude, c.ID) || s.override(c).Hidden {
			continue
		}
		switch {
		case c.Question():
			s.question(c)
		case (c.Type == app.TypeGroup || c.Type == app.TypeAddress) && s.plain(c, "title") != "":
			outer := s.at
			s.begin(s.plain(c, "title"))
			s.components(c.Children)
			s.at = outer
		default:
			s.components(c.Children)
		}
	}
}

func (s *summariser) question(c *app.Component) {
	as := s.override(c)
	if c.Type == app.TypeSubform && s.entriesInFull(c, as) {
		return
	}
	if c.Type == app.TypeRepeatingGroup && !s.options.Rows && s.inFull(c, as) && s.rowsInFull(c) {
		return
	}
	a := s.answer(c)
	if s.options.Rows && c.Type == app.TypeRepeatingGroup {
		a.Rows = s.rowsInWords(c)
	}
	given := len(a.Lines) > 0 || len(a.Files) > 0 || a.Table != nil
	// Nobody was asked for what the layout locks: without an answer there is nothing to tell.
	if !given && !s.bool(c.Look.InSummary, false) && (s.hidesEmpty(c, as) || s.locked(c)) {
		return
	}
	if as.EmptyText != "" {
		a.EmptyText = s.Text(as.EmptyText)
	}
	if a.Table != nil && c.Type == app.TypeSubform && s.onLines(as) {
		a.Lines, a.Table = joinedCells(a.Table, subformProps(c).Delimiter), nil
	}
	if as.Display == "string" && len(a.Lines) > 1 && !a.Long {
		a.Lines = []string{strings.Join(a.Lines, ", ")}
	}
	if !given && !s.readOnly(c) {
		a.Missing = s.required(c) || s.fewest(c) > 0
	}
	s.out[s.at].Answers = append(s.out[s.at].Answers, a)
}

// fewest gives how many files, rows or entries there must be.
func (v *view) fewest(c *app.Component) int {
	switch p := c.Props.(type) {
	case *app.FileUploadProps:
		n, _ := v.fileCounts(c)
		return n
	case *app.RepeatingGroupProps:
		return p.MinCount
	case *app.SubformProps:
		n, _ := v.entryCounts(c)
		return n
	}
	return 0
}

// answer gives a question with its answer as it is read.
func (v *view) answer(c *app.Component) Answer {
	a := Answer{Question: v.question(c)}
	switch c.Type {
	case app.TypeFileUpload, app.TypeFileUploadWithTag:
		if a.Path = c.ID; bound(c) {
			a.Path = v.name(c)
		}
		a.Files = v.uploaded(c)
		return a
	case app.TypeRepeatingGroup:
		a.Path, a.Table = v.name(c), v.table(c)
		return a
	case app.TypeSubform:
		a.Path, a.Table = c.ID, v.entryTable(c)
		return a
	}
	a.Path, a.Chosen = v.name(c), c.Choices() != nil
	value := v.value(c)
	switch {
	case empty(value):
	case c.Many():
		a.Lines = v.labels(c, value)
	default:
		a.Lines = strings.Split(strings.TrimSpace(v.display(c, value)), "\n")
		a.Long = c.Type == app.TypeTextArea
	}
	return a
}

// table gives a repeating group as it is read: a column for each question in it, and a footer
// with totals. Rows in which nothing was answered are left out; nil when no row is left.
func (v *view) table(c *app.Component) *Table {
	p := groupProps(c)
	t := Table{Columns: v.columns(p)}
	for range v.rows(c) {
		if row, ok := v.rowObject(c); ok && !bare(row) {
			t.Rows = append(t.Rows, v.cells(c))
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.Sums = v.sums(c)
	return &t
}

// summary draws up the sections that a summary component shows.
func (b *builder) summary(c *app.Component) Node {
	p := c.Props.(*app.SummaryProps)
	n := Node{Kind: KindSummary, ID: b.nodeID(c), Title: b.plain(c, "title")}
	set := b.set
	if p.Target.Task != "" {
		set = b.d.SetFor(p.Target.Task)
	}
	if set == nil {
		return n
	}
	s := summariser{
		view: newView(b.d, set, b.in),
		options: SummaryOptions{
			ChangeURL: set == b.set && !p.HideChange, HideEmpty: p.HideEmpty, Exclude: p.Exclude,
			As: p, Lines: c.Type == app.TypeSummary,
		},
	}
	switch p.Target.Type {
	case "page":
		s.options.Pages = []string{p.Target.ID}
		n.Summary = s.whole()
	case "component":
		c := set.Component(p.Target.ID)
		if n.Title == "" && c != nil {
			n.Title = s.view.question(c)
		}
		n.Summary = s.one(c)
	default:
		// The page's own questions stand beside the summary, and are not repeated in it.
		s.options.Exclude = append(slices.Clone(p.Exclude), b.page.ID)
		n.Summary = s.whole()
	}
	return n
}

// one sums up a single component and what is in it.
func (s *summariser) one(c *app.Component) []Section {
	if c == nil || s.hiddenAnywhere(c) {
		return nil
	}
	s.page = c.Page
	s.begin("")
	s.out[s.at].About = s.plain(c, "summaryAccessibleTitle")
	s.components([]*app.Component{c})
	return filled(s.out)
}
