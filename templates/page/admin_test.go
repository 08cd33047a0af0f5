package page

import (
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/ui"
)

func TestStateOf_TheDatabasesClockDecides(t *testing.T) {
	t.Parallel()
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	for _, c := range []struct {
		name  string
		grant core.Grant
		want  GrantState
	}{
		{"in force", core.Grant{InForce: true, From: past}, GrantInForce},
		{"in force although our clock is behind", core.Grant{InForce: true, From: future},
			GrantInForce},
		{"upcoming", core.Grant{From: future}, GrantUpcoming},
		{"expired", core.Grant{From: past, To: &past}, GrantExpired},
		{"withdrawn", core.Grant{From: past, WithdrawnAt: &past}, GrantWithdrawn},
	} {
		if got := StateOf(c.grant, now); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestGrantRow_TheLastDayIsTheOneBeforeTheEnd(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC) // midnight in Oslo
	if got, want := (GrantRow{To: &end}).until(nb), "31. des. 2026"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (GrantRow{}).until(nb), "Uten sluttdato"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLapses_WarnsOnlyWhenNobodyIsLeft(t *testing.T) {
	t.Parallel()
	soon, late := now.AddDate(0, 0, 20), now.AddDate(1, 0, 0)
	grant := func(role string, to *time.Time, state GrantState) GrantRow {
		return GrantRow{Role: role, Person: role, To: to, State: state}
	}
	got := lapses([]GrantRow{
		grant("alone", &soon, GrantInForce), grant("long", &late, GrantInForce),
		grant("endless", nil, GrantInForce),
		grant("two", &soon, GrantInForce), grant("two", nil, GrantUpcoming),
		grant("alone", &late, GrantWithdrawn),
	}, now)
	if len(got) != 1 || got[0].Role != "alone" {
		t.Errorf("got %+v, want the one role that runs dry", got)
	}
}

func TestGrant_ErrorsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	html := render(t, Grant{
		Head: nb, Number: "1", Roles: []RoleChoice{{Code: "a", Name: "A",
			Description: "Kan alt."}}, Role: "a",
		Until: "2027-11-26", Action: "/grant", Problems: []GrantProblem{
			{Field: GrantField("fault.admin_person_number"), Message: "Elleve siffer."},
			{Field: GrantField("fault.unheard_of"), Message: "Noe annet."},
		},
	})
	wantIn(t, html, "<title>Feil: Gi tilgang", `href="#number">Elleve siffer.`,
		`id="number-e">Elleve siffer.`,
		`aria-describedby="number-d number-e" aria-invalid="true"`, `href="#form">Noe annet.`,
		"Kan alt. Det gjelder fra nå av og til og med 26. november 2027.", `autocomplete="off"`)
}

func TestWhy_EveryCodeHasWords(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"":               "",
		"no_target":      text.T("nb", "admin.why_no_target"),
		"http_503":       "Mottakeren hadde en feil (503).",
		"http_422":       text.T("nb", "admin.why_http_4xx", "422"),
		"token_invalid":  "Vi fikk ikke tokenet som trengs for å levere.",
		"something_else": "Forsøket gikk ikke gjennom. Loggen har mer.",
	} {
		if got := why(nb, code); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}

func TestDeliveryRow_SaysHowFarItHasCome(t *testing.T) {
	t.Parallel()
	next := now.Add(10 * time.Minute)
	for _, c := range []struct {
		row      DeliveryRow
		tone     ui.Tone
		progress string
	}{
		{DeliveryRow{State: core.DeliveryWaiting}, ui.ToneNew, "Ikke forsøkt ennå."},
		{
			DeliveryRow{State: core.DeliveryWaiting, Attempts: 3, Code: "network", NextTry: &next},
			ui.ToneWaiting, "3 forsøk. Neste kl.\u00a011.02.",
		},
		{DeliveryRow{State: core.DeliveryParked, Attempts: 1, Code: "http_400"}, ui.ToneBroken,
			"Stoppet etter 1 forsøk."},
		{DeliveryRow{State: core.DeliveryDelivered, Delivered: &now}, ui.ToneDone,
			"26. november 2026 kl.\u00a010.52"},
	} {
		if got := c.row.tag(nb).Tone; got != c.tone {
			t.Errorf("got %s, want %s", got, c.tone)
		}
		if got := c.row.progress(nb, now); got != c.progress {
			t.Errorf("got %q, want %q", got, c.progress)
		}
	}
}

func TestDeliveries_TellHowItGoesTargetByTarget(t *testing.T) {
	t.Parallel()
	since, until := now.Add(-time.Hour), now.Add(30*time.Second)
	open := &core.Breaker{Code: "http_503", Opened: &since, Until: &until}
	probing := *open
	probing.Probing = true
	row := func(id string, waiting int, b *core.Breaker) TargetRow {
		return TargetRow{ID: id, Name: id, Figures: core.TargetFigures{
			To: core.AppRef{Org: "n", App: id}, Waiting: waiting, Oldest: 95 * time.Minute, Breaker: b,
		}, WaitingURL: "/w/" + id}
	}
	stopped := row("stopped", 0, nil)
	stopped.Figures.Parked, stopped.ParkedURL, stopped.RetryURL = 3, "/p", "/d/retry"
	html := render(t, Deliveries{Head: nb, ListURL: "/d", Now: now, Targets: []TargetRow{
		row("open", 412, open), row("probing", 1, &probing),
		row("failing", 0, &core.Breaker{Code: "network"}), stopped,
	}})
	wantIn(t, html, "Svarer ikke", "Mottakeren hadde en feil (503).", "Neste prøve om 30,0",
		`href="/w/open"`, "412", "den eldste i 1", "Prøver om den svarer", "Har feilet",
		`href="/p"`, `action="/d/retry"`, `name="to" value="n/stopped"`, "Prøv alle igjen")
	wantNotIn(t, html, `value="n/open"`, `href="/w/failing"`)
}

func TestDeliveries_OnlyAStoppedOneIsTriedAgain(t *testing.T) {
	t.Parallel()
	html := render(t, Deliveries{Head: nb, ListURL: "/d", Now: now, Rows: []DeliveryRow{
		{ID: "1", Reference: "NK-1", State: core.DeliveryParked, Code: "pdf",
			RetryURL: "/d/1/retry", GiveUpURL: "/d/1/give-up", Said: "Stengt <nå>", Created: now},
		{ID: "2", Reference: "NK-2", State: core.DeliveryWaiting, Created: now},
	}})
	wantIn(t, html, `action="/d/1/retry"`, "Én innsending har stoppet",
		`href="/d/1/give-up"`, "<q>Stengt &lt;nå&gt;</q>", `href="/d?state=parked"`)
	wantNotIn(t, html, "/d/2/retry")
}

func TestLog_TellsTheSecondAndTheRefusal(t *testing.T) {
	t.Parallel()
	html := render(t, Log{Head: nb, Lines: []LogLine{{At: now, Who: "Siri Dahl", What: "Åpnet",
		Refused: true}}})
	wantIn(t, html, "26. nov. 2026 kl.\u00a010.52.07", "Nektet", "Siri Dahl")
	en := nb
	en.Lang = "en"
	if got, want := exact(en, now), "26 Nov 2026 10:52:07"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
