package gallery

import (
	"slices"
	"strconv"
	"time"

	"stafett/internal/form"
	"stafett/templates/layout"
	"stafett/templates/page"
	"stafett/templates/ui"
)

// now is the moment at which all samples are drawn.
var now = time.Date(2026, 11, 26, 9, 52, 7, 0, time.UTC)

func before(days int) time.Time { return now.AddDate(0, 0, -days) }

func in(days int) *time.Time {
	t := now.AddDate(0, 0, days)
	return &t
}

const (
	guid    = "018f2f6e-1111-7c3a-9a51-3d2b8c5e0001"
	taskURL = "/nordvik/arrangementsstotte/instance/51003/" + guid + "/Task_1"
	ref     = "NK-7F3K-92QD"
)

// citizen gives a head for someone who fills in for an organisation.
func citizen(h layout.Head, path string) layout.Head {
	h.Surface, h.Organisation, h.Path = layout.Citizen, "Nordvik kommune", path
	h.User = &layout.User{Name: "Kari Solbakken", Initials: layout.Initials("Kari Solbakken")}
	h.Party = layout.Party{Name: "Nordvik Musikkforening", Number: "312468034"}
	h.Parties = []layout.PartyChoice{
		{ID: 50001, Name: "Kari Solbakken", Detail: "Deg selv"},
		{
			ID: 51003, Name: "Nordvik Musikkforening", Detail: "312 468 034",
			Organisation: true, Current: true,
		},
	}
	h.Nav = []layout.NavItem{
		{ID: "my", URL: "/my", Label: "Mine skjema", Current: true},
		{ID: "find", URL: "/", Label: "Finn skjema"},
	}
	h.Footer = []layout.NavItem{{ID: "accessibility", URL: "/about/accessibility",
		Label: "Tilgjengelighet"}}
	h.TestEnvironment = true
	return h
}

// staff gives a head for a caseworker or an administrator.
func staff(h layout.Head, path string) layout.Head {
	h.Surface, h.Organisation, h.Path = layout.Staff, "Nordvik kommune", path
	h.User = &layout.User{Name: "Ingrid Berg", Initials: layout.Initials("Ingrid Berg")}
	h.Party = layout.Party{Name: "Ingrid Berg", Self: true}
	h.Nav = []layout.NavItem{
		{ID: "inbox", URL: "/inbox/310246816", Label: "Innboks", Count: 7, Current: true},
		{ID: "people", URL: "/admin/310246816/people", Label: "Tilganger"},
	}
	h.Elsewhere = []layout.NavItem{{ID: "my", URL: "/my", Label: "Mine skjema"}}
	return h
}

// Pages gives every page with made-up content, in the states that look different.
func Pages(h layout.Head) []Sample {
	var out []Sample
	for _, family := range [][]Sample{
		front(h), own(h), forms(h), sentIn(h), inboxes(h), views(h), numbers(h), casePages(h), adminPages(h), refusals(h),
	} {
		out = append(out, family...)
	}
	return out
}

var service = page.Offer{
	ID: "nordvik-arrangementsstotte", URL: "/nordvik/arrangementsstotte",
	Title: "Søk om arrangementsstøtte",
	Owner: "Nordvik kommune", Text: "For lag og foreninger.",
}

