package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

const subscriptionColumns = `
s.id, s.org, s.organisation_number, s.endpoint, s.source_filter, s.app, s.type_filter, s.owner,
s.secret, s.state, s.created, s.after_xact::text, s.after_n, s.attempts, s.failing, s.next_try,
s.code, s.fence, s.set_aside, s.set_aside_in_row`

func scanSubscription(row pgx.CollectableRow) (core.Subscription, error) {
	var s core.Subscription
	var xact string
	err := row.Scan(&s.ID, &s.Org, &s.OrganisationNumber, &s.Endpoint, &s.SourceFilter, &s.App,
		&s.TypeFilter, &s.Owner, &s.Secret, &s.State, &s.Created, &xact, &s.After.N, &s.Attempts,
		&s.Failing, &s.NextTry, &s.Code, &s.Fence, &s.SetAside, &s.InRow)
	if err != nil {
		return s, err
	}
	s.After.Xact, err = strconv.ParseUint(xact, 10, 64)
	return s, err
}

const addSubscription = `
INSERT INTO subscription AS s (
    org, organisation_number, endpoint, source_filter, app, type_filter, owner, secret
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING ` + subscriptionColumns

// AddSubscription makes a subscription to what happens from now on. Its endpoint is validated
// first.
func (tx *Tx) AddSubscription(
	ctx context.Context, s core.Subscription,
) (core.Subscription, error) {
	tx.changing()
	return one(ctx, tx, scanSubscription, "add subscription", addSubscription, s.Org,
		s.OrganisationNumber, s.Endpoint, s.SourceFilter, s.App, s.TypeFilter, s.Owner, s.Secret)
}

const subscriptionsOf = `
SELECT ` + subscriptionColumns + `
FROM subscription AS s
WHERE s.org = $1
ORDER BY s.id
LIMIT $2`

// Subscriptions gives a service owner's subscriptions, oldest first, at most n.
func (tx *Tx) Subscriptions(ctx context.Context, org string, n int) ([]core.Subscription, error) {
	return many(ctx, tx, scanSubscription, "subscriptions", subscriptionsOf, org, n)
}

const subscriptionByID = `
SELECT ` + subscriptionColumns + `
FROM subscription AS s
WHERE s.org = $1 AND s.id = $2`

// Subscription gives one of a service owner's subscriptions; ErrNoRow when it has no such.
func (tx *Tx) Subscription(
	ctx context.Context, org string, id int64,
) (core.Subscription, error) {
	return one(ctx, tx, scanSubscription, "subscription", subscriptionByID, org, id)
}

const deleteSubscription = `DELETE FROM subscription AS s WHERE s.org = $1 AND s.id = $2`

// DeleteSubscription removes a subscription with its attempts.
func (tx *Tx) DeleteSubscription(_ context.Context, org string, id int64) error {
	tx.queue("delete subscription", deleteSubscription, org, id)
	return nil
}

// Whoever works on it at the moment has lost it.
const setSubscription = `
UPDATE subscription AS s
SET state = $3, code = $4, after_xact = $5::text::xid8, after_n = $6, attempts = 0, failing = NULL,
    set_aside = $7, set_aside_in_row = 0, next_try = now(), leased = '-infinity', fence = s.fence + 1
WHERE s.org = $1 AND s.id = $2`

// SetSubscription writes a subscription's state, code and place, with a fresh budget of time.
func (tx *Tx) SetSubscription(_ context.Context, s core.Subscription) error {
	tx.queue("set subscription", setSubscription, s.Org, s.ID, s.State, s.Code, xid(s.After),
		s.After.N, s.SetAside)
	return nil
}

const attemptsOfSubscription = `
SELECT a.id, a.at, a.event, a.type, a.number, a.code, a.milliseconds, a.set_aside
FROM subscription_attempt AS a
WHERE a.subscription = $1 AND a.id < $2
ORDER BY a.id DESC
LIMIT $3`

