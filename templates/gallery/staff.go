package gallery

import (
	"slices"
	"strconv"
	"strings"
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
		ExportURL: list + "/cases.csv", ExportLimit: 10000, BulkURL: list + "/bulk?view=open",
		Next:  &page.Next{Action: list + "/next", List: "view=open", Key: "a", Text: h.T("nextcase.take")},
		Units: []page.UnitLink{{Name: "Kulturkontoret", URL: list + "?q=unit"}},
	}
	plain := full
	plain.Services, plain.Tasks, plain.FirstURL, plain.NextURL, plain.Count, plain.More = nil,
		nil, "", "", 1000, true
	plain.BulkProblem = h.T("fault.bulk_none")
	nothing := full
	nothing.Cases, nothing.Count = nil, 0
	out := []Sample{{"inbox", full}, {"inbox-plain", plain}, {"inbox-nothing-found", nothing}}
	for _, view := range []string{page.ViewOpen, page.ViewMine, page.ViewUnassigned, page.ViewDue,
		page.ViewClosed} {
		out = append(out, Sample{"inbox-empty-" + view, page.Inbox{Head: h, ListURL: list,
			View: view, Now: now}})
	}
	return append(out, bulks(staff(h, list+"/bulk/1"))...)
}

// bulks are one thing that is done with many cases: what it asks for, what would be done, what was,
// and what was taken back.
func bulks(h layout.Head) []Sample {
	const at = "/inbox/310246816/bulk/1"
	asks := page.Bulk{
		Head: h, Bulk: core.Bulk{Act: core.BulkTag, Left: 12, List: "view=open"}, Action: at,
		ListURL: "/inbox/310246816?view=open", Limit: 1000,
		Form: &page.WorkForm{ID: "tag", Action: at + "/give", Button: h.T("bulk.next"), Fields: []page.WorkField{
			{Name: "tag", Type: "text", Label: h.T("work.tag_word"), Hint: h.T("work.tag_hint")},
		}},
	}
	results := []core.BulkResult{
		{Outcome: core.BulkDone}, {Outcome: core.BulkDone}, {Outcome: core.BulkSame},
		{Outcome: core.BulkNot, Why: "fault.bulk_forbidden"},
		{Outcome: core.BulkNot, Why: "fault.case_taken", WhyArgs: []string{"Siri Dahl"}},
	}
	for i, r := range results {
		c := page.BulkCase{
			URL: "/case/" + strconv.Itoa(i), Title: "Vårkonsert i Nordvik", Reference: "NK-7F3K-92QD",
			BulkRow: core.BulkRow{N: i + 1, BulkResult: r},
		}
		if r.Why == "fault.bulk_forbidden" {
			c.URL = ""
		}
		asks.Cases = append(asks.Cases, c)
	}
	would := asks
	would.Form, would.Given, would.Tag, would.Left = nil, true, "haster", 0
	done, to := would, now.Add(10*time.Minute)
	done.Ran, done.UndoTo = &now, &to
	undone := would
	undone.Ran, undone.Undone, undone.Cases = &now, &now, slices.Clone(would.Cases)
	undone.Cases[0].Undo = core.BulkResult{Outcome: core.BulkDone}
	undone.Cases[1].Undo = core.BulkResult{Outcome: core.BulkNot, Why: "fault.bulk_changed"}
	wrong, form := asks, *asks.Form
	form.Fields = slices.Clone(form.Fields)
	form.Fields[0].Value, form.Fields[0].Error = "!", h.T("fault.tag_signs", 40)
	wrong.Form = &form
	return []Sample{
		{"bulk-asks", asks}, {"bulk-wrong", wrong}, {"bulk-would", would}, {"bulk-done", done},
		{"bulk-undone", undone},
	}
}

