package main

import (
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stafett/internal/driver"
)

// TestNumbers_AreOfWhatTheReaderMaySee reads the page and its tables as two caseworkers.
func TestNumbers_AreOfWhatTheReaderMaySee(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	execSQL(t, s, many, 60, "stottesak", false)
	execSQL(t, s, many, 7, "stottesak", true)
	execSQL(t, s, many, 5, "parkeringssak", false)
	at := "/inbox/" + nordvik + "/numbers"
	clerk := signedIn(t, s.address, ingrid)
	list := get(t.Context(), t, clerk, "/inbox/"+nordvik)
	if list.Link("Tall for sakene") != at {
		t.Errorf("the inbox leads to %q", list.Link("Tall for sakene"))
	}
	p := get(t.Context(), t, clerk, at)
	for _, want := range []string{
		"Åpne nå 61", "Avsluttet 7", "Kommet inn 68", "Sak om arrangementsstøtte", "61 er åpne nå",
	} {
		if !strings.Contains(spaced(p), want) {
			t.Errorf("the page does not say %q: %s", want, spaced(p))
		}
	}
	if strings.Contains(p.Main(), "parkering") {
		t.Error("the page tells of a service that Ingrid has no role in")
	}
	if charts := count(p, "svg", "role", "img"); charts != 2 {
		t.Errorf("%d pictures", charts)
	}
	parking := get(t.Context(), t, signedIn(t, s.address, per), at+"?weeks=52")
	if !strings.Contains(spaced(parking), "Åpne nå 5 ") || count(parking, "rect", "class", "chart__1") != 2*52+1 {
		t.Errorf("Per reads %s", spaced(parking))
	}
	for query, columns := range map[string]int{"?of=steps": 6, "?of=weeks&weeks=26": 6} {
		r := s.do(t, "GET", at+".csv"+query, nil, "Cookie", clerk.Cookies())
		in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(r.body), "\ufeff")))
		in.Comma = ';'
		rows, err := in.ReadAll()
		if err != nil || r.status != 200 || len(rows) < 7 || len(rows[0]) != columns {
			t.Errorf("%s: %d %v %q", query, r.status, err, rows)
		}
		if query != "?of=steps" && (len(rows) != 27 || rows[26][5] != "61") {
			t.Errorf("%s: %q", query, rows)
		}
	}
	for _, query := range []string{"?weeks=13", "?weeks=x", "?app=nordvik", "?q=x", "?of=steps"} {
		if p, err := clerk.Get(t.Context(), at+query); err != nil || p.Status != 400 {
			t.Errorf("%s: got %v, %v; want 400", query, p.Status, err)
		}
	}
}

// spaced is the text of the page's main part with a space between its elements.
func spaced(p *driver.Page) string {
	var words []string
	for n := range p.Doc.Descendants() {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// count is how many elements of a kind have an attribute with the value.
func count(p *driver.Page, kind, name, value string) int {
	n := 0
	for d := range p.Doc.Descendants() {
		if d.Data == kind && driver.Attr(d, name) == value {
			n++
		}
	}
	return n
}
