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
	Now    func() time.Time
	Log    *slog.Logger
}

// Service plans, delivers and shows handovers.
type Service struct{ Config }

// New gives the service.
func New(c Config) *Service {
	client := *c.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	c.HTTP = &client
	return &Service{c}
}

// List gives an organisation's deliveries, newest first; state "" is all of them. The actor
// must administer the organisation. It shows references and codes, nothing of a case.
func (s *Service) List(
	ctx context.Context, a core.Actor, org core.PartyID, state core.DeliveryState, after *store.Cursor, n int,
) ([]core.Delivery, *store.Cursor, error) {
	var list []core.Delivery
	var next *store.Cursor
	err := s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		var err error
		if list, next, err = tx.Deliveries(ctx, code, state, after, n); err != nil {
			return err
		}
		tx.Audit(access.AdminEvent(a, core.ActAdmin, org, len(list), map[string]string{
			"part": "deliveries", "state": string(state),
		}))
		return nil
	})
	return list, next, err
}

// Retry sets a parked delivery going again. Pressing twice is safe: a delivery that is not
// parked any more is fault.Conflict, and nothing happens.
func (s *Service) Retry(ctx context.Context, a core.Actor, org core.PartyID, id uuid.UUID) error {
	return s.asAdministrator(ctx, a, org, func(tx *store.Tx, code string) error {
		d, err := own(ctx, tx, code, id)
		if err != nil {
			return err
		}
		again, err := tx.Retry(ctx, id)
		if err != nil {
			return err
		}
		if !again {
			return fault.New(fault.Conflict, "fault.admin_not_parked")
		}
		e := access.NewEvent(a, core.ActRetry, org)
		e.App, e.Detail = d.To, map[string]string{"delivery": id.String()}
		tx.Audit(e)
		return tx.Enqueue(ctx, core.DeliverArgs{Delivery: id})
	})
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
