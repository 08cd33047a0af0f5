package gallery

import (
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/solution"
	"stafett/templates/layout"
	"stafett/templates/page"
)

func deliverySamples(h layout.Head) []Sample {
	row := page.DeliveryRow{
		ID: "d1", URL: "/d/1", Reference: ref, From: "Arrangementsstøtte", To: "Støttesak",
		State: core.DeliveryWaiting, Created: before(1),
	}
	retrying, parked, done := row, row, row
	retrying.ID, retrying.Attempts, retrying.Code, retrying.NextTry = "d2", 3, "http_503", in(0)
	parked.ID, parked.State, parked.Attempts, parked.Code = "d3", core.DeliveryParked, 1,
		"no_target"
	parked.Detail, parked.RetryURL, parked.GiveUpURL = "soker.navn", "/d/3/retry", "/d/3/give-up"
	parked.Said = "Skjemaet er endret – Versjon 4 tas ikke imot etter 1. mai."
	ended := parked
	ended.ID, ended.State, ended.GivenUp, ended.GiveUpURL = "d6", core.DeliveryGivenUp, in(0), ""
	ended.GivenUpWhy = "Ordningen er stengt for i år. Søk igjen i januar."
	done.ID, done.State, done.Delivered, done.WithoutPDF = "d4", core.DeliveryDelivered, in(0), true
	follows := row
	follows.ID, follows.What, follows.Waits = "d5", "Retting fra søkeren", true
	list := page.Deliveries{
		Head: h, ListURL: "/admin/310246816/deliveries", Rows: []page.DeliveryRow{parked,
			retrying, row, done, follows, ended},
		Targets: targetSamples(),
		NextURL: "?after=x", Now: now,
	}
	return []Sample{
		{"deliveries", list},
		{"deliveries-empty", page.Deliveries{Head: h, ListURL: list.ListURL,
			State: core.DeliveryParked, Now: now}},
		{"delivery", page.Delivery{
			Head: h, DeliveryRow: parked, ListURL: list.ListURL, Now: now, Tries: []core.Attempt{
				{Number: 2, At: now, Outcome: "parked", Code: "http_422",
					Detail: "soker.navn=required", Milliseconds: 41, PDF: new(int64(3)), Token: new(int64(5))},
				{Number: 1, At: before(1), Outcome: "failed", Code: "http_503", Milliseconds: 2041},
			},
		}},
		{"deliveries-to", page.Deliveries{Head: h, ListURL: list.ListURL, To: "Støttesak",
			State: core.DeliveryParked, Rows: []page.DeliveryRow{parked}, Now: now}},
		{"delivery-given-up", page.Delivery{Head: h, DeliveryRow: ended, ListURL: list.ListURL,
			Now: now}},
		{"give-up", page.GiveUp{Head: h, DeliveryRow: parked, ListURL: list.ListURL,
			Action: "/d/3/give-up"}},
		{"give-up-error", page.GiveUp{Head: h, DeliveryRow: parked, ListURL: list.ListURL,
			Action: "/d/3/give-up", Reason: "Nei", Problem: h.T("fault.admin_give_up_reason")}},
		{"delivery-new", page.Delivery{Head: h, DeliveryRow: row, ListURL: list.ListURL, Now: now}},
		{"delivery-done", page.Delivery{
			Head: h, DeliveryRow: done, ListURL: list.ListURL, Now: now, Opens: true,
			Times:  core.DeliveryTimes{Submitted: new(before(1)), Made: in(0), Opened: in(0)},
			Tries:  []core.Attempt{{Number: 1, At: now, Outcome: "delivered", Milliseconds: 41}},
			Matter: []page.DeliveryRow{done, row},
		}},
		{"delivery-unopened", page.Delivery{Head: h, DeliveryRow: done, ListURL: list.ListURL,
			Now: now, Opens: true}},
	}
}

func targetSamples() []page.TargetRow {
	row := func(app, name string, waiting, parked int, b *core.Breaker) page.TargetRow {
		to := core.AppRef{Org: "nordvik", App: app}
		return page.TargetRow{
			ID: app, Name: name, Figures: core.TargetFigures{
				To: to, Waiting: waiting, Parked: parked, Oldest: 95 * time.Minute, Breaker: b,
			},
			WaitingURL: "?state=waiting", ParkedURL: "?state=parked", RetryURL: "/retry",
		}
	}
	open := &core.Breaker{Failures: 7, Code: "http_503", Opened: new(before(1)), Until: in(0)}
	probing := *open
	probing.Probing = true
	quiet := row("arkiv", longWord, 0, 0, nil)
	quiet.RetryURL = ""
	return []page.TargetRow{
		row("stottesak", "Støttesak", 412, 3, open), row("parkering", "Parkering", 1, 1, &probing),
		row("lege", "Legevurdering", 2, 0, &core.Breaker{Failures: 1, Code: "network"}), quiet,
	}
}

