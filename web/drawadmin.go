package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
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
	waiting, err := s.Access.WaitingRequests(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	p := page.People{
		RequestsURL: adminBase(org) + "/people/requests", Waiting: waiting,
		Head: head, GrantURL: adminBase(org) + "/people/grant", LogURL: adminBase(org) + "/log",
		Now: s.Now(),
	}
	var plain []core.Grant
	for _, g := range grants {
		p.Grants = append(p.Grants, s.grantRow(g, org, head.Lang))
		plain = append(plain, g.Grant)
	}
	p.Roles = s.roleHolders(p.Grants, grants, org, head.Lang)
	for _, g := range access.Ending(plain, s.Now()) {
		i := slices.IndexFunc(p.Grants, func(row page.GrantRow) bool { return row.ID == g.ID })
		p.Ending = append(p.Ending, p.Grants[i])
	}
	return s.render(w, r, http.StatusOK, p)
}

// roleHolders tells who holds each role that the organisation's own cases ask for.
func (s *site) roleHolders(
	rows []page.GrantRow, grants []access.GrantRow, org core.Party, lang string,
) []page.RoleHolders {
	var out []page.RoleHolders
	offered := slices.DeleteFunc(s.Access.RolesOffered(), func(o access.RoleOffered) bool {
		return !slices.ContainsFunc(o.Apps, func(ref core.AppRef) bool { return ref.Org == org.Org })
	})
	for i, choice := range s.roleChoices(offered, lang) {
		role := page.RoleHolders{RoleChoice: choice}
		for j, g := range grants {
			if g.InForce && g.Role == offered[i].Code {
				role.Grants = append(role.Grants, rows[j])
			}
		}
		out = append(out, role)
	}
	return out
}

// grantRow tells a grant in plain words.
func (s *site) grantRow(g access.GrantRow, org core.Party, lang string) page.GrantRow {
	row := page.GrantRow{
		ID: g.ID, Person: g.PersonName, PersonURL: personURL(org, g.Person), Source: g.Source, Reason: g.Reason,
		GrantedBy: g.GrantedByName, WithdrawnBy: g.WithdrawnByName, From: g.From, To: g.To,
		Limit: s.Access.LimitText(lang, g.Limit), Withdrawn: g.WithdrawnAt, State: page.StateOf(g.Grant, s.Now()),
	}
	row.Role = roleName(g.Role, lang)
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
			c.Services = append(c.Services, s.Instances.AppTitleTo(ref, lang))
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
		From:   typed.from, NoEnd: typed.noEnd, Person: typed.person,
	}
	s.limitChoices(&p, typed)
	status := http.StatusOK
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Problems = grantProblems(problem, head.Lang)
	return s.render(w, r, status, p)
}

// limitChoices fills in what a grant may be limited to.
func (s *site) limitChoices(p *page.Grant, typed grantEntry) {
	seen := map[core.AppRef]bool{}
	for _, role := range s.Access.RolesOffered() {
		for _, ref := range role.Apps {
			if !seen[ref] {
				seen[ref] = true
				p.Apps = append(p.Apps, page.LimitChoice{
					Value: ref.String(), Text: s.Instances.AppTitleTo(ref, p.Lang), Chosen: typed.app == ref.String(),
				})
			}
		}
	}
	for _, o := range s.Access.LimitsOffered() {
		f := page.LimitField{
			ID: o.Field, Title: o.Title(p.Lang), Typed: strings.Join(typed.values[o.Field], "\n"),
		}
		for _, d := range o.Apps {
			f.Services = append(f.Services, d.TitleTo(p.Lang))
		}
		for _, option := range o.Options(p.Lang) {
			f.Values = append(f.Values, page.LimitChoice{
				Value: option.Value, Text: option.Label,
				Chosen: slices.Contains(typed.values[o.Field], option.Value),
			})
		}
		p.Fields = append(p.Fields, f)
	}
	p.Limit = s.Access.LimitText(p.Lang, typed.limit())
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
