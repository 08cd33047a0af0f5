package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// another makes one more case at Nordvik.
func (s scene) another(t *testing.T, title string) (id string) {
	t.Helper()
	r := s.do(t, "POST", makeB, strings.NewReader(strings.Replace(ownB, "Lysfest", title, 1)),
		"Content-Type", jsonKind, "Authorization", bearer(s.write(t)))
	if r.status != 201 {
		t.Fatalf("the case is not made: %d %s", r.status, r.body)
	}
	return strings.TrimPrefix(idOf(t, r), "51001/")
}

// at checks where a page is: the path's ending, and the list that its address carries.
func at(t *testing.T, what string, p *driver.Page, path, list string) {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil || p.Status != 200 || !strings.HasSuffix(u.Path, path) || u.Query().Get("list") != list {
		t.Fatalf("%s: %d at %s, want …%s with the list %q", what, p.Status, p.URL, path, list)
	}
}

// TestNextCase_KeepsTheListsFilter takes cases from a list that is searched, without scripting.
func TestNextCase_KeepsTheListsFilter(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	older, newer := s.another(t, "Konsert i parken"), s.another(t, "Konsert på torget")
	s.another(t, "Skogstur")
	b := signedIn(t, s.address, ingrid)
	const list = "q=konsert&view=unassigned"
	p := get(t.Context(), t, b, "/inbox/"+nordvik+"?view=unassigned&q=konsert")
	p = press(t.Context(), t, b, p, "/next")
	at(t, "taken from the list", p, newer, list)
	if !strings.Contains(p.Main(), "Du har tatt saken.") || p.FormTo("/take") != nil || p.FormTo("/release") == nil {
		t.Errorf("the case is not taken: %s", p.Main())
	}
	p = press(t.Context(), t, b, p, "/release")
	at(t, "given back", p, newer, list)
	p = press(t.Context(), t, b, p, "/next")
	at(t, "the next one", p, older, list)
	if !strings.Contains(string(p.Body), `href="/inbox/`+nordvik+`?q=konsert&amp;view=unassigned"`) {
		t.Errorf("no way back to the list as it was: %s", p.Main())
	}
	p = get(t.Context(), t, b, p.Link("Start behandlingen"))
	at(t, "a step", p, "/confirm", list)
	p = press(t.Context(), t, b, p, "/confirm")
	at(t, "after the step", p, older, list)
	p = press(t.Context(), t, b, p, "/next")
	at(t, "the one that was given back", p, newer, list)
	p = press(t.Context(), t, b, p, "/next")
	if !strings.Contains(p.Main(), "ingen flere ledige saker") || !strings.Contains(p.URL, "q=konsert") {
		t.Errorf("no more: %s: %s", p.URL, p.Main())
	}
	for _, list := range []string{"q=14827941388", "view=alle", "x=1", "%zz"} {
		p, err := b.Get(t.Context(), caseAt(s)+"?list="+url.QueryEscape(list))
		if err != nil || p.Status != 200 || p.FormTo("/next").Values.Get("list") != "" {
			t.Errorf("a list that is none, %s: %d, %v", list, p.Status, err)
		}
		p, err = b.Post(t.Context(), "/inbox/"+nordvik+"/next", url.Values{"list": {list}, "key": {s.caseID}})
		if err != nil || p.Status != 400 {
			t.Errorf("the next of a list that is none, %s: %d, %v", list, p.Status, err)
		}
	}
}

// sent fills in one of a case's forms and presses a button of it.
func sent(
	t *testing.T, b *driver.Browser, path, form, button string, values url.Values, status int,
) *driver.Page {
	t.Helper()
	p := get(t.Context(), t, b, path)
	f := p.FormTo(form)
	if f == nil {
		t.Fatalf("%s has no form to %s: %s", p.URL, form, p.Main())
	}
	for name, list := range values {
		if !f.Has(name) {
			t.Fatalf("%s has no %s", form, name)
		}
		f.Values[name] = list
	}
	value := ""
	if button != "" {
		value = "1"
	}
	next, err := b.Submit(t.Context(), p, f, button, value)
	if err != nil || next.Status != status {
		t.Fatalf("%s with %v: %d, %v: %s", form, values, next.Status, err, next.Main())
	}
	return next
}

// tellsAll checks that a page tells all of the words.
func tellsAll(t *testing.T, what string, p *driver.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Main(), w) {
			t.Errorf("%s: the page does not tell %q: %s", what, w, p.Main())
		}
	}
}

