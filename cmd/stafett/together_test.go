package main

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// sideBySide fails unless a page tells of a clash with both texts, and gives the page again.
func sideBySide(t *testing.T, p *driver.Page, words ...string) *driver.Page {
	t.Helper()
	if p.Status != 409 || !strings.HasPrefix(title(p), "Feil:") {
		t.Fatalf("got %d %q: %s", p.Status, title(p), p.Main())
	}
	for _, word := range append(words, "To har svart forskjellig på det samme", "Det du skrev",
		"Det som er lagret") {
		if !strings.Contains(p.Main(), word) {
			t.Errorf("the page does not say %q: %s", word, p.Main())
		}
	}
	return p
}

// TestTogether_TwoTabsInOneDraft has a draft open in two tabs: what does not collide merges, what
// does stands side by side, and nothing of either is lost.
func TestTogether_TwoTabsInOneDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "soker")
	goOn(t, b, p, of(driver.EventSupport(""), "soker."), "/arrangement")
	one, two := get(t.Context(), t, b, p.URL), get(t.Context(), t, b, p.URL)
	stored := func(field, want string) {
		t.Helper()
		if got := w.word(t, `SELECT body->'soker'->>$1 FROM element WHERE body IS NOT NULL`, field); got != want {
			t.Errorf("%s: stored %q, want %q", field, got, want)
		}
	}
	const contact, phone = "soker.kontaktperson", "soker.telefon"
	goOn(t, b, one, map[string]string{contact: "Ole Brumm"}, "/arrangement")
	merged := answer(t, b, two, map[string]string{phone: "40000999"}, "go", "next")
	if merged.Status != 200 || !strings.Contains(merged.Main(), "Begges svar er med nå.") {
		t.Errorf("merged: %d %s", merged.Status, merged.Main())
	}
	stored("kontaktperson", "Ole Brumm")
	stored("telefon", "40000999")

	// The old tab again, with both an answer that collides and one that does not.
	late := sideBySide(t, answer(t, b, two, map[string]string{contact: "Nasse Nøff", "soker.epost": "ny@example.no"},
		"go", "next"), "Hvem kan vi kontakte?", "Nasse Nøff", "Ole Brumm", "en annen fane")
	stored("kontaktperson", "Ole Brumm")
	stored("epost", "ny@example.no")
	if got := typed(t, late, contact); got != "Nasse Nøff" {
		t.Errorf("the field holds %q", got)
	}
	goOn(t, b, late, nil, "/arrangement")
	stored("kontaktperson", "Nasse Nøff")
	stored("telefon", "40000999")
}

// TestTogether_UX62_TwoCaseworkersInOneCase is UX.md 9, point 62: they see each other, and a form that
// both write in loses nothing of either.
func TestTogether_UX62_TwoCaseworkersInOneCase(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.colleagues(t)
	first, second := signedIn(t, s.address, ingrid), signedIn(t, s.address, siri)
	one := caseAt(s)
	press(t.Context(), t, first, get(t.Context(), t, first, one), "/take")
	press(t.Context(), t, first, get(t.Context(), t, first, one+"/confirm"), "/confirm")
	mine := get(t.Context(), t, first, one+"/write")
	if strings.Contains(mine.Main(), "saken nå") {
		t.Errorf("she is told of herself: %s", mine.Main())
	}
	theirs := get(t.Context(), t, second, one+"/write")
	if !strings.Contains(theirs.Main(), "Ingrid Berg skriver i denne saken nå") {
		t.Errorf("Siri is not told: %s", theirs.Main())
	}
	list := get(t.Context(), t, second, "/inbox/"+nordvik)
	if !strings.Contains(list.Main(), "Ingrid Berg skriver i saken") {
		t.Errorf("the list does not tell: %s", list.Main())
	}
	s.inStreams(t, first, second, one)

	long := textArea(t, mine)
	answer(t, first, mine, map[string]string{"vurdering.apent": "delvis"}, "go", "stay")
	merged := answer(t, second, theirs, map[string]string{long: "Siris vurdering"}, "go", "stay")
	if merged.Status != 200 || !strings.Contains(merged.Main(), "Begges svar er med nå.") {
		t.Errorf("merged: %d %s", merged.Status, merged.Main())
	}
	late := sideBySide(t, answer(t, first, mine, map[string]string{long: "Ingrids vurdering"}, "go", "stay"),
		"Siris vurdering", "Ingrids vurdering", "Siri Dahl lagret et annet svar kl. ")
	body := func() string {
		return s.word(t, `SELECT body::text FROM element WHERE instance = $1 AND body IS NOT NULL`, s.caseID)
	}
	if got := body(); !strings.Contains(got, "Siris vurdering") || !strings.Contains(got, "delvis") {
		t.Errorf("stored %s", got)
	}
	// The save while she types stores the rest, tells what it left, and lets the page go on so.
	f := mine.Form("go", "stay")
	f.Values.Set(long, "Ingrids andre")
	f.Values.Set("vurdering.malgruppe", "delvis")
	r := s.do(t, "POST", one+"/write/save", strings.NewReader(f.Values.Encode()), "Content-Type", formKind,
		"Cookie", first.Cookies(), "Sec-Fetch-Site", "same-origin")
	if text := string(r.body); r.status != 409 || !strings.Contains(text, "Ikke lagret: «") ||
		!strings.Contains(text, `id="drawn"`) || strings.Contains(text, "<html") {
		t.Errorf("while typing: %d %s", r.status, text)
	}
	saved := answer(t, first, late, nil, "go", "stay")
	if got := body(); saved.Status != 200 || !strings.Contains(got, "Ingrids vurdering") ||
		strings.Count(got, "delvis") != 2 {
		t.Errorf("knowingly: %d, stored %s", saved.Status, got)
	}
}

