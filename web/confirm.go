package web

import (
	"errors"
	"net/http"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// standsAt is where a person goes on with an instance: a form's first page, the page on which they
// confirm, or how it goes with what was sent.
func standsAt(v instance.View) string {
	at := base(v.Instance.InstanceRef)
	switch {
	case v.Set != nil && (v.FillsIn() || v.Instance.Submitted == nil && !v.Confirms()):
		return pageURL(v, form.FirstPage(v.App, v.Set, v.Input))
	case v.Confirms() && v.Set != nil && v.Set.Moves():
		return pageURL(v, form.FirstPage(v.App, v.Set, v.Input))
	case v.Confirms():
		return at + "/confirm"
	}
	return at + "/status"
}

// confirm shows what will be sent, and the ways on.
func (s *site) confirm(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.open(r, a)
	if err != nil {
		return err
	}
	if !v.Confirms() {
		return seeOther(w, r, standsAt(v))
	}
	return s.drawConfirm(w, r, a, http.StatusOK, v, nil)
}

func (s *site) drawConfirm(
	w http.ResponseWriter, r *http.Request, a core.Actor, status int, v instance.View,
	stops []form.Issue,
) error {
	head, err := s.formHead(r, a, v)
	if err != nil {
		return err
	}
	task := v.Instance.Process.Task
	v.Input.BaseURL, v.Input.ReadOnly, v.Input.Shown = base(v.Instance.InstanceRef), true, nil
	p := page.Confirm{
		Head: head, App: v.App.TitleTo(head.Lang), Title: v.Instance.Title,
		Heading: ownText(v.App, head.Lang, "confirm.title"), Recipient: head.Organisation,
		Body: appText(v.App, head.Lang, "confirm.body"), Owner: v.Owner.Name, MyURL: "/my",
		Version: v.Instance.Version, Task: task, Files: len(v.Input.Elements),
	}
	for _, stop := range stops {
		p.Problems = append(p.Problems, stop.Message)
	}
	if v.Set != nil {
		for _, step := range v.Page("").Steps {
			one := form.Build(v.App, v.Set, step.ID, v.Input)
			one.In(v.App.Texts.Nearest(head.Lang), head.Lang)
			p.Nodes = append(p.Nodes, form.Shown(one.Nodes)...)
		}
	} else {
		p.Sections = sections(v)
	}
	for _, action := range v.Actions() {
		p.Actions = append(p.Actions, confirmAction(v, head.Lang, action))
	}
	return s.render(w, r, status, p)
}

// confirmAction is one way on: what the app calls it, else our own words to somebody who confirms
// what they have filled in themselves.
func confirmAction(v instance.View, lang, action string) page.LetterAction {
	task := v.Instance.Process.Task
	out := page.LetterAction{
		ID: action, URL: base(v.Instance.InstanceRef) + "/action/" + action,
		Text:      ownText(v.App, lang, "action."+task+"."+action),
		Explained: ownText(v.App, lang, "confirm."+task+"."+action),
	}
	if out.Text != "" {
		return out
	}
	switch action {
	case instance.ActionNext, "confirm":
		out.Text = text.T(lang, "page.confirm_send")
	case actionReject:
		out.Text = text.T(lang, "page.confirm_back")
	default:
		out.Text = v.App.ActionTextTo(lang, task, action)
	}
	return out
}

// ownText is one of an app's own texts without markup; "" when it has none.
func ownText(d *app.Definition, lang, key string) string {
	t, ok := d.Texts.Lookup(lang, key, nil)
	if !ok {
		return ""
	}
	return text.In(d.Texts.FoundIn(lang, key), lang, text.Plain(t))
}

// takeAction takes an action that a page offers its reader: a letter, or one on which they
// confirm.
func (s *site) takeAction(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	ref, err := instanceRef(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	version, err := version(posted)
	if err != nil {
		return err
	}
	action := r.PathValue("action")
	if action == instance.ActionNext {
		action = ""
	}
	v, _, err := s.Instances.Next(r.Context(), a, instance.Step{
		Ref: ref, Task: one(posted, "task"), Version: version, Action: action,
		Language: language(r.Context()),
	})
	if issues, ok := errors.AsType[*instance.Issues](err); ok && issues.View.Confirms() {
		return s.drawConfirm(w, r, a, http.StatusUnprocessableEntity, issues.View, issues.List)
	}
	if err != nil {
		return s.conflict(w, r, a, posted, err)
	}
	if v.Letter() && !v.Deleted {
		return seeOther(w, r, base(ref)+"/status")
	}
	return seeOther(w, r, afterStep(v))
}

// afterStep is where a person goes when an instance has moved on: to what it asks of them next,
// to the receipt, or to their own page when nothing of it is left.
func afterStep(v instance.View) string {
	if v.Deleted {
		return "/my?finished=1"
	}
	at := base(v.Instance.InstanceRef)
	if to := standsAt(v); to != at+"/status" {
		return to
	}
	return at + "/receipt"
}
