package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// historyFilter reads which part of a case's history is to be shown.
func historyFilter(r *http.Request) (instance.HistoryFilter, error) {
	q := r.URL.Query()
	f := instance.HistoryFilter{Kind: instance.HistoryKind(q.Get("show"))}
	if !slices.Contains(instance.HistoryKinds, f.Kind) {
		return f, fault.New(fault.Malformed, "fault.malformed")
	}
	if before := q.Get("before"); before != "" {
		n, err := strconv.ParseInt(before, 10, 64)
		if err != nil || n <= 0 {
			return f, fault.New(fault.Malformed, "fault.malformed")
		}
		f.Before = n
	}
	return f, nil
}

// drawHistory fills in the history of a case's page.
func drawHistory(p *page.Case, r *http.Request, c instance.Case, lang string) {
	q := r.URL.Query()
	kind := q.Get("show")
	for _, k := range instance.HistoryKinds {
		name := string(k)
		if name == "" {
			name = "all"
		}
		p.Filters = append(p.Filters, page.HistoryFilter{
			Kind: string(k), Text: text.T(lang, "history."+name), URL: historyURL(r, string(k), 0),
			Chosen: string(k) == kind,
		})
	}
	if q.Get("before") != "" {
		p.NewestURL = historyURL(r, kind, 0)
	}
	if c.Older != 0 {
		p.OlderURL = historyURL(r, kind, c.Older)
	}
	for _, e := range c.Stream {
		line := withWords(historyLine(c.App, e, lang), c, e)
		if kind == "" {
			// The words stand on the page already; among all else the way to them is enough.
			line.Quote = ""
		}
		p.History = append(p.History, line)
	}
}

func historyURL(r *http.Request, kind string, before int64) string {
	q := url.Values{}
	if kind != "" {
		q.Set("show", kind)
	}
	if before != 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	under := ""
	if len(q) > 0 {
		under = "?" + q.Encode()
	}
	return caseLink(r, under+"#history")
}

// quoted is how many characters of a text the history shows.
const quoted = 160

// withWords gives a line of the history the beginning of what was written, and the way to it. What
// was written has the time of its line: both are of one transaction.
func withWords(l page.HistoryLine, c instance.Case, e core.Event) page.HistoryLine {
	switch instance.KindOfAct(e.Act) {
	case instance.HistoryNote:
		for _, n := range c.Work.Notes {
			if n.At.Equal(e.At) && n.Author == e.Actor {
				l.Quote, l.URL = beginningOf(n.Text), "#note-"+n.ID.String()
			}
		}
	case instance.HistoryMessage:
		for _, m := range c.Conversation.Messages {
			if m.At.Equal(e.At) && m.Instance.ID == c.Instance.ID {
				l.Quote, l.URL = beginningOf(m.Text), "#m-"+m.ID.String()
			}
		}
	}
	return l
}

func beginningOf(s string) string {
	if r := []rune(s); len(r) > quoted {
		return string(r[:quoted]) + "…"
	}
	return s
}

// historyLine tells an audit line in words.
func historyLine(d *app.Definition, e core.Event, lang string) page.HistoryLine {
	name := d.ActionTextTo(lang, e.Task, e.Act)
	if e.Act == core.ActNext {
		e.Act = name
	}
	return page.HistoryLine{
		ID: strconv.FormatInt(e.ID, 10), At: e.At, Who: page.EventActor(lang, e),
		What: page.EventWords(lang, e, name),
	}
}
