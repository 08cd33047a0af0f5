package main

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"stafett/internal/driver"
	"stafett/internal/instance"
)

// many adds n cases of an app at Nordvik as fast as the database can, the newest first. They have
// a row in lists and nothing to open.
const many = `
INSERT INTO instance (
    id, org, app, owner, app_version, status, ready, task, end_event, ended, reference, title,
    applicant, source_org, source_app, source_owner, source_id, created, submitted, due
)
SELECT gen_random_uuid(), 'nordvik', $2, 51001, 'hash', CASE WHEN $3 THEN 'archived' ELSE 'active' END,
    true, CASE WHEN $3 THEN '' ELSE 'Task_mottak' END, CASE WHEN $3 THEN 'EndEvent_1' ELSE '' END,
    CASE WHEN $3 THEN now() - n * interval '1 minute' END, 'NK-' || n,
    CASE n % 3 WHEN 0 THEN '=HYPERLINK("http://x.example")' ELSE 'Sak; nr. ' || n END,
    'Åse "Ås" Øy', 'nordvik', 'arrangementsstotte', 50001, gen_random_uuid(), now() - n * interval '1 hour', now() - n * interval '1 hour',
    now() + (n % 60 - 20) * interval '1 day'
FROM generate_series(1, $1::int) AS n`

// exported asks for a list as a spreadsheet and reads it.
func (s scene) exported(t *testing.T, who, query string) (r reply, rows [][]string) {
	t.Helper()
	b := signedIn(t, s.address, who)
	r = s.do(t, "GET", "/inbox/"+nordvik+"/cases.csv"+query, nil, "Cookie", b.Cookies())
	if r.status != 200 {
		return r, nil
	}
	text, marked := strings.CutPrefix(string(r.body), "\ufeff")
	if !marked || r.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%s: %v %.60q", query, r.header, r.body)
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord = ';', -1
	var err error
	if rows, err = in.ReadAll(); err != nil {
		t.Fatal(err)
	}
	return r, rows
}

// listed are the titles of the cases on a page of a list, further the address of the next page.
func listed(p *driver.Page) (titles []string) {
	for n := range p.Doc.Descendants() {
		if strings.HasPrefix(driver.Attr(n, "id"), "open-") {
			titles = append(titles, driver.Text(n))
		}
	}
	return titles
}

func further(p *driver.Page) string {
	for _, to := range p.Links() {
		if strings.Contains(to, "after=") {
			return to
		}
	}
	return ""
}

// TestExport_IsTheListWhole holds the spreadsheet against the list: the same cases in the same
// order, and nobody else's.
func TestExport_IsTheListWhole(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	execSQL(t, s, many, 60, "stottesak", false)
	execSQL(t, s, many, 7, "stottesak", true)
	execSQL(t, s, many, 5, "parkeringssak", false)
	clerk := signedIn(t, s.address, ingrid)
	for query, want := range map[string]int{
		"?view=open": 61, "?view=open&sort=due": 61, "?view=unassigned": 61, "?view=mine": 0,
		"?view=closed": 7, "?q=eldre:1d+status:alle": 37, "?view=open&after=AAAA": -1,
		"?view=open&app=nordvik%2Fparkeringssak": 0, "?q=lysfest": 1,
	} {
		r, rows := s.exported(t, ingrid, query)
		if want < 0 {
			if r.status != 400 {
				t.Errorf("%s: got %d", query, r.status)
			}
			continue
		}
		if len(rows) != want+1 {
			t.Errorf("%s: %d lines, want %d and one", query, len(rows), want)
			continue
		}
		var shown []string
		for next := "/inbox/" + nordvik + query; next != ""; {
			p := get(t.Context(), t, clerk, next)
			shown = append(shown, listed(p)...)
			next = further(p)
		}
		var titles []string
		for _, row := range rows[1:] {
			titles = append(titles, strings.TrimPrefix(row[1], "'"))
		}
		if !slices.Equal(titles, shown) {
			t.Errorf("%s: the spreadsheet has\n%q, the list\n%q", query, titles, shown)
		}
	}
	if _, rows := s.exported(t, per, ""); len(rows) != 6 {
		t.Errorf("Per gets %d lines, want those of parking alone", len(rows))
	}
	if r, _ := s.exported(t, ingrid, "?q=farge:rød"); r.status != 303 ||
		!strings.Contains(r.header.Get("Location"), "q=farge") {
		t.Errorf("a query with a problem: %d %v", r.status, r.header)
	}
}

// TestExport_EndsHonestlyAndIsLogged reads more than a spreadsheet may have.
func TestExport_EndsHonestlyAndIsLogged(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	execSQL(t, s, many, instance.ExportLimit+5, "stottesak", false)
	r, rows := s.exported(t, ingrid, "?view=open")
	if len(rows) != 1+instance.ExportLimit+1 {
		t.Fatalf("%d lines", len(rows))
	}
	if last := rows[len(rows)-1]; len(last) != 1 || last[0] != "Lista har flere saker. Regnearket slutter etter 10\u00a0000." {
		t.Errorf("it ends with %q", last)
	}
	formulas, seen := 0, map[string]bool{}
	for _, row := range rows[1 : len(rows)-1] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
				t.Fatalf("a formula: %q", cell)
			}
		}
		if strings.HasPrefix(row[1], "'=HYPERLINK") {
			formulas++
		}
		seen[row[0]] = true
	}
	if formulas < 3000 || len(seen) != instance.ExportLimit {
		t.Errorf("%d formulas made harmless, %d references", formulas, len(seen))
	}
	const lines = `SELECT sum((detail->>'rows')::int) FROM audit_event WHERE request = $1
		AND act = 'export' AND outcome = 'done' AND purpose = 'nordvik-kultur' AND party = 51001`
	if got := s.word(t, lines, r.header.Get("X-Request-Id")); got != "10000" {
		t.Errorf("the log tells of %s cases", got)
	}
	p := get(t.Context(), t, signedIn(t, s.address, ingrid), "/inbox/"+nordvik)
	if !strings.Contains(p.Main(), "Regnearket har høyst 10 000 saker") ||
		p.Link("Last ned lista som regneark (CSV)") == "" {
		t.Errorf("the list does not lead to the spreadsheet: %s", p.Main())
	}
}