func front(h layout.Head) []Sample {
	out := h
	out.Surface, out.Path = layout.Citizen, "/"
	in := citizen(h, "/")
	many := in
	for i := range 7 {
		many.Parties = append(many.Parties, layout.PartyChoice{
			ID: int64(52000 + i), Name: "Forening " + string(rune('A'+i)),
			Detail: "312 468 034", Organisation: true,
		})
	}
	none := in
	none.Parties = nil
	return []Sample{
		{"home", page.Home{Head: in, Services: []page.Offer{service}}},
		{"home-signed-out", page.Home{Head: out, Services: []page.Offer{service},
			SignInURL: "/login?return=/my"}},
		{"home-empty", page.Home{Head: out, SignInURL: "/login"}},
		{"party", page.ChooseParty{Head: in, Return: "/my", Total: 2}},
		{"party-many", page.ChooseParty{Head: many, Return: "/my", Total: 12}},
		{"party-nothing-found", page.ChooseParty{Head: none, Return: "/my", Query: "korps",
			Total: 12}},
		{"service", offered(in, page.Service{Whom: whom[:1]})},
		{"service-whom", offered(in, page.Service{Whom: whom, Not: []page.Whom{
			{Name: longWord, Detail: "Tjenesten er ikke for denne typen søker."},
		}})},
		{"service-whom-missing", offered(in, page.Service{Whom: whom, Unanswered: true})},
		{"service-whom-many", offered(in, page.Service{Whom: manyWhom()})},
		{"service-signed-out", offered(out, page.Service{})},
		{"service-level", offered(in, page.Service{Level: 4})},
		{"service-draft", offered(in, page.Service{Whom: whom[:1], Drafts: []page.Draft{draft}})},
		{"service-may-not", offered(in, page.Service{})},
		{"service-by-organisation", offered(in, page.Service{ByOrganisation: true,
			InboxURL: "/inbox/310246816"})},
	}
}

func offered(h layout.Head, p page.Service) page.Service {
	h.Path = service.URL
	p.Head, p.App, p.Intro = h, service.Title, markdown
	p.StartURL, p.SignInURL = service.URL+"/start", "/login?return="+service.URL
	p.Documents = []form.AheadDocument{
		{Title: "Budsjett", Need: form.NeedAlways, Types: "PDF og XLSX", MaxSize: 20 << 20},
		{Title: "Svar fra politiet", Need: form.NeedDepends, Types: "PDF, JPG og PNG", MaxSize: 20 << 20},
	}
	p.Facts = []ui.Entry{{Term: "Hvem kan søke", Text: "Lag og foreninger"}}
	return p
}

var whom = []page.Whom{
	{Value: "50001", Name: "Kari Solbakken", Detail: "Deg selv", Self: true},
	{Value: "51003", Name: "Nordvik Musikkforening", Detail: "312 468 034"},
}

// manyWhom are more than are listed, the last of which is chosen.
func manyWhom() []page.Whom {
	out := slices.Clone(whom)
	for i := range 5 {
		out = append(out, page.Whom{
			Value: strconv.Itoa(52000 + i), Name: "Forening " + string(rune('A'+i)), Detail: "312 468 034",
			Chosen: i == 4,
		})
	}
	return out
}

var draft = page.Draft{
	ID: guid, URL: taskURL + "/arrangement", DeleteURL: "/delete", App: "Arrangementsstøtte",
	Title: "Lysfest i Nordvikparken", Saved: now.Add(-10 * time.Minute), Now: now,
}

var submitted = []page.Sent{
	{
		ID: guid, URL: "/status", App: "Arrangementsstøtte", Title: "Lysfest i Nordvikparken",
		Reference: ref,
		At:        before(14), Status: ui.Tag{Text: "Venter på svar fra deg", Tone: ui.ToneWaiting},
	},
	{
		ID: "2", URL: "/status2", App: "Driftsstøtte", Reference: "NK-4D8M-11XC",
		At: before(200), Status: ui.Tag{Text: "Innvilget", Tone: ui.ToneDone},
	},
	{
		ID: "3", URL: "/status3", App: "Vedtaksbrev", Title: "Vedtak om driftsstøtte",
		Reference: "NK-7Q2B-90KD", At: before(3), Letter: true,
		Status: ui.Tag{Text: "Til deg", Tone: ui.ToneNew},
	},
}

