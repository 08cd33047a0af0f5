package main

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/driver"
)

// answer fills in fields of the page's form and presses a button.
func answer(
	t *testing.T, b *driver.Browser, p *driver.Page, fields map[string]string, name, value string,
) *driver.Page {
	t.Helper()
	f := p.Form(name, value)
	if f == nil {
		t.Fatalf("%s (%d) has no button %s=%s: %s", p.URL, p.Status, name, value, p.Main())
	}
	if err := f.Fill(fields); err != nil {
		t.Fatalf("%s: %v", p.URL, err)
	}
	next, err := b.Submit(t.Context(), p, f, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// goOn answers and presses next, and checks where that leads.
func goOn(
	t *testing.T, b *driver.Browser, p *driver.Page, fields map[string]string, to string,
) *driver.Page {
	t.Helper()
	next := answer(t, b, p, fields, "go", "next")
	if next.Status != 200 || !strings.HasSuffix(next.URL, to) {
		t.Fatalf("next from %s: got %s (%d), want %s: %s", p.URL, next.URL, next.Status, to,
			next.Main())
	}
	return next
}

// typed gives what a field of the page holds.
func typed(t *testing.T, p *driver.Page, field string) string {
	t.Helper()
	f := p.Form("go", "next")
	if f == nil || !f.Has(field) {
		t.Fatalf("%s has no field %s: %s", p.URL, field, p.Main())
	}
	// Before a checkbox stands a hidden field of the same name, which tells that it was asked.
	values := f.Values[field]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

func asks(p *driver.Page, field string) bool {
	f := p.Form("go", "next")
	return f != nil && f.Has(field)
}

// mended checks a page with errors: its status, and that each link of the summary leads to
// something on the page. It gives how many links there are.
func mended(t *testing.T, p *driver.Page) int {
	t.Helper()
	if p.Status != 422 {
		t.Errorf("%s: got %d, want 422: %s", p.URL, p.Status, p.Main())
	}
	summary := p.Find(func(n *html.Node) bool {
		return strings.Contains(driver.Attr(n, "class"), "error-summary")
	})
	if summary == nil {
		t.Fatalf("no error summary: %s", p.Main())
	}
	links := 0
	for n := range summary.Descendants() {
		href := driver.Attr(n, "href")
		if n.DataAtom != atom.A || !strings.HasPrefix(href, "#") {
			continue
		}
		links++
		if p.Find(func(n *html.Node) bool { return driver.Attr(n, "id") == href[1:] }) == nil {
			t.Errorf("the summary's link %s leads nowhere", href)
		}
	}
	if links == 0 {
		t.Errorf("the summary has no links: %s", driver.Text(summary))
	}
	return links
}

func of(a driver.Application, prefix string) map[string]string {
	out := map[string]string{}
	for name, value := range a.Fields {
		if strings.HasPrefix(name, prefix) {
			out[name] = value
		}
	}
	return out
}

// atPage opens a new draft and goes on to one of its pages.
func atPage(t *testing.T, b *driver.Browser, page string) *driver.Page {
	t.Helper()
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport("Lysfest")
	if page == "soker" {
		return p
	}
	p = goOn(t, b, p, of(a, "soker."), "/arrangement")
	if page == "arrangement" {
		return p
	}
	return goOn(t, b, p, of(a, "arrangement."), "/budsjett")
}

func with(fields map[string]string, changes ...string) map[string]string {
	for i := 0; i < len(changes); i += 2 {
		fields[changes[i]] = changes[i+1]
	}
	return fields
}

// TestForm_ErrorsKeepWhatWasTyped goes through the first two pages with answers that are not
// right, as a person types them.
func TestForm_ErrorsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	address, _ := running(t)
	b := signedIn(t, address, kari)
	soker, arrangement := of(driver.EventSupport("Lysfest"), "soker."),
		of(driver.EventSupport("Lysfest"), "arrangement.")
	tests := []struct {
		page, field, typed string
		ok                 bool
		shown              string
	}{
		{"soker", "soker.kontaktperson", "", false, ""},
		{"soker", "soker.epost", "kari krøll solbakken", false, "kari krøll solbakken"},
		{"soker", "soker.telefon", strings.Repeat("1", 60), false, strings.Repeat("1", 60)},
		{"arrangement", "arrangement.deltakere", "1 200,50", false, "1 200,50"},
		{"arrangement", "arrangement.deltakere", "mange", false, "mange"},
		{"arrangement", "arrangement.deltakere", "0", false, "0"},
		{"arrangement", "arrangement.deltakere", "1 200", true, ""},
		{"arrangement", "arrangement.deltakere", "1\u00a0200", true, ""},
		{"arrangement", "arrangement.dato", "31.02.2027", false, "31.02.2027"},
		{"arrangement", "arrangement.dato", "i morgen", false, "i morgen"},
		{"arrangement", "arrangement.dato", "12.6.2027", true, ""},
		{"arrangement", "arrangement.bydel", "månen", false, ""},
		{"arrangement", "arrangement.navn", `"><script>alert(1)</script>{{7*7}}`, true, ""},
	}
	pages := map[string]*driver.Page{"soker": atPage(t, b, "soker")}
	pages["arrangement"] = atPage(t, b, "arrangement")
	for _, test := range tests {
		p := pages[test.page]
		fields := soker
		if test.page == "arrangement" {
			fields = arrangement
		}
		fields = with(copied(fields), test.field, test.typed)
		next := answer(t, b, p, fields, "go", "next")
		if test.ok {
			if next.Status != 200 || strings.HasSuffix(next.URL, "/"+test.page) {
				t.Errorf("%s %q: got %d %s", test.field, test.typed, next.Status, next.Main())
			}
			pages[test.page] = get(t.Context(), t, b, p.URL)
			continue
		}
		mended(t, next)
		if got := typed(t, next, test.field); got != test.shown {
			t.Errorf("%s: typed %q, the page shows %q", test.field, test.typed, got)
		}
		for name, value := range fields {
			if name != test.field && name != "soknad.type" && asks(next, name) {
				if got := typed(t, next, name); squeezed(got) != squeezed(value) {
					t.Errorf("%s %q: %s is now %q, was %q", test.field, test.typed, name, got,
						value)
				}
			}
		}
		pages[test.page] = next
	}
	t.Logf("%d answers", len(tests))
}

func copied(m map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// squeezed is a value without the spaces that a number or a phone number may be shown with, and
// a date in one form.
func squeezed(s string) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "").Replace(s)
	if p := strings.Split(s, "."); len(p) == 3 && len(s) == 10 {
		return p[2] + "-" + p[1] + "-" + p[0]
	}
	return s
}

// TestForm_QuestionsComeAndGo checks that a question which an answer brings is asked on the same
// page, and that its answer is gone when the question goes.
func TestForm_QuestionsComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "soker")
	if asks(p, "soker.gruppenavn") {
		t.Error("the group's name is asked before anyone said it is a group")
	}
	fields := of(driver.EventSupport(""), "soker.")
	p = answer(t, b, p, with(copied(fields), "soker.kategori", "gruppe"), "go", "next")
	mended(t, p)
	if !asks(p, "soker.gruppenavn") {
		t.Fatalf("the group's name is not asked: %s", p.Main())
	}
	p = goOn(t, b, p, map[string]string{"soker.gruppenavn": "Lyslaget"}, "/arrangement")
	stored := func() string {
		return w.word(t, `SELECT COALESCE(body->'soker'->>'gruppenavn', '') FROM element
			WHERE body IS NOT NULL`)
	}
	if got := stored(); got != "Lyslaget" {
		t.Errorf("stored %q", got)
	}
	p = answer(t, b, p, nil, "go", "back")
	if got := typed(t, p, "soker.gruppenavn"); !strings.HasSuffix(p.URL, "/soker") ||
		got != "Lyslaget" {
		t.Errorf("back: got %s with %q", p.URL, got)
	}
	p = goOn(t, b, p, map[string]string{"soker.kategori": "privat"}, "/arrangement")
	p = answer(t, b, p, nil, "go", "back")
	if asks(p, "soker.gruppenavn") {
		t.Error("the group's name is still asked")
	}
}