// numbers are of an inbox with cases, and of one without.
func numbers(h layout.Head) []Sample {
	const inbox = "/inbox/310246816"
	h = staff(h, inbox+"/numbers")
	monday := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, now.Location())
	none := page.Numbers{
		Head: h, InboxURL: inbox, ListURL: inbox + "/numbers", Periods: []int{12, 26}, Now: now,
		StepsURL: inbox + "/numbers.csv?of=steps", WeeksURL: inbox + "/numbers.csv?of=weeks",
		Steps: []page.NumbersStep{{Service: "Parkering", Step: "Ny"}},
		Ended: []page.NumbersEnded{{Service: "Parkering"}},
	}
	for i := range 12 {
		none.Weeks = append(none.Weeks, page.NumbersWeek{Monday: monday.AddDate(0, 0, 7*(i-11))})
	}
	full := none
	full.Services = []page.FilterOption{
		{Value: "nordvik/stottesak", Label: "Arrangementsstøtte", Chosen: true},
		{Value: "nordvik/parkeringssak", Label: "Parkering"},
	}
	full.Steps = []page.NumbersStep{
		{Service: "Arrangementsstøtte", Step: "Ny", Open: 1204, Overdue: 17, Oldest: in(-61), Middle: in(-9)},
		{Service: "Parkering", Step: "Ny"},
	}
	full.Ended = append([]page.NumbersEnded{
		{Service: "Arrangementsstøtte", Cases: 212, Took: 23 * 24 * time.Hour},
	}, none.Ended...)
	full.Weeks = nil
	for i, w := range none.Weeks {
		w.Came, w.Ended, w.Backlog = 10+i*7%23, 8+i*11%19, 1100+9*i
		full.Weeks = append(full.Weeks, w)
	}
	return []Sample{{"numbers", full}, {"numbers-none", none}}
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
			r.Here = "Anne Krog skriver i saken"
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
			{ID: "a", URL: "/files/a/view", Download: "/files/a", Name: "Tillatelse.pdf",
				ContentType: "application/pdf", Size: 430_000, Received: before(14),
				Question: "Har du tillatelse?"},
			{ID: "b", URL: "/files/b", Download: "/files/b", Name: "plan.docx", Size: 3_100_000},
		},
		ArchiveURL: "/c/attachments.zip", DossierURL: "/c/dossier.pdf", NotesURL: "/c/dossier.pdf?notes=1",
		Filters: []page.HistoryFilter{
			{Text: h.T("history.all"), URL: "/c#history", Chosen: true},
			{Kind: "note", Text: h.T("history.note"), URL: "/c?show=note#history"},
		},
		OlderURL: "/c?before=1#history",
		History: []page.HistoryLine{
			{ID: "3", At: before(0), Who: "Ingrid Berg", What: h.T("event.note"), URL: "#note-1",
				Quote: "Ring søkeren. <b>"},
			{ID: "2", At: before(1), Who: "Ingrid Berg", What: h.T("event.take")},
			{ID: "1", At: before(14), Who: "Stafett", What: h.T("event.instantiate")},
		},
		Facts: page.CaseFacts{
			Due: in(14), Assignee: "Ingrid Berg", Mine: true, Received: before(14),
			Purpose: "Saksbehandler kultur",
		},
	}
	one.Next = &page.Next{
		Action: head.InboxURL + "/next", List: "view=mine", From: guid, Key: "a", Text: h.T("nextcase.go"),
		Back: h.T("nextcase.back"),
	}
	one.Flash, one.Work = h.T("work.did_hold"), caseWork(h, head.CaseURL+"/work/")
	list, open := checklist(head.CaseURL + "/work/")
	one.Checklist, one.Related = &list, relatedCases(h)
	spoken := one
	spoken.Conversations = conversations(h)[:1]
	spoken.Conversations[0].Form.Label = h.T("message.to_applicant")
	spoken.Conversations[0].Form.Templates = textTemplates(h, h.T("fault.no_template"))
	readable := list
	readable.Action = ""
	spoken.Checklist = &readable
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
		Notice:  "Beløp over 50 000 kroner må godkjennes.",
		Follows: []string{"Saken går videre til «Vedtak»."},
	}
	confirm := page.CaseConfirm{
		Head: h, CaseHead: head, Action: head.CaseURL + "/reject",
		Question: "Vil du avvise søknaden?",
		Text:     "Søkeren får beskjed. Det kan ikke gjøres om.", ButtonText: "Avvis", Danger: true,
		Sections: answers()[:1], Version: 3, Task: "Task_2",
	}
	warned, stopped := confirm, confirm
	warned.Open = &open
	stopped.Open = &page.OpenItems{Items: open.Items, Stops: true}
	second := one
	second.History, second.Filters, second.OlderURL = nil, one.Filters, ""
	second.NewestURL, second.Own = "/c#history", answers()[:1]
	second.Second = &page.SecondPerson{
		Title: h.T("second.yours"), Text: h.T("second.prepared", "Ingrid Berg"),
		Since: h.T("second.since", "Ingrid Berg", "1. desember"), Changes: differences(),
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
		{"case-second", second}, {"case-file", shownFile(h, head)},
		{"case-form", write}, {"case-confirm", confirm}, {"case-confirm-open", warned},
		{"case-confirm-stopped", stopped}, {"case-access", who},
	}
}

