package main

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/internal/driver"
)

// typedIn fills in the first page of a new draft without sending it, and gives the page and its form.
func typedIn(t *testing.T, b *driver.Browser, name string) (*driver.Page, *driver.Form) {
	t.Helper()
	p := atPage(t, b, "arrangement")
	f := p.Form("go", "next")
	f.Values.Set("arrangement.navn", name)
	f.Values.Set("arrangement.dato", "en lørdag")
	return p, f
}

// databaseAway takes the database away, and gives what brings it back.
func databaseAway(t *testing.T, address string) (back func()) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.TrimPrefix(u.Path, "/")
	name := pgx.Identifier{plain}.Sanitize()
	u.Path = "/postgres"
	beside, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	do := func(sql string) {
		if _, err := beside.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
			t.Fatal(err)
		}
	}
	back = sync.OnceFunc(func() {
		do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
		_ = beside.Close(context.WithoutCancel(t.Context()))
	})
	t.Cleanup(back)
	do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + plain + "'")
	return back
}

// endSessions ends everybody's session, as time does.
func (w *world) endSessions(t *testing.T) {
	t.Helper()
	if _, err := w.db.Exec(t.Context(), "UPDATE session SET last_seen = now() - interval '1 day'"); err != nil {
		t.Fatal(err)
	}
}

// TestUX31_APostAfterTheSessionIsKeptForItsPersonAlone is UX.md's point 31: nothing is lost by the
// end of a session, also when the tab is closed.
func TestUX31_APostAfterTheSessionIsKeptForItsPersonAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, f := typedIn(t, b, "Lysfest i parken")
	w.endSessions(t)
	saved, err := b.Submit(t.Context(), p, f, "go", "next")
	if err != nil || saved.Status != 401 || !strings.Contains(saved.Main(), "Vi tar vare på det til kl.") {
		t.Fatalf("after the session: %v, %s", err, saved.Main())
	}
	if n := w.number(t, `SELECT count(*) FROM kept_post WHERE person = 50001 AND page = $1
		AND position('Lysfest' in encode(sealed, 'escape')) = 0`, p.URL); n != 1 {
		t.Errorf("%d sealed posts are kept", n)
	}
	// Somebody else who signs in at the same machine is told nothing.
	other := signedIn(t, w.address, ola)
	if my := get(t.Context(), t, other, "/my"); strings.Contains(my.Main(), "ikke lagret") {
		t.Errorf("Ola is told: %s", my.Main())
	}
	if q, err := other.Get(t.Context(), p.URL); err != nil || q.Status != 403 ||
		strings.Contains(q.Main(), "Lysfest") {
		t.Errorf("Ola is not refused: %v", err)
	}
	// The same person, in a new tab.
	again := signedIn(t, w.address, kari)
	my := get(t.Context(), t, again, "/my")
	if my.Link("Se det du skrev") != p.URL {
		t.Errorf("the list does not lead there: %s", my.Main())
	}
	back := get(t.Context(), t, again, p.URL[:strings.LastIndex(p.URL, "/Task_1")])
	if back.URL != p.URL || !strings.Contains(back.Main(), "Dette er ikke lagret") ||
		typed(t, back, "arrangement.navn") != "Lysfest i parken" ||
		typed(t, back, "arrangement.dato") != "en lørdag" {
		t.Errorf("back at %s: %s", back.URL, back.Main())
	}
	const stored = `SELECT COALESCE(body->'arrangement'->>'navn', '') FROM element WHERE body IS NOT NULL`
	if got := w.word(t, stored); got != "" {
		t.Errorf("it was saved by being shown: %q", got)
	}
	if p := answer(t, again, back, nil, "go", "stay"); p.Status != 422 {
		t.Errorf("saved: got %d", p.Status) // the date is none
	}
	if got := w.word(t, stored); got != "Lysfest i parken" {
		t.Errorf("stored %q", got)
	}
	if n := w.number(t, `SELECT count(*) FROM kept_post`); n != 0 {
		t.Errorf("%d posts are kept of what is saved", n)
	}
}

