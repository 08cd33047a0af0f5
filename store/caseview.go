package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// CaseView is a list of cases that somebody has kept under a name.
type CaseView struct {
	ID   uuid.UUID
	Name string
	// Query is what stands in the list's address behind the question mark.
	Query string
	// Shared views are shown to all who work at the organisation; Person is whose it is, by name.
	Shared bool
	Person string
	// Mine tells that it is the reader's own.
	Mine bool
}

// ListChoice is how a person wants an organisation's list, where its address does not tell.
type ListChoice struct {
	// Columns are those that are shown; nil is the usual ones.
	Columns []string
	// Compact puts the rows closer together, ByDue orders by deadline.
	Compact, ByDue bool
	// Silent tells that the pages are not to listen to single keys.
	Silent bool
}

const caseViews = `
SELECT v.id, v.name, v.query, v.shared, p.name, v.person = $2
FROM case_view AS v
JOIN party AS p ON p.id = v.person
WHERE v.owner = (SELECT o.id FROM party AS o WHERE o.organisation_number = $1)
  AND (v.person = $2 OR v.shared)
ORDER BY v.person <> $2, v.name, v.id
LIMIT 100`

// HoldCaseViews has the views that a person sees at the organisation with the number, their own first, read with the next
// statement that is sent: nothing is in into before that. Of 100, the others' are left out first.
func (tx *Tx) HoldCaseViews(number string, person core.PartyID, into *[]CaseView) {
	tx.hold("case views", every(pgx.RowToStructByPos[CaseView], into), caseViews, number, person)
}

const keepView = `
INSERT INTO case_view AS v (id, owner, person, name, query, shared)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (owner, person, name) DO UPDATE
SET query = EXCLUDED.query, shared = EXCLUDED.shared, at = now()`

// KeepView keeps a view under its name, in the place of the one that the person has under it.
func (tx *Tx) KeepView(_ context.Context, owner, person core.PartyID, v CaseView) error {
	tx.queue("keep view", keepView, v.ID, owner, person, v.Name, v.Query, v.Shared)
	return nil
}

const changeView = `
UPDATE case_view AS v
SET name = $4, shared = $5, at = now()
WHERE v.owner = $1 AND v.person = $2 AND v.id = $3
RETURNING v.at`

// ChangeView gives a person's own view another name, or shares it or not; ErrNoRow when they have
// no such view, fault.Conflict when they have another one of that name.
func (tx *Tx) ChangeView(ctx context.Context, owner, person core.PartyID, v CaseView) error {
	_, err := one(ctx, tx, pgx.RowTo[time.Time], "change view", changeView, owner, person, v.ID,
		v.Name, v.Shared)
	return err
}

const removeView = `
DELETE FROM case_view AS v
WHERE v.owner = $1 AND v.person = $2 AND v.id = $3`

// RemoveView removes a person's own view, where it is.
func (tx *Tx) RemoveView(_ context.Context, owner, person core.PartyID, id uuid.UUID) error {
	tx.queue("remove view", removeView, owner, person, id)
	return nil
}

const listChoice = `
SELECT c.columns, c.compact, c.by_due, NOT c.keys
FROM case_list_choice AS c
WHERE c.owner = (SELECT o.id FROM party AS o WHERE o.organisation_number = $1) AND c.person = $2`

// HoldListChoice has a person's choice at the organisation with the number read with the next statement that is sent: into
// is as it was before that, and where nothing is chosen.
func (tx *Tx) HoldListChoice(number string, person core.PartyID, into *ListChoice) {
	read := func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ListChoice])
		if err == nil && len(list) == 1 {
			*into = list[0]
		}
		return err
	}
	tx.hold("list choice", read, listChoice, number, person)
}

const keepListChoice = `
INSERT INTO case_list_choice AS c (owner, person, columns, compact, by_due, keys)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (owner, person) DO UPDATE
SET columns = EXCLUDED.columns, compact = EXCLUDED.compact, by_due = EXCLUDED.by_due,
    keys = EXCLUDED.keys`

// KeepListChoice keeps how a person wants an owner's list.
func (tx *Tx) KeepListChoice(_ context.Context, owner, person core.PartyID, c ListChoice) error {
	tx.queue("keep list choice", keepListChoice, owner, person, texts(c.Columns), c.Compact, c.ByDue,
		!c.Silent)
	return nil
}
