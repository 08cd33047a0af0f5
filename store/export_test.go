package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/core"
)

var (
	nobodys = Filter{Unassigned: true}
	values  = looking{Search: Search{Values: []Value{{}}}}
)

// whole is the statement that finds everything.
func (l looking) whole() string { return l.found(expected{}, l.limits()) }

// withRows reads the rows of what a search finds in the same statement, as casesOf does afterwards.
func withRows(keys string) string {
	return `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $13 AND s.at >= i.task_since
    )
FROM instance AS i
WHERE i.id = ANY ((SELECT f.ids FROM (` + keys + `) AS f (ids, count, whole))::uuid[])`
}

// The parts of a scope.
const (
	WholeOpen, LimitedOpen   = wholeOpen, limitedOpen
	WholeEnded, LimitedEnded = wholeEnded, limitedEnded
)

// SQLInbox is a list by when cases came, of the parts of a scope, and SQLCountInbox its count.
func SQLInbox(p parts, f Filter) string      { return newestOf(p, f.conditions("$14", "$13")) }
func SQLCountInbox(p parts, f Filter) string { return counted(p, f.counting("$11", "$12")) }

// SQLByDue is a list by deadline, and SQLCountByDue its count.
func SQLByDue(p parts, f Filter) string      { return dueOf(p, f.conditions("$11", "$10")) }
func SQLCountByDue(p parts, f Filter) string { return countedDue(p, f.counting("$8", "$9")) }

// SQLHeld is the list of cases that wait, and SQLCountHeld its count.
func SQLHeld(p parts) string      { return byHold(dueOf(p, "")) }
func SQLCountHeld(p parts) string { return byHold(countedDue(p, "")) }

// The lists' SQL, for the tests that look at its plans.
var (
	SQLOfSystemOldest = ofSystemOldest
	SQLOpenNumbers    = openNumbers
	SQLCameNumbers    = cameNumbers
	SQLEndedNumbers   = endedNumbers
	SQLTookNumbers    = tookNumbers
	SQLOfUnit         = withRows(looking{Search: Search{Unit: "a"}}.whole())
	SQLOfUnitNobodys  = withRows(looking{Search: Search{Unit: "a"}, filter: nobodys}.whole())
)

// The same, of what needs no composing.
const (
	SQLInstancesOf    = instancesOf
	SQLDeliveries     = deliveries
	SQLOfSystem       = ofSystem
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
	"add": addDelivery, "give up": giveUp, "hold": holdDelivery, "lock latest": lockLatest,
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

// SQLContentOf reads what an instance holds.
const SQLContentOf = contentOf

// SQLWiden ends what Narrow began.
const SQLWiden = widen

// Begin is what begins a transaction of the actor.
func Begin(a core.Actor) (sql string, args []any) { return beginAs(a) }

// Narrow is what keeps a list within what access has decided.
func Narrow(owner core.PartyID, apps []string) (sql string, args []any) {
	return narrow, narrowArgs(owner, apps)
}

// The searches' SQL, by what is asked for.
var (
	SQLSearchLimits  = looking{}.whole()
	SQLSearchNobodys = looking{Search: Search{DueBefore: new(time.Time)}, filter: nobodys}.whole()
	SQLSearchDue     = limitedByDue("")
	SQLNobodysDue    = limitedByDue(looking{filter: nobodys}.limits())
	SQLSearchWords   = looking{Search: Search{Words: []string{""}}}.whole()
	SQLSearchNewest  = amongNewest(withWords, "")
	SQLSearchSome    = someFound(withWords, "")
	SQLSearchValues  = values.whole()
	SQLNewestValues  = amongNewest(values.source(expected{}), "")
	SQLSearchRows    = scopedRows
)

// Ways is how many ways there are of searching for common words, of which the last finds everything.
const Ways = 4

// SearchIn searches in one of the ways of common words: it looks through some of the newest cases,
// through many, at some of those that have the words, or at all. It gives the ids of a page, how many
// it has found, and whether the way vouches for the page and for the count.
func (tx *Tx) SearchIn(
	ctx context.Context, by int, scope Scope, q Search, after *Cursor, n int,
) (ids []uuid.UUID, count int, page, counted bool, err error) {
	const limits = ""
	l := looking{q, scope, Filter{}}
	from := l.source(expected{})
	newest := amongNewest(from, limits)
	w := []way{
		{newest, 2 * n}, {newest, lookMost}, {someFound(from, limits), countMany}, {sql: l.found(expected{}, limits)},
	}[by]
	f, err := tx.lookBy(ctx, l, w, after, n)
	return f.IDs, f.Count, f.Whole || f.Count >= n && by != 2, f.Whole, err
}

// SearchExpecting searches as if the planner took so many cases, of so many, to have the words.
func (tx *Tx) SearchExpecting(
	ctx context.Context, scope Scope, q Search, after *Cursor, n int, fitting, altogether float64,
) (InboxPage, error) {
	return tx.searchExpecting(ctx, looking{q, scope, Filter{}}, expected{fitting, altogether}, after, n)
}

// Waking are the statements that look through what waits, with the types of their arguments and these.
var Waking = map[string][3]string{
	"wake deliveries": {wakeDeliveries, "(text, text)", "('nordvik', 'stottesak')"},
	"wake late":       {wakeLate},
	"lost deliveries": {lostDeliveries},
	"due notices":     {dueNotices},
	"take over":       {takeOver, "(float8)", "(8)"},
}
