package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/templates/page"
)

func adminBase(org core.Party) string { return "/admin/" + org.OrganisationNumber }

func (s *site) drawPeople(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, grants []access.GrantRow,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.People{
		Head: head, GrantURL: adminBase(org) + "/people/grant", LogURL: adminBase(org) + "/log",
		Now: s.Now(),
	}
	for _, g := range grants {
		p.Grants = append(p.Grants, s.grantRow(g, org, head.Lang))
	}
	return s.render(w, r, http.StatusOK, p)
}

// grantRow tells a grant in plain words.
func (s *site) grantRow(g access.GrantRow, org core.Party, lang string) page.GrantRow {
	row := page.GrantRow{
		ID: g.ID, Person: g.PersonName, PersonURL: personURL(org, g.Person), Role: g.Role, Source: g.Source, Reason: g.Reason,
		GrantedBy: g.GrantedByName, WithdrawnBy: g.WithdrawnByName, From: g.From, To: g.To,
		Withdrawn: g.WithdrawnAt, State: page.StateOf(g.Grant, s.Now()),
	}
	if key := "web.role_" + strings.ToLower(g.Role); text.Has(key) {
		row.Role = text.T(lang, key)
	}
	for _, o := range s.Access.RolesOffered() {
		if o.Code == g.Role {
			row.Role, row.Description = o.Name[lang], o.Description[lang]
		}
	}
	live := row.State == page.GrantInForce || row.State == page.GrantUpcoming
	if live && g.Source == core.RoleGranted {
		row.WithdrawURL = adminBase(org) + "/people/withdraw/" + strconv.FormatInt(g.ID, 10)
	}
	return row
}

func (s *site) roleChoices(offered []access.RoleOffered, lang string) []page.RoleChoice {
	var out []page.RoleChoice
	for _, o := range offered {
		c := page.RoleChoice{Code: o.Code, Name: o.Name[lang], Description: o.Description[lang]}
		for _, ref := range o.Apps {
			c.Services = append(c.Services, s.appTitle(ref, lang))
		}
		out = append(out, c)
	}
	return out
}

// drawGrant draws the form for a grant, with what was typed and what is to be mended in it.
func (s *site) drawGrant(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, typed grantEntry, problem error,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	today := s.Now().In(text.Oslo())
	p := page.Grant{
		Head: head, Roles: s.roleChoices(s.Access.RolesOffered(), head.Lang),
		Number: typed.number, LastName: typed.lastName, Role: typed.role, Reason: typed.reason,
		Until: typed.until, Action: adminBase(org) + "/people/grant",
		PeopleURL: adminBase(org) + "/people", Earliest: today.Format(time.DateOnly),
		Latest: today.AddDate(access.MaxGrantYears, 0, 0).Format(time.DateOnly),
	}
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	for _, one := range fault.Each(problem) {
		key, args, _ := fault.Text(one)
		p.Problems = append(p.Problems,
			page.GrantProblem{Field: page.GrantField(key), Message: text.T(head.Lang, key, args...)})
	}
	return s.render(w, r, status, p)
}

func (s *site) drawWithdraw(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, g access.GrantRow, last bool,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page.Withdraw{
		Head: head, Grant: s.grantRow(g, org, head.Lang), Action: r.URL.Path,
		PeopleURL: adminBase(org) + "/people", Last: last,
	})
}
