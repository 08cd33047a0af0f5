package main

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/web/api"
)

// TestNotes_UX69_AreInNoAnswerToTheCitizen is UX.md 9, point 69. Everything that colleagues can write
// about a case is written with one word. Then no table but the notes' own holds the word, and
// it is on no page or PDF of the applicant's, in no event, export or answer of the API.
func TestNotes_UX69_AreInNoAnswerToTheCitizen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	// The crawl below looks for "troverdig", which the assessment holds too.
	const word = "kollegaord"
	citizen, worker := signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)
	receipt := apply(ctx, t, citizen, "Notatfest", []byte("%PDF-1.7\nkart"))
	caseURL := find(ctx, t, worker, "Notatfest")
	at := strings.TrimSuffix(receipt.URL, "/receipt")
	s := scene{world: w, caseID: caseURL[strings.LastIndex(caseURL, "/")+1:]}
	press(ctx, t, worker, get(ctx, t, worker, caseURL), "/take")
	s.work(t, worker, "note", map[string]string{"text": "Lite troverdig " + word + " @Ingrid Berg"}, 200)
	day := inDays(5)
	s.work(t, worker, "tag", map[string]string{"tag": word}, 200)
	s.work(t, worker, "hold", map[string]string{"until": day, "reason": "Venter " + word}, 200)
	s.work(t, worker, "due", map[string]string{"days": "10", "reason": "Ny frist " + word}, 200)
	says(ctx, t, worker, caseURL, "Lite troverdig "+word, "Skrev et internt notat")
	press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	decideGrant(ctx, t, worker, caseURL)
	says(ctx, t, citizen, at+"/status", "Nordvik kommune")

	w.onlyIn(t, word, "case_note", "case_tag", "tag_word", "case_search")
	nothingInternal(ctx, t, citizen, "/my", "/my/messages", "/my/sent", "/my/drafts", at+"/status",
		at+"/receipt", at+"/receipt.pdf")
	own, stored := w.token(t, "nordvik", appB, bothScopes), w.exchanged(t, "nordvik", bothScopes)
	asked, answered := 0, 0
	for _, pattern := range api.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "GET" {
			continue
		}
		for _, guid := range []string{"51001/" + s.caseID, "50001/" + at[strings.LastIndex(at, "/")+1:]} {
			token, app := own, appB
			if strings.HasPrefix(path, "/storage") {
				token = stored
			}
			if strings.HasPrefix(guid, "5000") {
				app = appA
			}
			r := w.do(t, method, strings.NewReplacer(
				"{org}/{app}", app, "{org}", "nordvik", "{party}/{guid}", guid, "{party}", "51001",
				"{name}", "nb", "{element}", w.word(t, `SELECT id::text FROM element
					WHERE instance = $1 LIMIT 1`, guid[6:]),
			).Replace(path), nil, "Authorization", bearer(token))
			asked++
			if r.status == 200 {
				answered++
			}
			if strings.Contains(string(r.body), word) {
				t.Errorf("%s tells it", pattern)
			}
		}
	}
	log := get(ctx, t, signedIn(t, w.address, tor), "/admin/"+nordvik+"/log.csv")
	if strings.Contains(string(log.Body), word) || !strings.Contains(string(log.Body), "internt notat") {
		t.Error("the export of the log tells it, or tells nothing of notes")
	}
	if t.Logf("%d calls of the API, %d answered", asked, answered); answered < 8 {
		t.Error("too few were answered")
	}
}

// onlyIn checks that a word is in one table at least, and in no other.
func (w *world) onlyIn(t *testing.T, word string, tables ...string) {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `SELECT c.relname FROM pg_class AS c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 20 {
		t.Fatalf("%d tables: %v", len(names), err)
	}
	found := 0
	for _, name := range names {
		n := w.number(t, `SELECT count(*) FROM `+pgx.Identifier{name}.Sanitize()+` AS x
			WHERE x::text ILIKE '%'||$1||'%'`, word)
		own := strings.Contains(" "+strings.Join(tables, " ")+" ", " "+name+" ")
		if own {
			found += int(n)
		} else if n > 0 {
			t.Errorf("%d rows of %s hold what was written for colleagues", n, name)
		}
	}
	if t.Logf("%d tables, %d rows", len(names), found); found == 0 {
		t.Error("it is written nowhere")
	}
}
