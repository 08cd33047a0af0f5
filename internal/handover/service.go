package handover

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/message"
	"stafett/internal/orgtoken"
	"stafett/store"
)

// Target is where an app is reached: URL to call and Audience to ask a token for, both without
// a slash at the end. It comes from configuration, never from data.
type Target struct {
	URL, Audience string
	// Altinn is set for an app in a real Altinn 3 environment.
	Altinn *Altinn
}

// Renderer makes the submission's PDF. It is handed in so that a fault in it can be tried.
type Renderer func(d *app.Definition, source store.DeliverySource, receiver string) ([]byte, error)

// Config is what the service needs from outside.
type Config struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue
	Access    *access.Service
	// Messages keeps what waits for an answer.
	Messages *message.Service
	// Tokens gives the token client of a service owner; nil when there is none.
	Tokens func(org string) *orgtoken.Client
	// Locate tells where an app is reached.
	Locate func(core.AppRef) Target
	// HTTP calls targets. Its redirect policy is not used: redirects are never followed, since a
	// token may not travel (SECURITY.md P39).
	HTTP   *http.Client
	Render Renderer
	// Budget is how long a delivery is tried before it is parked; 0 means RetryBudget.
	Budget time.Duration
	// OutboxWait is how long what a caseworker writes, and what a step of theirs sends, waits and can
	// be stopped before it leaves.
	OutboxWait time.Duration
	// Hold is when a target that fails is left alone; the zero value is the usual.
	Hold Hold
	Now  func() time.Time
	Log  *slog.Logger
}

// Service plans, delivers and shows handovers.
type Service struct {
	Config
	counts altinnCounts
}

// New gives the service.
func New(c Config) *Service {
	client := *c.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	c.HTTP = &client
	if c.Budget == 0 {
		c.Budget = RetryBudget
	}
	c.Hold = c.Hold.withDefaults()
	return &Service{Config: c}
}

// Narrow is what a list of deliveries is narrowed to; its zero value is all of them.
type Narrow struct {
	State core.DeliveryState
	// To is a target; with it a state other than delivered must be given.
	To core.AppRef
}

// shape is what the look-up log tells of it.
func (n Narrow) shape() map[string]string {
	shape := map[string]string{"part": "deliveries", "state": string(n.State)}
	if n.To != (core.AppRef{}) {
		shape["to"] = n.To.String()
	}
	return shape
}

// List gives an organisation's deliveries, newest first. The actor must administer the
// organisation. It shows references and codes, nothing of a case.
func (s *Service) List(
	ctx context.Context, a core.Actor, org core.PartyID, by Narrow, after *store.Cursor, n int,
) ([]core.Delivery, *store.Cursor, error) {
	var list []core.Delivery
	var next *store.Cursor
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		var err error
		if by.To != (core.AppRef{}) {
			list, next, err = tx.DeliveriesTo(ctx, code, by.To, by.State, after, n)
		} else {
			list, next, err = tx.Deliveries(ctx, code, by.State, after, n)
		}
		if err != nil {
			return err
		}
		tx.Audit(access.AdminEvent(a, core.ActAdmin, org, len(list), by.shape()))
		return nil
	})
	return list, next, err
}

func (s *Service) asAdministrator(
	ctx context.Context, a core.Actor, org core.PartyID, do func(tx *store.Tx, code string) error,
) error {
	return s.Store.InTx(ctx, a, func(tx *store.Tx) error {
		if err := s.Access.RequireAdministrator(ctx, tx, a, org); err != nil {
			return err
		}
		p, err := tx.Party(ctx, org)
		if err != nil {
			return err
		}
		tx.FollowDeliveries(p.Org)
		return do(tx, p.Org)
	})
}

// own gives the delivery when its source belongs to the service owner; another's is refused in
// the same words as one that does not exist.
func own(ctx context.Context, tx *store.Tx, org string, id uuid.UUID) (core.Delivery, error) {
	d, err := tx.Delivery(ctx, id)
	if errors.Is(err, store.ErrNoRow) || err == nil && d.Source.Org != org {
		return core.Delivery{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return d, err
}
