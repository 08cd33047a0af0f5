package web

import (
	"net/http"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/text"
	"stafett/static"
	"stafett/templates/layout"
)

// plainHead is the head of a page that can be drawn when nothing else works.
func (s *site) plainHead(r *http.Request) layout.Head {
	return layout.Head{
		Lang: language(r.Context()), CSSURL: static.URL("app.css"), JSURL: static.URL("app.js"),
		IconURL: static.URL("favicon.svg"), Surface: layout.Plain, Path: returnPath(r),
		Footer:          foot(language(r.Context())),
		TestEnvironment: s.Development, Problems: s.problems(r),
	}
}

// returnPath is where a choice of language or party comes back to: this page, when it is read;
// after a post, the page that the form stands on.
func returnPath(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	return r.URL.Path
}

// citizenHead is the head of a citizen's pages. owner is the service owner whose pages they are;
// zero for those of nobody in particular.
func (s *site) citizenHead(r *http.Request, a core.Actor, owner core.Party) (layout.Head, error) {
	h := s.plainHead(r)
	h.Surface, h.Organisation = layout.Citizen, owner.Name
	s.dress(&h, owner.Org)
	h.Flash = s.flash(r)
	if a.Anonymous() {
		h.Nav = []layout.NavItem{s.nav(r, "find", "/", "web.nav_find")}
		return h, nil
	}
	places, err := s.Login.Places(r, a)
	if err != nil {
		return h, err
	}
	s.fillPerson(&h, a, places)
	h.Session = s.session(r)
	h.Nav = []layout.NavItem{
		s.nav(r, "my", "/my", "web.nav_my"), s.nav(r, "messages", "/my/messages", "web.nav_messages"),
		s.nav(r, "find", "/", "web.nav_find"),
	}
	for _, p := range places {
		if p.Party.ID == a.Party {
			h.Nav[1].Count = p.Unread
		}
	}
	h.Elsewhere = s.elsewhere(r, places)
	return h, nil
}

// session tells when the person is signed out if nothing more is heard of them; nil when nobody is
// signed in.
func (s *site) session(r *http.Request) *layout.Session {
	ends, last := s.Login.Ends(r)
	if ends.IsZero() {
		return nil
	}
	return &layout.Session{Ends: ends, Left: max(time.Until(ends), 0), Last: last}
}

func (s *site) fillPerson(h *layout.Head, a core.Actor, places []access.Place) {
	h.User = &layout.User{Name: a.Name, Initials: layout.Initials(a.Name)}
	for _, p := range places {
		c := layout.PartyChoice{
			ID: int64(p.Party.ID), Name: p.Party.Name, Current: p.Party.ID == a.Party,
			Organisation: p.Party.Kind == core.PartyOrganisation,
		}
		c.Detail = text.T(h.Lang, "web.yourself")
		if c.Organisation {
			c.Detail = text.OrganisationNumber(p.Party.OrganisationNumber)
		}
		h.Parties = append(h.Parties, c)
		if c.Current {
			h.Party = layout.Party{
				Name: p.Party.Name, Number: p.Party.OrganisationNumber, Self: p.Party.ID == a.User,
			}
		}
	}
}

// elsewhere are the ways from a citizen's pages to where the person works.
func (s *site) elsewhere(r *http.Request, places []access.Place) []layout.NavItem {
	var out []layout.NavItem
	for _, p := range places {
		switch number := p.Party.OrganisationNumber; {
		case p.Works:
			out = append(out, layout.NavItem{
				ID: "inbox-" + number, URL: "/inbox/" + number,
				Label: text.T(language(r.Context()), "web.nav_inbox_of", p.Party.Name),
			})
		case p.Administers:
			out = append(out, layout.NavItem{
				ID: "admin-" + number, URL: "/admin/" + number + "/people",
				Label: text.T(language(r.Context()), "web.nav_admin_of", p.Party.Name),
			})
		}
	}
	return out
}

// staffHead is the head of an organisation's own pages. The menu has only what the person's
// roles open.
func (s *site) staffHead(r *http.Request, a core.Actor, org core.Party) (layout.Head, error) {
	h := s.plainHead(r)
	h.Surface, h.Organisation, h.Flash = layout.Staff, org.Name, s.flash(r)
	s.dress(&h, org.Org)
	places, err := s.Login.Places(r, a)
	if err != nil {
		return h, err
	}
	s.fillPerson(&h, a, places)
	h.Session = s.session(r)
	base := "/" + org.OrganisationNumber
	for _, p := range places {
		if p.Party.ID != org.ID {
			continue
		}
		for _, g := range p.Ending(s.Now()) {
			h.Notices = append(h.Notices, h.T("admin.ending_yours", s.roleName(g.Role, h.Lang),
				text.Date(h.Lang, g.To.Add(-time.Second))))
		}
		if p.Works {
			h.Nav = append(h.Nav, s.section(r, "inbox", "/inbox"+base, "web.nav_inbox"))
		}
		if p.Administers {
			h.Nav = append(h.Nav,
				s.section(r, "people", "/admin"+base+"/people", "web.nav_people"),
				s.section(r, "solution", "/admin"+base+"/solution", "web.nav_solution"),
				s.section(r, "deliveries", "/admin"+base+"/deliveries", "web.nav_deliveries"),
				s.section(r, "subscriptions", "/admin"+base+"/subscriptions", "web.nav_subscriptions"),
				s.section(r, "log", "/admin"+base+"/log", "web.nav_log"))
		}
	}
	h.Elsewhere = []layout.NavItem{{ID: "my", URL: "/my", Label: h.T("web.nav_my")}}
	return h, nil
}

func (s *site) nav(r *http.Request, id, url, key string) layout.NavItem {
	return layout.NavItem{
		ID: id, URL: url, Label: text.T(language(r.Context()), key), Current: r.URL.Path == url,
	}
}

// section is nav of a part with pages below it.
func (s *site) section(r *http.Request, id, url, key string) layout.NavItem {
	n := s.nav(r, id, url, key)
	n.Within = strings.HasPrefix(r.URL.Path, url+"/")
	return n
}

// flashes are what a redirect may tell has been done: the parameter's name is the text's.
var flashes = []string{
	"merged", "saved", "deleted", "granted", "withdrawn", "again", "done", "finished", "told", "asked",
	"answered", "ended", "tested", "halted", "resumed", "none", "given", "kept", "restored",
	"once", "uploaded",
}

func (s *site) flash(r *http.Request) string {
	q := r.URL.Query()
	for _, name := range flashes {
		if q.Has(name) {
			return text.T(language(r.Context()), "web.flash_"+name)
		}
	}
	return ""
}