// TestUX31_AnAutosaveAfterTheSessionIsKept is the same for what saves itself, and for the button that
// throws it away; and what has been saved since is not overwritten.
func TestUX31_AnAutosaveAfterTheSessionIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, f := typedIn(t, b, "Lysfest")
	save := func(cookies string, values url.Values) reply {
		return w.do(t, "POST", p.URL+"/save", strings.NewReader(values.Encode()), "Content-Type", formKind,
			"HX-Request", "true", "Cookie", cookies, "Sec-Fetch-Site", "same-origin")
	}
	w.endSessions(t)
	// Also when the cookie is gone: the page tells whose it is.
	for _, cookies := range []string{b.Cookies(), ""} {
		if r := save(cookies, f.Values); r.status != 401 ||
			!strings.Contains(string(r.body), "Vi tar også vare på det til kl.") {
			t.Errorf("got %d %s", r.status, r.body)
		}
	}
	bad := url.Values{"drawnfor": {f.Values.Get("drawnfor")[1:]}, "arrangement.navn": {"Plantet"}, "version": {"1"}}
	if r := save("", bad); strings.Contains(string(r.body), "tar også vare") {
		t.Errorf("a mark that is not ours keeps: %s", r.body)
	}
	again := signedIn(t, w.address, kari)
	back := get(t.Context(), t, again, p.URL)
	if typed(t, back, "arrangement.navn") != "Lysfest" {
		t.Errorf("shown is %s", back.Main())
	}
	gone, err := again.Submit(t.Context(), back, back.Form("go", "forget"), "go", "forget")
	if err != nil || typed(t, gone, "arrangement.navn") != "" || strings.Contains(gone.Main(), "ikke lagret") {
		t.Errorf("after throwing it away: %v %s", err, gone.Main())
	}
	w.endSessions(t)
	save("", f.Values)
	again = signedIn(t, w.address, kari)
	other := get(t.Context(), t, again, p.URL).Form("go", "next").Values
	other.Set("arrangement.navn", "Noe annet")
	other.Set("arrangement.dato", "")
	if _, err := w.db.Exec(t.Context(), `UPDATE element SET version = version + 1,
		body = (body::jsonb || '{"arrangement": {"navn": "Noe annet"}}')::json WHERE body IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	back = get(t.Context(), t, again, p.URL)
	if typed(t, back, "arrangement.navn") != "Noe annet" || !strings.Contains(back.Main(), "Lysfest") ||
		!strings.Contains(back.Main(), "Kopier det du vil ha med") {
		t.Errorf("beside what was saved since: %s", back.Main())
	}
}

// TestUX31_TheChoiceOfLanguageLosesNothing presses a language with something unsaved, without
// scripting; Enter still means to go on (UX24).
func TestUX31_TheChoiceOfLanguageLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, f := typedIn(t, b, "Lysfest")
	if !f.Offers("go", "language:en") {
		t.Fatalf("the form has no choice of language")
	}
	if buttons := f.Buttons(); buttons[0] != "go=next" {
		t.Errorf("UX24: Enter presses %s", buttons[0])
	}
	english, err := b.Submit(t.Context(), p, f, "go", "language:en")
	if err != nil || english.Status != 422 || driver.Attr(root(english), "lang") != "en" ||
		typed(t, english, "arrangement.navn") != "Lysfest" ||
		typed(t, english, "arrangement.dato") != "en lørdag" {
		t.Fatalf("in English: %v %s", err, english.Main())
	}
	f = english.Form("go", "next")
	f.Values.Set("arrangement.dato", "1. feb 2027")
	nynorsk, err := b.Submit(t.Context(), english, f, "go", "language:nn")
	if err != nil || nynorsk.URL != p.URL || driver.Attr(root(nynorsk), "lang") != "nn" ||
		typed(t, nynorsk, "arrangement.navn") != "Lysfest" {
		t.Errorf("in nynorsk: %v %s", err, nynorsk.Main())
	}
}

// TestUX45_APostWhileTheDatabaseIsAwayIsAnsweredWithWhatWasTyped takes the database away under a
// form, and sends again when it is back.
func TestUX45_APostWhileTheDatabaseIsAwayIsAnsweredWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	w, database := newWorldWith(t, nil)
	b := signedIn(t, w.address, kari)
	p, f := typedIn(t, b, "Lysfest")
	f.Values.Set("arrangement.dato", "1.2.27")
	back := databaseAway(t, database)
	failed, err := b.Submit(t.Context(), p, f, "go", "stay")
	if err != nil {
		t.Fatal(err)
	}
	if failed.Status != 503 || !strings.Contains(failed.Main(), "Lysfest") ||
		!strings.Contains(failed.Main(), "Hva heter arrangementet?") {
		t.Fatalf("got %d %s", failed.Status, failed.Main())
	}
	r := w.do(t, "POST", p.URL+"/save", strings.NewReader(f.Values.Encode()), "Content-Type", formKind,
		"HX-Request", "true", "Cookie", b.Cookies(), "Sec-Fetch-Site", "same-origin")
	if r.status != 503 {
		t.Errorf("the autosave: got %d", r.status)
	}
	back()
	// Each connection that was broken is found out once.
	sent := failed
	for tries := 0; sent.Status == 503 && tries < 30; tries++ {
		if sent, err = b.Submit(t.Context(), sent, sent.FormTo(p.URL), "", ""); err != nil {
			t.Fatal(err)
		}
	}
	if sent.Status != 200 || typed(t, sent, "arrangement.navn") != "Lysfest" {
		t.Errorf("sent again: got %d %s", sent.Status, sent.Main())
	}
}

// TestSession_IsPutOffByOnePress asks as the button of the warning does.
func TestSession_IsPutOffByOnePress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	if _, err := w.db.Exec(t.Context(), "UPDATE session SET last_seen = now() - interval '28 minutes'"); err != nil {
		t.Fatal(err)
	}
	stay := func() reply {
		return w.do(t, "POST", "/signed-in", nil, "HX-Request", "true", "Cookie", b.Cookies(),
			"Sec-Fetch-Site", "same-origin")
	}
	left, err := strconv.Atoi(stay().header.Get("Session-Left"))
	if err != nil || left < 29*60 || left > 30*60 {
		t.Errorf("%d seconds are left (%v)", left, err)
	}
	if n := w.number(t, "SELECT count(*) FROM session WHERE last_seen > now() - interval '1 minute'"); n == 0 {
		t.Error("the session is not put off")
	}
	w.endSessions(t)
	if r := stay(); r.status != 401 || r.header.Get("Session-Left") != "" {
		t.Errorf("after its end: got %d", r.status)
	}
}

// TestDraft_IsDeletedAndTakenBack presses the buttons that a person does.
func TestDraft_IsDeletedAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p := atPage(t, b, "arrangement")
	if !strings.Contains(p.Main(), "Utkastet slettes ") {
		t.Errorf("the page does not tell when the draft goes: %s", p.Main())
	}
	sure := get(t.Context(), t, b, p.Link("Slett utkastet"))
	my := press(t.Context(), t, b, sure, "/delete")
	if !strings.Contains(my.Main(), "Nettopp slettet") {
		t.Fatalf("no way back: %s", my.Main())
	}
	if gone, err := b.Get(t.Context(), p.URL); err != nil || gone.Status != 403 {
		t.Errorf("the page is still there: %v", err)
	}
	my = press(t.Context(), t, b, my, "/my/restore")
	if !strings.Contains(my.Main(), "Nå er utkastet tilbake") || strings.Contains(my.Main(), "Nettopp slettet") {
		t.Errorf("after the undo: %s", my.Main())
	}
	get(t.Context(), t, b, p.URL)
}

// TestUX47_ImpatienceSendsOnce presses send three times at once, once more afterwards, and opens the
// page again: one submission, and the presses too many are told so.
func TestUX47_ImpatienceSendsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := signedIn(t, w.address, kari)
	p, err := b.Start(t.Context(), appA)
	if err != nil {
		t.Fatal(err)
	}
	review, err := b.FillIn(t.Context(), p, driver.EventSupport("Lysfest"))
	if err != nil {
		t.Fatal(err)
	}
	f := review.Form("go", "submit")
	f.Values.Set("go", "submit")
	var presses sync.WaitGroup
	answers := make([]*driver.Page, 3)
	for i := range answers {
		presses.Go(func() {
			got, err := b.Post(t.Context(), review.URL, f.Values)
			if err != nil {
				t.Errorf("press %d: %v", i, err)
			}
			answers[i] = got
		})
	}
	presses.Wait()
	const once = "Vi har fått det én gang"
	told := 0
	for _, got := range append(answers, answer(t, b, review, nil, "go", "submit")) {
		if got.Status != 200 || !strings.Contains(got.URL, "/receipt") {
			t.Errorf("a press leads to %s (%d): %s", got.URL, got.Status, got.Main())
		}
		if strings.Contains(got.Main(), once) {
			told++
		}
	}
	if told != 3 {
		t.Errorf("%d of the three presses too many were told", told)
	}
	if p := get(t.Context(), t, b, review.URL); !strings.Contains(p.URL, "/receipt") && !strings.Contains(p.URL, "/status") {
		t.Errorf("the page opened again leads to %s", p.URL)
	}
	for _, query := range []string{
		`SELECT count(*) FROM delivery WHERE source_app = 'arrangementsstotte' AND kind = 'instance'`,
		`SELECT count(*) FROM audit_event WHERE act = 'submit' AND outcome <> 'refused'`,
	} {
		if n := w.number(t, query); n != 1 {
			t.Errorf("%d: %s", n, query)
		}
	}
}
