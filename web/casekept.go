package web

import (
	"net/http"
	"net/url"
	"slices"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/templates/page"
)

// keptViews are the views as pages show them.
func keptViews(list string, views []instance.CaseView) []page.KeptView {
	var out []page.KeptView
	for _, v := range views {
		kept := page.KeptView{
			ID: v.ID.String(), Name: v.Name, URL: list + "?" + v.Query, Query: v.Query, Shared: v.Shared,
		}
		if !v.Mine {
			kept.Person = v.Person
		}
		out = append(out, kept)
	}
	return out
}

// caseViews shows the views that the person has kept and that colleagues share, with a form for the
// list that they come from.
func (s *site) caseViews(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	list, err := keptList(r.URL.Query().Get("list"))
	if err != nil {
		return err
	}
	return s.drawViews(w, r, a, page.KeptViews{List: list}, http.StatusOK)
}

func (s *site) drawViews(
	w http.ResponseWriter, r *http.Request, a core.Actor, p page.KeptViews, status int,
) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	box, err := s.Instances.Views(r.Context(), a, number)
	if err != nil {
		return err
	}
	if p.Head, err = s.staffHead(r, a, box.Organisation); err != nil {
		return err
	}
	p.ListURL = "/inbox/" + number
	all := keptViews(p.ListURL, box.Kept)
	for _, v := range all {
		if v.Person == "" {
			p.Mine = append(p.Mine, v)
		} else {
			p.Others = append(p.Others, v)
		}
	}
	return s.render(w, r, status, p)
}

// keepView keeps a list under a name, or changes or removes a view that is kept.
func (s *site) keepView(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	number := r.PathValue("orgnr")
	if !core.ValidOrganisationNumber(number) {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	// Whoever has no role here is refused before anything of what was posted is looked at.
	if _, err := s.Instances.Views(r.Context(), a, number); err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	v := instance.CaseView{Name: one(posted, "name"), Shared: one(posted, "shared") == "1"}
	to, do := "/inbox/"+number+"/views?kept=1", one(posted, "do")
	if do == "keep" {
		if v.Query, err = keptList(one(posted, "list")); err != nil {
			return err
		}
		to = "/inbox/" + number + "?" + v.Query + "&kept=1"
		err = s.Instances.KeepView(r.Context(), a, number, v)
	} else {
		if v.ID, err = canonicalID(one(posted, "id")); err != nil {
			return err
		}
		switch do {
		case "change":
			err = s.Instances.ChangeView(r.Context(), a, number, v)
		case "remove":
			err = s.Instances.RemoveView(r.Context(), a, number, v.ID)
		default:
			err = fault.New(fault.Malformed, "fault.malformed")
		}
	}
	if err == nil {
		return seeOther(w, r, to)
	}
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return err
	}
	form := page.KeptForm{Name: v.Name, Shared: v.Shared, Error: faultText(language(r.Context()), err)}
	if do != "keep" {
		form.ID = v.ID.String()
	}
	return s.drawViews(w, r, a, page.KeptViews{List: v.Query, Form: form}, http.StatusUnprocessableEntity)
}

// keptList reads the query of a list that is to be kept: what makes it the list that it is, and no
// place in it. A list that was found by a number is in no address, and cannot be kept.
func keptList(query string) (string, error) {
	malformed := fault.New(fault.Malformed, "fault.malformed")
	q, err := url.ParseQuery(query)
	if err != nil {
		return "", malformed
	}
	if _, err := inboxFilter(q); err != nil {
		return "", err
	}
	if _, err := inboxLook(q); err != nil {
		return "", err
	}
	for name := range q {
		if !slices.Contains(listParameters, name) {
			return "", malformed
		}
	}
	return q.Encode(), nil
}
