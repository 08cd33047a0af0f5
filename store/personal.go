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
}

// IsMentioned tells whether they are named in a note.
func (p Personal) IsMentioned() bool { return p.Mentioned }

const personalCases = `
SELECT i.id, p.mentioned, p.unseen
FROM (
    SELECT m.instance, true AS mentioned, bool_or(NOT m.seen) AS unseen
    FROM (
        SELECT m.instance, m.seen
        FROM case_mention AS m
        WHERE m.owner = $1 AND m.person = $8 AND m.at > now() - interval '30 days'
        ORDER BY m.at DESC
        LIMIT $9
    ) AS m
    GROUP BY m.instance
) AS p
JOIN instance AS i ON i.id = p.instance
WHERE i.owner IS NOT DISTINCT FROM $1 AND i.ready ` + inScope

// HoldPersonal has the cases that are something to one person, of those that the scope lets see,
// read with the next statement that is sent: nothing is in into before that.
func (tx *Tx) HoldPersonal(scope Scope, person core.PartyID, into *[]Personal) {
	scan := func(row pgx.CollectableRow) (Personal, error) {
		var p Personal
		err := row.Scan(&p.Case, &p.Mentioned, &p.Unseen)
		return p, err
	}
	args := append(scopeArgs(scope, Filter{}), person, PersonalLimit)
	tx.hold("personal cases", every(scan, into), personalCases, args...)
}
