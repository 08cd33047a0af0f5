package event

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Request is a subscription as it is asked for (FORMAT.md 7.4).
type Request struct {
	Endpoint           string `json:"endPoint"`
	SourceFilter       string `json:"sourceFilter"`
	ResourceFilter     string `json:"resourceFilter"`
	SubjectFilter      string `json:"subjectFilter"`
	AlternativeSubject string `json:"alternativeSubjectFilter"`
	TypeFilter         string `json:"typeFilter"`
}

const (
	// maxSubscriptions is how many subscriptions a service owner may have.
	maxSubscriptions = 100
	// maxAddress is the longest endpoint and filter, in bytes.
	maxAddress = 500
	// attemptPage is how many attempts are shown at a time.
	attemptPage = 50
	// AttemptsKept is how long attempts are kept.
	AttemptsKept = 30 * 24 * time.Hour
)

func invalid(field string) error { return fault.New(fault.Malformed, "fault.subscription", field) }

// Subscribe makes a subscription for the organisation whose system asks, to what happens from now
// on. The secret that signs what is sent is given here and never again. What does not fit is
// fault.Malformed and names the field; an app that it may not read is refused.
func (s *Service) Subscribe(
	ctx context.Context, a core.Actor, r Request,
) (sub core.Subscription, secret string, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	err = s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		wanted, err := s.read(ctx, tx, a, r)
		if fault.Is(err, fault.Forbidden) {
			return refuse(tx, a, core.ActSubscribe, err)
		}
		if err != nil {
			return err
		}
		list, err := tx.Subscriptions(ctx, a.Org, maxSubscriptions)
		if err != nil {
			return err
		}
		if len(list) == maxSubscriptions {
			return fault.New(fault.Conflict, "fault.subscription_many", maxSubscriptions)
		}
		wanted.Secret = key
		if sub, err = tx.AddSubscription(ctx, wanted); err != nil {
			return err
		}
		note(tx, a, a.Party, sub.ID, "add")
		return nil
	})
	return sub, shown(key), err
}

// read checks what is asked for.
func (s *Service) read(
	ctx context.Context, tx *store.Tx, a core.Actor, r Request,
) (core.Subscription, error) {
	sub := core.Subscription{
		Org: a.Org, OrganisationNumber: a.OrganisationNumber, Endpoint: r.Endpoint,
		SourceFilter: r.SourceFilter, TypeFilter: r.TypeFilter,
	}
	if err := s.checkAddress(r.Endpoint); err != nil {
		return sub, err
	}
	if r.SourceFilter != "" && !strings.HasPrefix(r.SourceFilter, s.BaseURL+"/"+a.Org+"/") ||
		len(r.SourceFilter) > maxAddress {
		return sub, invalid("sourceFilter")
	}
	if r.TypeFilter != "" && !strings.HasPrefix(r.TypeFilter, "app.instance.") ||
		len(r.TypeFilter) > maxAddress {
		return sub, invalid("typeFilter")
	}
	var ref core.AppRef
	if r.ResourceFilter != "" {
		name, own := strings.CutPrefix(r.ResourceFilter, Resource(core.AppRef{Org: a.Org}))
		if ref = (core.AppRef{Org: a.Org, App: name}); !own || name == "" {
			return sub, access.Refuse(access.ActionRead, core.AppRef{})
		}
		sub.App = name
	}
	if _, err := s.items(a, ref); err != nil {
		return sub, err
	}
	return sub, subject(ctx, tx, r, &sub)
}

// checkAddress refuses an endpoint that is not to be called. What its name leads to is looked at
// each time it is called.
func (s *Service) checkAddress(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" ||
		len(endpoint) > maxAddress || u.Scheme != "https" && !(s.Open && u.Scheme == "http") {
		return invalid("endPoint")
	}
	return nil
}

// subject reads whose instances are asked for: a party, or an organisation's number. A person's
// number is not taken.
func subject(ctx context.Context, tx *store.Tx, r Request, sub *core.Subscription) error {
	if r.SubjectFilter != "" {
		id, err := strconv.ParseInt(strings.TrimPrefix(r.SubjectFilter, "/party/"), 10, 64)
		if err != nil || id <= 0 {
			return invalid("subjectFilter")
		}
		sub.Owner = core.PartyID(id)
	}
	if r.AlternativeSubject == "" {
		return nil
	}
	number, ok := strings.CutPrefix(r.AlternativeSubject, "/org/")
	if !ok || !core.ValidOrganisationNumber(number) || r.SubjectFilter != "" {
		return invalid("alternativeSubjectFilter")
	}
	p, err := tx.PartyByOrganisationNumber(ctx, number)
	if errors.Is(err, store.ErrNoRow) {
		return invalid("alternativeSubjectFilter")
	}
	sub.Owner = p.ID
	return err
}

// note writes the audit line of what is done with a subscription.
func note(tx *store.Tx, a core.Actor, org core.PartyID, id int64, what string) {
	e := access.NewEvent(a, core.ActSubscribe, org)
	e.Detail = map[string]string{"subscription": strconv.FormatInt(id, 10), "step": what}
	tx.Audit(e)
}

// within runs fn for a service owner's own system, or for an administrator of the organisation.
func (s *Service) within(
	ctx context.Context, a core.Actor, org core.PartyID, fn func(tx *store.Tx, code string) error,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		if a.Kind == core.ActorOrg {
			if a.Org == "" {
				return refuse(tx, a, core.ActSubscribe, access.Refuse(access.ActionRead, core.AppRef{}))
			}
			return fn(tx, a.Org)
		}
		if err := s.Access.RequireAdministrator(ctx, tx, a, org); err != nil {
			return err
		}
		p, err := tx.Party(ctx, org)
		if err != nil {
			return err
		}
		tx.FollowDeliveries(p.Org)
		return fn(tx, p.Org)
	})
}

