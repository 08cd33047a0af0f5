package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Order is the order of an inbox.
type Order string

// The orders of an inbox.
const (
	// OrderNewest is by when a case came, the newest first.
	OrderNewest Order = ""
	// OrderDue is by deadline, the earliest first, those without one last. It lists open cases
	// only: the deadline of one that has ended says nothing.
	OrderDue Order = "due"
	// OrderHeld lists open cases that wait for their applicants, the one whose wait ends first
	// before the others.
	OrderHeld Order = "held"
)

// noDue is the place of a case without a deadline, as in the column due_at.
var noDue = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

const dueKeys = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $10 AND s.at >= i.task_since
    )
FROM (
    SELECT m.due_at, m.id
    FROM (`

const dueItem = `
SELECT k.due_at, k.id
FROM ` + openItems + `
CROSS JOIN LATERAL (
    SELECT i.due_at, i.id
    FROM instance AS i
    WHERE ` + inOpenItem + ` AND i.due_at < $6::timestamptz `

const dueItemEnd = `
      AND (i.due_at, i.id) > ($7::timestamptz, $8::uuid)
    ORDER BY i.due_at, i.id
    LIMIT $9
) AS k `

const dueKeysEnd = `) AS m
    ORDER BY m.due_at, m.id
    LIMIT $9
) AS page
JOIN instance AS i ON i.id = page.id
ORDER BY page.due_at, page.id`

// dueOf gives a page of the open cases in the parts of the scope that fit another condition as well.
func dueOf(p parts, condition string) string {
	return dueKeys + strings.Join(p.each(dueItem, dueItem, condition+dueItemEnd), " UNION ALL ") + dueKeysEnd
}

const countDue = `(
    SELECT count(*) FROM (
        SELECT FROM ` + openItems + `
        CROSS JOIN LATERAL (
            SELECT FROM instance AS i
            WHERE ` + inOpenItem + ` AND i.due_at < $6::timestamptz `

const countDueEnd = `
            LIMIT $7
        ) AS k
        LIMIT $7
    ) AS due
)`

// countedDue counts the open cases in the parts of the scope that fit another condition as well.
func countedDue(p parts, condition string) string {
	return "SELECT LEAST($7, " + strings.Join(p.each(countDue, countDue, condition+countDueEnd), " + ") + ")"
}

// byHold makes the list of cases that wait out of the one by deadline: it is read in the same way,
// from an index that has no other cases.
func byHold(byDue string) string { return strings.ReplaceAll(byDue, "due_at", "hold_until") }

// holdHeld holds back the two statements of the list of cases that wait.
func (tx *Tx) holdHeld(scope Scope, f Filter, after *Cursor, n int, p *InboxPage) {
	f.Status = FilterOpen
	open, parts := scopeParts(scope, f)
	open = append(open[:5:5], endOfTime)
	at, id := after.afterAll()
	tx.hold("inbox held", every(scanListed, &p.Cases), byHold(dueOf(parts, "")),
		append(slices.Clone(open), at, id, n+1, f.Reader)...)
	if !f.Uncounted {
		tx.hold("count inbox held", exactly(pgx.RowTo[int], &p.Count), byHold(countedDue(parts, "")),
			append(open, CountLimit+1)...)
	}
}

func heldCursor(i core.Instance) Cursor { return Cursor{At: *i.HoldUntil, ID: i.ID} }

// holdByDue holds back the two statements of a list by deadline.
func (tx *Tx) holdByDue(scope Scope, f Filter, after *Cursor, n int, p *InboxPage) {
	f.Status = FilterOpen
	open, parts := scopeParts(scope, f)
	open = append(open[:5:5], until(f.DueBefore))
	at, id := after.afterAll()
	rowArgs := append(slices.Clone(open), at, id, n+1, f.Reader)
	if f.byAssignee() {
		rowArgs = append(rowArgs, f.Assignee)
	}
	tx.hold("inbox by due", every(scanListed, &p.Cases), dueOf(parts, f.conditions("$11", "$10")), rowArgs...)
	if !f.Uncounted {
		tx.hold("count inbox by due", exactly(pgx.RowTo[int], &p.Count),
			countedDue(parts, f.counting("$8", "$9")), append(append(open, CountLimit+1), f.countArgs()...)...)
	}
}

func dueCursor(i core.Instance) Cursor {
	if i.Due == nil {
		return Cursor{At: noDue, ID: i.ID}
	}
	return Cursor{At: *i.Due, ID: i.ID}
}

// Precedes tells whether a case stands before another in a list of that order. One that the order has
// no place for has none before it.
func Precedes(one, other core.Instance, order Order) bool {
	switch {
	case order == OrderHeld && (one.HoldUntil == nil || other.HoldUntil == nil):
		return false
	case order == OrderHeld:
		return heldCursor(one).compare(heldCursor(other)) < 0
	case order == OrderDue:
		return dueCursor(one).compare(dueCursor(other)) < 0
	}
	return newestCursor(one).compare(newestCursor(other)) > 0
}

// ViewCounts are how many cases each view of an inbox has, without further filters: exact up to
// CountLimit, and CountLimit + 1 when there are more.
type ViewCounts struct {
	Open, Mine, Unassigned, Due, Waiting, Approval, Closed int
}

// CountViews has the views of the scope counted by the next statement that is sent, in the same
// round trip: nothing is in into before that. Mine are the person's, Due what has a deadline
// before the time.
func (tx *Tx) CountViews(scope Scope, person core.PartyID, due time.Time, into *ViewCounts) {
	read := func(n *int) func(pgx.Rows) error { return exactly(pgx.RowTo[int], n) }
	open, opened := scopeParts(scope, Filter{Status: FilterOpen})
	closed, ended := scopeParts(scope, Filter{Status: FilterClosed})
	mine, approval := Filter{Assignee: person}, Filter{Approval: true}
	const limit = CountLimit + 1
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("count open", read(&into.Open), counted(opened, ""), append(open, limit)...)
		of := counted(opened, mine.counting("$11", ""))
		tx.hold("count mine", read(&into.Mine), of, append(open, limit, person)...)
		tx.hold("count unassigned", read(&into.Unassigned), of, append(open, limit, core.PartyID(0))...)
		tx.hold("count due", read(&into.Due), countedDue(opened, ""), append(open[:5:5], due, limit)...)
		tx.hold("count waiting", read(&into.Waiting), byHold(countedDue(opened, "")),
			append(open[:5:5], endOfTime, limit)...)
		if len(scope.Approve) > 0 {
			args, parts := scopeParts(scope.Approving(), Filter{})
			tx.hold("count approval", read(&into.Approval), counted(parts, approval.counting("$11", "")),
				append(args, limit, person)...)
		}
		tx.hold("count closed", read(&into.Closed), counted(ended, ""), append(closed, limit)...)
	})
}

// FlushCounts sends what waits, when nothing else is to be read: the views are counted then.
func (tx *Tx) FlushCounts(ctx context.Context) error { return tx.flush(ctx) }