// inStreams has the two hear of each other while their pages stand open.
func (s scene) inStreams(t *testing.T, first, second *driver.Browser, one string) {
	t.Helper()
	execSQL(t, s, `DELETE FROM case_presence`)
	list := s.listen(t.Context(), t, second.Cookies(), stream(t, get(t.Context(), t, second, "/inbox/"+nordvik)))
	list.until("nobody", func(n news) bool { return n.Event == "news" && len(n.Here) == 0 })
	execSQL(t, s, `DELETE FROM case_presence`)
	at := "/inbox/" + nordvik + "/live?" + url.Values{"case": {s.caseID}}.Encode()
	mine := s.listen(t.Context(), t, first.Cookies(), at)
	mine.until("nobody", func(n news) bool { return n.Event == "news" && n.Case == "" })
	list.until("Ingrid in the list", func(n news) bool { return n.Here[s.caseID] == "Ingrid Berg ser på saken" })
	ctx, leave := context.WithCancel(t.Context())
	theirs := s.listen(ctx, t, second.Cookies(), at+"&at=write")
	theirs.until("Ingrid", func(n news) bool { return n.Case == "Ingrid Berg ser også på denne saken nå" })
	mine.until("Siri", func(n news) bool { return n.Case == "Siri Dahl skriver i denne saken nå" })
	leave()
	mine.until("nobody any more", func(n news) bool { return n.Case == "" })
}

// TestTogether_ACitizenNeverSeesWhoIsInACase looks at the applicant's pages while two caseworkers
// are in the case.
func TestTogether_ACitizenNeverSeesWhoIsInACase(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	execSQL(t, scene{world: s.world}, `DELETE FROM case_presence; INSERT INTO case_presence (owner, instance, person, name)
		SELECT 51001, id, 50004, 'Ukjent Tilstede' FROM instance WHERE owner = 51001`)
	b := signedIn(t, s.address, kari)
	pages := []string{"/my", "/my/sent", s.sent.base() + "/status", s.sent.base() + "/receipt", s.sent.base()}
	for _, page := range pages {
		p := get(t.Context(), t, b, page)
		if strings.Contains(string(p.Body), "Ukjent Tilstede") || strings.Contains(string(p.Body), "data-live") {
			t.Errorf("%s tells who is in the case", page)
		}
	}
	if p := get(t.Context(), t, signedIn(t, s.address, ingrid), "/inbox/"+nordvik); strings.Contains(
		p.Main(), "Ukjent Tilstede") {
		t.Error("a reader is told of herself")
	}
	for _, at := range []string{"", "?case=" + s.held.guid} {
		if l := s.listen(t.Context(), t, b.Cookies(), "/inbox/"+nordvik+"/live"+at); l.status != 403 {
			t.Errorf("the stream %q: got %d", at, l.status)
		}
	}
	t.Logf("checked %d pages", len(pages))
}
