package web

import (
	"net/http"
	"strconv"
	"time"

	"stafett/internal/core"
	"stafett/internal/event"
	"stafett/internal/fault"
	"stafett/internal/text"
	"stafett/templates/page"
)

func (s *site) subscriptions(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	list, err := s.Events.List(r.Context(), a, org.ID)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.Subscriptions{Head: head, Now: s.Now()}
	for _, sub := range list {
		p.Rows = append(p.Rows, s.subscriptionRow(sub, org, head.Lang))
	}
	return s.render(w, r, http.StatusOK, p)
}

func (s *site) subscriptionRow(
	sub core.Subscription, org core.Party, lang string,
) page.SubscriptionRow {
	row := page.SubscriptionRow{Subscription: sub, URL: subscriptionURL(org, sub.ID)}
	if sub.App != "" {
		row.Service = s.Instances.AppTitleTo(core.AppRef{Org: sub.Org, App: sub.App}, lang)
	}
	return row
}

func subscriptionURL(org core.Party, id int64) string {
	return adminBase(org) + "/subscriptions/" + strconv.FormatInt(id, 10)
}

// positive reads a number of a row from an address.
func positive(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.Malformed, "fault.malformed")
	}
	return id, nil
}

func (s *site) subscription(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	return s.drawSubscription(w, r, a, "", false)
}

// drawSubscription draws a subscription, with the day that was typed and whether it is to be
// mended.
func (s *site) drawSubscription(
	w http.ResponseWriter, r *http.Request, a core.Actor, from string, mend bool,
) error {
	org, err := s.organisation(r)
	if err != nil {
		return err
	}
	id, err := positive(r.PathValue("subscription"))
	if err != nil {
		return err
	}
	before := int64(0)
	if in := r.URL.Query().Get("before"); in != "" {
		if before, err = positive(in); err != nil {
			return err
		}
	}
	sub, tries, next, err := s.Events.Show(r.Context(), a, org.ID, id, before)
	if err != nil {
		return err
	}
	head, err := s.staffHead(r, a, org)
	if err != nil {
		return err
	}
	p := page.Subscription{
		Head: head, SubscriptionRow: s.subscriptionRow(sub, org, head.Lang),
		ListURL: adminBase(org) + "/subscriptions", Tries: tries, From: from, Now: s.Now(),
	}
	if before > 0 {
		p.FirstURL = p.URL
	}
	if next > 0 {
		p.NextURL = p.URL + "?before=" + strconv.FormatInt(next, 10)
	}
	status := http.StatusOK
	if mend {
		p.Problem, status = text.T(head.Lang, "subscription.from_wrong"), http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, p)
}

// subscribedTo gives the handler of something that is done with a subscription; told is what the
// page says afterwards.
func (s *site) subscribedTo(
	told string, do func(r *http.Request, a core.Actor, org core.PartyID, id int64) error,
) handler {
	return func(w http.ResponseWriter, r *http.Request, a core.Actor) error {
		org, err := s.organisation(r)
		if err != nil {
			return err
		}
		id, err := positive(r.PathValue("subscription"))
		if err != nil {
			return err
		}
		if _, err := readForm(w, r); err != nil {
			return err
		}
		if err := do(r, a, org.ID, id); err != nil {
			return err
		}
		return seeOther(w, r, subscriptionURL(org, id)+"?"+told+"=1")
	}
}

// testSubscription sends a test event: what came of it stands first in the log.
func (s *site) testSubscription(r *http.Request, a core.Actor, org core.PartyID, id int64) error {
	_, err := s.Events.Test(r.Context(), a, org, id)
	return err
}

func (s *site) stopSubscription(r *http.Request, a core.Actor, org core.PartyID, id int64) error {
	return s.Events.Stop(r.Context(), a, org, id)
}

// replaySubscription sets a subscription going, from the beginning of a day in Norway or from where
// it stands.
func (s *site) replaySubscription(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	posted, err := readForm(w, r)
	if err != nil {
		return err
	}
	typed, point := one(posted, "from"), event.Point{}
	if typed != "" {
		iso, ok := text.ParseDate(typed)
		point.From, err = time.ParseInLocation(time.DateOnly, iso, text.Oslo())
		if !ok || err != nil || point.From.After(s.Now()) {
			return s.drawSubscription(w, r, a, typed, true)
		}
	}
	return s.subscribedTo("resumed",
		func(r *http.Request, a core.Actor, org core.PartyID, id int64) error {
			return s.Events.Replay(r.Context(), a, org, id, point)
		})(w, r, a)
}
