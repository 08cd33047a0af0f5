package main

import (
	"net/url"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// search types a text in the inbox's search and follows the answer.
func search(t *testing.T, b *driver.Browser, text string) *driver.Page {
	t.Helper()
	p := get(t.Context(), t, b, "/inbox/"+nordvik)
	f := p.FormTo("/search")
	if f == nil {
		t.Fatalf("no search: %s", p.Main())
	}
	f.Values.Set("q", text)
	next, err := b.Submit(t.Context(), p, f, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestSearch_UX65_LeadsToTheCaseAndKeepsNumbersOutOfAddresses is UX.md 9, points 56 and 65, without
// scripting.
func TestSearch_UX65_LeadsToTheCaseAndKeepsNumbersOutOfAddresses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ingrid := signedIn(t, s.address, ingrid)
	if p := search(t, ingrid, "lysfe"); p.Status != 200 || p.Link(secret) == "" ||
		!strings.HasSuffix(p.URL, "q=lysfe&view=open") {
		t.Errorf("a beginning: %d at %s: %s", p.Status, p.URL, p.Main())
	}
	if p := search(t, ingrid, "tildelt:meg lysfest"); p.Link(secret) != "" {
		t.Errorf("nobody has taken the case, but it is mine: %s", p.Main())
	}
	p := search(t, ingrid, "farge:rød")
	if p.Status != 422 || !strings.Contains(p.Main(), "farge:rød: dette kan ikke søkes etter") {
		t.Errorf("an unknown operator: %d: %s", p.Status, p.Main())
	}
	const reference = "NK-7F3K-92QD"
	execSQL(t, s, `UPDATE instance SET reference = $2 WHERE id = $1`, s.caseID, reference)
	if p := search(t, ingrid, " "+strings.ToLower(reference)+" "); p.URL != caseAt(s) {
		t.Errorf("the reference leads to %s", p.URL)
	}
	const number = "25846941188"
	execSQL(t, s, `UPDATE instance SET source_org = 'nordvik', source_app = 'x', source_owner = 50006,
		source_id = gen_random_uuid() WHERE id = $1`, s.caseID)
	execSQL(t, s, `SELECT index_case($1)`, s.caseID)
	if p := search(t, ingrid, "258469 41188"); p.URL != caseAt(s) {
		t.Errorf("the number leads to %s", p.URL)
	}
	p = search(t, ingrid, "01869350075 lysfest")
	if p.Status != 200 || !strings.Contains(p.URL, "?found=") || p.Link(secret) != "" ||
		strings.Contains(string(p.Body), "01869350075") {
		t.Errorf("a number of nobody's case: %d at %s: %s", p.Status, p.URL, p.Main())
	}
	typed, err := ingrid.Get(t.Context(), "/inbox/"+nordvik+"?q="+url.QueryEscape(number))
	if err != nil || typed.Status != 400 {
		t.Errorf("a number in the address: %d, %v", typed.Status, err)
	}
}

func execSQL(t *testing.T, s scene, sql string, args ...any) {
	t.Helper()
	if _, err := s.db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func caseAt(s scene) string { return "/inbox/" + nordvik + "/case/" + s.caseID }
