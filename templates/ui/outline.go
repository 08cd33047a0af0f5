package ui

import (
	"regexp"
	"strconv"
)

// Outline keeps the headings of a page from leaving out a level, whatever levels an app asks for:
// who jumps from heading to heading must not look for one that is not there. It is told of every
// heading in the order of the page. A nil outline changes nothing.
type Outline struct{ last int }

// Under gives the outline of what stands under a heading of a level.
func Under(level int) *Outline { return &Outline{last: level} }

// Next gives the level that the next heading gets: the one asked for, at most one deeper than the
// heading before it.
func (o *Outline) Next(level int) int {
	if o == nil {
		return level
	}
	o.last = min(level, o.last+1)
	return o.last
}

var headings = regexp.MustCompile(`<(/?)h([1-6])>`)

// within gives a text's headings their levels, and all the same size: they are parts of a text.
func (o *Outline) within(html string) string {
	if o == nil {
		return html
	}
	level := ""
	return headings.ReplaceAllStringFunc(html, func(tag string) string {
		if m := headings.FindStringSubmatch(tag); m[1] == "" {
			asked, _ := strconv.Atoi(m[2])
			level = strconv.Itoa(o.Next(asked))
			return "<h" + level + ` class="ds-heading" data-size="2xs">`
		}
		return "</h" + level + ">"
	})
}
