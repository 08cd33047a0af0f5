package store

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/core"
)

// The lists' SQL, for the tests that look at its plans.
var (
	SQLInbox           = inbox
	SQLCountInbox      = countInbox
	SQLByDue           = inboxByDue
	SQLCountByDue      = countInboxByDue
	SQLInboxOfAssignee = inboxOfAssignee
	SQLByDueOfAssignee = inboxByDueOfAssignee
	SQLCountOfAssignee = countInboxOfAssignee
	SQLHeld            = inboxHeld
	SQLCountHeld       = countInboxHeld
	SQLOpenNumbers     = openNumbers
	SQLCameNumbers     = cameNumbers
	SQLEndedNumbers    = endedNumbers
	SQLTookNumbers     = tookNumbers
	SQLOfUnit          = Search{Unit: "a"}.found(searchLimits) + foundRows
)

// The same, of what needs no composing.
const (
	SQLInstancesOf    = instancesOf
	SQLDeliveries     = deliveries
	SQLEventsOfParty  = eventsOfParty + "\nORDER BY v.id DESC\nLIMIT $3"
	SQLByReference    = byReference
	SQLRolesOf        = rolesOf
	SQLReceived       = receivedBy
	SQLOpenDeliveries = openDeliveries
	SQLDeliveriesTo   = deliveriesTo
	SQLPersonal       = personalCases
	SQLRelated        = related
)

// SQLOfDelivery are the statements about one delivery that each attempt makes.
var SQLOfDelivery = map[string]string{
	"begin attempt": beginAttempt, "end attempt": endAttempt, "mark asked": markAsked,
	"mark delivered": markDelivered, "release": releaseAfter, "note answer": noteAnswer,
}

// Grant gives the serving role its rights, as the end of a migration does.
func Grant(ctx context.Context, pool *pgxpool.Pool) error { return grant(ctx, pool, ServingRole) }

// TakeOver and MendDeliveries are what a worker does at each beat.
func (s *Store) TakeOver(ctx context.Context) (int, error) {
	return s.takeOver(ctx, normalLease)
}

// MendDeliveries is as TakeOver.
func (s *Store) MendDeliveries(ctx context.Context) (int, error) { return s.mendDeliveries(ctx) }

// WakeLate is as TakeOver.
func (s *Store) WakeLate(ctx context.Context) (int, error) { return s.wakeLate(ctx) }

// Beat says that the worker lives.
func (s *Store) Beat(ctx context.Context, id string) error { return s.beat(ctx, id) }

// SQLWiden ends what Narrow began.
const SQLWiden = widen

// Begin is what begins a transaction of the actor.
func Begin(a core.Actor) (sql string, args []any) { return beginTx, asker(a) }

// Narrow is what keeps a list within what access has decided.
func Narrow(owner core.PartyID, apps []string) (sql string, args []any) {
	return narrow, narrowArgs(owner, apps)
}

// The searches' SQL, by what is asked for.
var (
	SQLSearchLimits = Search{}.found(searchLimits) + foundRows
	SQLSearchWords  = Search{Words: []string{""}}.found(searchLimits) + foundRows
	SQLSearchNewest = amongNewest(searchLimits) + foundRows
	SQLSearchSome   = someFound(searchLimits) + "SELECT count(*)" + foundCount
	SQLSearchValues = Search{Values: []Value{{}}}.found(searchLimits) + foundRows
)

// SearchIn searches in one of the ways of common words: 0 looks through few of the newest cases, 1
// through many, 2 through all. It gives a page with one case too many, and whether the way will do.
func (tx *Tx) SearchIn(
	ctx context.Context, way int, scope Scope, q Search, after *Cursor, n int,
) (InboxPage, bool, error) {
	ways := append(waysOfCommon(searchLimits, 2*n), q.allOfThem(searchLimits))
	p, whole, err := tx.searched(ctx, scope, Filter{}, q, after, n, ways[way])
	return p, whole || len(p.Cases) > n && p.Count > CountLimit, err
}
