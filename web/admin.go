package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/text"
)

func (s *site) admin(w http.ResponseWriter, r *http.Request, _ core.Actor) error {
	return seeOther(w, r, "/admin/"+r.PathValue("orgnr")+"/people")
}

func (s *site) people(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	grants, err := s.Access.People(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	return s.drawPeople(w, r, a, org, grants)
}

// grantEntry is what was typed in the form for a grant, kept when something is to be mended.
type grantEntry struct {
	number, lastName, role, reason, from, until, app string
	// person is the name, when a preview has found one.
	person string
	noEnd  bool
	// values are what was chosen of each data field.
	values map[string][]string
}

// limit is what the entry limits the grant to. Values of two fields at once are no limit that can
// be checked: the field is then left out.
func (e grantEntry) limit() core.Limit {
	var l core.Limit
	l.App.Org, l.App.App, _ = strings.Cut(e.app, "/")
	for field, values := range e.values {
		if len(values) > 0 && len(l.Values) > 0 {
			l.Field = ""
			return l
		}
		if len(values) > 0 {
			l.Field, l.Values = field, values
		}
	}
	return l
}

func (s *site) grantForm(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	// The page shows nothing about people, but only an administrator has business here.
	if _, err := s.Access.People(r.Context(), a, org.ID); err != nil {
		return err
	}
	entry := grantEntry{until: s.Now().AddDate(1, 0, 0).In(text.Oslo()).Format(time.DateOnly)}
	return s.drawGrant(w, r, a, org, entry, nil)
}

func (s *site) grant(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	entry := s.grantEntry(posted)
	request, err := entry.request()
	if err != nil {
		return err
	}
	if posted.Has("preview") {
		return s.previewGrant(w, r, a, org, entry, request)
	}
	g, err := s.Access.Grant(r.Context(), a, org.ID, request, s.Now())
	if fault.Is(err, fault.Invalid) {
		return s.drawGrant(w, r, a, org, entry, err)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, "/admin/"+org.OrganisationNumber+"/people?granted="+strconv.FormatInt(g.ID, 10))
}

func (s *site) grantEntry(posted url.Values) grantEntry {
	entry := grantEntry{
		number: one(posted, "number"), lastName: one(posted, "lastName"), role: one(posted, "role"),
		reason: one(posted, "reason"), from: one(posted, "from"), until: one(posted, "until"),
		app: one(posted, "app"), noEnd: one(posted, "noEnd") != "", values: map[string][]string{},
	}
	for _, o := range s.Access.LimitsOffered() {
		for _, posted := range posted["limit-"+o.Field] {
			for line := range strings.Lines(posted) {
				if value := strings.TrimSpace(line); value != "" {
					entry.values[o.Field] = append(entry.values[o.Field], value)
				}
			}
		}
	}
	return entry
}

func (e grantEntry) request() (access.GrantRequest, error) {
	r := access.GrantRequest{
		PersonNumber: e.number, LastName: e.lastName, Role: e.role, Reason: e.reason,
		NoEnd: e.noEnd, Limit: e.limit(),
	}
	for _, day := range []struct {
		typed string
		at    *time.Time
	}{{e.from, &r.FirstDay}, {e.until, &r.LastDay}} {
		iso, ok := text.ParseDate(day.typed)
		if !ok {
			continue
		}
		var err error
		if *day.at, err = time.Parse(time.DateOnly, iso); err != nil {
			return r, fault.New(fault.Malformed, "fault.malformed")
		}
	}
	return r, nil
}

// previewGrant shows what a grant would give, before anything is saved.
func (s *site) previewGrant(
	w http.ResponseWriter, r *http.Request, a core.Actor, org core.Party, typed grantEntry,
	request access.GrantRequest,
) error {
	person, err := s.Access.Preview(r.Context(), a, org.ID, request, s.Now())
	if fault.Is(err, fault.Invalid) {
		return s.drawGrant(w, r, a, org, typed, err)
	}
	if err != nil {
		return err
	}
	typed.person = person.Name
	return s.drawGrant(w, r, a, org, typed, nil)
}

func grantID(r *http.Request) (int64, error) { return positive(r.PathValue("grant")) }

func (s *site) withdrawForm(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := grantID(r)
	if err != nil {
		return err
	}
	grants, err := s.Access.People(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.ID == id {
			return s.drawWithdraw(w, r, a, org, g, access.IsLast(grants, g.Grant))
		}
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}

func (s *site) withdraw(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := grantID(r)
	if err != nil {
		return err
	}
	if _, err := readForm(w, r); err != nil {
		return err
	}
	if _, err := s.Access.Withdraw(r.Context(), a, org.ID, id); err != nil {
		return err
	}
	return seeOther(w, r, "/admin/"+org.OrganisationNumber+"/people?withdrawn=1")
}