// TestForm_RowsAndSums adds, mends and deletes rows, and reads the sums that come of them.
func TestForm_RowsAndSums(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "budsjett")
	rows := []struct{ text, amount string }{{"Scene", "42 000"}, {"Honorar", "30000"}, {"Mat",
		"8 000"}}
	for i, row := range rows {
		p = answer(t, b, p, nil, "row", "add:budsjett.poster")
		prefix := "budsjett.poster[" + string(rune('0'+i)) + "]."
		save := rowButton(t, p, "save:")
		faulty := answer(t, b, p, map[string]string{prefix + "tekst": row.text, prefix +
			"belop": "1 200,50"},
			"row", save)
		mended(t, faulty)
		if got := typed(t, faulty, prefix+"belop"); got != "1 200,50" {
			t.Errorf("the amount typed is now %q", got)
		}
		p = answer(t, b, faulty, map[string]string{
			prefix + "tekst": row.text, prefix + "type": "teknisk", prefix + "belop": row.amount,
		}, "row", save)
		if p.Status != 200 {
			t.Fatalf("row %d: got %d %s", i, p.Status, p.Main())
		}
	}
	sum := func(want int64) {
		t.Helper()
		got := w.number(t,
			`SELECT (body->'budsjett'->>'sumUtgifter')::bigint FROM element WHERE body IS NOT NULL`)
		if got != want {
			t.Errorf("the sum is %d, want %d", got, want)
		}
	}
	sum(80_000)
	if !strings.Contains(strings.ReplaceAll(string(p.Body), "\u00a0", " "), "80 000") {
		t.Errorf("the page does not show the sum: %s", p.Main())
	}
	p = answer(t, b, p, nil, "row", rowButton(t, p, "edit:"))
	p = answer(t, b, p, map[string]string{"budsjett.poster[0].belop": "40000"}, "row",
		rowButton(t, p, "save:"))
	sum(78_000)
	gone := rowButton(t, p, "delete:")
	old := p
	p = answer(t, b, p, nil, "row", gone)
	if strings.Contains(p.Main(), "Scene") {
		t.Errorf("the row is still shown: %s", p.Main())
	}
	sum(38_000)
	stale := answer(t, b, old, nil, "row", gone)
	if stale.Status != 409 {
		t.Errorf("a row that is gone: got %d", stale.Status)
	}
	sum(38_000)
}

