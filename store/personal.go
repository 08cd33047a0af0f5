package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// PersonalLimit is how many cases a personal list has at most.
const PersonalLimit = 100

// Personal is what a case is to one person, beside what it is to everybody.
type Personal struct {
	Case uuid.UUID
	// Mentioned tells that they are named in a note of the last thirty days, Unseen that they have
	// not opened the case since.
	Mentioned, Unseen bool
	// Snoozed tells that they have put it off, and nothing has come to it since.
	Snoozed bool
}

// The cases are looked up all at once, as those of a list are.
const personalCases = `
WITH personal AS MATERIALIZED (
    SELECT m.instance, true AS mentioned, NOT m.seen AS unseen, false AS put_off
    FROM (
        SELECT m.instance, m.seen
        FROM case_mention AS m
        WHERE m.owner = $1 AND m.person = $10 AND m.at > now() - interval '30 days'
        ORDER BY m.at DESC
        LIMIT $11
    ) AS m
    UNION ALL
    SELECT z.instance, false, false, true
    FROM (
        SELECT z.instance
        FROM case_snooze AS z
        WHERE z.owner = $1 AND z.person = $10 AND z.until > now()
        LIMIT $11
    ) AS z
), let_in AS MATERIALIZED (
    SELECT i.id
    FROM instance AS i
    WHERE i.id = ANY (ARRAY(SELECT p.instance FROM personal AS p))
      AND i.owner IS NOT DISTINCT FROM $1 AND ` + isCase + inScope + `
)
SELECT p.instance, bool_or(p.mentioned), bool_or(p.unseen), bool_or(p.put_off)
FROM personal AS p
JOIN let_in AS i ON i.id = p.instance
GROUP BY p.instance`

// HoldPersonal has the cases that are something to one person, of those that the scope lets see,
// read with the next statement that is sent: nothing is in into before that.
func (tx *Tx) HoldPersonal(scope Scope, person core.PartyID, into *[]Personal) {
	scan := func(row pgx.CollectableRow) (Personal, error) {
		var p Personal
		err := row.Scan(&p.Case, &p.Mentioned, &p.Unseen, &p.Snoozed)
		return p, err
	}
	args := append(scopeArgs(scope, Filter{}), person, PersonalLimit)
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("personal cases", every(scan, into), personalCases, args...)
	})
}
