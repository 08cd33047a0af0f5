package web

import (
	"net/http"
	"strconv"
	"time"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/instance"
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
	number, lastName, role, reason, until string
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
	entry := grantEntry{
		number: one(posted, "number"), lastName: one(posted, "lastName"), role: one(posted, "role"),
		reason: one(posted, "reason"), until: one(posted, "until"),
	}
	request := access.GrantRequest{
		PersonNumber: entry.number, LastName: entry.lastName, Role: entry.role, Reason: entry.reason,
	}
	if iso, ok := text.ParseDate(entry.until); ok {
		request.LastDay, err = time.Parse(time.DateOnly, iso)
	}
	if err != nil {
		return fault.New(fault.Malformed, "fault.malformed")
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
			return s.drawWithdraw(w, r, a, org, g, isLast(grants, g))
		}
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}

// isLast tells whether nobody else holds the role.
func isLast(grants []access.GrantRow, g access.GrantRow) bool {
	for _, other := range grants {
		if other.ID != g.ID && other.Role == g.Role && other.InForce && other.Person != g.Person {
			return false
		}
	}
	return true
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

func (s *site) deliveries(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	state := core.DeliveryState(r.URL.Query().Get("state"))
	switch state {
	case "", core.DeliveryWaiting, core.DeliveryDelivered, core.DeliveryParked:
	default:
		return fault.New(fault.Malformed, "fault.malformed")
	}
	after, err := instance.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	list, next, err := s.Handover.List(r.Context(), a, org.ID, state, after, instance.PageSize)
	if err != nil {
		return err
	}
	return s.drawDeliveries(w, r, a, org, state, list, next)
}

func (s *site) delivery(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("delivery"))
	if err != nil {
		return err
	}
	shown, err := s.Handover.Show(r.Context(), a, org.ID, id)
	if err != nil {
		return err
	}
	return s.drawDelivery(w, r, a, org, shown)
}

func (s *site) retryDelivery(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("delivery"))
	if err != nil {
		return err
	}
	if _, err := readForm(w, r); err != nil {
		return err
	}
	if err := s.Handover.Retry(r.Context(), a, org.ID, id); err != nil {
		return err
	}
	return seeOther(w, r, "/admin/"+org.OrganisationNumber+"/deliveries/"+id.String()+"?again=1")
}
