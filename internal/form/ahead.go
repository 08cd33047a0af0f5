package form

import (
	"slices"

	"stafett/internal/app"
	"stafett/internal/expr"
)

// Ahead is what a form asks for, told to somebody who has not begun it.
type Ahead struct {
	// Documents come with those that must be there first.
	Documents []AheadDocument
	// Pages and Questions are the most that anybody is shown; a question in rows counts once.
	Pages, Questions int
	// Varies tells that some of them are shown for certain answers only.
	Varies bool
}

// AheadDocument is an attachment that a form asks for.
type AheadDocument struct {
	Title string
	Need  Need
	// Types names the kinds of file that are taken; MaxSize is in bytes, 0 is no limit.
	Types   string
	MaxSize int64
}

// Need tells whether a document must be there.
type Need string

// The needs: NeedDepends is for what is asked for, or must be there, for certain answers only.
const (
	NeedAlways   Need = "required"
	NeedDepends  Need = "depends"
	NeedOptional Need = "optional"
)

// needs are in the order in which documents are told.
var needs = []Need{NeedAlways, NeedDepends, NeedOptional}

// Minutes is how long the form takes, roughly: half a minute for each question, rounded up to five
// minutes.
func (a Ahead) Minutes() int { return (a.Questions + 9) / 10 * 5 }

// LookAhead tells what the form of a task asks for before anything is answered. A task without a
// form asks for nothing.
func LookAhead(d *app.Definition, task, lang string) Ahead {
	set := d.SetFor(task)
	if set == nil {
		return Ahead{}
	}
	in := Input{Language: lang}
	in.Instance.Process.Task = task
	l := lookout{builder: builder{view: newView(d, set, &in)}}
	l.look(set, false)
	slices.SortStableFunc(l.out.Documents, func(a, b AheadDocument) int {
		return slices.Index(needs, a.Need) - slices.Index(needs, b.Need)
	})
	return l.out
}

// lookout goes through a form of which nothing is known but how it is made.
type lookout struct {
	builder
	out Ahead
}

// look goes through a layout set. inEntry tells that it is one of entries, of which there may be
// none.
func (l *lookout) look(set *app.LayoutSet, inEntry bool) {
	for _, page := range set.Pages {
		if always(page.Hidden) {
			continue
		}
		if !inEntry {
			l.out.Pages++
			l.out.Varies = l.out.Varies || page.Hidden != nil && !never(page.Hidden)
		}
		l.page = page
		for c := range page.All {
			l.component(c, inEntry)
		}
	}
}

func (l *lookout) component(c *app.Component, inEntry bool) {
	shown, depends := shownAhead(c)
	if !shown || !c.Question() || always(c.ReadOnly) || always(c.AsSummary) {
		return
	}
	depends = depends || inEntry
	if p, ok := c.Props.(*app.SubformProps); ok && p.Layout != nil && !inEntry {
		page := l.page
		l.look(p.Layout, true)
		l.page, l.out.Varies = page, true
		return
	}
	if c.Type == app.TypeRepeatingGroup {
		return
	}
	l.out.Questions++
	l.out.Varies = l.out.Varies || depends
	if c.IsUpload() {
		l.out.Documents = append(l.out.Documents, l.document(c, depends))
	}
}

func (l *lookout) document(c *app.Component, depends bool) AheadDocument {
	f := l.files(c)
	out := AheadDocument{
		Title: l.plain(c, "title"), Need: NeedOptional, Types: f.Types, MaxSize: f.MaxSize,
	}
	switch sometimes := c.Required != nil && !never(c.Required); {
	case depends:
		out.Need = NeedDepends
	case f.MinCount > 0 || always(c.Required):
		out.Need = NeedAlways
	case sometimes:
		out.Need = NeedDepends
	}
	return out
}

// shownAhead tells whether anybody is shown a component, and whether that depends on what is
// answered. Rows that nobody has to add depend on answers too.
func shownAhead(c *app.Component) (shown, depends bool) {
	depends = c.Page.Hidden != nil && !never(c.Page.Hidden)
	for at := c; at != nil; at = at.Parent {
		if always(at.Hidden) {
			return false, false
		}
		depends = depends || at.Hidden != nil && !never(at.Hidden)
		if p, ok := at.Props.(*app.RepeatingGroupProps); ok && at != c {
			depends = depends || p.MinCount == 0 || p.HiddenRow != nil
		}
	}
	return true, depends
}

// always and never tell of a condition that is written as the same for everybody.
func always(e *expr.Expr) bool { return isLiteral(e, true) }

func never(e *expr.Expr) bool { return isLiteral(e, false) }

func isLiteral(e *expr.Expr, want bool) bool {
	got, literal := e.IsLiteral()
	return literal && got == want
}
