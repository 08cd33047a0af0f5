package web

import (
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// filledInHere tells whether a form is of a task that colleagues fill in.
func filledInHere(v instance.View, set *app.LayoutSet) bool {
	for _, t := range v.App.Process.Tasks() {
		if t.Type == "data" && v.App.SetFor(t.ID) == set {
			return true
		}
	}
	return false
}

// follows tells in words what an action leads to, as far as the answers say it now.
func (s *site) follows(v instance.View, action, lang string) []string {
	v.Input.Language = lang
	f := v.Follows(action)
	var out []string
	add := func(key string, args ...any) { out = append(out, text.T(lang, key, args...)) }
	for _, to := range f.Applicant {
		add("follow.applicant", s.Instances.AppTitleTo(to, lang))
	}
	for _, to := range f.Sends {
		add("follow.sends", s.Instances.AppTitleTo(to, lang))
	}
	for _, status := range f.Told {
		add("follow.told", v.App.To(lang, status))
	}
	switch {
	case f.EndEvent != "":
		add("follow.end")
	case f.Task != "":
		add("follow.to", v.App.TaskTextTo(lang, f.Task))
	}
	if f.Second {
		add("follow.second")
	}
	return out
}

// drawSecond tells who must complete the step, and what has changed for who looks it over.
func drawSecond(p *page.Case, c instance.Case, lang string) {
	if c.Second.Rule == nil || c.Instance.Status == core.StatusArchived {
		return
	}
	names := make([]string, len(c.Second.Preparers))
	for i, one := range c.Second.Preparers {
		names[i] = one.Name
	}
	out := &page.SecondPerson{
		Title: text.T(lang, "second.yours"),
		Text:  text.T(lang, "second.prepared", strings.Join(names, ", ")),
	}
	if c.Second.Barred {
		out.Title, out.Text = text.T(lang, "second.title"), text.T(lang, "second.barred")
	} else if len(names) == 0 {
		out = nil
	}
	if out == nil {
		return
	}
	p.Second = out
	if since := c.Since; since != nil {
		at := text.DateTime(lang, since.At)
		out.Since = text.T(lang, "second.since", since.Name, at)
		if since.Own {
			out.Since = text.T(lang, "second.since_own", at)
		}
		out.Changes = since.Differences
	}
}