// rowButton gives the command of the first row button that begins so.
func rowButton(t *testing.T, p *driver.Page, verb string) string {
	t.Helper()
	n := p.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.Button && driver.Attr(n, "name") == "row" &&
			strings.HasPrefix(driver.Attr(n, "value"), verb)
	})
	if n == nil {
		t.Fatalf("%s (%d) has no button row=%s…: %s", p.URL, p.Status, verb, p.Main())
	}
	return driver.Attr(n, "value")
}

// TestForm_AStalePageOverwritesNothing posts a page that another tab has saved since.
func TestForm_AStalePageOverwritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "soker")
	other := get(t.Context(), t, b, p.URL)
	fields := of(driver.EventSupport(""), "soker.")
	goOn(t, b, p, with(copied(fields), "soker.kontaktperson", "Nasse Nøff"), "/arrangement")
	late := answer(t, b, other, with(copied(fields), "soker.kontaktperson", "Ole Brumm"), "go",
		"next")
	if late.Status != 409 || !strings.Contains(late.Main(), "Ole Brumm") ||
		!strings.Contains(late.Main(), "Hvem kan vi kontakte?") {
		t.Errorf("got %d without what was typed: %s", late.Status, late.Main())
	}
	if late.Link("") == "" {
		t.Error("no way on from the page")
	}
	got := w.word(t, `SELECT body->'soker'->>'kontaktperson' FROM element WHERE body IS NOT NULL`)
	if got != "Nasse Nøff" {
		t.Errorf("stored %q", got)
	}
}

