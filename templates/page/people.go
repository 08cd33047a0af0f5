package page

import (
	"context"
	"io"
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

// Person is one person's roles at the organisation.
type Person struct {
	layout.Head
	Name string
	// Number is masked.
	Number              string
	Grants              []GrantRow
	PeopleURL, GrantURL string
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

func (p Withdraw) title() string { return p.T("admin.withdraw_title", p.Grant.Role) }

func (p Withdraw) top() layout.Head {
	return p.Titled(p.title()).
		Crumbed(crumbs(p.Head, p.PeopleURL, "admin.people_title", p.T("admin.withdraw"))...)
}
