package web

import (
	"net/http"
	"strings"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/templates/page"
)

// solution shows the organisation's apps as one picture.
func (s *site) solution(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	p, err := s.Handover.Solution(r.Context(), a, org.ID, language(r.Context()))
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	here := adminBase(org) + "/solution"
	for i, n := range p.Nodes {
		if n.Ref.Org == org.Org {
			p.Nodes[i].URL = here + "/" + n.Ref.App
		}
	}
	return s.render(w, r, http.StatusOK, page.Solution{
		Head: head, Picture: p, DeliveriesURL: adminBase(org) + "/deliveries",
	})
}

// appAccess shows who may do what in one of the organisation's apps.
func (s *site) appAccess(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	d, err := s.Access.AppOf(r.Context(), a, org.ID, r.PathValue("app"))
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK,
		appAccessPage(page.AppAccess{Head: head, SolutionURL: adminBase(org) + "/solution"}, d))
}

func appAccessPage(p page.AppAccess, d *app.Definition) page.AppAccess {
	p.App = d.TitleTo(p.Lang)
	t := access.TableOf(d)
	if t.Level > 0 || t.LevelOrg > 0 {
		p.Level = text.T(p.Lang, "explain.level", t.Level, t.LevelOrg)
	}
	if t.Field != "" {
		p.Level = strings.TrimSpace(p.Level + " " + text.T(p.Lang, "explain.field", t.Field))
	}
	for _, r := range d.Policy.Rules() {
		p.Rules = append(p.Rules, access.Sentence(p.Lang, d, r))
	}
	for _, l := range t.Lines(p.Lang, d) {
		p.Lines = append(p.Lines,
			page.AccessLine{Who: l.Who, Does: l.Does, Where: l.Places, Rules: l.Rules})
	}
	return p
}
