package page

import (
	"strings"
	"testing"
	"time"
)

// TestInbox_ViewsTellHowManyAndKeepTheOrder is UX.md 9, point 56: the view and the order are in
// each address.
func TestInbox_ViewsTellHowManyAndKeepTheOrder(t *testing.T) {
	t.Parallel()
	p := Inbox{
		Head: nb, ListURL: "/inbox/1", View: ViewMine, ByDue: true, Now: now,
		Counts: map[string]int{ViewOpen: 1001, ViewMine: 3, ViewDue: 1000},
	}
	html := render(t, p)
	wantIn(t, html, "1\u00a0000+", `href="/inbox/1?sort=due&amp;view=open"`,
		`href="/inbox/1?view=closed"`, `href="/inbox/1?view=due"`, `id="order-newest"`,
		`href="/inbox/1?view=mine"`)
	p.View = ViewClosed
	wantNotIn(t, render(t, p), `id="order-newest"`)
}

// TestInbox_DeadlinesAreGroupedInWords is UX.md 9, point 59.
func TestInbox_DeadlinesAreGroupedInWords(t *testing.T) {
	t.Parallel()
	in := func(days int) *time.Time {
		due := now.AddDate(0, 0, days)
		return &due
	}
	p := Inbox{Head: nb, ListURL: "/inbox/1", View: ViewOpen, ByDue: true, Now: now,
		Cases: []CaseRow{{ID: "1", Due: in(-3)}, {ID: "2", Due: in(-1)}, {ID: "3", Due: in(2)},
			{ID: "4", Due: in(30)}, {ID: "5"}}}
	html := render(t, p)
	at := -1
	for _, words := range []string{"Over fristen", "case-1", "case-2", "Frist innen sju dager",
		"case-3", "Frist senere", "case-4", "Uten frist", "case-5"} {
		found := strings.Index(html, words)
		if found <= at {
			t.Errorf("%q stands at %d, after %d", words, found, at)
		}
		at = found
	}
	p.ByDue = false
	wantNotIn(t, render(t, p), `class="group"`)
}