// looked writes the audit line of a look at subscriptions.
func looked(tx *store.Tx, a core.Actor, org core.PartyID, part string, rows int) {
	shape := map[string]string{"part": part}
	if a.Kind == core.ActorOrg {
		tx.Audit(access.ListEvent(a, core.ActList, org, nil, rows, shape))
		return
	}
	tx.Audit(access.AdminEvent(a, core.ActAdmin, org, rows, shape))
}

// List gives an organisation's subscriptions, oldest first: to its system, or to an administrator.
func (s *Service) List(
	ctx context.Context, a core.Actor, org core.PartyID,
) ([]core.Subscription, error) {
	var list []core.Subscription
	err := s.within(ctx, a, org, func(tx *store.Tx, code string) error {
		var err error
		if list, err = tx.Subscriptions(ctx, code, maxSubscriptions); err != nil {
			return err
		}
		looked(tx, a, org, "subscriptions", len(list))
		return nil
	})
	return list, err
}

// own gives one of the organisation's subscriptions; another's is refused in the same words as one
// that does not exist.
func own(
	ctx context.Context, tx *store.Tx, a core.Actor, code string, id int64,
) (core.Subscription, error) {
	sub, err := tx.Subscription(ctx, code, id)
	if errors.Is(err, store.ErrNoRow) {
		err = refuse(tx, a, core.ActSubscribe, fault.New(fault.Forbidden, "fault.forbidden"))
	}
	return sub, err
}

// Show gives a subscription with its attempts, newest first, a page at a time: before is the id of
// the attempt to go on from, 0 for the newest.
func (s *Service) Show(
	ctx context.Context, a core.Actor, org core.PartyID, id, before int64,
) (sub core.Subscription, list []core.SubscriptionAttempt, next int64, err error) {
	err = s.within(ctx, a, org, func(tx *store.Tx, code string) error {
		if sub, err = own(ctx, tx, a, code, id); err != nil {
			return err
		}
		if list, err = tx.SubscriptionAttempts(ctx, id, before, attemptPage+1); err != nil {
			return err
		}
		if next = 0; len(list) > attemptPage {
			list = list[:attemptPage]
			next = list[attemptPage-1].ID
		}
		looked(tx, a, org, "subscription", len(list))
		return nil
	})
	return sub, list, next, err
}

// Unsubscribe ends a subscription for good, with its attempts.
func (s *Service) Unsubscribe(ctx context.Context, a core.Actor, org core.PartyID, id int64) error {
	return s.change(ctx, a, org, id, "remove",
		func(tx *store.Tx, sub core.Subscription) error {
			return tx.DeleteSubscription(ctx, sub.Org, id)
		})
}

// Stop lets a subscription stand still until Replay.
func (s *Service) Stop(ctx context.Context, a core.Actor, org core.PartyID, id int64) error {
	return s.change(ctx, a, org, id, "stop",
		func(tx *store.Tx, sub core.Subscription) error {
			sub.State, sub.Code = core.SubscriptionParked, codeStopped
			return tx.SetSubscription(ctx, sub)
		})
}

// Point is where a subscription goes on from: after an event, from a time, or where it stands when
// neither is given.
type Point struct {
	After uuid.UUID
	From  time.Time
}

// Replay sets a subscription going from a point, with a fresh budget of time: it also starts one
// that stands still or is over. One that has never answered is asked again whether it is there.
func (s *Service) Replay(
	ctx context.Context, a core.Actor, org core.PartyID, id int64, from Point,
) error {
	return s.change(ctx, a, org, id, "replay",
		func(tx *store.Tx, sub core.Subscription) error {
			var err error
			switch {
			case from.After != uuid.Nil:
				sub.After, err = placeOf(ctx, tx, sub.Org, from.After)
			case !from.From.IsZero():
				sub.After, err = tx.EventsSince(ctx, sub.Org, from.From)
			}
			if err != nil {
				return err
			}
			sub.SetAside = 0
			if sub.Code = ""; sub.State != core.SubscriptionActive {
				sub.State = core.SubscriptionValidating
			}
			return tx.SetSubscription(ctx, sub)
		})
}

func (s *Service) change(
	ctx context.Context, a core.Actor, org core.PartyID, id int64, what string,
	do func(*store.Tx, core.Subscription) error,
) error {
	return s.within(ctx, a, org, func(tx *store.Tx, code string) error {
		sub, err := own(ctx, tx, a, code, id)
		if err != nil {
			return err
		}
		note(tx, a, org, id, what)
		return do(tx, sub)
	})
}

// Test sends an event that is a test, at once, and gives what came of it. It changes nothing of how
// the subscription stands.
func (s *Service) Test(
	ctx context.Context, a core.Actor, org core.PartyID, id int64,
) (core.SubscriptionAttempt, error) {
	var sub core.Subscription
	err := s.change(ctx, a, org, id, "test",
		func(_ *store.Tx, got core.Subscription) error { sub = got; return nil })
	if err != nil {
		return core.SubscriptionAttempt{}, err
	}
	// No connection is held while the subscriber thinks.
	sub.Attempts = 0
	c := s.own(sub, core.EventTest, time.Now())
	attempt := s.send(ctx, sub, c)
	attempt.Event, attempt.At = uuid.MustParse(c.ID), c.Time
	return attempt, s.Store.InTx(ctx, core.System(), func(tx *store.Tx) error {
		_, err := tx.Subscription(ctx, sub.Org, id)
		if errors.Is(err, store.ErrNoRow) {
			// It was ended in the meantime, and its log with it.
			return nil
		}
		if err != nil {
			return err
		}
		return tx.AddSubscriptionAttempt(ctx, id, attempt)
	})
}
