package main

import (
	"fmt"
	"slices"
)

// The authorisation matrix over HTTP: actor × thing × action × door, against a model written from
// the rules in words and not from the policies (internal/access holds the decision function
// against such a model too):
//
//   - An application is its applicant's: they read it always, start one, and fill in, send or
//     delete it while it is a draft. The service owner's system reads and confirms what was sent.
//   - A case is the service owner's. The caseworkers of its one role at that organisation read it
//     always; they write it where it is assessed, confirm it where it waits for that, and take it
//     until it has ended. The service owner's system makes, reads, writes and confirms it, save
//     that it only makes a medical assessment.
//   - A person opens a case only when signed in at level 4; a system changes nothing with a scope
//     to read; a system has no pages, and a session nothing in the API.

// mxApp is an app as the rules in words tell of it.
type mxApp struct {
	org, name string
	// role opens a case; "" for an application.
	role string
	// assess and confirm are the tasks in which a case is written and confirmed.
	assess, confirm []string
	// closed tells that its system makes it and may do no more.
	closed bool
}

func (a mxApp) ref() string { return a.org + "/" + a.name }

var mxApps = []mxApp{
	{org: "nordvik", name: "arrangementsstotte"},
	{org: "sorvik", name: "arrangementsstotte"},
	{org: "nordvik", name: "stottesak", role: "nordvik-kultur",
		assess: []string{"Task_vurdering", "Task_vedtak"}, confirm: []string{"Task_mottak", "Task_avslutning"}},
	{org: "sorvik", name: "stottesak", role: "sorvik-kultur",
		assess: []string{"Task_vurdering", "Task_vedtak"}, confirm: []string{"Task_mottak", "Task_avslutning"}},
	{org: "nordvik", name: "parkeringssak", role: "nordvik-parkering",
		assess: []string{"Task_vedtak"}, confirm: []string{"Task_mottak"}},
	{org: "nordvik", name: "legevurdering", role: "nordvik-lege",
		assess: []string{"Task_vurdering"}, closed: true},
}

// mxActor is who asks: a person in a session, or a system with a token.
type mxActor struct {
	name, number string
	user, party  int
	// roles are what the person is, as "role@party".
	roles []string
	level int
	// org and write are of a token.
	org   string
	write bool
	// cookies and token are what the requests carry.
	cookies, token string
}

func (a mxActor) person() bool { return a.number != "" }

func mxActors() []*mxActor {
	one := func(name, number string, user int, roles ...string) *mxActor {
		return &mxActor{name: name, number: number, user: user, party: user, level: 4, roles: roles}
	}
	chair, low := one("Kari for the association", kari, 50001), one("Ingrid, signed in low", ingrid, 50004,
		"nordvik-kultur@51001")
	chair.party, low.level = 51003, 3
	return []*mxActor{
		{name: "nobody"}, one("Kari", kari, 50001), chair, one("Ola", ola, 50002), low,
		one("Ingrid", ingrid, 50004, "nordvik-kultur@51001"),
		one("Per", per, 50005, "nordvik-parkering@51001"), one("Lise", lise, 50006, "nordvik-lege@51001"),
		one("Tor", tor, 50007), one("Siri", siri, 50008),
		one("Jon", jon, 50009, "nordvik-kultur@51002", "sorvik-kultur@51002"), one("Berit", berit, 50010),
		{name: "Nordvik's system", org: "nordvik", write: true},
		{name: "Nordvik's system, to read", org: "nordvik"},
		{name: "Sørvik's system", org: "sorvik", write: true},
	}
}

// mxThing is an instance in a state, or, without a guid, an app of which nothing is made.
type mxThing struct {
	app                 mxApp
	owner               int
	task, guid, element string
	draft               bool
}

func (o mxThing) String() string { return fmt.Sprintf("%s %d %q", o.app.ref(), o.owner, o.task) }

func (o mxThing) base() string {
	return fmt.Sprintf("/%s/instance/%d/%s", o.app.ref(), o.owner, o.guid)
}

func (o mxThing) orgnr() string {
	if o.app.org == "sorvik" {
		return sorvik
	}
	return nordvik
}

// mxRow is a row of the matrix.
type mxRow struct {
	actor  *mxActor
	thing  *mxThing
	action string
	// api tells which door: the API or the pages.
	api bool
}

func (r mxRow) String() string {
	door := "page"
	if r.api {
		door = "API"
	}
	return fmt.Sprintf("%s, %v, %s by %s", r.actor.name, r.thing, r.action, door)
}

// may is the model.
func (r mxRow) may() bool {
	a, o := r.actor, r.thing
	switch {
	case r.api != (a.org != ""):
		return false
	case r.api:
		return r.systemMay()
	case !a.person():
		return false
	case o.app.role == "":
		applicant := a.user == o.owner || a.user == 50001 && o.owner == 51003
		switch r.action {
		case "instantiate":
			return true
		case "list":
			return applicant && a.party == o.owner
		case "write", "submit", "delete":
			return applicant && o.draft
		}
		return applicant && r.action != "confirm" && r.action != "take" && r.action != "complete"
	}
	if a.level < 4 || !slices.Contains(a.roles, fmt.Sprintf("%s@%d", o.app.role, o.owner)) {
		return false
	}
	assess, confirm := slices.Contains(o.app.assess, o.task), slices.Contains(o.app.confirm, o.task)
	switch r.action {
	case "read", "list", "export":
		return true
	case "write":
		return assess
	case "submit":
		return assess || confirm
	case "confirm":
		return confirm
	case "take":
		return assess || confirm
	}
	return false
}

func (r mxRow) systemMay() bool {
	a, o := r.actor, r.thing
	own, reads := a.org == o.app.org, r.action == "read" || r.action == "list" || r.action == "export"
	switch {
	case !own || !reads && !a.write:
		return false
	case o.app.role == "":
		return !o.draft && o.guid != "" && (reads || r.action == "complete")
	case o.app.closed:
		return r.action == "instantiate"
	}
	return reads || r.action == "instantiate" || r.action == "complete" || r.action == "write" ||
		r.action == "submit" && !slices.Contains(o.app.confirm, o.task)
}