// SubscriptionAttempts gives the attempts of a subscription that the caller has read, newest
// first, at most n; before is the id of the one to go on from, 0 for the newest.
func (tx *Tx) SubscriptionAttempts(
	ctx context.Context, subscription, before int64, n int,
) ([]core.SubscriptionAttempt, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	scan := func(row pgx.CollectableRow) (a core.SubscriptionAttempt, err error) {
		return a, row.Scan(&a.ID, &a.At, &a.Event, &a.Type, &a.Number, &a.Code, &a.Milliseconds,
			&a.SetAside)
	}
	return many(ctx, tx, scan, "attempts of a subscription", attemptsOfSubscription, subscription,
		before, n)
}

const addSubscriptionAttempt = `
INSERT INTO subscription_attempt (subscription, event, type, number, code, milliseconds, set_aside)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// AddSubscriptionAttempt notes an attempt.
func (tx *Tx) AddSubscriptionAttempt(
	_ context.Context, subscription int64, a core.SubscriptionAttempt,
) error {
	tx.queue("add attempt", addSubscriptionAttempt, subscription, a.Event, a.Type, a.Number, a.Code,
		a.Milliseconds, a.SetAside)
	return nil
}

// What nothing has happened for is not touched.
const claimSubscription = `
UPDATE subscription AS s
SET leased = now() + make_interval(secs => $1), fence = s.fence + 1
WHERE s.id = (
    SELECT c.id
    FROM subscription AS c
    WHERE c.next_try <= now() AND c.leased < now()
      AND (c.state = 'validating' OR c.state = 'active' AND EXISTS (
          SELECT FROM instance_event AS e
          WHERE e.org = c.org AND (e.xact, e.n) > (c.after_xact, c.after_n)
            AND e.xact < pg_snapshot_xmin(pg_current_snapshot())
      ))
    ORDER BY c.next_try
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING ` + subscriptionColumns

// ClaimSubscription gives a subscription that there is something to do for, to one caller at a
// time: until the lease runs out, or is let go. False when there is none.
func (s *Store) ClaimSubscription(
	ctx context.Context, lease time.Duration,
) (got core.Subscription, found bool, err error) {
	err = s.InTx(ctx, core.System(), func(tx *Tx) error {
		tx.changing()
		got, err = one(ctx, tx, scanSubscription, "claim subscription", claimSubscription,
			lease.Seconds())
		return err
	})
	if errors.Is(err, ErrNoRow) {
		return got, false, nil
	}
	return got, err == nil, err
}

const stepSubscription = `
UPDATE subscription AS s
SET state = $3, code = $4, after_xact = $5::text::xid8, after_n = $6, attempts = $7,
    failing = CASE WHEN $7 = 0 THEN NULL ELSE COALESCE(s.failing, now()) END,
    next_try = now() + make_interval(secs => $8), set_aside = $10, set_aside_in_row = $11,
    leased = CASE WHEN $9::float8 = 0 THEN '-infinity' ELSE now() + make_interval(secs => $9) END
WHERE s.id = $1 AND s.fence = $2
RETURNING s.id`

// StepSubscription writes how far a claimed subscription has come: it is tried again after wait,
// and the lease goes on for as long as it says; 0 lets it go. False when another has it, and then
// nothing is written.
func (tx *Tx) StepSubscription(
	ctx context.Context, s core.Subscription, wait, lease time.Duration,
) (bool, error) {
	tx.changing()
	ids, err := many(ctx, tx, pgx.RowTo[int64], "step subscription", stepSubscription, s.ID, s.Fence,
		s.State, s.Code, xid(s.After), s.After.N, s.Attempts, wait.Seconds(), lease.Seconds(),
		s.SetAside, s.InRow)
	return len(ids) == 1, err
}

const cleanSubscriptionAttempts = `
DELETE FROM subscription_attempt AS a WHERE a.at < now() - make_interval(secs => $1)`

// CleanSubscriptionAttempts removes attempts that are older than the log is kept.
func (s *Store) CleanSubscriptionAttempts(ctx context.Context, kept time.Duration) error {
	_, err := s.countAs(ctx, core.System(), "clean attempts", cleanSubscriptionAttempts,
		kept.Seconds())
	return err
}
