package page

import (
	"strings"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
)

// Clashes tells that somebody has answered the same questions otherwise since the page was drawn:
// both answers stand side by side, and nothing of theirs has been replaced. The fields hold what
// the reader wrote.
type Clashes struct {
	layout.Head
	List []Clash
	// Who had saved last, and when; empty when it is not known. Own tells that it was the reader,
	// somewhere else.
	Who string
	At  time.Time
	Own bool
	Now time.Time
}

// Clash is one question with both answers. Gone tells that it is no longer there to be answered.
type Clash struct {
	Question     string
	Mine, Theirs []string
	Gone         bool
}

func (c Clashes) text() string {
	switch {
	case c.Own:
		return at(c.Head, "live.clash_own", c.At, c.Now)
	case c.Who == "":
		return c.T("live.clash_other")
	}
	if text.ISODate(c.At) == text.ISODate(c.Now) {
		return c.T("live.clash_who_today", c.Who, text.Time(c.Lang, c.At))
	}
	return c.T("live.clash_who", c.Who, text.DateTime(c.Lang, c.At))
}

func (c Clashes) shown(lines []string, gone bool) []string {
	switch {
	case len(lines) > 0:
		return lines
	case gone:
		return []string{"–"}
	}
	return []string{c.T("retract.nothing")}
}

// questions names what collides, for a line of text.
func (c Clashes) questions() string {
	var out []string
	for _, one := range c.List {
		out = append(out, "«"+one.Question+"»")
	}
	return strings.Join(out, ", ")
}
