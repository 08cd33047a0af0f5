package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/internal/text"
	"stafett/templates/page"
)

// checklist is the checklist of the task that a case stands in; nil for none.
func (s *site) checklist(r *http.Request, c instance.Case, lang string) *page.Checklist {
	list := c.App.Checklist(c.Instance.Process.Task)
	if list == nil || c.Instance.Status == core.StatusArchived {
		return nil
	}
	out := &page.Checklist{Task: list.Task}
	if c.Input.Rights[access.ActionTake] {
		out.Action = caseLink(r, "/work/check")
	}
	for _, item := range list.Items {
		one := page.CheckItem{ID: item.ID, Text: item.Text[lang]}
		for _, tick := range c.Work.Checks {
			if tick.Item == item.ID {
				one.Done, one.Who, one.At = true, tick.Name, tick.At
			}
		}
		out.Items = append(out.Items, one)
	}
	return out
}

// checkCase changes what the person has changed of what the page showed.
func (s *site) checkCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	without := func(list, others []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(id string) bool {
			return slices.Contains(others, id)
		})
	}
	p := instance.CheckChange{
		Task: one(posted, "task"), On: without(posted["item"], posted["was"]),
		Off: without(posted["was"], posted["item"]),
	}
	return "did=check#checklist", s.Instances.Check(r.Context(), a, ref, p)
}

// openItems are what is not ticked before an action.
func openItems(c instance.Case, action, lang string) *page.OpenItems {
	open := c.OpenItems(action)
	if open == nil {
		return nil
	}
	out := &page.OpenItems{Stops: open.Stops}
	for _, item := range open.Items {
		out.Items = append(out.Items, page.CheckItem{ID: item.ID, Text: item.Text[lang]})
	}
	return out
}

// mendChecklist shows the question again with what is not ticked before the step.
func (s *site) mendChecklist(
	w http.ResponseWriter, r *http.Request, a core.Actor, action string,
) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	return s.drawCaseConfirm(w, r, a, http.StatusUnprocessableEntity, c, action)
}

// relatedCases are the applicant's other cases.
func (s *site) relatedCases(r *http.Request, c instance.Case, lang string) []page.RelatedCase {
	var out []page.RelatedCase
	for _, other := range c.Related {
		inst := other.Instance
		row := page.RelatedCase{
			ID: inst.ID.String(), Title: inst.Title, Reference: inst.Reference,
			URL:     "/inbox/" + r.PathValue("orgnr") + "/case/" + inst.ID.String(),
			Service: other.App.TitleTo(lang), Status: s.caseTag(inst, lang),
		}
		if row.Title == "" {
			row.Title = row.Service
		}
		if inst.Submitted != nil {
			row.Received = *inst.Submitted
		}
		switch {
		case other.Original:
			row.Link = text.T(lang, "related.original")
		case other.Duplicate:
			row.Link = text.T(lang, "related.duplicate")
		case other.Like != instance.LikeNot:
			row.Hint = text.T(lang, "related.like_"+string(other.Like))
		}
		out = append(out, row)
	}
	return out
}

// helps adds the forms about other cases and units.
func (d *workDraft) helps(c instance.Case) {
	if !c.Input.Rights[access.ActionTake] {
		return
	}
	if len(c.Work.Units) > 0 {
		choices := []page.FilterOption{{Label: d.t("choose_unit")}}
		for _, name := range c.Work.Units {
			choices = append(choices, page.FilterOption{Value: name, Label: name})
		}
		d.add("unit", true, page.WorkField{
			Name: "unit", Type: "select", Choices: choices, Label: d.t("unit_to"), Hint: d.t("unit_hint"),
		})
	}
	original := func(r instance.Related) bool { return r.Original }
	linked := func(r instance.Related) bool { return r.Original || r.Duplicate }
	switch {
	case slices.ContainsFunc(c.Related, original):
		d.add("unduplicate", false)
	case len(c.Related) > 0 && !slices.ContainsFunc(c.Related, linked):
		d.add("duplicate", false, page.WorkField{
			Name: "of", Type: "select", Choices: d.originals(c), Label: d.t("duplicate_of"),
			Hint: d.t("duplicate_hint"),
		})
	}
}

