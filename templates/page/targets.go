package page

import (
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// TargetRow is how the deliveries to one target go.
type TargetRow struct {
	// ID names the target: its organisation and app.
	ID, Name string
	Figures  core.TargetFigures
	// WaitingURL, ParkedURL and GivenUpURL lead to the deliveries; RetryURL is where all that have
	// stopped are set going again.
	WaitingURL, ParkedURL, GivenUpURL, RetryURL string
}

// tag is the target's state in a word.
func (r TargetRow) tag(p Deliveries) ui.Tag {
	b := r.Figures.Breaker
	switch {
	case b == nil:
		return ui.Tag{Text: p.T("admin.target_well"), Tone: ui.ToneDone}
	case b.Opened == nil:
		return ui.Tag{Text: p.T("admin.target_failing"), Tone: ui.ToneWaiting}
	case b.Probing:
		return ui.Tag{Text: p.T("admin.target_probing"), Tone: ui.ToneWaiting}
	}
	return ui.Tag{Text: p.T("admin.target_open"), Tone: ui.ToneBroken}
}

// why says what is wrong with the target, since when, and what happens next; empty for nothing.
func (r TargetRow) why(p Deliveries) string {
	b := r.Figures.Breaker
	if b == nil {
		return ""
	}
	words := why(p.Head, b.Code)
	if b.Opened == nil || b.Until == nil {
		return words
	}
	words += " " + p.T("admin.target_since", text.DateTime(p.Lang, *b.Opened))
	if b.Until.After(p.Now) && !b.Probing {
		words += " " + p.T("admin.target_until", text.Duration(p.Lang, b.Until.Sub(p.Now).Round(time.Second)))
	}
	return words
}

// oldest says how long the oldest that waits has waited.
func (r TargetRow) oldest(p Deliveries) string {
	if r.Figures.Waiting == 0 {
		return ""
	}
	return p.T("admin.target_oldest", text.Duration(p.Lang, r.Figures.Oldest.Round(time.Second)))
}

func (p Deliveries) targetTable() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.targets"), Header: true,
		Columns: []ui.Column{
			{Title: p.T("admin.target")}, {Title: p.T("admin.state")},
			{Title: p.T("admin.deliveries_waiting")}, {Title: p.T("admin.deliveries_parked")},
			{Title: p.T("admin.deliveries_given_up")}, {Title: p.T("admin.choices"), Hidden: true},
		},
	}
	for _, r := range p.Targets {
		t.Rows = append(t.Rows, ui.Row{ID: "target-" + r.ID, Cells: []ui.Cell{
			{Text: r.Name}, {Content: targetState(p, r), Class: "small"},
			{Content: targetCount(r, "waiting", r.Figures.Waiting, r.WaitingURL, r.oldest(p))},
			{Content: targetCount(r, "parked", r.Figures.Parked, r.ParkedURL, "")},
			{Content: targetCount(r, "given-up", r.Figures.GivenUp, r.GivenUpURL, "")},
			{Content: targetRetry(p, r)},
		}})
	}
	return t
}

func (r TargetRow) count(n int) string { return strconv.Itoa(n) }
