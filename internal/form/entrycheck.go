package form

import (
	"maps"
	"slices"

	"stafett/internal/app"
	"stafett/internal/text"
)

// ValidateEntry checks a whole entry of a subform, as when the person is done with it. set and in
// are those of the entry.
func ValidateEntry(d *app.Definition, set *app.LayoutSet, in Input) []Issue {
	c := newChecker(d, set, in)
	c.entry()
	return c.issues
}

// entry checks every page of the entry that the checker looks at.
func (c *checker) entry() {
	for _, p := range c.pages() {
		c.page(p)
	}
	c.unbound()
}

// entriesOf checks the number of a subform's entries, and what is in them. What an entry only
// tells or asks is told on its own pages.
func (c *checker) entriesOf(x *app.Component) {
	if c.early {
		return
	}
	if !c.entriesClosed(x) {
		c.countEntries(x)
	}
	for i, v := range c.entryViews(x) {
		name := v.entryName(x, i)
		for _, issue := range Errors(c.within(v)) {
			c.issues = append(c.issues, c.atEntry(x, v, name, issue))
		}
	}
}

// within checks the entry that a view looks at.
func (c *checker) within(v *view) []Issue {
	dataType := v.set.DataType
	inner := &checker{
		view: v, violations: maps.Clone(c.violations), ruled: map[app.Binding]bool{},
		files: map[string]bool{},
	}
	inner.checkModel(dataType, v.data[dataType])
	inner.entry()
	return inner.issues
}

// atEntry gives an issue in an entry as it is told on the page that lists the entries.
func (c *checker) atEntry(x *app.Component, v *view, name string, issue Issue) Issue {
	ref := v.in.Entry
	return Issue{
		Path: x.ID + ":" + ref.ID + ":" + issue.Path, NodeID: c.nodeID(x), Page: x.Page.ID,
		Entry:   &EntryControl{EntryRef: ref, SubPage: issue.Page, NodeID: issue.NodeID},
		Message: text.T(c.lang, "subform.in_entry", name, issue.Message),
		Code:    issue.Code, Severity: issue.Severity,
	}
}

func (c *checker) countEntries(x *app.Component) {
	fewest, most := c.entryCounts(x)
	n := len(c.entries(x))
	switch own := c.plain(x, "requiredValidation"); {
	case n < fewest && own != "":
		c.add(x, "minCount", own)
	case n < fewest:
		c.add(x, "minCount", text.TN(c.lang, "subform.missing", fewest, c.question(x)))
	case n > most:
		c.add(x, "maxCount", text.TN(c.lang, "subform.too_many", most, c.question(x)))
	}
}

// checkModel notes what a model has against its document.
func (c *checker) checkModel(dataType string, doc map[string]any) {
	m := c.d.Models[dataType]
	if m == nil {
		return
	}
	for _, v := range m.Schema.Check(doc) {
		at := app.Binding{DataType: dataType, Field: v.Path}
		c.violations[at] = append(slices.Clip(c.violations[at]), v)
	}
}