func subscriptionSamples(h layout.Head) []Sample {
	row := func(id int64, state core.SubscriptionState, code string) page.SubscriptionRow {
		return page.SubscriptionRow{URL: "/s/" + strconv.FormatInt(id, 10), Service: "Støttesak",
			Subscription: core.Subscription{ID: id, Endpoint: "https://fagsystem.example.no/" + longWord,
				State: state, Code: code, Created: before(3), NextTry: now}}
	}
	failing, parked := row(2, core.SubscriptionActive, "http_503"), row(3, core.SubscriptionParked, "timeout")
	failing.Failing, failing.TypeFilter, failing.Owner = new(before(1)), core.EventCreated, 51001
	failing.SetAside = 2
	parked.Service, parked.Failing = "", new(before(2))
	tries := []core.SubscriptionAttempt{
		{At: now, Type: core.EventTest, Number: 1, Code: "refused", Milliseconds: 3},
		{At: before(1), Type: core.EventMovedTo + "Task_1", Number: 2, Milliseconds: 41},
		{At: before(1), Type: core.EventCreated, Number: 12, Code: "http_500", Milliseconds: 12, SetAside: true},
	}
	fresh, ended := row(1, core.SubscriptionValidating, ""), row(4, core.SubscriptionEnded, "http_410")
	return []Sample{
		{"subscriptions", page.Subscriptions{Head: h, Now: now, Rows: []page.SubscriptionRow{
			fresh, failing, parked, ended, row(5, core.SubscriptionActive, "")}}},
		{"subscriptions-empty", page.Subscriptions{Head: h, Now: now}},
		{"subscription", page.Subscription{Head: h, SubscriptionRow: failing, ListURL: "/s", Tries: tries,
			FirstURL: "?", NextURL: "?before=1", Now: now}},
		{"subscription-parked", page.Subscription{Head: h, SubscriptionRow: parked, ListURL: "/s", Now: now,
			From: "x", Problem: "Skriv en dag som har vært."}},
		{"subscription-ended", page.Subscription{Head: h, SubscriptionRow: ended, ListURL: "/s", Now: now}},
	}
}

func solutionSamples(h layout.Head) []Sample {
	const base = "/admin/310246816"
	h = staff(h, base+"/solution")
	node := func(app, title string, kind solution.Kind) solution.Node {
		return solution.Node{Ref: core.AppRef{Org: "nordvik", App: app}, Title: title, Kind: kind,
			Owners: []string{"Nordvik kommune"}, URL: base + "/solution/" + app,
			Roles: []solution.Role{{Name: "Saksbehandler kultur", Read: true, Write: true},
				{Name: "Lege", Read: true}, {Name: "Arkivet", Write: true}}}
	}
	elsewhere := node("arkiv", longWord, solution.KindElsewhere)
	elsewhere.URL, elsewhere.Ref.Org = "", "annen"
	p := solution.Picture{Lang: h.Lang,
		Nodes: []solution.Node{node("a", "Søk om støtte", solution.KindForm),
			node("b", "Sak om støtte", solution.KindCase), node("c", "Vedtak", solution.KindLetter),
			elsewhere, node("d", "<script>alert(1)</script>", solution.KindReply)},
		Arrows: []solution.Arrow{
			{From: 0, To: 1, Way: solution.WayMakes, Handovers: []string{"b"}, Fields: 12, PDF: true,
				Files: []string{"vedlegg"}, Forms: []string{"soknad"}, Owner: "Nordvik kommune", Days: 42,
				Moments: []string{"når «Utfylling» er ferdig"}, Conditions: []string{"type er «støtte»"},
				Live: &solution.Live{Waiting: 3, Parked: 1, MoreWaiting: true}},
			{From: 1, To: 2, Way: solution.WayMakes, Handovers: []string{"c"}, Fields: 1, Owner: "en person",
				Moments: []string{"når alt er avsluttet"}, Live: &solution.Live{Waiting: 2}},
			{From: 1, To: 3, Way: solution.WayAdds, Handovers: []string{"d"},
				Moments: []string{"når alt er avsluttet"}},
			{From: 1, To: 0, Way: solution.WayTells, Handovers: []string{"report1", "report2"},
				Moments: []string{"når «Mottak» begynner", "når alt er avsluttet"}},
			{From: 4, To: 4, Way: solution.WayMakes, Handovers: []string{"e"}, Owner: "en person", Moments: []string{"nå"}},
		},
	}
	return []Sample{
		{"solution", page.Solution{Head: h, Picture: p, DeliveriesURL: base + "/deliveries"}},
		{"solution-empty", page.Solution{Head: h, Picture: solution.Picture{Lang: h.Lang}}},
		{"app-access", page.AppAccess{
			Head: h, App: "Sak om støtte", SolutionURL: base + "/solution",
			Level: h.T("explain.level", 4, 3), Rules: []string{"Lege kan lese når som helst."},
			Lines: []page.AccessLine{{Who: "Lege", Does: "lese", Where: "alltid", Rules: "1"},
				{Who: "hvem som helst", Does: "ingenting"}},
		}},
	}
}
