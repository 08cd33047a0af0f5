package main

import (
	"context"
	"strings"
	"testing"

	"stafett/internal/driver"
	"stafett/store"
)

// TestStory_UX6_UX7_AMessageAndItsAnswer has Ingrid write to Kari, who gets a notice without content,
// reads, and answers; the answer stands in the case, which is unread. What is written for
// colleagues never leaves the case.
func TestStory_UX6_UX7_AMessageAndItsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	const title = "Høstfest i Nordvik"
	const question = "Hvor mange plasser har dere?\n<b>Se</b> https://nordvik.example/lokaler"
	const answer = "Det er 80 plasser.\nhttps://kari.example"
	citizen, worker := signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)
	receipt := apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	status := strings.TrimSuffix(receipt.URL, "/receipt") + "/status"
	caseURL := find(ctx, t, worker, title)
	if p := get(ctx, t, worker, caseURL); p.FormTo("/message") != nil {
		t.Error("a message can be written before the policy gives the right to write")
	}
	press(ctx, t, worker, get(ctx, t, worker, caseURL+"/confirm"), "/confirm")
	half(ctx, t, worker, caseURL)

	empty := sayTo(ctx, t, worker, caseURL, " \n ", 422)
	if !strings.Contains(empty.Main(), "Skriv det du vil si.") {
		t.Errorf("an empty message: %s", empty.Main())
	}
	long := sayTo(ctx, t, worker, caseURL, strings.Repeat("æ", 4001), 422)
	if !strings.Contains(long.Main(), "4000") || !strings.Contains(string(long.Body), strings.Repeat("æ", 4001)) {
		t.Error("a message that is too long is lost, or not told of")
	}
	sayTo(ctx, t, worker, caseURL, question, 200)
	says(ctx, t, worker, caseURL, "Hvor mange plasser har dere?", "Ingrid Berg")
	says(ctx, t, citizen, "/my/messages", "Melding fra Nordvik kommune", title, "Ulest")
	if n := unread(get(ctx, t, citizen, "/my")); n != "1" {
		t.Errorf("the menu tells of %q messages, want 1", n)
	}
	noticeOf(ctx, t, citizen, "Ny melding fra Nordvik kommune", title)

	p := get(ctx, t, citizen, get(ctx, t, citizen, "/my/messages").Link("Melding fra Nordvik kommune"))
	for _, never := range []string{"Ingrid", "<b>", `href="https://nordvik.example`} {
		if strings.Contains(string(p.Body), never) {
			t.Errorf("the citizen's page holds %q", never)
		}
	}
	f := p.FormTo("/message")
	for range 2 {
		if err := f.Fill(map[string]string{"text": answer}); err != nil {
			t.Fatal(err)
		}
		said, err := citizen.Submit(ctx, p, f, "", "")
		if err != nil || said.Status != 200 || !strings.Contains(said.Main(), "Det er 80 plasser.") {
			t.Fatalf("the answer: %v %d %s", err, said.Status, said.Main())
		}
	}
	if n := unread(get(ctx, t, citizen, "/my")); n != "" {
		t.Errorf("the menu still tells of %q messages", n)
	}
	says(ctx, t, worker, "/inbox/"+nordvik, "Ulest")
	got := says(ctx, t, worker, caseURL, "Det er 80 plasser.", "Kari Solbakken", "Fikk en melding")
	if strings.Count(got.Main(), "Det er 80 plasser.") != 1 || got.Link("https://kari.example") != "" {
		t.Errorf("the case shows the answer otherwise than once as text: %s", got.Main())
	}
	nothingInternal(ctx, t, citizen, "/my", "/my/messages", "/my/sent", "/my/drafts", status)
	w.nothingLeaks(t, "80 plasser", "Hvor mange")
}