// TestCaseHelps_OnTheCasePage goes over text templates, the checklist, duplicates and units on the
// case that Kari's application became, without scripting.
func TestCaseHelps_OnTheCasePage(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	b, one := signedIn(t, s.address, ingrid), "/inbox/"+nordvik+"/case/"+s.held.guid
	s.textTemplates(t, b, one)
	s.checklist(t, b, one)

	execSQL(t, s.scene, `UPDATE instance SET thread = $1, thread_owner = 50001 WHERE id = $2`, s.unknown, s.caseID)
	execSQL(t, s.scene, `UPDATE instance SET title = 'Samme fest' WHERE id IN ($1, $2)`, s.caseID, s.held.guid)
	p := get(t.Context(), t, b, one)
	tellsAll(t, "related", p, "Andre saker fra samme søker", "Samme fest", "Kan være samme sak: tittelen ligner")
	p = sent(t, b, one, "/work/duplicate", "", nil, 422)
	tellsAll(t, "no case is chosen", p, "Velg en sak fra samme søker")
	p = sent(t, b, one, "/work/duplicate", "", url.Values{"of": {s.caseID}}, 200)
	tellsAll(t, "marked", p, "Den er fortsatt åpen.", "Saken du ser på, er et duplikat av denne")
	tellsAll(t, "the other one", get(t.Context(), t, b, p.Link("Samme fest")), "Er et duplikat av saken du ser på")
	p = press(t.Context(), t, b, p, "/work/undo")
	tellsAll(t, "undone", p, "Det er angret.", "Kan være samme sak")

	tellsAll(t, "no unit is chosen", sent(t, b, one, "/work/unit", "", nil, 422), "Velg en enhet der noen kan")
	p = sent(t, b, one, "/work/unit", "", url.Values{"unit": {"Kulturkontoret"}}, 200)
	tellsAll(t, "given", p, "Saken er gitt til enheten.")
	list := get(t.Context(), t, b, get(t.Context(), t, b, "/inbox/"+nordvik).Link("Kulturkontoret"))
	if !strings.Contains(string(list.Body), s.held.guid) || strings.Contains(string(list.Body), s.caseID) {
		t.Errorf("the unit's list at %s: %s", list.URL, list.Main())
	}
	tellsAll(t, "taken back", press(t.Context(), t, b, p, "/work/undo"), "Det er angret.")
	if n := s.number(t, `SELECT count(*) FROM instance WHERE unit <> ''`); n != 0 {
		t.Errorf("%d cases have a unit", n)
	}
}

func (s *stand) textTemplates(t *testing.T, b *driver.Browser, one string) {
	t.Helper()
	typed := url.Values{"text": {"Hei igjen <b>."}}
	p := sent(t, b, one, "/message", "insert", typed, 422)
	tellsAll(t, "no template is chosen", p, "Velg en tekst å sette inn.")
	if got := p.FormTo("/message").Values.Get("text"); got != typed.Get("text") {
		t.Errorf("what was typed became %q", got)
	}
	typed.Set("template", "i-gang")
	p = sent(t, b, one, "/message", "insert", typed, 200)
	tellsAll(t, "inserted", p, "Den er ikke sendt.", "språket søkeren leser: bokmål")
	got := p.FormTo("/message").Values.Get("text")
	if !strings.HasPrefix(got, "Hei igjen <b>.\n\nHei, Kari Solbakken.") || !strings.Contains(got, "NK-") {
		t.Errorf("the message is %q", got)
	}
	if n := s.number(t, `SELECT count(*) FROM message`); n != 0 {
		t.Errorf("%d messages are sent", n)
	}
}

func (s *stand) checklist(t *testing.T, b *driver.Browser, one string) {
	t.Helper()
	p := sent(t, b, one, "/work/check", "", url.Values{"item": {"habilitet", "budsjett"}}, 200)
	tellsAll(t, "ticked", p, "2 av 3 er gjort", "Krysset av av Ingrid Berg")
	p = sent(t, b, one, "/work/check", "", url.Values{"item": {"habilitet"}}, 200)
	tellsAll(t, "taken back", p, "1 av 3 er gjort", "Tok bort et kryss i sjekklisten")
	p = write(t.Context(), t, b, one, map[string]string{
		"vurdering.apent": "ja", "vurdering.malgruppe": "ja", "vurdering.samarbeid": "delvis",
		"vurdering.tilrettelegging": "ja", "vurdering.budsjett": "ja",
		"vurdering.anbefaling": "innvilge", "vurdering.begrunnelse": "Åpent for alle, og godt planlagt.",
	})
	open := []string{"Dette er ikke krysset av i sjekklisten:", "Budsjettet går opp", "Du kan gå videre likevel."}
	tellsAll(t, "before the step", p, open...)
	f := p.FormTo("/next")
	told := f.Values["told"]
	f.Values.Del("told")
	p, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil || p.Status != 422 {
		t.Fatalf("the step without being told: %d, %v", p.Status, err)
	}
	tellsAll(t, "not told", p, open...)
	if got := p.FormTo("/next").Values["told"]; len(got) != 2 || len(told) != 2 {
		t.Errorf("told of %q", got)
	}
	tellsAll(t, "told", press(t.Context(), t, b, p, "/next"), "Til vedtak")
}
