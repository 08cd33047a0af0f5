package main

import (
	"strings"
	"testing"

	"stafett/internal/driver"
)

// colleagues makes Siri a colleague of Ingrid's.
func (s scene) colleagues(t *testing.T) {
	t.Helper()
	execSQL(t, s, `INSERT INTO role_grant (person, party, role, source, reason, granted_by, valid_from)
		VALUES (50008, 51001, 'nordvik-kultur', 'granted', 'Vikar', 50007, now() - interval '1 day')`)
}

// work fills in one of the case's work forms and sends it.
func (s scene) work(
	t *testing.T, b *driver.Browser, form string, values map[string]string, status int,
) *driver.Page {
	t.Helper()
	p := get(t.Context(), t, b, caseAt(s))
	f := p.FormTo("/work/" + form)
	if f == nil {
		t.Fatalf("the case has no form for %s: %s", form, p.Main())
	}
	if err := f.Fill(values); err != nil {
		t.Fatal(err)
	}
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil || next.Status != status {
		t.Fatalf("%s with %v: %d, %v: %s", form, values, next.Status, err, next.Main())
	}
	return next
}

// TestWork_UX62_IsGivenToAColleague is UX.md 9, points 62 and 72, without scripting.
func TestWork_UX62_IsGivenToAColleague(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	ingrid, siri := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	if p := s.work(t, ingrid, "assign", nil, 422); !strings.HasPrefix(title(p), "Feil:") ||
		!strings.Contains(p.Main(), "Velg en kollega som har tilgang") {
		t.Errorf("nobody is chosen: %q: %s", title(p), p.Main())
	}
	stale := get(t.Context(), t, siri, caseAt(s))
	if p := s.work(t, ingrid, "assign", map[string]string{"to": "50008"}, 200); !strings.Contains(p.Main(),
		"Saken har fått ny saksbehandler.") || !strings.Contains(p.Main(), "Siri Dahl") {
		t.Errorf("given away: %s", p.Main())
	}
	given := get(t.Context(), t, ingrid, caseAt(s))
	if given.FormTo("/work/undo") != nil {
		t.Error("a page that tells of nothing offers to undo it")
	}
	p := get(t.Context(), t, siri, "/inbox/"+nordvik+"?view=mine")
	if p.Link(secret) == "" || !strings.Contains(p.Main(), "Ulest") {
		t.Errorf("the colleague's list: %s", p.Main())
	}
	f := stale.FormTo("/work/assign")
	f.Values.Set("to", "50004")
	p, err := siri.Submit(t.Context(), stale, f, "", "")
	if err != nil || p.Status != 409 || !strings.Contains(p.Main(), "lagret noe i mellomtiden") {
		t.Errorf("from an old page: %d, %v: %s", p.Status, err, p.Main())
	}
}

// TestWork_ANoteNamesAColleague writes notes that name, and notes that cannot be kept.
func TestWork_ANoteNamesAColleague(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	ingrid, siri := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	get(t.Context(), t, siri, caseAt(s))
	for text, want := range map[string]string{
		"": "Skriv det du vil si.", "Spør @Per Nilsen": "heter Per", "@Siri Dahlen kan svare": "heter Siri",
	} {
		p := s.work(t, ingrid, "note", map[string]string{"text": text}, 422)
		if !strings.Contains(p.Main(), want) || p.FormTo("/work/note").Values.Get("text") != text {
			t.Errorf("%q: %s", text, p.Main())
		}
	}
	list := "/inbox/" + nordvik + "?view=mentioned"
	if p := get(t.Context(), t, siri, list); p.Link(secret) != "" {
		t.Errorf("named before she is: %s", p.Main())
	}
	s.work(t, ingrid, "note", map[string]string{
		"text": "Skriv til post@nordvik.example, @siri dahl.\n<b>Haster</b>", "name": "Ingrid Berg",
	}, 200)
	p := get(t.Context(), t, siri, list)
	if p.Link(secret) == "" || strings.Count(p.Main(), "Du er nevnt") < 2 || !strings.Contains(p.Main(), "Ulest") {
		t.Errorf("named: %s", p.Main())
	}
	p = get(t.Context(), t, siri, caseAt(s))
	if !strings.Contains(p.Main(), "<b>Haster</b>") || strings.Contains(string(p.Body), "<b>Haster") {
		t.Errorf("the note is not shown as text: %s", p.Main())
	}
	if n := s.number(t, `SELECT count(*) FROM case_mention WHERE seen`); n != 2 {
		t.Errorf("%d of 2 mentions are as they should be", n)
	}
	if p := get(t.Context(), t, siri, "/inbox/"+nordvik+"?view=open"); strings.Contains(p.Main(), "Ulest") {
		t.Errorf("seen, and unread: %s", p.Main())
	}
	if _, err := s.db.Exec(t.Context(), `UPDATE case_note SET body = 'x'`); err == nil {
		t.Error("a note can be changed")
	}
}

