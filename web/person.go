package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/templates/page"
)

// person tells an administrator what a person can see and do, and why.
func (s *site) person(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	// A number that was put into the address by hand is not followed.
	if core.ValidPersonNumber(r.PathValue("party")) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	id, err := partyID(r.PathValue("party"))
	if err != nil {
		return err
	}
	p, err := s.Access.Person(r.Context(), a, org.ID, id)
	if err != nil {
		return err
	}
	return s.drawPerson(w, r, a, org, p)
}

func personURL(org core.Party, person core.PartyID) string {
	return adminBase(org) + "/people/" + strconv.FormatInt(int64(person), 10)
}

func (s *site) drawPerson(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, person access.PersonAccess,
) error {
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.Person{
		Head: head, Name: person.Name, PeopleURL: adminBase(org) + "/people",
		GrantURL: adminBase(org) + "/people/grant",
	}
	for _, g := range person.Grants {
		p.Grants = append(p.Grants, s.grantRow(g, org, head.Lang))
	}
	p.Opened = s.appRows(person.Opened, head.Lang)
	return s.render(w, r, http.StatusOK, p)
}

// appRows tells what a person may do in the apps, a row for each rule with the stages at which it
// is the one that decides.
func (s *site) appRows(opened []access.OpenedStage, lang string) []page.AppRow {
	var rows []page.AppRow
	at := map[string]int{}
	for _, o := range opened {
		for _, way := range o.Ways {
			key := fmt.Sprintf("%s %q %q %d %q %q", o.App.Ref, way.Rule, way.Role, way.Level,
				way.Actions, o.Limit.Values)
			i, ok := at[key]
			if !ok {
				i = len(rows)
				at[key] = i
				row := page.AppRow{
					App: o.App.TitleTo(lang), OpenedRow: s.openedRow(o.App, "", way, lang),
				}
				if limit := s.Access.LimitText(lang, o.Limit); limit != "" {
					row.Sentence += " " + limit
				}
				rows = append(rows, row)
			}
			rows[i].Stages = append(rows[i].Stages, page.StageCases{
				Name:    o.App.StatusTextTo(lang, o.Stage.ID),
				Counted: slices.Contains(way.Actions, access.ActionRead) && o.App.IsCase(),
				Cases:   o.Cases,
			})
		}
	}
	return rows
}
