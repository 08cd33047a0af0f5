package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/layout"
	"stafett/templates/page"
)

// showFault shows an error for which nobody has been looked up: the middleware's.
func (s *site) showFault(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(w, r, core.Actor{}, err)
}

// showError draws the page of an error. It asks the database for as little as it can: the page
// must be drawn when the database is what is broken.
func (s *site) showError(w http.ResponseWriter, r *http.Request, a core.Actor, err error) error {
	switch fault.KindOf(err) {
	case fault.Forbidden:
		return s.drawRefusal(w, r, a, err)
	case fault.NotFound:
		head := s.errorHead(r, a)
		return s.render(w, r, http.StatusNotFound, page.NotFound{
			Head: head, Text: faultText(head.Lang, err), RequestID: core.RequestID(r.Context()),
		})
	}
	head := s.errorHead(r, a)
	p := page.Error{
		Head: head, Status: fault.Status(err), Text: faultText(head.Lang, err),
		RequestID: core.RequestID(r.Context()), At: s.Now(), RetryURL: retryURL(r),
	}
	if key, _, _ := fault.Text(err); key == "fault.too_many_drafts" {
		p.Way = &page.Way{URL: "/my/drafts", Text: text.T(head.Lang, "error.to_drafts")}
	}
	if p.Status >= http.StatusInternalServerError {
		p.Unanswered = s.unanswered(w, r)
	}
	return s.render(w, r, p.Status, p)
}

// errorHead is a head that must not fail: it tells who is signed in, and whom they act for where that
// is another and can be looked up.
func (s *site) errorHead(r *http.Request, a core.Actor) layout.Head {
	head := s.plainHead(r)
	if a.Anonymous() {
		return head
	}
	head.User = &layout.User{Name: a.Name, Initials: layout.Initials(a.Name)}
	if a.Party == a.User {
		return head
	}
	places, err := s.Login.Places(r, a)
	if err != nil {
		// What went wrong first is what the page is about; this is likely the same.
		s.Log.Debug("error page: whom one acts for", "id", core.RequestID(r.Context()), "err", err)
		return head
	}
	s.fillPerson(&head, a, places)
	return head
}

// faultText gives an error's own words; "" where only the status tells.
func faultText(lang string, err error) string {
	key, args, ok := fault.Text(err)
	if !ok || !text.Has(key) {
		return ""
	}
	return text.T(lang, key, args...)
}

func retryURL(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	return r.URL.Path
}

// drawRefusal tells what would open the door. For an organisation's pages that is told from the
// organisation and the apps alone: nothing of the page depends on whether the case exists, so
// the answer is the same, byte by byte, for a foreign, a forbidden and an unknown id.
func (s *site) drawRefusal(w http.ResponseWriter, r *http.Request, a core.Actor, cause error) error {
	p := page.Refusal{Head: s.errorHead(r, a)}
	first, number, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	number, _, _ = strings.Cut(number, "/")
	p.Path = "/"
	if first == "inbox" || first == "admin" {
		p.Path = "/" + first + "/" + number
	}
	if first != "inbox" || a.Anonymous() {
		p.Text = faultText(p.Lang, cause)
		if d, err := s.Instances.App(core.AppRef{Org: first, App: number}); err == nil {
			p.Rules = rulesOf(p.Lang, access.RulesFor(d, access.ActionRead))
		}
		return s.render(w, r, http.StatusForbidden, p)
	}
	org, err := s.Access.Organisation(r.Context(), number)
	if err != nil || org.ID == 0 {
		return errors.Join(err, s.render(w, r, http.StatusForbidden, p))
	}
	e, err := s.Access.Explain(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	p.At, p.Granters = org.Name, e.Granters
	p.Wanted = s.roleChoices(e.Wanted, p.Lang)
	p.Rules = rulesOf(p.Lang, e.Rules...)
	if len(e.Granters) > 0 {
		p.Request = page.RequestForm{Number: number, Organisation: org.Name, Roles: p.Wanted}
	}
	for _, code := range e.Held {
		p.Held = append(p.Held, s.roleName(code, p.Lang))
	}
	return s.render(w, r, http.StatusForbidden, p)
}

// rulesOf says whom apps let in; one that lets nobody in has nothing to say.
func rulesOf(lang string, apps ...access.AppRules) []page.AppRules {
	var out []page.AppRules
	for _, r := range apps {
		if len(r.Rules) > 0 {
			out = append(out, page.AppRules{
				App: r.App.TitleTo(lang), Sentences: r.Sentences(lang), Level: r.Level,
			})
		}
	}
	return out
}

// roleName is a role's plain name, or its code.
func (s *site) roleName(code, lang string) string {
	if key := "web.role_" + strings.ToLower(code); text.Has(key) {
		return text.T(lang, key)
	}
	for _, o := range s.Access.RolesOffered() {
		if o.Code == code {
			return o.Name[lang]
		}
	}
	return code
}

// conflict shows that something has changed since the page was opened, with what the person
// typed, so that nothing is lost. Any other error goes its own way.
func (s *site) conflict(
	w http.ResponseWriter, r *http.Request, a core.Actor, posted url.Values, cause error,
) error {
	if !fault.Is(cause, fault.Conflict) {
		return cause
	}
	head, title := s.errorHead(r, a), ""
	if key, _, _ := fault.Text(cause); retractFault(key) {
		title = text.T(head.Lang, "retract.cannot")
	} else if key == "fault.second_person" {
		title = text.T(head.Lang, "second.cannot")
	}
	return s.render(w, r, http.StatusConflict, page.Conflict{
		Head: head, Title: title, Text: faultText(head.Lang, cause), Typed: s.typed(r, a, posted),
		OpenURL: r.URL.RequestURI(), RequestID: core.RequestID(r.Context()),
	})
}

// typed gives the answers of a stale post under their questions, in the order of the page.
func (s *site) typed(r *http.Request, a core.Actor, posted url.Values) []page.Typed {
	v, id, err := s.stalePage(r, a, posted)
	if err != nil || v.Set == nil {
		return nil
	}
	found, _ := v.Set.Page(id)
	if found == nil {
		return nil
	}
	return answers(v.Page(found.ID).Nodes, posted)
}

// labels gives posted values as the person saw them: a choice by its label.
func labels(q form.Node, values []string) []string {
	out := slices.Clone(values)
	for i, value := range out {
		for _, o := range q.Options {
			if o.Value == value {
				out[i] = o.Label
			}
		}
	}
	return out
}

// stalePage opens what a form was posted to, and tells which of its pages that was.
func (s *site) stalePage(
	r *http.Request, a core.Actor, posted url.Values,
) (instance.View, string, error) {
	if r.PathValue("orgnr") != "" {
		c, err := s.openCase(r, a)
		return c.View, one(posted, "page"), err
	}
	v, err := s.openPage(r, a)
	return v, pageID(r), err
}

// questions gives every node of a page that has a name to post under.
func questions(nodes []form.Node) []form.Node {
	var out []form.Node
	for _, n := range nodes {
		if n.Name != "" {
			out = append(out, n)
		}
		out = append(out, questions(n.Children)...)
		if n.Rows != nil {
			for _, row := range n.Rows.Rows {
				out = append(out, questions(row.Fields)...)
			}
		}
	}
	return out
}
