package page

import (
	"strconv"
	"strings"
	"time"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// changes shows what two versions of the same answers say otherwise.
type changes struct {
	layout.Head
	Caption string
	List    []form.Difference
}

func (c changes) table() ui.Table {
	t := ui.Table{
		Caption: c.Caption, Header: true,
		Columns: []ui.Column{
			{Title: c.T("retract.question")}, {Title: c.T("retract.before")}, {Title: c.T("retract.after")},
		},
	}
	for _, d := range c.List {
		if len(d.Before)+len(d.After) > 0 {
			t.Rows = append(t.Rows, c.row(d, "", d.Before, d.After))
			d.Conflict = false
		}
		for _, r := range d.Rows {
			t.Rows = append(t.Rows, c.row(d, c.rowKind(r), nonEmpty(r.Before), nonEmpty(r.After)))
			d.Conflict = false
		}
		for _, name := range d.Removed {
			t.Rows = append(t.Rows, c.row(d, c.T("retract.file_removed"), []string{name}, nil))
			d.Conflict = false
		}
		for _, name := range d.Added {
			t.Rows = append(t.Rows, c.row(d, c.T("retract.file_added"), nil, []string{name}))
		}
	}
	return t
}

// row is one line: what else than a plain answer it is of, is told under the question. What was
// not taken over is told once for each question.
func (c changes) row(d form.Difference, kind string, before, after []string) ui.Row {
	kept := ""
	if d.Conflict {
		kept = c.T("retract.kept", c.kept(d))
	}
	return ui.Row{Cells: []ui.Cell{
		{Content: changedQuestion(d.Question, kind)},
		{Content: changedAnswer(c.shown(before, kind), "")},
		{Content: changedAnswer(c.shown(after, kind), kept)},
	}}
}

func (c changes) rowKind(r form.RowDifference) string {
	switch {
	case r.Before == "":
		return c.T("retract.row_added")
	case r.After == "":
		return c.T("retract.row_removed")
	}
	return ""
}

// shown is an answer; one that is not there is told in words, but not for what came or went.
func (c changes) shown(lines []string, kind string) []string {
	switch {
	case len(lines) > 0:
		return lines
	case kind != "":
		return []string{"–"}
	}
	return []string{c.T("retract.nothing")}
}

func (c changes) kept(d form.Difference) string {
	lines := append(d.Kept[:len(d.Kept):len(d.Kept)], d.KeptRows...)
	if len(lines) == 0 {
		return c.T("retract.nothing")
	}
	return strings.Join(lines, " · ")
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// Withdrawn tells that an application is taken back, and in which words.
type Withdrawn struct {
	At     time.Time
	Reason string
	// Late tells that it came when the case was closed.
	Late bool
}

// alert is the message at the top of a case.
func (w Withdrawn) alert(h layout.Head) ui.Alert {
	var words []string
	if w.Reason != "" {
		words = append(words, h.T("retract.their_words", w.Reason))
	}
	if w.Late {
		words = append(words, h.T("retract.late_withdrawal"))
	}
	return ui.Alert{
		ID: "withdrawn", Tone: ui.ToneWaiting,
		Title: h.T("retract.they_withdrew_at", text.DateTime(h.Lang, w.At)), Text: strings.Join(words, " "),
	}
}

// NewVersion is a later version of an application, as the applicant or a caseworker is told of it.
type NewVersion struct {
	// Number counts from 1.
	Number      int
	Sent        time.Time
	Late        bool
	Differences []form.Difference
	// URL leads to the applicant's receipt for it.
	URL string
}

func (v NewVersion) id() string { return "correction-" + strconv.Itoa(v.Number) }

func (v NewVersion) receipt(h layout.Head) string {
	return h.T("retract.receipt", text.DateTime(h.Lang, v.Sent))
}

func (v NewVersion) sent(h layout.Head) string {
	return h.T("retract.sent", text.DateTime(h.Lang, v.Sent))
}
