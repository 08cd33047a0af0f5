package web

import (
	"net/http"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
	"stafett/templates/gallery"
	"stafett/templates/layout"
	"stafett/templates/page"
)

// home is the front page: what can be filled in here, for anybody.
func (s *site) home(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	p := page.Home{Head: head, SignInURL: "/login?return=/my"}
	for _, d := range s.Instances.Apps() {
		if d.Meta.DisallowUserInstantiation {
			continue
		}
		owner, err := s.Access.ServiceOwner(r.Context(), d.Ref.Org)
		if err != nil {
			return err
		}
		p.Services = append(p.Services, page.Offer{
			ID: strings.ReplaceAll(d.Ref.String(), "/", "-"), URL: "/" + d.Ref.String(),
			Title: d.TitleTo(head.Lang), Owner: owner.Name,
			Text: ownText(d, head.Lang, "service.short"),
		})
	}
	return s.render(w, r, http.StatusOK, p)
}

// parties asks whom the person acts for.
func (s *site) parties(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	head, err := s.citizenHead(r, a, core.Party{})
	if err != nil {
		return err
	}
	query := r.URL.Query().Get("q")
	p := page.ChooseParty{
		Head: head, Return: r.URL.Query().Get("return"), Query: query, Total: len(head.Parties),
	}
	p.Parties = matching(head.Parties, query)
	return s.render(w, r, http.StatusOK, p)
}

func matching(parties []layout.PartyChoice, query string) []layout.PartyChoice {
	if query == "" {
		return parties
	}
	var out []layout.PartyChoice
	for _, p := range parties {
		if strings.Contains(strings.ToLower(p.Name+" "+p.Detail), strings.ToLower(query)) {
			out = append(out, p)
		}
	}
	return out
}

// newest is how many of each the start page shows.
const newest = 5

// my is a person's start page: the newest of what they have begun and of what they have sent.
func (s *site) my(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	p, err := s.myPage(r, a, page.MyAll)
	if err != nil {
		return err
	}
	drafts, older, err := s.Instances.Mine(r.Context(), a, []core.Status{core.StatusDraft}, nil, instance.PageSize)
	if err != nil {
		return err
	}
	sent, more, err := s.Instances.Mine(r.Context(), a, sentStatuses, nil, newest)
	if err != nil {
		return err
	}
	if more != nil {
		p.MoreSent = "/my/sent"
	}
	s.fillMy(&p, drafts, sent)
	p.PutFirst(newest)
	if older != nil || len(p.Asked)+len(p.Drafts) < len(drafts) {
		p.MoreDrafts = "/my/drafts"
	}
	deleted, err := s.Instances.Deleted(r.Context(), a)
	if err != nil {
		return err
	}
	for _, d := range deleted {
		p.Deleted = append(p.Deleted, page.DeletedDraft{
			ID: d.Ref.ID.String(), App: s.Instances.AppTitleTo(d.Ref.AppRef, p.Lang), At: d.At,
		})
	}
	return s.render(w, r, http.StatusOK, p)
}

// sentStatuses are those of what a person has sent.
var sentStatuses = []core.Status{core.StatusActive, core.StatusArchived}

func (s *site) myDrafts(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.myList(w, r, a, page.MyDrafts, []core.Status{core.StatusDraft})
}

func (s *site) mySent(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.myList(w, r, a, page.MySent, sentStatuses)
}

func (s *site) myList(
	w http.ResponseWriter, r *http.Request, a core.Actor, view page.MyView, statuses []core.Status,
) error {
	after, err := instance.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	p, err := s.myPage(r, a, view)
	if err != nil {
		return err
	}
	list, next, err := s.Instances.Mine(r.Context(), a, statuses, after, instance.PageSize)
	if err != nil {
		return err
	}
	if after != nil {
		p.FirstURL = r.URL.Path
	}
	if next != nil {
		p.NextURL = r.URL.Path + "?after=" + next.String()
	}
	if view == page.MyDrafts {
		s.fillMy(&p, list, nil)
	} else {
		s.fillMy(&p, nil, list)
	}
	return s.render(w, r, http.StatusOK, p)
}

func (s *site) myPage(r *http.Request, a core.Actor, view page.MyView) (page.My, error) {
	head, err := s.citizenHead(r, a, core.Party{})
	return page.My{Head: head, View: view, FindURL: "/", Kept: s.keptPages(r, head.Lang)}, err
}

func (s *site) fillMy(p *page.My, drafts, sent []core.Instance) {
	for _, inst := range drafts {
		p.Drafts = append(p.Drafts, s.draft(inst, p.Lang))
	}
	for _, inst := range sent {
		one := page.Sent{
			ID: inst.ID.String(), URL: base(inst.InstanceRef) + "/status",
			App: s.Instances.AppTitleTo(inst.AppRef, p.Lang), Title: inst.Title, Reference: inst.Reference,
			Status: s.sentTag(inst, p.Lang),
		}
		if one.Letter = s.letter(inst); one.Letter {
			one.At = inst.Created
		} else if inst.Submitted != nil {
			one.At = *inst.Submitted
		}
		p.Sent = append(p.Sent, one)
	}
}

// gallery shows every piece of the interface in every state, in development.
func (s *site) gallery(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	return s.render(w, r, http.StatusOK, gallery.Gallery{Head: s.plainHead(r), URL: "/dev/gallery"})
}

func (s *site) galleryPage(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	sample, ok := gallery.Page(s.plainHead(r), r.PathValue("page"))
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return s.render(w, r, http.StatusOK, sample)
}

func (s *site) notFound(http.ResponseWriter, *http.Request, core.Actor) error {
	return fault.New(fault.NotFound, "fault.not_found")
}