// originals are the cases that this one may be a duplicate of, those that look like it first.
func (d *workDraft) originals(c instance.Case) []page.FilterOption {
	out := []page.FilterOption{{Label: d.t("choose_case")}}
	var others []page.FilterOption
	for _, r := range c.Related {
		o := page.FilterOption{
			Value: r.Instance.ID.String(), Label: r.Instance.Title + " · " + r.Instance.Reference,
		}
		if r.Instance.Submitted != nil {
			o.Label += " · " + text.ShortDate(d.lang, *r.Instance.Submitted)
		}
		if r.Like == instance.LikeNot {
			others = append(others, o)
		} else {
			out = append(out, o)
		}
	}
	return append(out, others...)
}

func (s *site) duplicateCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	of, err := canonicalID(one(posted, "of"))
	if err != nil {
		of = uuid.Nil
	}
	return undoable(core.ActDuplicate, "duplicate", 0, url.Values{}) + "#related",
		s.Instances.MarkDuplicate(r.Context(), a, ref, of)
}

func (s *site) unduplicateCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, _ url.Values,
) (string, error) {
	return "did=unduplicate#related", s.Instances.UnmarkDuplicate(r.Context(), a, ref)
}

func (s *site) unitCase(
	r *http.Request, a core.Actor, ref core.InstanceRef, posted url.Values,
) (string, error) {
	p, err := caseChange(ref, posted)
	if err != nil {
		return "", err
	}
	given, err := s.Instances.GiveToUnit(r.Context(), a, p, one(posted, "unit"))
	if err == nil && given.Gone {
		list := listOf(r)
		if list == nil {
			list = url.Values{}
		}
		list.Set("given", "1")
		return listAt(r.PathValue("orgnr"), list), nil
	}
	return undoable(core.ActUnit, "unit", given.Version, url.Values{}), err
}

// unitLinks lead to what the person's own units have and nobody has taken.
func unitLinks(list string, units []string) []page.UnitLink {
	var out []page.UnitLink
	for _, name := range units {
		q := url.Values{"view": {page.ViewUnassigned}, "q": {`unit:"` + name + `"`}}
		out = append(out, page.UnitLink{Name: name, URL: list + "?" + q.Encode()})
	}
	return out
}

// addTemplates offers the app's texts to begin a message with.
func addTemplates(f *page.Say, c instance.Case, lang string, t typed) {
	if len(c.App.Templates) == 0 {
		return
	}
	f.Templates = &page.Templates{
		Choices: []page.FilterOption{{Label: text.T(lang, "template.none")}},
		Label:   text.T(lang, "template.choose"), Button: text.T(lang, "template.insert"),
		Hint: text.T(lang, "template.hint",
			text.T(lang, "web.language_"+c.Conversation.To.Language)),
		Error: t.templateError,
	}
	if t.inserted {
		f.Templates.Done = text.T(lang, "template.inserted")
	}
	for _, one := range c.App.Templates {
		f.Templates.Choices = append(f.Templates.Choices, page.FilterOption{
			Value: one.ID, Label: one.Name[lang], Chosen: one.ID == t.template && !t.inserted,
		})
	}
}

// insertTemplate answers a press of "Insert" with the page, the template's text after what was typed.
func (s *site) insertTemplate(
	w http.ResponseWriter, r *http.Request, a core.Actor, posted url.Values,
) error {
	c, err := s.openCase(r, a)
	if err != nil {
		return err
	}
	if !c.Conversation.MayWrite {
		return access.Refuse(access.ActionWrite, c.App.Ref)
	}
	t := typed{text: one(posted, "text"), template: one(posted, "template")}
	words, ok := c.FromTemplate(t.template)
	if !ok {
		t.templateError = faultText(language(r.Context()), fault.New(fault.Invalid, "fault.no_template"))
		return s.drawCase(w, r, a, http.StatusUnprocessableEntity, c, t)
	}
	if strings.TrimSpace(t.text) == "" {
		t.text = words
	} else {
		t.text = strings.TrimRight(t.text, "\r\n ") + "\n\n" + words
	}
	t.inserted = true
	return s.drawCase(w, r, a, http.StatusOK, c, t)
}
