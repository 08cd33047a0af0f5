package gallery

import (
	"slices"
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

func inboxes(h layout.Head) []Sample {
	const list = "/inbox/310246816"
	h = staff(h, list+"?view=open")
	full := page.Inbox{
		Head: h, ListURL: list, View: page.ViewOpen, Count: 41, Now: now,
		Services: []page.FilterOption{
			{Value: "nordvik/stottesak", Label: "Arrangementsstøtte", Chosen: true},
			{Value: "nordvik/parkeringssak", Label: "Parkering"},
		},
		Tasks: []page.FilterOption{{Value: "Task_1", Label: "Mottatt"}, {Value: "Task_2",
			Label: "Vurdering"}},
		Cases:    caseRows(),
		FirstURL: list, NextURL: list + "?after=x",
	}
	plain := full
	plain.Services, plain.Tasks, plain.FirstURL, plain.NextURL, plain.Count, plain.More = nil,
		nil, "", "", 1000, true
	nothing := full
	nothing.Cases, nothing.Count = nil, 0
	out := []Sample{{"inbox", full}, {"inbox-plain", plain}, {"inbox-nothing-found", nothing}}
	for _, view := range []string{page.ViewOpen, page.ViewMine, page.ViewUnassigned, page.ViewDue,
		page.ViewClosed} {
		out = append(out, Sample{"inbox-empty-" + view, page.Inbox{Head: h, ListURL: list,
			View: view, Now: now}})
	}
	return out
}

func caseRows() []page.CaseRow {
	row := func(id, title string, change func(*page.CaseRow)) page.CaseRow {
		r := page.CaseRow{
			ID: id, URL: "/case/" + id, Title: title, Applicant: "Nordvik Musikkforening",
			Service: "Arrangementsstøtte", Reference: ref, Received: before(14),
			Status: ui.Tag{Text: "Under behandling", Tone: ui.ToneProgress},
		}
		change(&r)
		return r
	}
	return []page.CaseRow{
		row("1", "Bygdekino for barn", func(r *page.CaseRow) {
			r.Due, r.Assignee, r.Mine = in(-2), "Ingrid Berg", true
		}),
		row("2", "Nyttårsløpet 2027", func(r *page.CaseRow) {
			r.Due, r.Unread, r.TakeURL = in(5), true, "/case/2/take"
			r.Status = ui.Tag{Text: "Ny", Tone: ui.ToneNew}
		}),
		row("3", "<script>alert(1)</script>", func(r *page.CaseRow) {
			r.Due, r.Assignee = in(0),
				"Anne Krog"
		}),
		row("4", longWord, func(r *page.CaseRow) { r.Withdrawn = in(-1) }),
	}
}

func caseHead() page.CaseHead {
	return page.CaseHead{
		CaseURL: "/inbox/310246816/case/" + guid, InboxURL: "/inbox/310246816",
		Title:   "Lysfest i Nordvikparken",
		Service: "Arrangementsstøtte", Applicant: "Nordvik Musikkforening", Reference: ref,
		Attachments: 2,
		Tags:        []ui.Tag{{Text: "Under behandling", Tone: ui.ToneProgress}},
		Phases: []ui.Phase{
			{State: "done", Title: "Mottatt", Mark: "ferdig"}, {State: "now",
				Title: "Vurdering"}, {Title: "Vedtak"},
		},
	}
}

func caseActions(base string) []page.CaseAction {
	return []page.CaseAction{
		{ID: "write", URL: base + "/write", Text: "Vurder søknaden", Main: true},
		{ID: "take", URL: base + "/take", Text: "Ta saken", Post: true},
		{ID: "reject", URL: base + "/reject", Text: "Avvis", Danger: true},
	}
}

func casePages(h layout.Head) []Sample {
	h = staff(h, "/inbox/310246816/case/"+guid)
	head := caseHead()
	one := page.Case{
		Head: h, CaseHead: head, Sections: answers(), Actions: caseActions(head.CaseURL),
		Version: 3,
		Task:    "Task_2", Now: now,
		Files: []page.CaseFile{
			{ID: "a", URL: "/files/a", Name: "Tillatelse.pdf", Size: 430_000, Received: before(14)},
			{ID: "b", URL: "/files/b", Name: "kart.jpg", ContentType: "image/jpeg",
				Size: 3_100_000},
		},
		History: []page.HistoryLine{
			{At: before(1), Who: "Ingrid Berg", What: h.T("event.take")},
			{At: before(14), Who: "Stafett", What: h.T("event.instantiate")},
		},
		Facts: page.CaseFacts{
			Due: in(14), Assignee: "Ingrid Berg", Mine: true, Received: before(14),
			Purpose: "Saksbehandler kultur",
		},
	}
	spoken := one
	spoken.Conversations = conversations(h)[:1]
	spoken.Conversations[0].Form.Label = h.T("message.to_applicant")
	spoken.Conversations[0].Form.Hint = h.T("message.to_applicant_hint")
	ended := page.Case{
		Head: h, CaseHead: page.CaseHead{CaseURL: "/c", InboxURL: "/i", Reference: ref}, Now: now,
		Facts: page.CaseFacts{Due: in(1), Received: before(14), Ended: in(-1)},
	}
	form := pageOf("vurdering", "Vurdering", 1, choices()[:2], texts()[2:3])
	form.Count, form.Next, form.Issues = 1, "", issuesOf(form.Nodes)
	write := page.CaseForm{
		Head: h, CaseHead: head, Sections: answers(), Form: form, Task: "Task_2",
		Heading:  "Vurder søknaden",
		NextText: "Se over vedtaket", Saved: now, Now: now,
		Notice: "Beløp over 50 000 kroner må godkjennes.",
	}
	confirm := page.CaseConfirm{
		Head: h, CaseHead: head, Action: head.CaseURL + "/reject",
		Question: "Vil du avvise søknaden?",
		Text:     "Søkeren får beskjed. Det kan ikke gjøres om.", ButtonText: "Avvis", Danger: true,
		Sections: answers()[:1], Version: 3, Task: "Task_2",
	}
	corrected := one
	corrected.Withdrawn = &page.Withdrawn{At: before(0), Reason: "Bandet kan ikke komme. <b>"}
	corrected.Corrections = []page.NewVersion{
		{Number: 1, Sent: before(9), Differences: differences()}, {Number: 2, Sent: before(5)},
	}
	ended.Corrections = []page.NewVersion{{Number: 1, Sent: before(1), Late: true}}
	ended.Withdrawn = &page.Withdrawn{At: before(0), Late: true}
	who := page.CaseAccess{Head: h, CaseHead: head, NextURL: head.CaseURL + "/access?after=2",
		Who: []page.OpenedRow{
			{
				Who: "Ingrid Berg", Actions: "lese og skrive", Level: 4,
				Sentence: "Saksbehandler kultur kan lese og skrive når som helst.",
				Sources:  []string{"Saksbehandler kultur: gitt av Tor Haugen, uten sluttdato"},
			},
			{Who: "Systemene til Nordvik", Actions: "lese", Sentence: "Virksomheten kan lese."},
		}}
	return []Sample{
		{"case", one}, {"case-messages", spoken}, {"case-ended", ended}, {"case-corrected", corrected},
		{"case-form", write}, {"case-confirm", confirm}, {"case-access", who},
	}
}

func grants(h layout.Head) []page.GrantRow {
	return []page.GrantRow{
		{
			ID: 1, Person: "Ingrid Berg", PersonURL: "/p/1", Number: "078384 •••••",
			Role:        "Saksbehandler kultur",
			Description: "Kan behandle søknader.", Source: core.RoleGranted,
			Reason:    "Fast stilling",
			GrantedBy: "Tor Haugen", From: before(100), To: in(20), State: page.GrantInForce,
			WithdrawURL: "/w/1",
		},
		{ID: 2, Person: "Tor Haugen", Role: "Hovedadministrator", Source: core.RoleFromRegister,
			State: page.GrantInForce},
		{ID: 3, Person: "Siri Dahl", Role: "Parkering", Source: core.RoleGranted, To: in(400),
			State: page.GrantUpcoming},
		{ID: 4, Person: "Per Nilsen", Role: "Parkering", Source: core.RoleGranted, To: in(-4),
			State: page.GrantExpired},
		{
			ID: 5, Person: "Lise Moen", Role: "Lege", Source: core.RoleGranted, Withdrawn: in(-4),
			WithdrawnBy: "Tor Haugen", State: page.GrantWithdrawn,
		},
	}
}

func adminPages(h layout.Head) []Sample {
	const base = "/admin/310246816"
	h = staff(h, base+"/people")
	all := grants(h)
	roles := []page.RoleChoice{
		{Code: "nordvik-kultur", Name: "Saksbehandler kultur",
			Description: "Kan behandle søknader.",
			Services:    []string{"Arrangementsstøtte"}},
		{Code: "nordvik-lege", Name: "Lege", Description: "Kan se helseopplysninger."},
	}
	blank := page.Grant{
		Head: h, Roles: roles, Until: "2027-11-26", Action: base + "/people/grant",
		PeopleURL: base + "/people",
		Earliest:  "2026-11-26", Latest: "2029-11-26",
	}
	bad := blank
	bad.Role, bad.Number = "nordvik-kultur", "123"
	bad.Problems = []page.GrantProblem{
		{Field: page.GrantField("fault.admin_person_number"),
			Message: "Fødselsnummeret må ha 11 siffer."},
		{Field: "lastName", Message: "Du må skrive etternavnet."}, {Field: "role",
			Message: "Du må velge en rolle."},
		{Field: "reason", Message: "Du må skrive hvorfor."}, {Field: "until",
			Message: "Datoen må være senere."},
		{Message: "Noe mer må rettes."},
	}
	return append(slices.Concat(deliverySamples(h), subscriptionSamples(h), solutionSamples(h)),
		Sample{"people", page.People{Head: h, Grants: all, GrantURL: base + "/people/grant",
			LogURL: base + "/log", Now: now}},
		Sample{"people-empty", page.People{Head: h, GrantURL: base + "/people/grant",
			LogURL: base + "/log", Now: now}},
		Sample{"person", page.Person{
			Head: h, Name: "Ingrid Berg", Number: "078384 •••••", Grants: all[:1],
			PeopleURL: base, GrantURL: base,
		}},
		Sample{"person-over", page.Person{Head: h, Name: "Lise Moen", Grants: all[4:],
			PeopleURL: base, GrantURL: base}},
		Sample{"withdraw", page.Withdraw{
			Head: h, Grant: all[0], Action: base + "/people/withdraw/1", PeopleURL: base,
			Last: true,
		}},
		Sample{"grant", blank}, Sample{"grant-errors", bad},
		Sample{"log", page.Log{Head: h, NextURL: base + "/log?before=3", FirstURL: base,
			ListURL: base, ExportURL: base, Checked: now, CheckedLines: 1200, Case: ref,
			People: []page.LogChoice{{Value: "1", Text: "Ingrid Berg"}}, Person: "1",
			Lines: []page.LogLine{
				{At: now, Who: "Ingrid Berg", What: h.T("event.read"), About: ref,
					With: "Saksbehandler kultur"},
				{At: now, Who: "Siri Dahl", What: h.T("event.refused", h.T("event.read")),
					Refused: true},
			}}},
		Sample{"log-empty", page.Log{Head: h, ListURL: base, Checked: now, Broken: true}},
	)
}

func refusals(h layout.Head) []Sample {
	s := staff(h, "/inbox/310246816/case/"+guid)
	roles := []page.RoleChoice{{Code: "k", Name: "Saksbehandler kultur",
		Description: "Kan behandle søknader."}, {Name: "Lege"}}
	plain := layout.Head{Lang: h.Lang, CSSURL: h.CSSURL, JSURL: h.JSURL, Surface: layout.Plain}
	saved := now.Add(-11 * time.Minute)
	out := []Sample{
		{"refusal", page.Refusal{
			Head: s, Wanted: roles[:1], Held: []string{"Parkering", "Lege"},
			At: "Nordvik kommune", RequestID: "K7QD",
			Granters: []string{"Tor Haugen"},
		}},
		{"refusal-roles", page.Refusal{Head: s, Wanted: roles, At: "Nordvik kommune",
			RequestID: "K7QD"}},
		{"refusal-citizen", page.Refusal{Head: citizen(h, "/x"), RequestID: "K7QD"}},
		{"not-found", page.NotFound{Head: citizen(h, "/x"), Text: h.T("fault.app_not_found"),
			RequestID: "K7QD"}},
		{"conflict", page.Conflict{
			Head: citizen(h, "/x"), Text: h.T("fault.changed"), OpenURL: "/x", RequestID: "K7QD",
			Typed: []page.Typed{{Question: "Hva heter arrangementet?", Value: "Lysfest\ni parken"}},
		}},
		{"conflict-retract", page.Conflict{Head: citizen(h, "/x"), Title: h.T("retract.cannot"),
			Text: h.T("fault.retract_over"), OpenURL: "/x"}},
		{"conflict-nothing-typed", page.Conflict{Head: s, Text: h.T("fault.changed"),
			OpenURL: "/x"}},
	}
	for _, status := range []int{400, 409, 413, 415, 422, 429, 500, 503} {
		out = append(out, Sample{"error-" + strconv.Itoa(status), page.Error{
			Head: plain, Status: status, RequestID: "K7QD", At: now,
		}})
	}
	return append(out, Sample{"error-saved", page.Error{
		Head: plain, Status: 500, Saved: &saved, RetryURL: "/x", RequestID: "K7QD", At: now,
	}})
}