// TestForm_ThePlaceIsKept goes back, leaves and comes back, changes from the look-over page,
// switches language and presses send twice.
func TestForm_ThePlaceIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "arrangement")
	p = answer(t, b, p, map[string]string{"arrangement.navn": "Lysfest"}, "go", "back")
	if !strings.HasSuffix(p.URL, "/soker") {
		t.Errorf("back leads to %s", p.URL)
	}
	p = goOn(t, b, p, nil, "/arrangement")
	if got := typed(t, p, "arrangement.navn"); got != "Lysfest" {
		t.Errorf("back saved %q", got)
	}
	p = answer(t, b, p, map[string]string{"arrangement.sted": "Parken"}, "go", "later")
	if p.Status != 200 || !strings.HasPrefix(p.URL, "/my") {
		t.Errorf("later leads to %s", p.URL)
	}
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	a := driver.EventSupport("Lysfest")
	review, err := b.FillIn(t.Context(), p, a)
	if err != nil {
		t.Fatal(err)
	}
	change := review.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.A && strings.Contains(driver.Attr(n, "href"), "back=")
	})
	if change == nil {
		t.Fatalf("no change link: %s", review.Main())
	}
	p = get(t.Context(), t, b, driver.Attr(change, "href"))
	back := goOn(t, b, p, nil, "/se-over")
	nynorsk := answerTo(t, b, back, "/language", "language", "nn")
	if nynorsk.URL != back.URL || driver.Attr(root(nynorsk), "lang") != "nn" {
		t.Errorf("the language switch leads to %s in %s", nynorsk.URL, driver.Attr(root(nynorsk),
			"lang"))
	}
	first, err := b.Send(t.Context(), nynorsk)
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Send(t.Context(), nynorsk)
	if err != nil {
		t.Fatal(err)
	}
	if first.URL+"?once=1" != second.URL || !strings.Contains(second.Main(), "NK-") {
		t.Errorf("two presses: %s and %s", first.URL, second.URL)
	}
	if n := w.number(t, `SELECT count(*) FROM delivery WHERE source_app = 'arrangementsstotte'`); n != 1 {
		t.Errorf("%d deliveries of one application", n)
	}
}

func root(p *driver.Page) *html.Node {
	return p.Find(func(n *html.Node) bool { return n.DataAtom == atom.Html })
}

// answerTo presses a button of the form that posts to an address.
func answerTo(
	t *testing.T, b *driver.Browser, p *driver.Page, action, name, value string,
) *driver.Page {
	t.Helper()
	f := p.FormTo(action)
	if f == nil {
		t.Fatalf("%s has no form to %s", p.URL, action)
	}
	next, err := b.Submit(t.Context(), p, f, name, value)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestForm_AStaleCasePageShowsWhatWasTyped is the same for a caseworker, and X068: the task's
// form takes nothing of what the citizen wrote.
func TestForm_AStaleCasePageShowsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	one := "/inbox/" + nordvik + "/case/" + s.caseID
	press(t.Context(), t, b, get(t.Context(), t, b, one), "/take")
	press(t.Context(), t, b, get(t.Context(), t, b, one+"/confirm"), "/confirm")
	first, second := get(t.Context(), t, b, one+"/write"), get(t.Context(), t, b, one+"/write")
	long := textArea(t, first)
	p := answer(t, b, first, map[string]string{long: "Vurdert først"}, "go", "next")
	// What is missing is told, and what was written is kept.
	if p.Status != 422 {
		t.Fatalf("saved: got %d %s", p.Status, p.Main())
	}
	p = answer(t, b, second, map[string]string{long: "Vurdert sist og lenge"}, "go", "next")
	if p.Status != 409 || !strings.Contains(p.Main(), "Vurdert sist og lenge") {
		t.Errorf("got %d without what was typed: %s", p.Status, p.Main())
	}
	stored := `SELECT body::text FROM element WHERE instance = $1 AND body IS NOT NULL`
	before := s.word(t, stored, s.caseID)
	if !strings.Contains(before, "Vurdert først") || strings.Contains(before, "sist og lenge") {
		t.Errorf("stored %s", before)
	}
	p = get(t.Context(), t, b, one+"/write")
	form := p.Form("go", "next")
	if form == nil {
		t.Fatalf("no form: %s", p.Main())
	}
	for _, field := range []string{"sak.tittel", "arrangement.navn", "budsjett.soknadsbelop"} {
		form.Values.Set(field, "42")
		next, err := b.Post(t.Context(), one+"/write", form.Values)
		if err != nil {
			t.Fatal(err)
		}
		if after := s.word(t, stored, s.caseID); after != before || next.Status >= 500 {
			t.Errorf("X068 %s: got %d, stored %s", field, next.Status, after)
		}
		form.Values.Del(field)
	}
}

// textArea gives the name of the page's first long answer.
func textArea(t *testing.T, p *driver.Page) string {
	t.Helper()
	n := p.Find(func(n *html.Node) bool { return n.DataAtom == atom.Textarea })
	if n == nil {
		t.Fatalf("%s has no long answer: %s", p.URL, p.Main())
	}
	return driver.Attr(n, "name")
}
