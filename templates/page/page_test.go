package page

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/layout"
)

var (
	now = time.Date(2026, 11, 26, 9, 52, 7, 0, time.UTC)
	nb  = layout.Head{Lang: "nb", Surface: layout.Citizen}
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	return out.String()
}

func wantIn(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("%q is not in\n%s", part, html)
		}
	}
}

func wantNotIn(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(html, part) {
			t.Errorf("%q is in\n%s", part, html)
		}
	}
}

func TestDue_IsToldInWordsAndByWeight(t *testing.T) {
	t.Parallel()
	// A deadline ends with its day in Oslo, not with its day in London.
	late := time.Date(2026, 11, 25, 22, 59, 0, 0, time.UTC)
	for _, c := range []struct {
		name        string
		day         time.Time
		class, text string
	}{
		{"two days late", now.AddDate(0, 0, -2), "due--late", "2 dager over fristen"},
		{"one day late", late, "due--late", "1 dag over fristen"},
		{"today, by Oslo's clock", late.Add(2 * time.Minute), "due--soon", "i dag"},
		{"in a week", now.AddDate(0, 0, 7), "due--soon", "om 7 dager"},
		{"later", now.AddDate(0, 0, 8), "", "om 8 dager"},
	} {
		d := Due{nb, c.day, now}
		if d.Class() != c.class || d.Text() != c.text {
			t.Errorf("%s: got %q %q, want %q %q", c.name, d.Class(), d.Text(), c.class, c.text)
		}
	}
}

func TestSaved_TellsTimeTodayAndDateBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang string
		at   time.Time
		want string
	}{
		{"nb", now, "Lagret kl.\u00a010.52"},
		{"nn", now, "Lagra kl.\u00a010.52"},
		{"en", now, "Saved at 10:52"},
		{"nb", now.AddDate(0, 0, -1), "Lagret 25. november 2026 kl.\u00a010.52"},
	} {
		s := Saved{Head: layout.Head{Lang: c.lang}, At: c.at, Now: now, Version: 7}
		if s.text() != c.want {
			t.Errorf("got %q, want %q", s.text(), c.want)
		}
		wantIn(t, render(t, s), `id="version" name="version" value="7" hx-swap-oob="true"`)
	}
	wantNotIn(t, render(t, Saved{Head: nb, Now: now}), "Lagret")
	dates := Saved{Head: nb, Now: now, Dates: []form.DateRead{{NodeID: "d", Words: "søndag 1. februar 2026"}}}
	wantIn(t, render(t, dates), `hx-swap-oob="innerMorph">søndag 1. februar 2026</p>`)
}

func TestService_OffersOnlyWhatIsPossible(t *testing.T) {
	t.Parallel()
	user := nb
	user.User = &layout.User{Name: "Kari"}
	start := `action="/nordvik/a/start"`
	self := []Whom{{Value: "50001", Name: "Kari", Self: true}}
	two := append(self[:1:1], Whom{Value: "51003", Name: "Korpset", Detail: "312 468 034"})
	for _, c := range []struct {
		name      string
		page      Service
		want, not []string
	}{
		{"signed out", Service{Head: nb, SignInURL: "/login"}, []string{`href="/login"`},
			[]string{start}},
		{"may", Service{Head: user, Whom: self}, []string{
			start, `type="hidden" name="party" value="50001"`, "Du fyller ut for deg selv, Kari.",
		}, []string{"may-not", `type="radio"`}},
		{"may for two", Service{Head: user, Whom: two}, []string{
			`type="radio" id="whom-0" name="party" value="50001"`, `value="51003"`, "Hvem fyller du ut for?",
			`form="form" formnovalidate name="go" value="language:nn"`,
		}, []string{" checked", `type="hidden" name="party"`, "errors"}},
		{"and has not chosen", Service{Head: user, Whom: two, Unanswered: true}, []string{
			`href="#whom-0"`, `aria-invalid="true"`, `aria-describedby="whom-e"`,
			`id="whom-e">Du må velge hvem du fyller ut for.`, "<title>Feil: ",
		}, []string{" checked"}},
		{"may not", Service{Head: user}, []string{"may-not"}, []string{start}},
		{
			"by the organisation", Service{Head: user, Whom: self, ByOrganisation: true},
			[]string{"made-by-organisation"}, []string{start},
		},
		{
			"draft", Service{Head: user, Whom: self, Drafts: []Draft{{ID: "1", URL: "/d",
				App: "A", Saved: now}}},
			[]string{start, `href="/d"`, "Start på nytt"}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.page.App, c.page.StartURL = "A", "/nordvik/a/start"
			html := render(t, c.page)
			wantIn(t, html, c.want...)
			wantNotIn(t, html, c.not...)
		})
	}
}