func own(h layout.Head) []Sample {
	h = citizen(h, "/my")
	flash := h
	flash.Flash = "Utkastet er lagret."
	drafts := []page.Draft{draft}
	asked := draft
	asked.ID, asked.App, asked.DeleteURL, asked.Due = "4", "Vi trenger mer fra deg", "", new(now.AddDate(0, 0, 7))
	return []Sample{
		{"my", page.My{
			Head: flash, Asked: []page.Draft{asked}, Drafts: drafts, Sent: submitted, MoreDrafts: "/my/drafts",
			MoreSent: "/my/sent", FindURL: "/",
		}},
		{"my-empty", page.My{Head: h, FindURL: "/"}},
		{"my-undo", page.My{
			Head: h, FindURL: "/", Drafts: drafts,
			Kept:    []page.KeptPage{{URL: "/x", App: "Klage", At: now, Until: now.Add(30 * time.Minute)}},
			Deleted: []page.DeletedDraft{{ID: guid, App: "Søknad om arrangementsstøtte", At: now}},
		}},
		{"my-drafts", page.My{Head: h, View: page.MyDrafts, Drafts: drafts,
			FirstURL: "/my/drafts", FindURL: "/"}},
		{"my-sent", page.My{Head: h, View: page.MySent, Sent: submitted,
			NextURL: "/my/sent?after=x", FindURL: "/"}},
		{"messages", page.Messages{Head: h, Received: received(), NextURL: "/my/messages?after=x"}},
		{"messages-empty", page.Messages{Head: h}},
		{"notices", page.Notices{Head: h, Notices: []page.Notice{{
			ID: "1", Channel: "email", To: "kari@solbakken.example", At: now, Lang: "nb",
			Subject: "Ny melding fra Nordvik kommune",
			Text:    "Du har fått en ny melding fra Nordvik kommune. Logg inn for å lese den.",
		}}}},
		{"notices-empty", page.Notices{Head: h}},
		{"draft-delete", page.DeleteDraft{Head: h, Draft: draft, Action: "/delete",
			CancelURL: draft.URL}},
	}
}

func pageOf(id, title string, number int, nodes ...[]form.Node) form.Page {
	p := form.Page{
		Set: "form", ID: id, Title: title, Number: number, Count: 4, Version: 7,
		Previous: "soker", Next: "budsjett",
	}
	for i, s := range []struct{ id, title string }{
		{"soker", "Om søkeren"}, {"arrangement", "Arrangementet"}, {"budsjett",
			"Budsjett og vedlegg"},
		{"oversikt", "Se over og send inn"},
	} {
		state := form.StepTodo
		switch {
		case s.id == id:
			state = form.StepCurrent
		case i < number:
			state = form.StepDone
		}
		p.Steps = append(p.Steps, form.Step{ID: s.id, Title: s.title, State: state})
	}
	for _, n := range nodes {
		p.Nodes = append(p.Nodes, n...)
	}
	return p
}

// issuesOf gives the issues of all nodes, in page order.
func issuesOf(nodes []form.Node) []form.Issue {
	var out []form.Issue
	for _, n := range nodes {
		if n.Rows != nil {
			for _, r := range n.Rows.Rows {
				out = append(out, r.Issues...)
			}
		}
		out = append(out, n.Issues...)
	}
	return out
}

