package main

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stafett/internal/access"
	"stafett/internal/driver"
)

// query asks the storage for instances with an exchanged token of Nordvik's.
func (a *abuse) query(t *testing.T, parameters string) reply {
	t.Helper()
	return a.do(t, "GET", storage+"?"+parameters, nil, "Authorization",
		bearer(a.exchanged(t, "nordvik", access.ScopeRead)))
}

// without gives a body without the number of its request and without some ids, which stand in the
// page's own address, for the choice of language to come back to.
func (r reply) without(ids ...string) string {
	body := strings.ReplaceAll(string(r.body), r.header.Get("X-Request-Id"), "")
	for _, id := range ids {
		body = strings.ReplaceAll(body, id, "")
	}
	return body
}

// odd are characters that must come through as they were typed: a change of direction, a sign
// outside the first plane, and a letter that is written in two ways.
const odd = "Lys\u202efest \U0001F3B6 \u00e5 a\u030a"

var elevenDigits = regexp.MustCompile(`\b\d{11}\b`)

// inner are words of the program's own that no page may tell.
var inner = []string{
	"goroutine", "SQLSTATE", ".go:", "pgx", "PostgreSQL", "go1.", "panic", "SELECT ", "runtime error",
}

var listRows = []row{
	{"X006", func(t *testing.T, a *abuse) {
		before := a.stored(t, appB)
		for _, path := range []string{
			"/" + appB + "/legacy/instances/51001/" + a.caseID + "/copy",
			makeB + "/51001/" + a.caseID + "/copy", "/" + appB + "/instance/51001/" + a.caseID + "/copy",
		} {
			there := a.try(t, a.kari, "GET", path, nil)
			not := a.try(t, a.kari, "GET", strings.Replace(path, a.caseID, a.unknown, 1), nil)
			want(t, path, there, 403, 404)
			if there.status != not.status || there.without(a.caseID) != not.without(a.unknown) {
				t.Errorf("%s: a case and none differ", path)
			}
		}
		if after := a.stored(t, appB); after != before {
			t.Errorf("stored %s, before %s", after, before)
		}
	}},
	{"X038", func(t *testing.T, a *abuse) {
		r := a.try(t, a.kari, "GET", storage+"?instanceOwner.partyId=50002&appId="+appA, nil)
		want(t, "a citizen's session", r, 401, 403)
		if strings.Contains(string(r.body), a.foreign.guid) {
			t.Error("another's draft is listed")
		}
		r = a.query(t, "instanceOwner.partyId=50002&appId="+appA)
		want(t, "the service owner's token", r, 200)
		if strings.Contains(string(r.body), a.foreign.guid) {
			t.Error("a draft that is not sent is listed")
		}
	}},
	{"X039", func(t *testing.T, a *abuse) {
		for _, q := range []string{"", "instanceOwner.partyId=50002", "size=10"} {
			want(t, q, a.query(t, q), 400)
		}
	}},
	{"X045", func(t *testing.T, a *abuse) {
		// Lise has cases of her own at Nordvik, and none of this applicant's.
		if _, err := a.db.Exec(t.Context(), `UPDATE instance SET source_org = 'nordvik', source_app = 'x',
			source_owner = 50002, source_id = gen_random_uuid() WHERE id = $1`, a.caseID); err != nil {
			t.Fatal(err)
		}
		if _, err := a.db.Exec(t.Context(), `SELECT index_case($1)`, a.caseID); err != nil {
			t.Fatal(err)
		}
		b, last := signedIn(t, a.address, lise), a.lastLine(t)
		var pages []string
		for _, number := range []string{ola, berit} {
			r := a.try(t, b, "POST", "/inbox/"+nordvik+"/search", url.Values{"q": {number}})
			to := r.header.Get("Location")
			if r.status != 303 || !strings.Contains(to, "?found=") || strings.Contains(to, number) {
				t.Fatalf("the search leads to %q (%d)", to, r.status)
			}
			p := get(t.Context(), t, b, to)
			if strings.Contains(string(p.Body), a.caseID) || strings.Contains(string(p.Body), secret) {
				t.Error("a case of another's is found")
			}
			pages = append(pages, p.Main())
		}
		if pages[0] != pages[1] {
			t.Error("a number with a case and one without are told apart")
		}
		a.logged(t, last, "search", "done", "50006")
	}},
	{"X048", func(t *testing.T, a *abuse) {
		for _, q := range []string{"org=sorvik", "org=skd", "appId=sorvik/stottesak", "org=nordvik&appId=skd/x"} {
			r := a.query(t, q)
			want(t, q, r, 403)
			if strings.Contains(string(r.body), "instances") {
				t.Errorf("%s: %s", q, r.body)
			}
		}
	}},
	{"X049", func(t *testing.T, a *abuse) {
		for _, q := range []string{"org=SKD&org=nordvik", "org=nordvik&org=nordvik", "org=nordvik&org="} {
			want(t, q, a.query(t, q), 400)
		}
	}},
	{"X083", func(t *testing.T, a *abuse) {
		b, one := signedIn(t, a.address, ingrid), "/inbox/"+nordvik+"/case/"+a.caseID
		a.session(t, 50004, "data = jsonb_set(data, '{level}', '3')")
		for _, path := range []string{one, "/inbox/" + nordvik, one + "/access"} {
			r := a.try(t, b, "GET", path, nil)
			to := r.header.Get("Location")
			if r.status != 303 || !strings.HasPrefix(to, "/login?") || strings.Contains(string(r.body), secret) {
				t.Fatalf("%s: got %d to %q", path, r.status, to)
			}
			r = a.do(t, "GET", to, nil)
			if at := r.header.Get("Location"); !strings.Contains(at, "acr_values=idporten-loa-high") {
				t.Errorf("%s: sign-in asks for %s", path, at)
			}
		}
		want(t, "a change", a.try(t, b, "POST", one+"/take", url.Values{}), 403)
	}},
	{"X136", func(t *testing.T, a *abuse) {
		const formula = `=cmd|'/c calc'!A1`
		admin := signedIn(t, a.address, tor)
		if _, err := a.db.Exec(t.Context(), `INSERT INTO audit_event (actor, actor_kind, actor_name, party,
			act, outcome, purpose) VALUES (50002, 'person', $1, 51001, 'read', 'done', '@SUM(A1)')`,
			formula); err != nil {
			t.Fatal(err)
		}
		r := a.try(t, admin, "GET", "/admin/"+nordvik+"/log.csv", nil)
		want(t, "the export", r, 200)
		if body := string(r.body); !strings.Contains(body, `'`+formula) || strings.Contains(body, ";@SUM") {
			t.Errorf("a formula is exported: %.400s", body)
		}
	}},
	{"X138", func(t *testing.T, a *abuse) {
		for _, bad := range []string{"Lys\x00fest", "Lys\xed\xa0\x80fest", "Lys\xfffest"} {
			before := a.body(t)
			r := a.tamper(t, "arrangement", url.Values{"arrangement.navn": {bad}})
			want(t, fmt.Sprintf("%q", bad), r, 400, 422)
			if after := a.body(t); after != before {
				t.Errorf("%q: stored %s", bad, after)
			}
		}
		want(t, "odd ones", a.tamper(t, "arrangement", url.Values{"arrangement.navn": {odd}}), 303)
		stored := `SELECT COALESCE(body->'arrangement'->>'navn', '') FROM element
			WHERE instance = $1 AND body IS NOT NULL`
		if got := a.word(t, stored, a.own.guid); got != odd {
			t.Errorf("stored %q, want %q", got, odd)
		}
		if _, err := a.kari.Send(t.Context(), get(t.Context(), t, a.kari,
			a.own.base()+"/Task_1/se-over")); err != nil {
			t.Fatal(err)
		}
		s := &stand{abuse: a, sent: a.own}
		if got := a.word(t, stored, s.delivered(t).guid); got != odd {
			t.Errorf("the case has %q, want %q", got, odd)
		}
	}},
	{"X141", func(t *testing.T, a *abuse) {
		element := a.word(t, `SELECT id::text FROM element WHERE instance = $1 AND body IS NOT NULL`, a.caseID)
		path := makeB + "/51001/" + a.caseID + "/data/" + element
		for name, xml := range map[string]string{
			"an external entity": `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>`,
			"a billion laughs":   `<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><d>&b;</d>`,
			"a DTD from outside": `<!DOCTYPE d SYSTEM "http://127.0.0.1:9666/x.dtd"><d/>`,
		} {
			before := a.fingerprint(t, a.caseID)
			for _, kind := range []string{"application/xml", "text/xml"} {
				r := a.do(t, "PUT", path, strings.NewReader(xml), "Content-Type", kind, "Authorization",
					bearer(a.write(t)))
				want(t, name, r, 400, 415, 422)
			}
			if after := a.fingerprint(t, a.caseID); after != before {
				t.Errorf("%s: the case is now %s", name, after)
			}
		}
	}},
	{"X144", func(t *testing.T, a *abuse) {
		clerk := signedIn(t, a.address, ingrid)
		stale := url.Values{"version": {"999"}, "task": {"Task_1"}, "page": {"soker"}}
		large := url.Values{"version": {"1"}, "x": {strings.Repeat("x", 2<<20)}}
		pages := map[int]reply{
			400: a.try(t, a.kari, "GET", "/"+appA+"/instance/x/y", nil),
			403: a.try(t, a.kari, "GET", a.foreign.base(), nil),
			404: a.try(t, a.kari, "GET", "/my/x", nil),
			409: a.try(t, a.ola, "POST", a.foreign.base()+"/Task_1/soker", stale),
			413: a.try(t, a.ola, "POST", a.foreign.base()+"/Task_1/soker", large),
			415: a.do(t, "POST", "/language", strings.NewReader("x"), "Content-Type", "text/plain",
				"Sec-Fetch-Site", "same-origin"),
			422: a.try(t, clerk, "GET", "/inbox/"+nordvik+"?q=farge:x", nil),
		}
		for status, r := range pages {
			want(t, fmt.Sprint(status), r, status)
			p := plain(t, r, "nb")
			if p == nil || len(p.Main()) < 30 {
				t.Errorf("%d is no page that can be read: %.200s", status, r.body)
			}
			for _, word := range inner {
				if strings.Contains(string(r.body), word) {
					t.Errorf("the page of %d says %q", status, word)
				}
			}
		}
	}},
	{"X153", func(t *testing.T, a *abuse) {
		count := `SELECT count(*) FROM element WHERE instance = $1 AND type = 'vedlegg'`
		var statuses []int
		for i := range 12 {
			body, kind := parcel(t, part{name: "file:vedlegg", file: "a.pdf", kind: "application/pdf",
				body: fmt.Sprintf("%%PDF-1.7 %d", i)})
			r := a.do(t, "POST", a.foreign.base()+"/Task_1/budsjett/upload", body, "Content-Type", kind,
				"Cookie", a.ola.Cookies(), "Sec-Fetch-Site", "same-origin")
			statuses = append(statuses, r.status)
		}
		if n := a.number(t, count, a.foreign.guid); n != 10 {
			t.Errorf("%d files, want 10", n)
		}
		if slices.Index(statuses, 422) != 9 || slices.Contains(statuses[9:], 201) {
			t.Errorf("got %v, want nine that are taken and then 422", statuses)
		}
	}},
	{"X162", func(t *testing.T, a *abuse) {
		b := signedIn(t, a.address, ingrid)
		pages := []string{"/inbox/" + nordvik, "/inbox/" + nordvik + "/case/" + a.caseID,
			"/inbox/" + nordvik + "/case/" + a.caseID + "/access"}
		for _, path := range pages {
			last := a.lastLine(t)
			p := get(t.Context(), t, b, path)
			if found := elevenDigits.FindString(driver.Text(p.Doc)); found != "" {
				t.Errorf("%s shows %s", path, found)
			}
			if len(a.lines(t, last)) == 0 {
				t.Errorf("%s leaves no line in the log", path)
			}
		}
	}},
}

// TestAbuse_ListsAndContent tries lists, searches, exports and what content may hold.
func TestAbuse_ListsAndContent(t *testing.T) {
	t.Parallel()
	runRows(t, listRows)
}
