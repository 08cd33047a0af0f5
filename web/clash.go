package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/page"
)

// clash draws a citizen's page again where two have answered otherwise: with both answers side by
// side, and what the person wrote in the fields. Pressed once more, it is stored knowingly.
func (s *site) clash(
	w http.ResponseWriter, r *http.Request, a core.Actor, saved instance.Saved, posted url.Values,
	issues []form.Issue,
) error {
	v, err := s.openPage(r, a)
	if err != nil {
		return err
	}
	v.Input.Shown, v.Input.OpenRow = issues, openRow(r, saved, posted)
	v.Input.Turn = turned(r, saved, posted)
	collide(&v, saved)
	return s.drawForm(w, r, a, http.StatusConflict, v)
}

// clashCase is clash for the form of a case's task.
func (s *site) clashCase(
	w http.ResponseWriter, r *http.Request, a core.Actor, saved instance.Saved,
) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	c.Input.Shown, c.Input.OpenRow, c.Input.Turn = saved.Issues, saved.OpenRow, saved.Turn
	collide(&c.View, saved)
	return s.drawCaseForm(w, r, a, http.StatusConflict, c, saved.Page)
}

// collide puts what a save collided with into the view, and what was posted into the fields.
func collide(v *instance.View, saved instance.Saved) {
	v.Collision = saved.Collision
	v.Input.Posted = maps.Clone(saved.Posted)
	if v.Input.Posted == nil {
		v.Input.Posted = map[string]string{}
	}
	for _, c := range saved.Clashes {
		if !c.Gone {
			v.Input.Posted[c.Name] = strings.Join(c.Mine, "\n")
		}
	}
}

// clashes tells what collided on a page, in the words of its questions.
func (s *site) clashes(
	h layout.Head, a core.Actor, p form.Page, c instance.Collision,
) page.Clashes {
	out := page.Clashes{
		Head: h, Who: c.Other.ActorName, At: c.Other.At, Own: c.Other.Actor != 0 && c.Other.Actor == a.User,
		Now: s.Now(),
	}
	asked := questions(p.Nodes)
	for _, one := range c.Clashes {
		clash := page.Clash{
			Question: text.T(h.Lang, "live.clash_question"), Mine: one.Mine, Theirs: one.Theirs,
			Gone: one.Gone,
		}
		for _, q := range asked {
			if q.Name == one.Name {
				clash.Question = q.Title
				clash.Mine, clash.Theirs = labels(q, one.Mine), labels(q, one.Theirs)
				break
			}
		}
		out.List = append(out.List, clash)
	}
	return out
}

// merged adds to an address that what another saved meanwhile is on the page too.
func merged(to string, saved instance.Saved) string {
	if !saved.Behind {
		return to
	}
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("merged", "1")
	u.RawQuery = q.Encode()
	return u.String()
}