func forms(h layout.Head) []Sample {
	frame := func(f form.Page) page.FormPage {
		return page.FormPage{
			Head: citizen(h, taskURL+"/"+f.ID), App: "Søknad om arrangementsstøtte", Form: f,
			TaskURL:   taskURL,
			DeleteURL: "/delete", Saved: now.Add(-2 * time.Minute), Now: now,
			Recipient: "Nordvik kommune",
		}
	}
	first := pageOf("arrangement", "Arrangementet", 2, structure()[4:5], texts()[:2],
		choices()[2:4])
	first.AllRequired = true
	errors := pageOf("arrangement", "Arrangementet", 2, texts(), dates(), choices())
	errors.Issues = issuesOf(errors.Nodes)
	errors.Issues = append(errors.Issues, form.Issue{
		Page: "soker", NodeID: "telefon", Message: "Du må skrive telefonnummeret.",
		Severity: "error",
	}, form.Issue{Message: "Noe mer må rettes.", Severity: "error"})
	budget := pageOf("budsjett", "Budsjett og vedlegg", 3, repeating()[:3], uploads()[:3])
	budget.Issues = issuesOf(budget.Nodes)
	check := pageOf("oversikt", "Se over før du sender inn", 4, summaries(), structure()[6:7])
	check.Review, check.Next = true, ""
	changing := frame(first)
	changing.Back = "oversikt"
	other := frame(first)
	other.Other = "bokmål"
	kept, beside := frame(first), frame(first)
	kept.DrawnFor, kept.Expires, kept.Copied = "x", in(60), true
	kept.Changed = []string{"Hvor mange kommer?", longWord}
	kept.Kept = &page.Kept{At: now, Until: now.Add(30 * time.Minute), Action: "/x"}
	kept.Session = &layout.Session{Ends: now.Add(30 * time.Minute), Left: 30 * time.Minute}
	beside.Kept = &page.Kept{
		At: now, Until: now.Add(30 * time.Minute), Action: "/x", Beside: true,
		Typed: []page.Typed{{Question: "Hva heter arrangementet?", Value: "Lysfest"}},
	}
	beside.Session = &layout.Session{Ends: now, Last: true}
	single := pageOf("alt", longWord, 1, texts()[:1])
	single.Count, single.Steps, single.Previous, single.Next = 1, nil, "", ""
	review := frame(check)
	correcting, unchanged := frame(check), frame(check)
	correcting.Correcting, correcting.Correctable, correcting.Changes = true, true, differences()
	unchanged.Correcting = true
	collides := frame(first)
	collides.Clashes = clashes(h)
	return []Sample{{"form-clash", collides},
		{"form", frame(first)}, {"form-errors", frame(errors)}, {"form-budget", frame(budget)},
		{"form-change", changing}, {"form-other-language", other}, {"form-single", frame(single)},
		{"form-kept", kept}, {"form-kept-beside", beside},
		{"form-check", review}, {"form-correcting", correcting}, {"form-correcting-nothing", unchanged},
	}
}

// clashes are what two have answered otherwise.
func clashes(h layout.Head) page.Clashes {
	return page.Clashes{
		Head: h, Who: "Ola Fjeld", At: now.Add(-time.Minute), Now: now,
		List: []page.Clash{
			{Question: "Hva heter arrangementet?", Mine: []string{"Lysfest"}, Theirs: []string{longWord}},
			{Question: "Hvem er arrangementet for?", Mine: []string{"Barn", "Voksne"}},
			{Question: "Hva gjelder utgiften?", Mine: []string{"Scene"}, Gone: true},
		},
	}
}

