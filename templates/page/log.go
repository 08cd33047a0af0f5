package page

import (
	"context"
	"io"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Log is what has been done with an organisation's roles and cases, and what was refused, newest
// first.
type Log struct {
	layout.Head
	Lines []LogLine
	// People and Acts are what there is to search for; the rest of the search is what was asked.
	People, Acts                                  []LogChoice
	ListURL, Person, Case, Act, Outcome, From, To string
	// Checked is when the seals were last recomputed, zero for never; Broken tells that something
	// had been tampered with, CheckLate that it should have been done again since.
	Checked           time.Time
	CheckedLines      int64
	Broken, CheckLate bool
	ExportURL         string
	// FirstURL leads back to the newest; NextURL to older lines.
	FirstURL, NextURL string
}

// LogLine is one audit line in words.
type LogLine struct {
	At time.Time
	// Who did What (see EventWords), About what, with the Reference of its case, With which role or reason.
	Who, What, About, Reference, With string
	Refused                           bool
	// CaseURL leads to all lines about the case.
	CaseURL string
}

// LogChoice is one thing to choose in the search.
type LogChoice struct{ Value, Text string }

func (p Log) outcomes() []LogChoice {
	return []LogChoice{
		{string(core.OutcomeDone), p.T("admin.allowed")},
		{string(core.OutcomeRefused), p.T("admin.refused")},
	}
}

// integrity tells whether the log is what it was when it was sealed.
func (p Log) integrity() ui.Alert {
	when := text.DateTime(p.Lang, p.Checked)
	switch {
	case p.Broken:
		return ui.Alert{ID: "integrity", Tone: ui.ToneBroken, Text: p.T("admin.log_broken", when)}
	case p.Checked.IsZero():
		return ui.Alert{ID: "integrity", Tone: ui.ToneWaiting, Text: p.T("admin.log_unchecked")}
	case p.CheckLate:
		return ui.Alert{ID: "integrity", Tone: ui.ToneWaiting, Text: p.T("admin.log_late", when)}
	}
	return ui.Alert{
		ID: "integrity", Tone: ui.ToneDone,
		Text: text.TN(p.Lang, "admin.log_whole", int(p.CheckedLines), when),
	}
}

// Render draws the page.
func (p Log) Render(ctx context.Context, w io.Writer) error { return log(p).Render(ctx, w) }

func (l LogLine) tag(h layout.Head) ui.Tag {
	if l.Refused {
		return ui.Tag{Text: h.T("admin.refused"), Tone: ui.ToneBroken}
	}
	return ui.Tag{Text: h.T("admin.allowed"), Tone: ui.ToneEnded}
}

// exact is a moment to the second: two lines in one minute must be told apart.
func exact(h layout.Head, t time.Time) string {
	seconds := ".05"
	if h.Lang == "en" {
		seconds = ":05"
	}
	return text.ShortDate(h.Lang, t) + " " + text.Time(h.Lang, t) + t.Format(seconds)
}

func (p Log) table() ui.Table {
	t := ui.Table{
		Caption: p.T("admin.log_caption"),
		Columns: []ui.Column{
			{Title: p.T("admin.time")}, {Title: p.T("admin.who")}, {Title: p.T("admin.event")},
			{Title: p.T("admin.about")}, {Title: p.T("admin.with")}, {Title: p.T("admin.result")},
		},
	}
	for _, l := range p.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: exact(p.Head, l.At), Class: "small num nowrap muted"},
			{Text: l.Who, Class: "strong"}, {Text: l.What}, {Content: p.about(l)}, {Text: l.With},
			{Content: l.tag(p.Head)},
		}})
	}
	return t
}
