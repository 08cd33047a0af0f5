package main

import (
	"regexp"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// untrue are what no row of a database may be, each as a count of those that are.
var untrue = map[string]string{
	"a file that is not its digest": `
SELECT count(*)
FROM element AS e
LEFT JOIN upload_chunk AS c ON c.upload = e.upload
WHERE e.upload IS NOT NULL AND (c.upload IS NULL OR sha256(c.data) <> e.sha256 OR octet_length(c.data) <> e.size)`,
	"a file that nothing holds": `
SELECT count(*) FROM upload AS u WHERE NOT u.attached`,
	"a case that no delivery made": `
SELECT count(*)
FROM instance AS i
WHERE i.ready AND i.owner = 51001 AND NOT EXISTS (
    SELECT FROM delivery AS d
    JOIN instance AS s ON s.id = d.source_id AND s.reference = i.reference
    WHERE d.target_id = i.id AND d.source_id = i.source_id AND d.state = 'delivered'
      AND d.source_owner = i.source_owner
)`,
	"an instance that came about never or twice": `
SELECT count(*)
FROM instance AS i
WHERE (SELECT count(*) FROM audit_event AS v WHERE v.instance = i.id AND v.act = 'instantiate') <> 1
   OR (SELECT count(*) FROM instance_event AS v WHERE v.instance = i.id AND v.type = 'app.instance.created') <> 1`,
	"a line of the log of another party": `
SELECT count(*)
FROM audit_event AS v JOIN instance AS i ON i.id = v.instance
WHERE v.party IS DISTINCT FROM i.owner AND v.act = 'instantiate'`,
	"a case without what it is found by": `
SELECT count(*)
FROM instance AS i
WHERE i.ready <> EXISTS (SELECT FROM case_search AS s WHERE s.instance = i.id AND s.owner = i.owner)`,
	"a note or a tag of a citizen's": `
SELECT (SELECT count(*) FROM case_note AS n WHERE n.owner <> 51001)
    + (SELECT count(*) FROM case_tag AS t WHERE t.owner <> 51001)`,
}

// found is a digest of what all cases are found by.
const found = `SELECT md5(string_agg(s.instance || s.words::text || s.applicant, ',' ORDER BY s.instance))
    || (SELECT count(*) FROM name_word) || (SELECT count(*) FROM case_value) FROM case_search AS s`

// isWhole holds every case against what the program makes true of its own.
func (w *world) isWhole(t *testing.T) {
	t.Helper()
	if n := w.number(t, "SELECT count(*) FROM instance WHERE ready AND owner = 51001"); n != 3000 {
		t.Errorf("there are %d cases", n)
	}
	for what, query := range untrue {
		if n := w.number(t, query); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	for _, task := range []string{"Task_mottak", "Task_vurdering"} {
		if n := w.number(t, "SELECT count(*) FROM instance WHERE ready AND task = $1", task); n < 500 {
			t.Errorf("%d cases stand in %s", n, task)
		}
	}
	before := w.word(t, found)
	if _, err := w.db.Exec(t.Context(), "SELECT index_cases(ARRAY(SELECT i.id FROM instance AS i))"); err != nil {
		t.Fatal(err)
	}
	if after := w.word(t, found); after != before {
		t.Error("the program would have cases found by something else")
	}
	t.Logf("checked %d rules", len(untrue))
}

// listsAll turns every page of some lists, and holds what they show against the tables.
func (w *world) listsAll(t *testing.T, clerk *driver.Browser) {
	t.Helper()
	shown := 0
	for list, where := range map[string]string{
		"view=closed":         "ended IS NOT NULL",
		"q=kvam":              "applicant ~ 'Kvam'",
		"q=vegard+korkonsert": "applicant ~ 'Vegard' AND title ~ 'Korkonsert'",
		"q=warsame&view=mine": "applicant ~ 'Warsame' AND assignee = 50004",
	} {
		want := w.number(t, "SELECT count(*) FROM instance WHERE ready AND owner = 51001 AND "+where)
		got := pagesOf(t, clerk, list)
		if int64(got) != want {
			t.Errorf("%s shows %d cases, and %s of %d", list, got, where, want)
		}
		shown += got
	}
	t.Logf("checked %d rows of lists", shown)
	if shown == 0 {
		t.Error("no list shows anything")
	}
}

var toCase = regexp.MustCompile(`/case/[0-9a-f-]{36}$`)

// pagesOf counts the different cases on all pages of a list.
func pagesOf(t *testing.T, b *driver.Browser, list string) int {
	t.Helper()
	cases := map[string]bool{}
	for at := "/inbox/" + nordvik + "?" + list; at != ""; {
		p := get(t.Context(), t, b, at)
		at = ""
		for _, to := range p.Links() {
			path, _, _ := strings.Cut(to, "?")
			if toCase.MatchString(path) {
				cases[path] = true
			}
			if strings.Contains(to, "after=") {
				at = to
			}
		}
	}
	return len(cases)
}