// TestWork_ACaseWaitsAndIsPutOff holds a case and puts it off, and takes both back.
func TestWork_ACaseWaitsAndIsPutOff(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	press(t.Context(), t, b, get(t.Context(), t, b, caseAt(s)), "/take")
	day := inDays(6)
	p := s.work(t, b, "hold", map[string]string{"until": "i morgen", "reason": "Mangler kart"}, 422)
	if !strings.Contains(p.Main(), "Velg en dag fra i morgen") || !strings.Contains(string(p.Body), "Mangler kart") {
		t.Errorf("no day: %s", p.Main())
	}
	p = s.work(t, b, "hold", map[string]string{"until": day, "reason": "Mangler kart"}, 200)
	for _, want := range []string{"Saken venter på søkeren.", "Mangler kart", "Uten ventetid", "til og med"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("held, the case does not tell %q: %s", want, p.Main())
		}
	}
	if p := get(t.Context(), t, b, "/inbox/"+nordvik+"?view=waiting"); p.Link(secret) == "" ||
		!strings.Contains(p.Main(), "Venter på søkeren til") {
		t.Errorf("waiting: %s", p.Main())
	}
	execSQL(t, s, `UPDATE instance SET version = version + 1 WHERE id = $1`, s.caseID)
	late, err := b.Submit(t.Context(), p, p.FormTo("/work/undo"), "", "")
	if err != nil || late.Status != 409 || !strings.Contains(late.Main(), "lagret noe i mellomtiden") {
		t.Errorf("undone too late: %d, %v: %s", late.Status, err, late.Main())
	}
	if p := s.work(t, b, "resume", nil, 200); !strings.Contains(p.Main(), "Saken venter ikke lenger.") {
		t.Errorf("resumed: %s", p.Main())
	}
	s.work(t, b, "snooze", map[string]string{"until": day}, 200)
	if p := get(t.Context(), t, b, "/inbox/"+nordvik+"?view=mine"); p.Link(secret) != "" {
		t.Errorf("put off, it is among mine: %s", p.Main())
	}
	if p := get(t.Context(), t, b, "/inbox/"+nordvik+"?view=snoozed"); p.Link(secret) == "" {
		t.Errorf("put off: %s", p.Main())
	}
	s.work(t, b, "wake", nil, 200)
	p = s.work(t, b, "due", map[string]string{"days": "ti", "reason": "x"}, 422)
	if !strings.Contains(p.Main(), "for eksempel 10") {
		t.Errorf("no number: %s", p.Main())
	}
	if p := s.work(t, b, "due", map[string]string{"days": "10", "reason": "Ferie"}, 200); !strings.Contains(p.Main(), "Ny frist:") {
		t.Errorf("a new deadline: %s", p.Main())
	}
}

// TestWork_ACaseIsMarkedAndFoundAgain tags a case, finds it, and takes the tag off.
func TestWork_ACaseIsMarkedAndFoundAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := signedIn(t, s.address, ingrid)
	for _, tag := range []string{"", "a:b", "14827941388", strings.Repeat("x", 41)} {
		s.work(t, b, "tag", map[string]string{"tag": tag}, 422)
	}
	p := s.work(t, b, "tag", map[string]string{"tag": " Til  Møte "}, 200)
	link := p.Link("til møte")
	if link == "" || !strings.Contains(string(p.Body), `<option value="til møte">`) {
		t.Fatalf("the tag is not shown, or not offered: %s", p.Main())
	}
	if p := get(t.Context(), t, b, link); p.Link(secret) == "" {
		t.Errorf("the tag's own list: %s", p.Main())
	}
	undone := s.work(t, b, "tag", map[string]string{"tag": "feil"}, 200)
	undone = press(t.Context(), t, b, undone, "/work/undo")
	if !strings.Contains(undone.Main(), "Det er angret.") || undone.Link("feil") != "" {
		t.Errorf("undone: %s", undone.Main())
	}
	for text, found := range map[string]bool{
		`tag:"til møte" lysf`: true, "merkelapp:haster": false, "til møte": false, "tag:møte": false,
	} {
		if p := search(t, b, text); p.Status != 200 || (p.Link(secret) != "") != found {
			t.Errorf("%s: %d, found %v, want %v", text, p.Status, p.Link(secret) != "", found)
		}
	}
	press(t.Context(), t, b, get(t.Context(), t, b, caseAt(s)), "/work/untag")
	if p := search(t, b, `tag:"til møte"`); p.Link(secret) != "" {
		t.Error("taken off, it is found by the tag")
	}
}

// title is the document's title.
func title(p *driver.Page) string {
	_, after, _ := strings.Cut(string(p.Body), "<title>")
	before, _, _ := strings.Cut(after, "</title>")
	return before
}
