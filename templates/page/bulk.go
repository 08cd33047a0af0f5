package page

import (
	"context"
	"io"
	"slices"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Bulk is what a person does with many cases: what it asks for, then what would be done, then what
// was, case by case, and the way to take it all back.
type Bulk struct {
	layout.Head
	core.Bulk
	// ListURL is the list that the cases were chosen in, Action the page's own address.
	ListURL, Action string
	// Form asks for what is not said yet, or is to be changed; nil when nothing is.
	Form *WorkForm
	// ToName is who gets the cases.
	ToName string
	Cases  []BulkCase
	// Limit is how many cases it is done with at once.
	Limit int
	// UndoTo is how long it can be taken back; nil when nothing can be.
	UndoTo *time.Time
}

// BulkCase is one of the cases. URL and Reference are empty for one that the person may not see.
type BulkCase struct {
	URL, Title, Reference string
	core.BulkRow
}

// Render draws the page.
func (p Bulk) Render(ctx context.Context, w io.Writer) error { return bulk(p).Render(ctx, w) }

func (p Bulk) name() string { return p.T("bulk." + string(p.Act)) }

func (p Bulk) top() layout.Head {
	h := p.Titled(p.name())
	h.Errors = len(p.errors().Problems) > 0
	return h.Crumbed(crumbs(p.Head, p.ListURL, "inbox.title", p.name())...)
}

func (p Bulk) errors() ui.ErrorSummary {
	if p.Form == nil {
		return ui.ErrorSummary{}
	}
	s := ui.ErrorSummary{ID: "errors", Problems: Work{Forms: []WorkForm{*p.Form}}.errors()}
	s.Title = plural(p.Head, "page.errors", len(s.Problems))
	return s
}

// said is what the act was given.
func (p Bulk) said() ui.SummaryList {
	var out []ui.Entry
	add := func(key, words string) { out = append(out, ui.Entry{Term: p.T(key), Text: words}) }
	add("work.assign_to", p.ToName)
	add("work.tag_word", p.Tag)
	if p.Until != nil {
		add("work.hold_until", text.Date(p.Lang, *p.Until))
	}
	add("work.reason", p.Reason)
	return ui.SummaryList{Entries: out, Tight: true}
}

// begun tells whether it has been done, or is being done.
func (p Bulk) begun() bool { return p.Ran != nil }

// doable is how many cases it would be done with, or is still to be done with.
func (p Bulk) doable() int {
	n := 0
	for _, c := range p.Cases {
		if p.begun() && c.Pending() || !p.begun() && c.Outcome == core.BulkDone {
			n++
		}
	}
	return n
}

// bulkSum is how many cases there is the same to say of.
type bulkSum struct {
	tone  ui.Tone
	words string
	count int
}

// sums tell how many cases it would be, or was, done with, and how many not, for each reason.
func (p Bulk) sums() []bulkSum {
	var out []bulkSum
	add := func(tone ui.Tone, words string) {
		i := slices.IndexFunc(out, func(s bulkSum) bool { return s.words == words })
		if i < 0 {
			i, out = len(out), append(out, bulkSum{tone: tone, words: words})
		}
		out[i].count++
	}
	for _, c := range p.Cases {
		tone, words := p.outcome(c)
		add(tone, words)
	}
	order := []ui.Tone{ui.ToneDone, ui.ToneProgress, ui.ToneEnded, ui.ToneBroken}
	slices.SortStableFunc(out, func(a, b bulkSum) int {
		return slices.Index(order, a.tone) - slices.Index(order, b.tone)
	})
	return out
}

// outcome tells of one case in plain words.
func (p Bulk) outcome(c BulkCase) (ui.Tone, string) {
	if c.Undo.Outcome != "" {
		return p.result(c.Undo, "bulk.undone")
	}
	if !p.begun() {
		return p.result(c.BulkResult, "bulk.would")
	}
	return p.result(c.BulkResult, "bulk.done")
}

func (p Bulk) result(r core.BulkResult, done string) (ui.Tone, string) {
	switch r.Outcome {
	case core.BulkDone:
		return ui.ToneDone, p.T(done)
	case core.BulkSame:
		return ui.ToneEnded, p.T("bulk.same")
	case core.BulkNot:
		var args []any
		for _, a := range r.WhyArgs {
			args = append(args, a)
		}
		return ui.ToneBroken, p.T(r.Why, args...)
	}
	return ui.ToneProgress, p.T("bulk.pending")
}

func (p Bulk) table() ui.Table {
	t := ui.Table{
		Caption: p.T("bulk.cases"),
		Columns: []ui.Column{{Title: p.T("inbox.case")}, {Title: p.T("bulk.outcome")}},
	}
	for _, c := range p.Cases {
		tone, words := p.outcome(c)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Content: bulkTitle(p, c)}, {Content: bulkOutcome(tone, words)},
		}})
	}
	return t
}

// bulkChoices are what can be done with chosen cases, for a list's bar.
func (p Inbox) bulkChoices() []FilterOption {
	var out []FilterOption
	for _, act := range core.BulkActs {
		if p.View == ViewClosed && act != core.BulkRead && act != core.BulkUnread {
			continue
		}
		out = append(out, FilterOption{Value: string(act), Label: p.T("bulk." + string(act))})
	}
	return out
}

// bulkAll is the choice of all that the list has; empty when all of it is on the page.
func (p Inbox) bulkAll() string {
	if p.Count <= len(p.Cases) && !p.More {
		return ""
	}
	return p.T("bulk.all", count(p.Head, p.Count, p.More))
}

// pickID is the id of the box that chooses a case.
func pickID(id string) string { return "pick-" + id }

// pickable puts the boxes that choose cases before the columns of the list.
func (p Inbox) pickable(t ui.Table) ui.Table {
	if p.BulkURL == "" {
		return t
	}
	t.Columns = append([]ui.Column{{Title: p.T("bulk.column"), Hidden: true}}, t.Columns...)
	for i, c := range p.Cases {
		box := ui.Cell{Content: pick(p, c), Class: "check"}
		t.Rows[i].Cells = append([]ui.Cell{box}, t.Rows[i].Cells...)
	}
	return t
}

// bulkErrors tell what was wrong with the choice of cases.
func (p Inbox) bulkErrors() ui.ErrorSummary {
	if p.BulkProblem == "" {
		return ui.ErrorSummary{}
	}
	return ui.ErrorSummary{
		ID: "errors", Title: plural(p.Head, "page.errors", 1),
		Problems: []ui.Problem{{URL: "#cases", Text: p.BulkProblem}},
	}
}
