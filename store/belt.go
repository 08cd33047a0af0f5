package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// The belt is PostgreSQL's row-level security (migration row_security): the statement that begins
// a transaction tells the database who asks, and whatever a query forgets, no row comes that they
// do not stand for. Where access has decided before the read, the settings hold its decision: a
// list is of its scope's owner and apps. One instance by its address must be read to be decided
// on; there the belt is the parties that the person acts for, or the token's service owner.

// beginPerson tells the database who asks, and for whom, and learns its time. The parties are looked
// up here and not handed in: those that the person holds a role at in this moment, and themselves.
const beginPerson = `
SELECT now(), set_config('stafett.actor', $1, true), set_config('stafett.org', '', true),
    set_config('stafett.standing', s.parties, true),
    set_config('stafett.parties', s.parties, true), set_config('stafett.apps', '{*}', true)
FROM (
    SELECT (ARRAY[$2::bigint] || ARRAY(
        SELECT DISTINCT g.party FROM role_grant AS g WHERE g.person = $2 AND ` + inForce + `
    ))::text AS parties
) AS s`

// beginOther is beginPerson for who is no person, and stands for no party.
const beginOther = `
SELECT now(), set_config('stafett.actor', $1, true), set_config('stafett.org', $2, true),
    set_config('stafett.standing', '', true),
    set_config('stafett.parties', '', true), set_config('stafett.apps', '{*}', true)`

// beginAs gives the statement that begins a transaction of an actor's, and its arguments.
func beginAs(a core.Actor) (sql string, args []any) {
	switch a.Kind {
	case core.ActorPerson:
		if a.User != 0 {
			return beginPerson, []any{actorMark(a), a.User}
		}
	case core.ActorOrg:
		return beginOther, []any{actorMark(a), a.Org}
	}
	return beginOther, []any{actorMark(a), ""}
}

const (
	narrow = `
SELECT set_config('stafett.parties', COALESCE($1, current_setting('stafett.parties', true)), true),
    set_config('stafett.apps', $2::text[]::text, true)`

	widen = `
SELECT set_config('stafett.parties', current_setting('stafett.standing', true), true),
    set_config('stafett.apps', '{*}', true)`
)

// within holds back the statements of a list, and has the database keep them within what access
// has decided: rows of the owner (0 is any that the actor stands for) and of the apps.
func (tx *Tx) within(owner core.PartyID, apps []string, list func()) {
	tx.hold("narrow", nil, narrow, narrowArgs(owner, apps)...)
	list()
	tx.hold("widen", nil, widen)
}

func narrowArgs(owner core.PartyID, apps []string) []any {
	var parties *string
	if owner != 0 {
		parties = new(fmt.Sprintf("{%d}", owner))
	}
	return []any{parties, append([]string{}, apps...)}
}

// manyWithin reads every row of a list within what access has decided.
func manyWithin[T any](
	ctx context.Context, tx *Tx, owner core.PartyID, apps []string, scan pgx.RowToFunc[T],
	doing, sql string, args ...any,
) ([]T, error) {
	var list []T
	tx.within(owner, apps, func() { tx.hold(doing, every(scan, &list), sql, args...) })
	return list, tx.flush(ctx)
}

// apps are the scope's apps, each once.
func (s Scope) apps() []string { return appsOf(s.Items) }

func appsOf(items []ScopeItem) []string {
	var out []string
	known := map[string]bool{}
	for _, i := range items {
		if !known[i.App] {
			known[i.App] = true
			out = append(out, i.App)
		}
	}
	return out
}

const openApp = `SELECT set_config('stafett.open', $1, true)`

// OpenApp tells the database that the app's policy opens its instances to this actor without a
// role, as access has decided.
func (tx *Tx) OpenApp(app core.AppRef) { tx.hold("open app", nil, openApp, app.String()) }

const followDeliveries = `SELECT set_config('stafett.deliveries', $1, true)`

// FollowDeliveries tells the database that access has let the actor follow what the apps of a
// service owner hand over.
func (tx *Tx) FollowDeliveries(org string) {
	tx.hold("follow deliveries", nil, followDeliveries, org)
}
