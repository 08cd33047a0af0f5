package main

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"stafett/internal/driver"
)

// TestSeed_MakesAnArchiveThatOpens fills a database by two matters in two turns, holds the copies
// against what is true of every case, and opens ten drawn ones as the
// caseworker and as the citizen.
func TestSeed_MakesAnArchiveThatOpens(t *testing.T) {
	t.Parallel()
	w, database := newWorldWith(t, nil)
	ctx := t.Context()
	const title = "Mønster for arkivet"
	citizen := signedIn(t, w.address, kari)
	apply(ctx, t, citizen, title+" nummer to", []byte("%PDF-1.7\nkart"))
	apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	clerk := signedIn(t, w.address, ingrid)
	at := find(ctx, t, clerk, title)
	press(ctx, t, clerk, get(ctx, t, clerk, at), "/take")
	press(ctx, t, clerk, get(ctx, t, clerk, at+"/confirm"), "/confirm")
	w.settle(t)

	c := Config{
		Mode: Development, DatabaseURL: database, DataDir: w.data, Apps: []string{"../../apps"},
		ServeRole: "stafett_serve", allowUnsafe: true, now: time.Now,
		own: map[string]string{"cases": "1000", "seed": "7"},
	}
	var out bytes.Buffer
	if err := seed(ctx, c, nil, &out); err != nil || !strings.Contains(out.String(), "998 cases are added") {
		t.Fatalf("%v: %s", err, &out)
	}
	// A second fill goes on, with other people and references.
	c.own["cases"] = "3000"
	if err := seed(ctx, c, nil, &out); err != nil || !strings.Contains(out.String(), "2000 cases are added") {
		t.Fatalf("%v: %s", err, &out)
	}
	w.isWhole(t)
	w.listsAll(t, clerk)
	if n := w.number(t, "SELECT count(*) FROM party WHERE person_number IS NOT NULL AND substr(person_number, 3, 1) < '8'"); n != 0 {
		t.Errorf("%d people have numbers that somebody may have", n)
	}
	if n := w.number(t, "SELECT count(DISTINCT applicant || title) FROM instance WHERE ready"); n < 100 {
		t.Errorf("%d different cases", n)
	}
	if n := w.number(t, "SELECT count(*) FROM instance WHERE created > now() OR changed > now() OR submitted > now() OR task_since > now()"); n != 0 {
		t.Errorf("%d cases are of the future", n)
	}
	rows, err := w.db.Query(ctx, `SELECT c.id::text, c.title, c.applicant, c.reference, c.source_id::text, c.source_owner::bigint
		FROM instance AS c WHERE c.ready AND c.owner = 51001 AND NOT starts_with(c.title, $1) ORDER BY c.id`, title)
	if err != nil {
		t.Fatal(err)
	}
	var all []seeded
	for rows.Next() {
		var one seeded
		if err := rows.Scan(&one.id, &one.title, &one.applicant, &one.reference, &one.source, &one.owner); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, one := range all[:10] {
		w.opens(t, clerk, one)
	}
	c.Mode = Production
	if err := seed(ctx, c, nil, &out); err == nil || !strings.Contains(err.Error(), "production") {
		t.Errorf("production: %v", err)
	}
}

// seeded is a case that was made up.
type seeded struct {
	id, title, applicant, reference, source string
	owner                                   int64
}

// opens opens a case as the caseworker, finds it, reads its file, and opens what was sent as its
// citizen, whose number is lent to a person who can sign in.
func (w *world) opens(t *testing.T, clerk *driver.Browser, one seeded) {
	t.Helper()
	ctx := t.Context()
	p := get(ctx, t, clerk, "/inbox/"+nordvik+"/case/"+one.id)
	for _, want := range []string{one.title, one.applicant, one.reference} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("%s does not say %q: %s", p.URL, want, p.Main())
		}
	}
	if strings.Contains(p.Main(), "Kari Solbakken") || strings.Contains(p.Main(), "Mønster for arkivet") {
		t.Errorf("the pattern shows: %s", p.Main())
	}
	file := ""
	for _, to := range p.Links() {
		if strings.Contains(to, "/files/") {
			file = to
		}
	}
	if r := w.do(t, "GET", file, nil, "Cookie", clerk.Cookies()); r.status != 200 ||
		!bytes.HasPrefix(r.body, []byte("%PDF")) || !bytes.Contains(r.body, latin(one.applicant)) {
		t.Errorf("the file %s: %d %q", file, r.status, r.body)
	}
	found := search(t, clerk, `"`+one.title+`" `+one.applicant)
	if !strings.Contains(string(found.Body), one.id) {
		t.Errorf("%q of %s is not found", one.title, one.applicant)
	}
	const lend = `UPDATE party SET person_number = $2 WHERE id = $1`
	own := w.word(t, "SELECT person_number FROM party WHERE id = $1", one.owner)
	for _, step := range []struct {
		id     int64
		number any
	}{{50002, "01810012345"}, {one.owner, ola}} {
		if _, err := w.db.Exec(ctx, lend, step.id, step.number); err != nil {
			t.Fatal(err)
		}
	}
	citizen := signedIn(t, w.address, ola)
	status := get(ctx, t, citizen, "/"+appA+"/instance/"+strconv.FormatInt(one.owner, 10)+"/"+one.source+"/status")
	if !strings.Contains(status.Main(), one.title) {
		t.Errorf("the citizen reads %s", status.Main())
	}
	for _, step := range []struct {
		id     int64
		number any
	}{{one.owner, own}, {50002, ola}} {
		if _, err := w.db.Exec(ctx, lend, step.id, step.number); err != nil {
			t.Fatal(err)
		}
	}
}

// latin is a text in Latin 1.
func latin(s string) (out []byte) {
	for _, r := range s {
		out = append(out, byte(r))
	}
	return out
}

// settle waits until nothing is on its way any more.
func (w *world) settle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if w.number(t, "SELECT count(*) FROM delivery WHERE state <> 'delivered'") == 0 &&
			w.number(t, "SELECT count(*) FROM notice WHERE state = 'waiting'") == 0 {
			return
		}
	}
	t.Fatal("something is still on its way")
}
