package event

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Config is what the service needs.
type Config struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue
	Access    *access.Service
	// BaseURL is the public address, without a slash at the end: events' sources begin with it.
	BaseURL string
	// HTTP calls subscribers: see NewClient.
	HTTP *http.Client
	// Open lets subscribers be called without TLS: in development only.
	Open bool
	Log  *slog.Logger
}

// Service gives the feed, keeps subscriptions and tells subscribers.
type Service struct{ Config }

// New gives the service.
func New(c Config) *Service { return &Service{c} }

// Query is what a system asks for of the feed. Everything in it only narrows.
type Query struct {
	// App is one of the organisation's apps; zero is all of them.
	App core.AppRef
	// After is the id of the last event that the system has; uuid.Nil is the beginning.
	After uuid.UUID
	Owner core.PartyID
	Types []string
	At    store.Span
	Size  int
}

// MaxSize is how many events one answer holds at most.
const MaxSize = 1000

// Feed gives events in their order, oldest first. The look is an audit line. Another
// organisation's app is refused, and an After that is no event of its own is fault.Malformed.
func (s *Service) Feed(
	ctx context.Context, a core.Actor, q Query,
) ([]Cloud, error) {
	var out []Cloud
	err := s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		out = []Cloud{}
		items, err := s.items(a, q.App)
		if err != nil {
			return refuse(tx, a, core.ActList, err)
		}
		f := store.EventFilter{Items: items, Owner: q.Owner, Types: q.Types, At: q.At}
		if q.After != uuid.Nil {
			if f.After, err = placeOf(ctx, tx, a.Org, q.After); err != nil {
				return err
			}
		}
		list, err := tx.InstanceEvents(ctx, f, min(max(q.Size, 1), MaxSize))
		if err != nil {
			return err
		}
		for _, e := range list {
			out = append(out, s.cloud(e))
		}
		tx.Audit(access.ListEvent(a, core.ActList, a.Party, nil, len(out),
			map[string]string{"part": "events"}))
		return nil
	})
	return out, err
}

// placeOf finds the place of an event of the organisation's.
func placeOf(
	ctx context.Context, tx *store.Tx, org string, id uuid.UUID,
) (core.EventPlace, error) {
	p, err := tx.EventPlace(ctx, org, id)
	if errors.Is(err, store.ErrNoRow) {
		return p, fault.New(fault.Malformed, "fault.event_after")
	}
	return p, err
}

// items are what the organisation may be told of: what its policies let it read.
func (s *Service) items(a core.Actor, ref core.AppRef) ([]store.ScopeItem, error) {
	var apps []*app.Definition
	for _, d := range s.Catalogue.Apps() {
		if d.Ref.Org == a.Org && (ref == (core.AppRef{}) || d.Ref == ref) {
			apps = append(apps, d)
		}
	}
	items := access.SystemScope(a, apps)
	if a.Kind != core.ActorOrg || len(items) == 0 {
		return nil, access.Refuse(access.ActionRead, ref)
	}
	return items, nil
}

// refuse has a refusal written down.
func refuse(tx *store.Tx, a core.Actor, act string, err error) error {
	e := access.NewEvent(a, act, a.Party)
	e.Outcome = core.OutcomeRefused
	tx.Refused(e)
	return err
}