func TestService_TellsWhichDocumentsTheFormAsksFor(t *testing.T) {
	t.Parallel()
	page := Service{Head: nb, App: "A", Documents: []form.AheadDocument{
		{Title: "Attest", Need: form.NeedAlways, Types: "PDF og JPG", MaxSize: 5 << 20},
		{Title: "Svar", Need: form.NeedDepends, Types: "PDF"},
		{Title: "Annet", Need: form.NeedOptional, Types: "PDF"},
	}}
	root, err := html.Parse(strings.NewReader(render(t, page)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e := range root.Descendants() {
		if e.Data != "li" || e.Parent.Parent.DataAtom != atom.Section {
			continue
		}
		var words []string
		for d := range e.Descendants() {
			if d.Type == html.TextNode && strings.TrimSpace(d.Data) != "" {
				words = append(words, strings.TrimSpace(d.Data))
			}
		}
		got = append(got, strings.Join(words, ": "))
	}
	want := []string{
		"Attest: Må lastes opp. PDF og JPG. Hver fil kan være inntil 5\u00a0MB.",
		"Svar: Du kan bli bedt om dette, ut fra hva du svarer. PDF.",
		"Annet: Valgfritt. PDF.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	page.Documents = nil
	wantNotIn(t, render(t, page), `id="documents"`)
}

func TestStatus_SaysWhoHasItNow(t *testing.T) {
	t.Parallel()
	base := Status{Head: nb, App: "A", Recipient: "Nordvik kommune", Submitted: now, Now: now}
	way, ended := base, base
	way.Handed, ended.Ended = HandedSent, &now
	stopped, never := base, base
	stopped.Handed, never.Handed = HandedStopped, HandedEnded
	never.GivenUp = []GivenUpPart{{ID: "1", To: "B", Why: "Ordningen er stengt.", At: now}}
	wantIn(t, render(t, never), "Ikke levert: B", "Ordningen er stengt.")
	for _, c := range []struct {
		page Status
		want string
		last string
	}{
		{base, "Nordvik kommune har søknaden.", "done done now "},
		{way, "på vei til Nordvik kommune", "done now  "},
		{stopped, "har ikke kommet fram til Nordvik kommune", "done now  "},
		{never, "Nordvik kommune prøver ikke mer", "done bad"},
		{ended, "Nordvik kommune har behandlet søknaden ferdig.", "done done done done"},
	} {
		if got := c.page.where(); !strings.Contains(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
		var states []string
		for _, p := range c.page.course().Points {
			states = append(states, p.State)
		}
		if got := strings.Join(states, " "); got != c.last {
			t.Errorf("%s: got %q, want %q", c.want, got, c.last)
		}
	}
}

// TestInbox_AFilterIsTakenAwayAlone is UX.md 9, point 58: each part of the query has a chip, and the
// boxes beside the list write the same query.
func TestInbox_AFilterIsTakenAwayAlone(t *testing.T) {
	t.Parallel()
	p := Inbox{
		Head: nb, ListURL: "/inbox/1", View: ViewMine, Query: "tjeneste:a fest",
		Parts:    []QueryPart{{"tjeneste:a", "fest"}, {"fest", "tjeneste:a"}},
		Services: []FilterOption{{Value: "nordvik/a", Label: "A", Chosen: true}},
		Fields:   []string{"belop", "bydel"},
	}
	chips := p.chosen()
	if len(chips) != 2 {
		t.Fatalf("%d chips, want 2", len(chips))
	}
	for i, want := range []string{"/inbox/1?q=fest&view=mine", "/inbox/1?q=tjeneste%3Aa&view=mine"} {
		if chips[i].URL != want {
			t.Errorf("got %s, want %s", chips[i].URL, want)
		}
	}
	wantIn(t, render(t, p), "Ingen saker passer med filtrene", `href="/inbox/1?view=mine"`,
		`name="write" value="1"`, "belop, bydel", "«tjeneste:a», «fest»")
}

func TestInbox_WhatPeopleWroteIsText(t *testing.T) {
	t.Parallel()
	html := render(t, Inbox{Head: nb, Now: now, Cases: []CaseRow{{
		ID: "1", Title: `<img src=x onerror=alert(1)>`, Applicant: `"><script>`, Unread: true,
		Received: now,
	}}})
	wantIn(t, html, "&lt;img src=x onerror=alert(1)&gt;", `data-unread`, `class="dot"`, "Ulest.")
	wantNotIn(t, html, "<img", `"><script>`)
}

func TestCase_StaleButtonsNameTheirVersion(t *testing.T) {
	t.Parallel()
	p := Case{
		Head: nb, CaseHead: CaseHead{CaseURL: "/c", InboxURL: "/i", Reference: "NK-1"},
		Version: 3, Task: "Task_1",
		Actions: []CaseAction{
			{ID: "take", URL: "/c/take", Text: "Ta saken", Post: true}, {ID: "write",
				URL: "/c/write", Text: "Vurder"},
		},
		Files: []CaseFile{{ID: "a", Name: "a.pdf", Size: 1}}, Now: now,
	}
	html := render(t, p)
	wantIn(t, html, `action="/c/take"`, `name="version" value="3"`, `name="task" value="Task_1"`,
		`href="/c/write"`, `href="#attachments"`)
	wantIn(t, render(t, CaseForm{Head: nb, CaseHead: p.CaseHead, Now: now}), `href="/c#history"`)
}

func TestRefusal_UX42_TellsNothingOfTheCase(t *testing.T) {
	t.Parallel()
	roles := []RoleChoice{{Name: "Saksbehandler kultur"}, {Name: "Lege"}}
	one := Refusal{Head: nb, At: "Nordvik kommune", Wanted: roles[:1],
		Granters: []string{"Tor Haugen"}}
	wantIn(t, render(t, one), "Du må ha rollen Saksbehandler kultur i Nordvik kommune",
		"Tor Haugen",
		"Ingen roller i Nordvik kommune", "Be en av dem")
	nobody := Refusal{Head: nb, At: "Nordvik kommune", Wanted: roles}
	wantIn(t, render(t, nobody), "Du må ha en av disse rollene", "Kontakt lederen din")
	wantNotIn(t, render(t, nobody), "Be en av dem")
	wantIn(t, render(t, Refusal{Head: nb, Text: "Bare for administratorer."}),
		"Bare for administratorer.")
}

func TestError_EveryStatusHasItsOwnWords(t *testing.T) {
	t.Parallel()
	statuses := []int{400, 409, 413, 415, 422, 429, 500, 503}
	for _, status := range statuses {
		p := Error{Head: nb, Status: status}
		for _, what := range []string{"title", "text", "do"} {
			if key := p.key(what); !strings.HasSuffix(key, strconv.Itoa(status)) {
				t.Errorf("%d: %s", status, key)
			}
		}
	}
	t.Logf("checked %d statuses", len(statuses))
	if got := (Error{Head: nb, Status: 502}).title(); got != text.T("nb", "error.title_500") {
		t.Errorf("502: got %q", got)
	}
	if got := (Error{Head: nb, Status: 418}).title(); got != text.T("nb", "error.title_400") {
		t.Errorf("418: got %q", got)
	}
}

func TestConflict_ShowsWhatWasTyped(t *testing.T) {
	t.Parallel()
	html := render(t, Conflict{
		Head: nb, Text: "Endret.", OpenURL: "/x", Typed: []Typed{{Question: "Navn",
			Value: "<b>Lys</b>\nfest"}},
	})
	wantIn(t, html, "&lt;b&gt;Lys&lt;/b&gt;\nfest", "Det er ikke lagret", `href="/x"`)
}

func TestEventWords_EveryActHasAWord(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../internal/core/event.go")
	if err != nil {
		t.Fatal(err)
	}
	acts := regexp.MustCompile(`Act\w+\s+= "([a-z]+)"`).FindAllSubmatch(source, -1)
	for _, act := range acts {
		if !text.Has("event." + string(act[1])) {
			t.Errorf("no word for %s", act[1])
		}
	}
	t.Logf("checked %d acts", len(acts))
	if len(acts) == 0 {
		t.Fatal("no acts were found")
	}
}

func TestEventWords_SayWhoAndWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event     core.Event
		name      string
		who, what string
	}{
		{core.Event{Act: core.ActTake, ActorName: "Ingrid Berg"}, "", "Ingrid Berg", "Tok saken"},
		{core.Event{Act: "innvilg"}, "Innvilg", "Ukjent", "Gjorde «Innvilg»"},
		{core.Event{Act: "innvilg"}, "", "Ukjent", "Gjorde «innvilg»"},
		{core.Event{Act: core.ActRead, Outcome: core.OutcomeRefused}, "", "Ukjent",
			"Ble nektet: Åpnet"},
		{core.Event{Act: core.ActDeliver, ActorKind: core.ActorSystem, ActorName: "x"}, "",
			"Stafett", "Leverte"},
		{
			core.Event{Act: core.ActInstantiate, ActorKind: core.ActorOrg,
				OrganisationNumber: "310246816"}, "",
			"System hos organisasjon 310\u00a0246\u00a0816", "Opprettet",
		},
	} {
		if got := EventWords("nb", c.event, c.name); got != c.what {
			t.Errorf("got %q, want %q", got, c.what)
		}
		if got := EventActor("nb", c.event); got != c.who {
			t.Errorf("got %q, want %q", got, c.who)
		}
	}
}

func TestCase_UX68_AnAttachmentTellsWhetherItWasScanned(t *testing.T) {
	t.Parallel()
	p := Case{Head: nb, CaseHead: CaseHead{CaseURL: "/c"}, Now: now, Files: []CaseFile{{
		ID: "a", Name: "a.pdf", ContentType: "application/pdf", Size: 2_000, URL: "/c/files/a/view",
		Received: now, Question: "Budsjett", Scanned: true,
	}}}
	wantIn(t, render(t, p), `href="/c/files/a/view"`, "PDF · 2\u00a0kB · kom ",
		"· viruskontrollert · svar på «Budsjett»")
	p.Files[0].Scanned = false
	wantNotIn(t, render(t, p), "viruskontrollert")
}
