package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

const inboxAt = "/inbox/" + nordvik

// send fills in the form that posts to an address with that ending, presses one of its buttons, and
// follows the answer.
func send(
	t *testing.T, b *driver.Browser, p *driver.Page, to string, values map[string]string, name, value string,
) *driver.Page {
	t.Helper()
	f := p.FormTo(to)
	if f == nil {
		t.Fatalf("%s has no form to %s: %s", p.URL, to, p.Main())
	}
	for k, v := range values {
		if v == "" {
			f.Values.Del(k)
		} else {
			f.Values[k] = strings.Split(v, ",")
		}
	}
	next, err := b.Submit(t.Context(), p, f, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestViews_UX56_AreKeptSharedChangedAndRemoved is UX.md 9, point 56, without scripting: a view is the
// address of a list, and a colleague who follows it sees the same within what they may see.
func TestViews_UX56_AreKeptSharedChangedAndRemoved(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	ingrid, siri := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	list := get(t.Context(), t, ingrid, inboxAt+"?q=lysfest&rows=compact&sort=due")
	keep := get(t.Context(), t, ingrid, list.Link("Lagre som visning"))
	if p := send(t, ingrid, keep, "/views", map[string]string{"name": " "}, "do", "keep"); p.Status != 422 ||
		!strings.HasPrefix(title(p), "Feil:") || !strings.Contains(p.FormTo("/views").Values.Get("list"), "q=lysfest") {
		t.Errorf("without a name: %d: %s", p.Status, p.Main())
	}
	kept := send(t, ingrid, keep, "/views", map[string]string{"name": "Lysfester", "shared": "1"}, "do", "keep")
	if kept.Status != 200 || !strings.Contains(kept.Main(), "Valget ditt er lagret.") || kept.Link(secret) == "" {
		t.Fatalf("kept: %d at %s: %s", kept.Status, kept.URL, kept.Main())
	}
	theirs := get(t.Context(), t, siri, inboxAt)
	if !strings.Contains(theirs.Main(), "Lysfester Ingrid Berg") {
		t.Errorf("it is not shared: %s", theirs.Main())
	}
	same := get(t.Context(), t, siri, theirs.Link("Lysfester"))
	if same.Link(secret) == "" || !strings.Contains(string(same.Body), "compact") ||
		!strings.Contains(string(same.Body), `aria-current="page"`) || !strings.Contains(same.URL, "sort=due") {
		t.Errorf("the colleague's is another list at %s: %s", same.URL, same.Main())
	}
	if refused, err := signedIn(t, s.address, jon).Get(t.Context(), same.URL); err != nil || refused.Status != 403 {
		t.Errorf("who has no role here: %d, %v", refused.Status, err)
	}
	page := get(t.Context(), t, ingrid, inboxAt+"/views")
	if p := send(t, ingrid, page, "/views", map[string]string{"name": "Fester", "shared": ""}, "do", "change"); p.Status != 200 ||
		!strings.Contains(p.Main(), "Fester") {
		t.Errorf("renamed: %d: %s", p.Status, p.Main())
	}
	if p := get(t.Context(), t, siri, inboxAt); strings.Contains(p.Main(), "Ingrid Berg") {
		t.Errorf("it is still shared: %s", p.Main())
	}
	page = get(t.Context(), t, ingrid, inboxAt+"/views")
	if p := send(t, ingrid, page, "/views", nil, "do", "remove"); p.Status != 200 || !strings.Contains(p.Main(), "ikke lagret noen") {
		t.Errorf("removed: %d: %s", p.Status, p.Main())
	}
	for _, query := range []string{"found=" + s.caseID, "q=14827941388", "cols=x", "rows=x", "after=x", "ukjent=1"} {
		p, err := ingrid.Get(t.Context(), inboxAt+"/views?list="+url.QueryEscape(query))
		if err != nil || p.Status != 400 {
			t.Errorf("a list with %s: %d, %v", query, p.Status, err)
		}
	}
}

// TestList_UX56_LooksAsThePersonWants is UX.md 9, point 56: columns, rows and order are kept for the
// person, and stand in the addresses, so that a link shows a colleague the same.
func TestList_UX56_LooksAsThePersonWants(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	ingrid, siri := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	headings := func(p *driver.Page) string {
		_, rest, _ := strings.Cut(p.Main(), "nyeste først")
		if rest == "" {
			_, rest, _ = strings.Cut(p.Main(), "etter frist")
		}
		return rest
	}
	usual := get(t.Context(), t, ingrid, inboxAt+"?view=open")
	chosen := send(t, ingrid, usual, "/choices", map[string]string{
		"column": "service,due", "rows": "compact", "sort": "due",
	}, "", "")
	if chosen.Status != 200 || strings.Contains(headings(chosen), "Mottatt") ||
		!strings.Contains(string(chosen.Body), "compact") || !strings.Contains(chosen.Main(), "Valget ditt er lagret.") {
		t.Errorf("chosen: %d at %s: %s", chosen.Status, chosen.URL, chosen.Main())
	}
	plain := get(t.Context(), t, ingrid, inboxAt)
	link := plain.Link("Ikke tatt 1")
	if link == "" {
		link = plain.Link("Ikke tatt")
	}
	if !strings.Contains(link, "cols=case%2Cservice%2Cdue") || !strings.Contains(link, "sort=due") ||
		!strings.Contains(string(plain.Body), "Uten frist") && !strings.Contains(string(plain.Body), "Frist ") {
		t.Errorf("the addresses do not tell: %q in %s", link, plain.Main())
	}
	if p := get(t.Context(), t, siri, link); strings.Contains(headings(p), "Mottatt") {
		t.Errorf("the colleague's list looks otherwise: %s", p.Main())
	}
	if p := get(t.Context(), t, siri, inboxAt); !strings.Contains(p.Main(), "Mottatt") {
		t.Errorf("the colleague's own list is changed: %s", p.Main())
	}
	again := send(t, ingrid, plain, "/choices", nil, "usual", "1")
	if !strings.Contains(again.Main(), "Mottatt") || strings.Contains(string(again.Body), `sm compact"`) {
		t.Errorf("back to the usual: %s", again.Main())
	}
	for _, query := range []string{"?cols=case,farge", "?rows=x"} {
		if p, err := ingrid.Get(t.Context(), inboxAt+query); err != nil || p.Status != 400 {
			t.Errorf("%s: %d, %v", query, p.Status, err)
		}
	}
}

// TestFilter_UX56_UX59_WritesTheQuery is UX.md 9, points 56, 58 and 59: the boxes write what could be typed, and
// the list keeps its order under headings.
func TestFilter_UX56_UX59_WritesTheQuery(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ingrid := signedIn(t, s.address, ingrid)
	execSQL(t, s, `UPDATE instance SET due = now() - interval '2 days' WHERE id = $1`, s.caseID)
	p := get(t.Context(), t, ingrid, inboxAt+"?q=&sort=due&app="+url.QueryEscape(appB)+"&task=Task_mottak")
	at, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	if q := at.Query(); q.Has("app") || q.Has("task") || !strings.HasPrefix(q.Get("q"), "tjeneste:stottesak status:") ||
		p.Link(secret) == "" || !strings.Contains(p.Main(), "Over fristen") {
		t.Errorf("the boxes lead to %s: %s", p.URL, p.Main())
	}
	if body := string(p.Body); strings.Count(body, "data-removable") != 2 || strings.Count(body, ` checked id=`)+strings.Count(body, " checked>") < 2 {
		t.Errorf("the query's parts are no chips, or the boxes are not ticked: %s", p.Main())
	}
	if p := get(t.Context(), t, ingrid, inboxAt+"?q=lysfest+"+url.QueryEscape(at.Query().Get("q"))+"&write=1"); !strings.HasSuffix(p.URL, "?q=lysfest") {
		t.Errorf("no box is ticked: %s", p.URL)
	}
	if p := get(t.Context(), t, ingrid, inboxAt+"?q=status:New"); p.Link(secret) == "" {
		t.Errorf("a status in another language: %d: %s", p.Status, p.Main())
	}
}

// TestSearch_ForWhatTheReaderHasNotIsEmpty: a colleague's link may name a service where the reader
// sees nothing; what no service is called is told.
func TestSearch_ForWhatTheReaderHasNotIsEmpty(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ingrid := signedIn(t, s.address, ingrid)
	for query, status := range map[string]int{
		"tjeneste:parkeringssak": 200, "tjeneste:legevurdering": 200, "tjeneste:finnesikke": 422, "status:finnesikke": 422,
	} {
		p, err := ingrid.Get(t.Context(), inboxAt+"?q="+query)
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != status || p.Link(secret) != "" {
			t.Errorf("%s: %d: %s", query, p.Status, p.Main())
		}
	}
}

// TestSearch_UX65_ForgivesASlipAndStaysInItsView is UX.md 9, point 65.
func TestSearch_UX65_ForgivesASlipAndStaysInItsView(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ingrid := signedIn(t, s.address, ingrid)
	for _, typed := range []string{"lysefst", "hemmelig lysffest", "hemmelig lysfst"} {
		p := search(t, ingrid, typed)
		if p.Status != 200 || p.Link(secret) == "" || !strings.Contains(p.Main(), "Ingen saker har akkurat disse ordene") {
			t.Errorf("%s: %d: %s", typed, p.Status, p.Main())
		}
	}
	for _, typed := range []string{"ysfes", "hemmelig fest"} {
		p := search(t, ingrid, typed)
		if p.Link(secret) == "" && typed != "hemmelig fest" || strings.Contains(p.Main(), "akkurat disse ordene") {
			t.Errorf("inside a compound, %s: %s", typed, p.Main())
		}
	}
	if p := search(t, ingrid, "lysfseter"); p.Link(secret) != "" {
		t.Error("two slips are forgiven")
	}
	for _, c := range []struct{ view, sql string }{
		{"due", `UPDATE instance SET due = now() WHERE id = $1`},
		{"waiting", `UPDATE instance SET hold_until = now() + interval '1 day' WHERE id = $1`},
		{"snoozed", `INSERT INTO case_snooze (owner, person, instance, until)
			VALUES (51001, 50004, $1, now() + interval '1 day')`},
		{"mentioned", `WITH n AS (INSERT INTO case_note (instance, id, owner, person, author, body)
			VALUES ($1::uuid, gen_random_uuid(), 51001, 50005, 'Per Nilsen', 'Hei') RETURNING id)
			INSERT INTO case_mention (instance, note, person, owner) SELECT $1::uuid, n.id, 50004, 51001 FROM n`},
		{"approval", `UPDATE instance SET task = 'Task_avslutning' WHERE id = $1`},
	} {
		for _, query := range []string{"q=lysfest", "q=tjeneste:stottesak", "q=-kino"} {
			if p := get(t.Context(), t, ingrid, inboxAt+"?view="+c.view+"&"+query); p.Link(secret) != "" {
				t.Errorf("%s in %s: it is not there yet, and found", query, c.view)
			}
		}
		execSQL(t, s, c.sql, s.caseID)
		for _, query := range []string{"", "q=lysfest", "q=tjeneste:stottesak", "q=-kino"} {
			if p := get(t.Context(), t, ingrid, inboxAt+"?view="+c.view+"&"+query); p.Link(secret) == "" {
				t.Errorf("%s in %s is not found: %s", query, c.view, p.Main())
			}
		}
		if p := get(t.Context(), t, ingrid, inboxAt+"?view="+c.view+"&q=kinofilm"); p.Link(secret) != "" {
			t.Errorf("in %s it is found by what it has not", c.view)
		}
	}
	if p := get(t.Context(), t, ingrid, inboxAt); !strings.Contains(p.Main(), "Til godkjenning1") {
		t.Errorf("what is for approval is not counted: %s", p.Main())
	}
}

// TestKeys_UX64_AreToldAndSwitchedOff is UX.md 9, point 64, without scripting.
func TestKeys_UX64_AreToldAndSwitchedOff(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	page := get(t.Context(), t, b, inboxAt+"/keys")
	for _, words := range []string{"Hurtigtastene er på", "neste sak", "velg alle fra", "angre det du nettopp gjorde"} {
		if !strings.Contains(page.Main(), words) {
			t.Errorf("the page does not tell %q: %s", words, page.Main())
		}
	}
	listens := func(want int) {
		t.Helper()
		for _, at := range []string{inboxAt, caseAt(s)} {
			if n := strings.Count(string(get(t.Context(), t, b, at).Body), "data-keys="); n != want {
				t.Errorf("%s listens %d times, want %d", at, n, want)
			}
		}
	}
	listens(1)
	off := send(t, b, page, "/choices", nil, "keys", "off")
	if !strings.Contains(off.Main(), "Hurtigtastene er av") {
		t.Errorf("switched off: %s", off.Main())
	}
	listens(0)
	send(t, b, off, "/choices", nil, "keys", "on")
	listens(1)
}
