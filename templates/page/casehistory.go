package page

import (
	"time"

	"stafett/internal/text"
	"stafett/templates/ui"
)

// HistoryLine is one thing that has happened in a case.
type HistoryLine struct {
	At        time.Time
	Who, What string
	// Quote is the beginning of what was written; URL leads to the whole, or to what it is about.
	ID, Quote, URL string
}

// HistoryFilter is a kind of event that the history can be narrowed to.
type HistoryFilter struct {
	// Kind is empty for all but who has looked at the case.
	Kind, Text, URL string
	Chosen          bool
}

// history tells what has happened, newest first.
func (p Case) history() ui.Timeline {
	t := ui.Timeline{Small: true}
	for i, l := range p.History {
		state := "done"
		if i == 0 && p.NewestURL == "" {
			state = "now"
		}
		t.Points = append(t.Points, ui.Point{
			State: state, Title: l.What, Text: l.Who + " · " + text.DateTime(p.Lang, l.At),
			Quote: l.Quote, URL: l.URL, ID: "event-" + l.ID,
		})
	}
	return t
}

func (f HistoryFilter) id() string {
	if f.Kind == "" {
		return "history-all"
	}
	return "history-" + f.Kind
}