// shownFile is a text that is too long to be shown whole.
func shownFile(h layout.Head, head page.CaseHead) page.FilePage {
	return page.FilePage{
		Head: h, CaseHead: head, Number: 2, Count: 3, Previous: "/files/a/view", Next: "/files/c/view",
		File: page.CaseFile{
			ID: "b", Name: strings.Repeat("et-langt-navn-", 9) + ".txt", ContentType: "text/plain",
			Size: 430_000, Received: before(2), Download: "/files/b",
		},
		Text: "Hei <b>\n" + strings.Repeat("lang", 90), Cut: true,
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
	limited := blank
	limited.Role, limited.Person, limited.NoEnd, limited.From = "nordvik-kultur", "Siri Dahl", true, "2027-01-04"
	limited.Limit = "Bare saker der «Bydel» er Vika."
	limited.Apps = []page.LimitChoice{{Value: "nordvik/stottesak", Text: "Arrangementsstøtte", Chosen: true}}
	limited.Fields = []page.LimitField{
		{ID: "bydel", Title: "Bydel", Services: []string{"Arrangementsstøtte"},
			Values: []page.LimitChoice{{Value: "vika", Text: "Vika", Chosen: true}, {Value: "sentrum", Text: "Sentrum"}}},
		{ID: "unit", Title: "unit", Typed: "Kultur", Services: []string{"Parkering"}},
	}
	return append(slices.Concat(deliverySamples(h), subscriptionSamples(h), solutionSamples(h),
		requestSamples(h, base)),
		Sample{"grant-limited", limited},
		Sample{"people", page.People{Head: h, Grants: all, GrantURL: base + "/people/grant",
			RequestsURL: base + "/people/requests", Waiting: 2, Ending: all[:1],
			Roles:  []page.RoleHolders{{RoleChoice: roles[0], Grants: all[:1]}, {RoleChoice: roles[1]}},
			LogURL: base + "/log", Now: now}},
		Sample{"people-empty", page.People{Head: h, GrantURL: base + "/people/grant",
			LogURL: base + "/log", Now: now}},
		Sample{"person", page.Person{
			Head: h, Name: "Ingrid Berg", Grants: all[:1], PeopleURL: base, GrantURL: base,
			Opened: []page.AppRow{{
				App: "Sak om arrangementsstøtte", OpenedRow: page.OpenedRow{
					Actions: "lese", Sentence: "Saksbehandler kultur kan lese når som helst.", Level: 4,
					Sources: []string{"Saksbehandler kultur: gitt av Tor Haugen, til og med 31. desember 2026"},
				}, Stages: []page.StageCases{
					{Name: "Ny", Counted: true, Cases: 1001}, {Name: "Avsluttet", Counted: true, Cases: 1},
				},
			}, {
				App: "Sak om arrangementsstøtte", OpenedRow: page.OpenedRow{
					Actions: "slette", Sentence: "Saksbehandler kultur kan slette når som helst.",
				}, Stages: []page.StageCases{{Name: "Avsluttet"}},
			}},
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

func requestSamples(h layout.Head, base string) []Sample {
	answered := page.RequestRow{
		ID: 3, Person: "Jon Vik", Organisation: "Nordvik kommune", Role: "Saksbehandler kultur",
		Reason: "Vikar i juni", At: now, State: core.RequestRefused, Answer: "Du har ikke dette arbeidet.",
		AnsweredBy: "Tor Haugen",
	}
	waiting := page.RequestRow{
		ID: 4, Person: "Siri Dahl", Organisation: "Nordvik kommune", Role: "Saksbehandler kultur",
		Reason: "Vikar i juli", At: now, State: core.RequestWaiting, Until: "2027-11-26",
		Action: base + "/people/requests/4",
	}
	bad := waiting
	bad.ID, bad.Problems = 5, []page.GrantProblem{
		{Field: "reason", Message: "Du må skrive hvorfor."}, {Field: "until", Message: "Datoen må være senere."},
	}
	form := page.RequestForm{
		Number: "310246816", Organisation: "Nordvik kommune", Reason: "",
		Roles:    []page.RoleChoice{{Code: "a", Name: "Saksbehandler kultur"}, {Code: "b", Name: "Lege"}},
		Problems: []page.GrantProblem{{Field: "reason", Message: "Du må skrive hvorfor."}, {Field: "role", Message: "Velg en rolle."}},
	}
	all := page.RoleRequests{
		Head: h, PeopleURL: base + "/people", WaitingCount: 2, AnsweredCount: 1,
		Waiting: []page.RequestRow{waiting, bad}, Answered: []page.RequestRow{answered},
	}
	mine := citizen(h, "/my/requests")
	return []Sample{
		{"requests", all}, {"requests-none", page.RoleRequests{Head: h, PeopleURL: base + "/people"}},
		{"my-requests", page.MyRequests{Head: mine, Form: form, Requests: []page.RequestRow{waiting, answered}}},
		{"my-requests-none", page.MyRequests{Head: mine}},
	}
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
			Rules: []page.AppRules{{App: "Sak om arrangementsstøtte", Level: 4, Sentences: []string{
				"Saksbehandler kultur kan lese når som helst.",
			}}},
			Request: page.RequestForm{Number: "310246816", Organisation: "Nordvik kommune", Roles: roles[:1]},
		}},
		{"refusal-roles", page.Refusal{Head: s, Wanted: roles, At: "Nordvik kommune",
			RequestID: "K7QD"}},
		{"refusal-citizen", page.Refusal{Head: citizen(h, "/x"), RequestID: "K7QD"}},
		{"not-found", page.NotFound{Head: citizen(h, "/x"), Text: h.T("fault.app_not_found"),
			RequestID: "K7QD"}},
		{"sign-in-again", page.SignInAgain{
			Head: citizen(h, "/x"), SignInURL: "/login?return=/signed-in", Action: "/x", Files: true,
			Fields: []page.KeptField{{Name: "soker.telefon", Value: "99887766"}},
		}},
		{"sign-in-again-level", page.SignInAgain{
			Head: citizen(h, "/x"), Level: 4, SignInURL: "/login?return=/signed-in&level=4", Action: "/x",
		}},
		{"sign-in-again-kept", page.SignInAgain{
			Head: citizen(h, "/x"), SignInURL: "/login?return=/signed-in", Action: "/x", Until: now,
			BackURL: "/login?return=/x",
			Fields:  []page.KeptField{{Name: "soker.telefon", Value: "99887766"}},
		}},
		{"signed-in", page.SignedIn{Head: citizen(h, "/x")}},
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
	out = append(out, Sample{"error-posted", page.Error{
		Head: plain, Status: 503, RetryURL: "/x", RequestID: "K7QD", At: now, Unanswered: &page.Unanswered{
			Action: "/x", Files: true, Fields: []page.KeptField{{Name: "navn", Value: "Lysfest"}},
			Typed: []page.Typed{{Question: "Hva heter arrangementet?", Value: "Lysfest\ni parken"}},
		},
	}})
	return append(out, Sample{"error-saved", page.Error{
		Head: plain, Status: 500, Saved: &saved, RetryURL: "/x", RequestID: "K7QD", At: now,
	}})
}
