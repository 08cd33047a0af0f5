package web

import (
	"net/http"
	"strconv"
	"time"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// caseAccess tells who may do what with a case.
func (s *site) caseAccess(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("guid"))
	if err != nil {
		return err
	}
	after := int64(0)
	if q := r.URL.Query().Get("after"); q != "" {
		if after, err = strconv.ParseInt(q, 10, 64); err != nil || after <= 0 {
			return fault.New(fault.Malformed, "fault.malformed")
		}
	}
	c, err := s.Instances.CaseAccess(r.Context(), a, org.ID, id, core.PartyID(after))
	if err != nil {
		return err
	}
	return s.drawCaseAccess(w, r, a, c, after > 0)
}

func (s *site) drawCaseAccess(
	w http.ResponseWriter, r *http.Request, a core.Actor, c instance.CaseAccess, further bool,
) error {
	head, err := s.staffHead(r, a, c.Owner)
	if err != nil {
		return err
	}
	p := page.CaseAccess{Head: head, CaseHead: s.caseHead(r, instance.Case{View: c.View})}
	for _, o := range c.Who.List {
		p.Who = append(p.Who, s.openedRows(c, o, head.Lang)...)
	}
	if further {
		p.FirstURL = caseLink(r, "/access")
	}
	if c.Who.Next != 0 {
		p.NextURL = caseLink(r, "/access?after="+strconv.FormatInt(int64(c.Who.Next), 10))
	}
	return s.render(w, r, http.StatusOK, p)
}

// openedRows tells what one may do, a row for each rule.
func (s *site) openedRows(c instance.CaseAccess, o access.Opened, lang string) []page.OpenedRow {
	who := o.Party.Name
	switch {
	case o.Party.ID == 0:
		who = text.T(lang, "access.anybody")
	case o.System:
		who = text.T(lang, "access.systems", o.Party.Name)
	}
	if len(o.Ways) == 0 {
		return []page.OpenedRow{{
			Who: who, Actions: text.T(lang, "access.nothing"), Sentence: text.T(lang, "access.forbidden"),
		}}
	}
	var rows []page.OpenedRow
	for _, way := range o.Ways {
		rows = append(rows, s.openedRow(c.App, who, way, lang))
	}
	return rows
}

// openedRow tells what one rule opens, and by what.
func (s *site) openedRow(d *app.Definition, who string, way access.Way, lang string) page.OpenedRow {
	row := page.OpenedRow{
		Who: who, Actions: access.ActionsText(lang, way.Actions),
		Sentence: way.Sentence(lang, d), Level: way.Level,
	}
	for _, g := range way.Grants {
		row.Sources = append(row.Sources, s.sourceText(g, purpose(d, g.Role, lang), lang))
	}
	return row
}

// sourceText tells where a role comes from, until when it holds, and what it is limited to.
func (s *site) sourceText(g access.GrantRow, role, lang string) string {
	source := grantSource(g, role, lang)
	if limit := s.Access.LimitText(lang, g.Limit); limit != "" {
		source += ". " + limit
	}
	return source
}

func grantSource(g access.GrantRow, role, lang string) string {
	until := text.T(lang, "access.no_end")
	if g.To != nil {
		until = text.T(lang, "access.until", text.Date(lang, g.To.Add(-time.Second)))
	}
	switch {
	case g.Source == core.RoleFromRegister:
		return text.T(lang, "access.source_register", role, until)
	case g.GrantedByName == "":
		return text.T(lang, "access.source_granted_nobody", role, until)
	}
	return text.T(lang, "access.source_granted", role, g.GrantedByName, until)
}
