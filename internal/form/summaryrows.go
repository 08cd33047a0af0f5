package form

import (
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/text"
)

// override gives what the layout says of how one component is summed up.
func (s *summariser) override(c *app.Component) app.SummaryOverride {
	if s.options.As == nil {
		return app.SummaryOverride{}
	}
	return s.options.As.Override(c)
}

// hidesEmpty tells whether a question without an answer is left out.
func (s *summariser) hidesEmpty(c *app.Component, as app.SummaryOverride) bool {
	if as.ForceShow != nil && *as.ForceShow || s.bool(c.Look.InSummary, false) {
		return false
	}
	if as.HideEmpty != nil {
		return *as.HideEmpty
	}
	if c.Parent != nil && c.Parent.Type == app.TypeGrid {
		grid, own := c.Parent.Props.(*app.GridProps), s.override(c.Parent).HideEmpty
		if grid.HideEmpty || own != nil && *own {
			return true
		}
	}
	return s.options.HideEmpty
}

// inFull tells whether the rows of a group are shown one after the other: when the layout says
// so, and when they hold rows or files of their own, which have no room in a table.
func (s *summariser) inFull(c *app.Component, as app.SummaryOverride) bool {
	switch {
	case as.Display == "table":
		return false
	case as.Display == "full", s.options.As != nil && s.options.As.Large:
		return true
	}
	deep := false
	for range s.rows(c) {
		s.walk(c.Children, func(inner *app.Component) {
			if inner.Type == app.TypeRepeatingGroup || bound(inner) {
				deep = deep || !empty(s.value(inner))
			}
		})
	}
	return deep
}

// rowsInFull gives each row of a group a section of its own; false when there is none.
func (s *summariser) rowsInFull(c *app.Component) bool {
	outer, before := s.at, len(s.out)
	for i := range s.rows(c) {
		row, ok := s.rowObject(c)
		if !ok || bare(row) {
			continue
		}
		s.begin(s.view.question(c) + ": " + strings.ToLower(s.rowTitle(i)))
		s.components(c.Children)
	}
	s.at = outer
	return len(s.out) > before
}

// rowsInWords gives each row in one line: "What: hire of lights; How much: NOK 42,000".
func (s *summariser) rowsInWords(group *app.Component) []string {
	var out []string
	for range s.rows(group) {
		if row, ok := s.rowObject(group); !ok || bare(row) {
			continue
		}
		var parts []string
		s.walk(group.Children, func(c *app.Component) {
			if !c.Question() || c.Type == app.TypeRepeatingGroup {
				return
			}
			a := s.answer(c)
			for _, f := range a.Files {
				a.Lines = append(a.Lines, f.Name)
			}
			if len(a.Lines) > 0 {
				parts = append(parts, a.Question+": "+strings.Join(a.Lines, ", "))
			}
		})
		out = append(out, strings.Join(parts, "; "))
	}
	return out
}

func (v *view) rowTitle(index int) string { return text.T(v.lang, "form.row_title", index+1) }

// filled takes out the sections without answers.
func filled(sections []Section) []Section {
	return slices.DeleteFunc(sections, func(x Section) bool { return len(x.Answers) == 0 })
}
