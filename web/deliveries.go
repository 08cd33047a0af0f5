package web

import (
	"net/http"
	"net/url"
	"strings"

	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/handover"
	"stafett/internal/instance"
)

func (s *site) deliveries(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	by, err := narrowed(r.URL.Query())
	if err != nil {
		return err
	}
	after, err := instance.ParseCursor(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	list, next, err := s.Handover.List(r.Context(), a, org.ID, by, after, instance.PageSize)
	if err != nil {
		return err
	}
	m := monitor{by: by, list: list, next: next}
	if after == nil && by.To == (core.AppRef{}) {
		if m.targets, err = s.Handover.Monitor(r.Context(), a, org.ID); err != nil {
			return err
		}
	}
	return s.drawDeliveries(w, r, a, org, m)
}

// narrowed reads what the list of deliveries is narrowed to.
func narrowed(q url.Values) (handover.Narrow, error) {
	by := handover.Narrow{State: core.DeliveryState(q.Get("state"))}
	malformed := fault.New(fault.Malformed, "fault.malformed")
	switch by.State {
	case "", core.DeliveryWaiting, core.DeliveryDelivered, core.DeliveryParked, core.DeliveryGivenUp:
	default:
		return by, malformed
	}
	if !q.Has("to") {
		return by, nil
	}
	var ok bool
	if by.To, ok = target(q.Get("to")); !ok || by.State == "" || by.State == core.DeliveryDelivered {
		return by, malformed
	}
	return by, nil
}

// target reads org/app.
func target(name string) (core.AppRef, bool) {
	org, app, ok := strings.Cut(name, "/")
	return core.AppRef{Org: org, App: app}, ok && org != "" && app != ""
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

// retryTarget sets all that have stopped on their way to a target going again.
func (s *site) retryTarget(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	to, ok := target(one(posted, "to"))
	// Nothing is on its way to no target: whoever may not is told so before what is wrong.
	if _, err := s.Handover.RetryTarget(r.Context(), a, org.ID, to); err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Malformed, "fault.malformed")
	}
	return seeOther(w, r, adminBase(org)+"/deliveries?again=1")
}

func (s *site) giveUpForm(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.drawGiveUp(w, r, a, http.StatusOK, "", nil)
}

// giveUp ends a delivery with the reason that was typed.
func (s *site) giveUp(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := canonicalID(r.PathValue("delivery"))
	if err != nil {
		return err
	}
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	reason := strings.ReplaceAll(one(posted, "reason"), "\r\n", "\n")
	err = s.Handover.GiveUp(r.Context(), a, org.ID, id, reason)
	if fault.Is(err, fault.Invalid) {
		return s.drawGiveUp(w, r, a, http.StatusUnprocessableEntity, reason, err)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, adminBase(org)+"/deliveries/"+id.String()+"?ended=1")
}
