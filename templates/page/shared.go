package page

import (
	"encoding/json"
	"strconv"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Draft is something that has been started and not sent.
type Draft struct {
	// ID is the instance's; URL leads to where it was left, DeleteURL to the question whether to
	// delete it.
	ID, URL, DeleteURL string
	// App is the form's name; Title is what this one is about, where that is known.
	App, Title string
	Saved      time.Time
	// Due is when the answer is wanted that the organisation has asked for; nil for other drafts.
	Due *time.Time
	// Expires is when it is deleted unless it is changed; nil when it is not.
	Expires *time.Time
	// Now is the moment from which the days that are left are counted.
	Now time.Time
}

// Sent is something that has been sent in, or a letter that has come.
type Sent struct {
	ID, URL, App, Title, Reference string
	// At is when it was sent in, or when the letter came.
	At     time.Time
	Letter bool
	Status ui.Tag
}

// when says what happened at its time.
func (s Sent) when() string {
	if s.Letter {
		return "page.letter_at"
	}
	return "page.sent_at"
}

// name is what it is called in a list: the form, and what it is about.
func name(app, title string) string {
	if title == "" || title == app {
		return app
	}
	return app + ": " + title
}

// dateTime is a moment as it is read, with what machines read.
func dateTime(h layout.Head, t time.Time) ui.Moment {
	if t.IsZero() {
		return ui.Moment{}
	}
	return ui.Moment{Machine: text.Machine(t), Text: text.DateTime(h.Lang, t)}
}

// date is a day as it is read.
func date(h layout.Head, t time.Time) ui.Moment {
	return ui.Moment{Machine: text.ISODate(t), Text: text.Date(h.Lang, t)}
}

// shortDate is a day as it stands in tables.
func shortDate(h layout.Head, t time.Time) ui.Moment {
	return ui.Moment{Machine: text.ISODate(t), Text: text.ShortDate(h.Lang, t)}
}

// at puts a moment into a text: today's by its time of day, at key + "_today", others by day and
// time, at key.
func at(h layout.Head, key string, t, now time.Time) string {
	if text.ISODate(t) == text.ISODate(now) {
		return h.T(key+"_today", text.Time(h.Lang, t))
	}
	return h.T(key, text.DateTime(h.Lang, t))
}

// count writes a number of things; one above the limit that lists count to is told as more.
func count(h layout.Head, n int, more bool) string {
	s := text.Number(h.Lang, json.Number(strconv.Itoa(n)))
	if more {
		s += "+"
	}
	return s
}

// Due is a deadline as lists and cases show it. The day itself is told, and how far off it is:
// never by colour alone.
type Due struct {
	head     layout.Head
	day, now time.Time
}

// soon is how many days before a deadline it stands out.
const soon = 7

func (d Due) days() int {
	day := func(t time.Time) time.Time {
		y, m, n := t.In(text.Oslo()).Date()
		return time.Date(y, m, n, 0, 0, 0, 0, time.UTC)
	}
	return int(day(d.day).Sub(day(d.now)).Hours() / 24)
}

// Class is the weight of the deadline: late, soon or neither.
func (d Due) Class() string {
	switch n := d.days(); {
	case n < 0:
		return "due--late"
	case n <= soon:
		return "due--soon"
	}
	return ""
}

// Text says how far off the deadline is; when it has passed, that it has.
func (d Due) Text() string {
	if n := d.days(); n < 0 {
		return text.TN(d.head.Lang, "page.days_late", -n)
	}
	return text.Relative(d.head.Lang, d.day, d.now)
}

// Line is the deadline for the middle of a sentence: the day, and how far off it is.
func (d Due) Line() string { return text.Date(d.head.Lang, d.day) + " (" + d.Text() + ")" }

// headed is any page, for pieces that several pages have.
type headed interface {
	T(key string, args ...any) string
	head() layout.Head
}

// crumbs is the way back to a page's parent.
func crumbs(h layout.Head, parentURL, parentKey, here string) []ui.Crumb {
	return []ui.Crumb{{URL: parentURL, Text: h.T(parentKey)}, {URL: h.Path, Text: here}}
}

// plural gives the text for a number of things.
func plural(h layout.Head, key string, n int, args ...any) string {
	return text.TN(h.Lang, key, n, args...)
}
