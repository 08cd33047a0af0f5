package form

import (
	"strings"

	"stafett/internal/app"
)

// entryTable gives the entries of a subform as they are read, one on each line of a table; nil for
// none.
func (v *view) entryTable(c *app.Component) *Table {
	t := Table{Columns: v.entryColumns(subformProps(c))}
	for _, inner := range v.entryViews(c) {
		t.Rows = append(t.Rows, inner.entryCells(c))
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// joinedCells gives each row of a table as one line.
func joinedCells(t *Table, delimiter string) []string {
	out := make([]string, len(t.Rows))
	for i, cells := range t.Rows {
		out[i] = strings.Join(cells, delimiter)
	}
	return out
}

// onLines tells whether each entry is told on one line.
func (s *summariser) onLines(as app.SummaryOverride) bool {
	return as.Display == "string" || as.Display == "list" || as.Display == "" && s.options.Lines
}

// entriesInFull gives each entry of a subform sections of its own with all its questions, unless
// the layout wants a table or lines; false when there is none to give.
func (s *summariser) entriesInFull(c *app.Component, as app.SummaryOverride) bool {
	if as.Display != "" && as.Display != "full" || s.onLines(as) {
		return false
	}
	before := len(s.out)
	for i, v := range s.entryViews(c) {
		inner := summariser{view: v, options: s.options}
		inner.options.Pages, inner.options.ChangeURL = nil, s.options.ChangeURL && !v.in.ReadOnly
		name := s.view.question(c) + ": " + v.entryName(c, i)
		inner.entry(strings.TrimPrefix(name, ": "))
		s.out = append(s.out, filled(inner.out)...)
	}
	return len(s.out) > before
}

// entry sums up an entry: a section for each page, named when there are several.
func (s *summariser) entry(name string) {
	pages := s.pages()
	for _, p := range pages {
		s.page = p
		title := name
		if len(pages) > 1 {
			title += " – " + p.Title(s.lang)
		}
		s.begin(title)
		s.components(p.Components)
	}
}