func sentIn(h layout.Head) []Sample {
	h = citizen(h, "/status")
	receipt := page.Receipt{
		Head: h, App: "Arrangementsstøtte", Title: "Lysfest i Nordvikparken", Reference: ref,
		Submitted: now,
		Recipient: "Nordvik kommune", Sender: "Kari Solbakken", Owner: "Nordvik Musikkforening",
		OwnerNumber: "312468034", Due: in(28), Sections: answers(), Files: 2,
		PDFURL: "/receipt.pdf", StatusURL: "/status", MyURL: "/my",
	}
	short := receipt
	short.Due, short.PDFURL, short.Heading, short.Files, short.Sections = nil, "",
		"Meldingen er sendt inn", 1, nil
	status := page.Status{
		Head: h, App: "Arrangementsstøtte", Title: "Lysfest i Nordvikparken", Reference: ref,
		Submitted: before(14),
		Now:       now, Status: ui.Tag{Text: "Under behandling", Tone: ui.ToneProgress},
		Text:   "Vi ser på budsjettet.",
		Handed: page.HandedDone, Delivered: in(-13), Recipient: "Nordvik kommune",
		Owner: "Nordvik Musikkforening",
		Due:   in(14), Sections: answers(), PDFURL: "/receipt.pdf", ReceiptURL: "/receipt",
		MyURL: "/my",
	}
	asked := status
	asked.Story = []page.Chapter{
		{ID: "1", URL: "/a", Title: "Du har svart", App: "Vi trenger mer fra deg", At: before(9)},
		{ID: "2", URL: "/b", Title: "Vi venter på svar fra deg", App: "Vi trenger mer fra deg",
			At: before(1), Due: in(14), Waits: true},
	}
	letter := page.Letter{
		Head: h, App: "Vedtak om arrangementsstøtte", Title: "Lysfest i Nordvikparken",
		Reference: ref, Sender: "Nordvik kommune", Owner: "Nordvik Musikkforening", Sent: before(1),
		Form: pageOf("brev", "Vedtaket", 1, texts()[2:3]), Version: 1, Task: "Task_brev",
		Actions: []page.LetterAction{{ID: "klag", URL: "/klag", Text: "Klag på vedtaket",
			Explained: "Vi lager en klage som er knyttet til dette vedtaket."}},
		Story: asked.Story[:1], MyURL: "/my",
	}
	confirm := page.Confirm{
		Head: h, App: "Arrangementsstøtte", Title: "Lysfest i Nordvikparken", Recipient: "Nordvik kommune",
		Owner: "Nordvik Musikkforening", Sections: answers(), Files: 2, Version: 1, Task: "Task_2",
		Actions: []page.LetterAction{
			{ID: "next", URL: "/next", Text: "Bekreft og send inn"},
			{ID: "reject", URL: "/reject", Text: "Gå tilbake og endre",
				Explained: "Du kan endre svarene og sende på nytt."},
		},
		MyURL: "/my",
	}
	confirmStopped := confirm
	confirmStopped.Problems = []string{"Legg ved budsjettet."}
	waits := status
	waits.Feedback, waits.Text, waits.Due = true, "", nil
	todo := status
	todo.TodoURL = "/todo"
	appealed := letter
	appealed.Actions, appealed.OnWay = nil, "Klage på vedtak blir laget nå."
	corrected := status
	corrected.CorrectURL, corrected.WithdrawURL = "/correct", "/withdraw"
	corrected.Versions = []page.NewVersion{{Number: 1, Sent: before(3), URL: "/r", Differences: differences()}}
	begun := corrected
	begun.DraftURL = "/draft"
	withdrawn := status
	withdrawn.Status = ui.Tag{Text: "Trukket", Tone: ui.ToneEnded}
	withdrawn.Withdrawn = &page.Withdrawn{At: before(1), Reason: "Vi får ikke leid lokalet. <b>"}
	ask := page.TakeBack{
		Head: h, App: "Arrangementsstøtte", Title: "Lysfest i Nordvikparken", Reference: ref,
		Recipient: "Nordvik kommune", Action: "/withdraw", StatusURL: "/status", AsksReason: true,
		MaxReason: 2000, Draft: true,
	}
	tooLong, noReason := ask, ask
	tooLong.Reason, tooLong.TooLong = longWord, true
	noReason.AsksReason, noReason.Draft = false, false
	spoken := status
	spoken.Conversations = conversations(h)
	way, ended := status, status
	way.Handed, way.Delivered, way.Text = page.HandedSent, nil, ""
	late := way
	late.Handed = page.HandedLate
	ended.Ended, ended.Status = in(-1), ui.Tag{Text: "Innvilget", Tone: ui.ToneDone}
	stopped, never := way, way
	stopped.Handed, never.Handed = page.HandedStopped, page.HandedEnded
	never.GivenUp = []page.GivenUpPart{{ID: "d1", To: "Støttesak", At: before(1),
		Why: "Ordningen er stengt for i år. Søk igjen i januar."}}
	return []Sample{
		{"status-stopped", stopped}, {"status-given-up", never},
		{"status-corrected", corrected}, {"status-correction-begun", begun},
		{"status-withdrawn", withdrawn}, {"withdraw", ask}, {"withdraw-too-long", tooLong},
		{"withdraw-no-reason", noReason},
		{"receipt", receipt}, {"receipt-short", short},
		{"status", status}, {"status-on-its-way", way}, {"status-late", late}, {"status-ended", ended},
		{"status-asked", asked}, {"letter", letter}, {"letter-appealed", appealed}, {"confirm", confirm},
		{"confirm-stopped", confirmStopped}, {"status-feedback", waits}, {"status-todo", todo},
		{"status-messages", spoken},
	}
}