// half keeps half an assessment, written for colleagues.
func half(ctx context.Context, t *testing.T, b *driver.Browser, caseURL string) {
	t.Helper()
	p := get(ctx, t, b, caseURL+"/write")
	f := p.Form("go", "next")
	if err := f.Fill(map[string]string{"vurdering.begrunnelse": internal}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(ctx, p, f, "go", "stay"); err != nil {
		t.Fatal(err)
	}
}

// sayTo writes a message to the applicant of a case.
func sayTo(
	ctx context.Context, t *testing.T, b *driver.Browser, caseURL, text string, status int,
) *driver.Page {
	t.Helper()
	p := get(ctx, t, b, caseURL)
	f := p.FormTo("/message")
	if f == nil {
		t.Fatalf("the case has no form for a message: %s", p.Main())
	}
	if err := f.Fill(map[string]string{"text": text}); err != nil {
		t.Fatal(err)
	}
	next, err := b.Submit(ctx, p, f, "", "")
	if err != nil || next.Status != status {
		t.Fatalf("a message of %d bytes: got %d, %v", len(text), next.Status, err)
	}
	return next
}

// unread is the number beside the menu's messages.
func unread(p *driver.Page) string {
	_, after, _ := strings.Cut(string(p.Body), `id="nav-messages"`)
	inside, _, _ := strings.Cut(after, "</a>")
	_, count, found := strings.Cut(inside, `count--new`)
	if !found {
		return ""
	}
	_, count, _ = strings.Cut(count, ">")
	return strings.TrimSpace(count[:strings.IndexByte(count, '<')])
}

// noticeOf waits for a notice, which tells nothing of the case.
func noticeOf(ctx context.Context, t *testing.T, b *driver.Browser, subject, title string) {
	t.Helper()
	p := says(ctx, t, b, "/dev/notices", subject, "kari@solbakken.example", "Logg inn på")
	for _, never := range []string{title, "NK-", kari, "Solbakken,", "plasser"} {
		if strings.Contains(p.Main(), never) {
			t.Errorf("a notice tells %q: %s", never, p.Main())
		}
	}
}

// nothingLeaks checks that no job and no audit line holds any of the texts.
func (w *world) nothingLeaks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, query := range []string{
			`SELECT count(*) FROM river_job WHERE args::text LIKE $1 OR errors::text LIKE $1`,
			`SELECT count(*) FROM audit_event WHERE detail::text LIKE $1`,
			`SELECT count(*) FROM notice WHERE notice::text LIKE $1`,
		} {
			if n := w.number(t, query, "%"+text+"%"); n != 0 {
				t.Errorf("%q is in %d rows of %s", text, n, query)
			}
		}
	}
	if n := w.number(t, `SELECT count(*) FROM delivery WHERE kind = 'message'`); n != 2 {
		t.Errorf("%d messages were delivered, want 2", n)
	}
	if n := w.number(t, `SELECT count(*) FROM delivery WHERE kind = 'message'
		AND payload::text LIKE '%troverdig%'`); n != 0 {
		t.Error("a message carries what was written for colleagues")
	}
}

// TestStory_ADeadlineThatPasses has Kari asked for more: she gets a notice and reminders, and when
// she does not answer in time the case tells so. The rows are moved, not the time.
func TestStory_ADeadlineThatPasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	const title = "Sommerfest i Nordvik"
	citizen, worker := signedIn(t, w.address, kari), signedIn(t, w.address, ingrid)
	apply(ctx, t, citizen, title, []byte("%PDF-1.7\nkart"))
	caseURL := find(ctx, t, worker, title)
	askForMore(ctx, t, worker, caseURL)
	says(ctx, t, worker, caseURL, "Sendt: Vi trenger mer fra deg")
	noticeOf(ctx, t, citizen, "Nordvik kommune trenger svar fra deg", title)
	if n := w.number(t, `SELECT count(*) FROM notice WHERE kind = 'reminder' AND state = 'waiting'
		AND extract(hour FROM at AT TIME ZONE 'Europe/Oslo') = 8`); n != 2 {
		t.Errorf("%d reminders wait for a morning, want 2", n)
	}
	if p := get(ctx, t, worker, "/inbox/"+nordvik); strings.Contains(p.Main(), "Ulest") {
		t.Fatalf("the case is unread already: %s", p.Main())
	}

	w.pass(t, "reminder")
	noticeOf(ctx, t, citizen, "Nordvik kommune venter på svar fra deg", title)
	w.pass(t, "unanswered")
	says(ctx, t, worker, "/inbox/"+nordvik, "Ulest")
	p := says(ctx, t, worker, caseURL, "Søkeren har ikke svart innen fristen",
		"Fristen gikk ut uten svar fra søkeren")
	if n := strings.Count(p.Main(), "Søkeren har ikke svart innen fristen"); n != 1 {
		t.Errorf("the case tells %d times that there is no answer", n)
	}
}

// pass moves the notices of a kind to where their time has come, and wakes them as a worker does
// every half minute.
func (w *world) pass(t *testing.T, kind string) {
	t.Helper()
	if _, err := w.db.Exec(t.Context(), `UPDATE notice SET at = now() - interval '2 minutes'
		WHERE kind = $1 AND state = 'waiting'`, kind); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), w.db.Config().ConnString(), store.Options{AllowUnsafe: true, Role: store.ServingRole})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.WakeNotices(t.Context()); err != nil {
		t.Fatal(err)
	}
}
