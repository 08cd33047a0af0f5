package page

import (
	"strings"
	"testing"
	"time"
)

// TestInbox_UX56_ViewsTellHowManyAndKeepTheOrder is UX.md 9, point 56: the view and the order are in
// each address.
func TestInbox_UX56_ViewsTellHowManyAndKeepTheOrder(t *testing.T) {
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

// TestInbox_UX59_DeadlinesAreGroupedInWords is UX.md 9, point 59.
func TestInbox_UX59_DeadlinesAreGroupedInWords(t *testing.T) {
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

// TestInbox_UX56_TheLookIsInEveryAddress is UX.md 9, point 56: what differs from the usual is carried on,
// and a view that is kept tells all of it.
func TestInbox_UX56_TheLookIsInEveryAddress(t *testing.T) {
	t.Parallel()
	row := CaseRow{ID: "1", Title: "Lysfest", Applicant: "Kari Solbakken", Service: "Støtte", Reference: "NK-1"}
	p := Inbox{Head: nb, ListURL: "/inbox/1", View: ViewOpen, Now: now, Cases: []CaseRow{row}}
	plain := render(t, p)
	wantIn(t, plain, `href="/inbox/1?view=mine"`, `Kari Solbakken · Støtte · <span class="ref">NK-1</span>`, `id="keys" href="/inbox/1/keys" data-keys="list"`)
	wantNotIn(t, plain, `class="stack stack--sm compact"`, "cols=case%2Cstatus&")
	p.Look = ListLook{Columns: []string{ColumnCase, ColumnService}, Compact: true, Silent: true}
	p.Kept = []KeptView{{ID: "v", Name: "Tett", Query: p.keepQuery(), URL: "/x"}, {ID: "w", Name: "Delt", Person: "Per"}}
	html := render(t, p)
	wantIn(t, html, `href="/inbox/1?cols=case%2Cservice&amp;rows=compact&amp;view=mine"`, `Kari Solbakken · <span class="ref">NK-1</span>`,
		`class="stack stack--sm compact"`, `<input type="hidden" name="cols" value="case,service">`,
		`id="kept-v" href="/x" aria-current="page"`, "Delt")
	wantNotIn(t, html, "data-keys", ">Frist</th>")
	if got, want := p.keepQuery(), "cols=case%2Cservice&rows=compact&sort=newest&view=open"; got != want {
		t.Errorf("kept as %s, want %s", got, want)
	}
	p.Look, p.ByDue = ListLook{OwnColumns: []string{ColumnCase}, OwnCompact: true, OwnByDue: true}, false
	wantIn(t, render(t, p), `href="/inbox/1?cols=case%2Cstatus%2Cdue%2Cassignee%2Creceived&amp;rows=roomy&amp;sort=newest&amp;view=mine"`)
}

// TestInbox_UX60_UnreadIsToldInThreeWays is UX.md 9, point 60.
func TestInbox_UX60_UnreadIsToldInThreeWays(t *testing.T) {
	t.Parallel()
	p := Inbox{Head: nb, ListURL: "/inbox/1", Now: now, Cases: []CaseRow{{ID: "1", Title: "A", Unread: true}}}
	wantIn(t, render(t, p), "data-unread", `class="dot" aria-hidden="true"`, "Ulest.")
	p.Cases[0].Unread = false
	wantNotIn(t, render(t, p), "data-unread", `class="dot"`, "Ulest.")
}
