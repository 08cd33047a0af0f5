package web

import (
	"net/http"
	"net/url"
	"strings"

	"stafett/internal/core"
	"stafett/internal/form"
	"stafett/internal/instance"
	"stafett/templates/field"
	"stafett/templates/page"
)

// pageID is the page in the address: the entry's own, where it is of an entry of a subform.
func pageID(r *http.Request) string {
	if sub := r.PathValue("subpage"); sub != "" {
		return sub
	}
	return r.PathValue("page")
}

// entryRef reads which entry of a subform the address is of; zero for the task's own form.
func entryRef(r *http.Request) (form.EntryRef, error) {
	if r.PathValue("component") == "" {
		return form.EntryRef{}, nil
	}
	id, err := canonicalID(r.PathValue("element"))
	return form.EntryRef{
		Page: r.PathValue("page"), Component: r.PathValue("component"), ID: id.String(),
	}, err
}

// enter gives the view of the entry in the address, or the same view where it names none.
func enter(r *http.Request, v instance.View) (instance.View, error) {
	ref, err := entryRef(r)
	if err != nil || ref.ID == "" {
		return v, err
	}
	return v.Enter(ref)
}

// openPage opens the form in the address: the task's, or an entry's.
func (s *site) openPage(r *http.Request, a core.Actor) (instance.View, error) {
	v, err := s.open(r, a)
	if err != nil {
		return v, err
	}
	return enter(r, v)
}

// entry goes to the first page of an entry.
func (s *site) entry(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	v, err := s.openPage(r, a)
	if err != nil {
		return err
	}
	return seeOther(w, r, pageURL(v, form.FirstPage(v.App, v.Set, v.Input)))
}

// entryCommand is what the pressed button does to a list of entries; empty for any other button.
func entryCommand(posted url.Values) string {
	if do, ok := strings.CutPrefix(one(posted, "go"), form.GoEntry); ok {
		return do
	}
	return ""
}

// listed is where a button of a list of entries leads: into the entry, or out of it to the list.
func listed(v instance.View, saved instance.Saved, posted url.Values) (to string, ok bool) {
	goes := one(posted, "go")
	if v.Within != nil {
		return listURL(v), goes == form.GoClose || goes == form.GoDone
	}
	ref := saved.Added
	if arg, opens := strings.CutPrefix(goes, form.GoEntry+form.EntryOpen+":"); opens {
		if parts := strings.Split(arg, ":"); len(parts) == 3 {
			ref = form.EntryRef{Page: saved.Page, Component: parts[0], ID: parts[1]}
		}
	}
	if ref.ID == "" {
		return "", false
	}
	inner, err := v.Enter(ref)
	if err != nil {
		return "", false // somebody has taken it away: the list shows that
	}
	return pageURL(inner, form.FirstPage(inner.App, inner.Set, inner.Input)), true
}

// listURL is the address of the list that the view's entry is in. A case has its form beside the
// application.
func listURL(v instance.View) string {
	ref, at := v.Input.Entry, "#"+field.ID(v.Input.Entry.Component)
	if v.App.IsCase() {
		return "/inbox/" + v.Owner.OrganisationNumber + "/case/" + v.Instance.ID.String() +
			"/write?page=" + url.QueryEscape(ref.Page) + at
	}
	return pageURL(*v.Within, ref.Page) + at
}

// formEntry tells the page which entry it is of; nil for a page of the task's own form.
func formEntry(v instance.View, lang string) *page.FormEntry {
	if v.Within == nil {
		return nil
	}
	e := &page.FormEntry{}
	e.Name, e.Subform = form.EntryName(v.App, v.Within.Set, v.Input)
	e.Subform = v.App.To(lang, e.Subform)
	if p, _ := v.Within.Set.Page(v.Input.Entry.Page); p != nil {
		e.Page = v.App.To(lang, p.Title(lang))
	}
	return e
}
