package page

import (
	"context"
	"io"

	"stafett/templates/layout"
	"stafett/templates/ui"
)

// Keys lists the keys that an organisation's pages listen to, and switches them on and off.
type Keys struct {
	layout.Head
	ListURL string
	Silent  bool
}

// Render draws the page.
func (p Keys) Render(ctx context.Context, w io.Writer) error { return keysPage(p).Render(ctx, w) }

func (p Keys) top() layout.Head {
	return p.Crumbed(
		ui.Crumb{URL: p.ListURL, Text: p.T("inbox.title")},
		ui.Crumb{URL: p.ListURL + "/keys", Text: p.T("keys.title")},
	).Titled(p.T("keys.title") + " – " + p.T("inbox.title"))
}

// keyLine is one thing that keys do. Each of Keys does it; those of one are pressed one after another.
type keyLine struct {
	Keys [][]string
	Text string
}

// The keys by where they act, as static/js/keys.js has them.
var (
	keysEverywhere = []keyLine{
		{[][]string{{"/"}}, "keys.search"}, {[][]string{{"?"}}, "keys.help"},
	}
	keysInList = []keyLine{
		{[][]string{{"J"}, {"↓"}}, "keys.next"}, {[][]string{{"K"}, {"↑"}}, "keys.previous"},
		{[][]string{{"Home"}}, "keys.first"}, {[][]string{{"End"}}, "keys.last"},
		{[][]string{{"Enter"}}, "keys.open"}, {[][]string{{"X"}}, "keys.tick"},
		{[][]string{{"Shift", "X"}}, "keys.tick_range"}, {[][]string{{"T"}, {"I"}}, "keys.take"},
		{[][]string{{"U"}}, "keys.unread"}, {[][]string{{"N"}}, "keys.new"},
		{[][]string{{"G", "I"}}, "keys.go_inbox"}, {[][]string{{"G", "M"}}, "keys.go_mine"},
		{[][]string{{"Esc"}}, "keys.leave"},
	}
	keysInCase = []keyLine{
		{[][]string{{"U"}}, "keys.back"}, {[][]string{{"J"}}, "keys.next_case"},
		{[][]string{{"K"}}, "keys.previous_case"},
		{[][]string{{"I"}, {"T"}}, "keys.take"},
		{[][]string{{"A"}}, "keys.assign"}, {[][]string{{"H"}}, "keys.hold"},
		{[][]string{{"C"}}, "keys.write"}, {[][]string{{"N"}}, "keys.note"},
		{[][]string{{"1"}, {"2"}, {"3"}, {"4"}}, "keys.step"}, {[][]string{{"Z"}}, "keys.undo"},
	}
)
