package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"stafett/internal/driver"
)

// TestLog_IsSearchedExportedAndTurnsRed goes through what an administrator does with the log, and
// has the owner of the tables tamper with it.
func TestLog_IsSearchedExportedAndTurnsRed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	worker, admin := signedIn(t, w.address, ingrid), signedIn(t, w.address, tor)
	get(ctx, t, worker, "/inbox/"+nordvik)
	at := "/admin/" + nordvik + "/log"
	id := w.number(t, "SELECT id FROM party WHERE name = 'Ingrid Berg'")
	for query, want := range map[string]bool{
		fmt.Sprint("?person=", id): true, fmt.Sprint("?person=", id, "&act=list"): true,
		fmt.Sprint("?person=", id, "&act=take"): false, fmt.Sprint("?person=", id, "&outcome=refused"): false,
		"?case=NK-0000-0000": false, fmt.Sprint("?person=", id, "&from=2000-01-01&to=2000-12-31"): false,
		fmt.Sprint("?person=", id, "&from=2000-01-01"): true,
	} {
		p := get(ctx, t, admin, at+query)
		if got := strings.Contains(p.Main(), "Så på lista") && !strings.Contains(p.Main(), "Loggen er tom"); got != want {
			t.Errorf("%s: found %v, want %v: %s", query, got, want, p.Main())
		}
	}
	if p := get(ctx, t, admin, at); !regexp.MustCompile(`Antall rader: \d`).MatchString(p.Main()) {
		t.Errorf("the log does not tell how many rows were looked at: %s", p.Main())
	}
	// A list was seen by the roles that let one in, and a case is told by its reference.
	if p := get(ctx, t, admin, at); !strings.Contains(p.Main(), "Saksbehandler for kulturstøtte") ||
		!strings.Contains(p.Main(), "Hovedadministrator") || strings.Contains(p.Main(), "HADM") {
		t.Errorf("the log does not tell roles by name: %s", p.Main())
	}
	apply(ctx, t, signedIn(t, w.address, kari), "Lysfest", []byte("%PDF-1.7\nkart"))
	caseThere := "SELECT count(*) FROM instance WHERE app = 'stottesak' AND ready"
	waitFor(t, "the case", func() bool { return w.number(t, caseThere) == 1 })
	ref := w.word(t, "SELECT reference FROM instance WHERE app = 'stottesak' AND ready")
	all := get(ctx, t, admin, at)
	// The menu shows where one is, on a page below one of its own too.
	for path, want := range map[string]string{at: "page", "/admin/" + nordvik + "/people/requests": "true"} {
		for n := range get(ctx, t, admin, path).Doc.Descendants() {
			if id, now := driver.Attr(n, "id"), driver.Attr(n, "aria-current"); strings.HasPrefix(id, "nav-") &&
				now != map[string]string{"nav-" + strings.Split(path, "/")[3]: want}[id] {
				t.Errorf("%s: %s is %q", path, id, now)
			}
		}
	}
	if p := get(ctx, t, admin, all.Link(ref)); !strings.Contains(p.Main(), "OpprettetSak om arrangementsstøtte"+ref) ||
		strings.Contains(p.Main(), "Antall rader") {
		t.Errorf("the lines of one case: %s", p.Main())
	}
	for _, query := range []string{"?person=x", "?act=other", "?outcome=maybe", "?from=1.1.2020"} {
		if p, err := admin.Get(ctx, at+query); err != nil || p.Status != 400 {
			t.Errorf("%s: got %v, %v; want 400", query, p.Status, err)
		}
	}
	before := w.lastLine(t)
	file := w.do(t, "GET", at+".csv?act=list", nil, "Cookie", admin.Cookies())
	lines := strings.Split(string(file.body), "\r\n")
	if file.status != 200 || !strings.HasPrefix(lines[0], "\ufeffTid;") || len(lines) < 3 ||
		!strings.Contains(lines[1], ";Ingrid Berg;") {
		t.Errorf("got %d %q", file.status, file.body)
	}
	if strings.Contains(string(file.body), ingrid) {
		t.Error("the export holds a number of a person")
	}
	w.logged(t, before, "export", "done")

	// What has no seal yet can be changed unseen.
	waitFor(t, "a seal", func() bool { return w.number(t, "SELECT count(*) FROM audit_seal") > 0 })
	check := func() { w.exec(t, "DELETE FROM audit_check") }
	check()
	says(ctx, t, admin, at, "Loggen er kontrollert", "ingen er endret")
	w.exec(t, "ALTER TABLE audit_event DISABLE TRIGGER ALL")
	w.exec(t, "UPDATE audit_event SET act = 'take' WHERE id = (SELECT min(from_id) FROM audit_seal)")
	check()
	says(ctx, t, admin, at, "Loggen er ikke slik den ble skrevet")
}

func (w *world) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := w.db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
