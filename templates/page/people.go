package page

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/ui"
)

// People shows an organisation's administrator who has which role, until when, and from where.
type People struct {
	layout.Head
	Grants []GrantRow
	// GrantURL leads to the form for a new grant, LogURL to the log.
	GrantURL, LogURL string
	// RequestsURL leads to what persons ask for, of which so many are Waiting.
	RequestsURL string
	Waiting     int
	// Roles are those that the organisation's cases ask for.
	Roles []RoleHolders
	// Ending are the roles that end soon.
	Ending []GrantRow
	Now    time.Time
}

// RoleHolders is a role with those who have it.
type RoleHolders struct {
	RoleChoice
	Grants []GrantRow
}

// holders tells who has the role, from where and until when.
func (r RoleHolders) holders(h layout.Head) string {
	var out []string
	for _, g := range r.Grants {
		until := g.until(h)
		if g.Limit != "" {
			until += ". " + strings.TrimSuffix(g.Limit, ".")
		}
		out = append(out, h.T("admin.roles_holder", g.Person, g.source(h), until))
	}
	if len(out) == 0 {
		return h.T("admin.roles_nobody")
	}
	return strings.Join(out, "\n")
}

func (p People) roles() []ui.Entry {
	var out []ui.Entry
	for _, r := range p.Roles {
		out = append(out, ui.Entry{Term: r.Name, Text: Grant{Head: p.Head}.detail(r.RoleChoice) + "\n" + r.holders(p.Head)})
	}
	return out
}

// Person is one person's roles at the organisation, and what they can see and do by them.
type Person struct {
	layout.Head
	Name                string
	Grants              []GrantRow
	Opened              []AppRow
	PeopleURL, GrantURL string
}

// AppRow is what one rule opens in an app.
type AppRow struct {
	App string
	OpenedRow
	Stages []StageCases
}

// StageCases is a stage of an app's process, and how many cases stand there: exact up to 1,000.
type StageCases struct {
	Name string
	// Counted tells that the cases are those that the person may read.
	Counted bool
	Cases   int
}

// Withdraw asks whether a role is to be taken back.
type Withdraw struct {
	layout.Head
	Grant GrantRow
	// Action is where the answer is posted; PeopleURL leads back.
	Action, PeopleURL string
	// Last tells that nobody else has the role.
	Last bool
}

// waiting tells how many requests for roles wait for an answer.
func (p People) waiting() string {
	if p.Waiting == 0 {
		return p.T("request.waiting_none")
	}
	return plural(p.Head, "request.waiting", p.Waiting)
}

// Render draws the page.
func (p People) Render(ctx context.Context, w io.Writer) error { return people(p).Render(ctx, w) }

// Render draws the page.
func (p Person) Render(ctx context.Context, w io.Writer) error { return person(p).Render(ctx, w) }

// Render draws the page.
func (p Withdraw) Render(ctx context.Context,
	w io.Writer) error {
	return withdraw(p).Render(ctx, w)
}

// ending tells who is about to lose which role, and when.
func (p People) ending() string {
	var out []string
	for _, g := range p.Ending {
		out = append(out, p.T("admin.ending_one", g.Person, g.Role, text.Date(p.Lang, lastDay(*g.To))))
	}
	return strings.Join(out, " ")
}

func (p People) warning(g GrantRow) string {
	return p.T("admin.lapse_text", g.Person, g.Role, text.Date(p.Lang, lastDay(*g.To)))
}

func (p Person) top() layout.Head {
	return p.Titled(p.Name).Crumbed(crumbs(p.Head, p.PeopleURL, "admin.people_title", p.Name)...)
}

func (p Person) opened() ui.Table {
	t := ui.Table{Caption: p.T("access.person_title", p.Name), Columns: []ui.Column{
		{Title: p.T("access.may")}, {Title: p.T("access.where"), Width: 3}, {Title: p.T("access.rule")},
		{Title: p.T("access.from")},
	}}
	for i, o := range p.Opened {
		t.Rows = append(t.Rows, ui.Row{ID: "opened-" + strconv.Itoa(i+1), Group: o.App, Cells: []ui.Cell{
			{Text: o.Actions}, {Content: stagesOf(p.Head, o.Stages)},
			{Content: openedRule(p.Head, o.OpenedRow)},
			{Content: openedSources(o.OpenedRow), Class: "small"},
		}})
	}
	return t
}

// text names the stage, with how many cases stand there.
func (s StageCases) text(h layout.Head) string {
	switch {
	case !s.Counted:
		return s.Name
	case s.Cases > countLimit:
		return s.Name + ": " + h.T("inbox.count_more", count(h, countLimit, true))
	}
	return s.Name + ": " + plural(h, "inbox.count", s.Cases)
}

func (p Withdraw) title() string { return p.T("admin.withdraw_title", p.Grant.Role) }

func (p Withdraw) top() layout.Head {
	return p.Titled(p.title()).
		Crumbed(crumbs(p.Head, p.PeopleURL, "admin.people_title", p.T("admin.withdraw"))...)
}
