package store

import (
	"context"
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

// dueOf gives a page of what is in the scope and fits another condition as well.
func dueOf(condition string) string {
	return dueKeys + dueItem + wholeItem + condition + dueItemEnd + " UNION ALL " +
		dueItem + limitedItem + condition + dueItemEnd + dueKeysEnd
}

var inboxByDue = dueOf("")

var inboxByDueOfAssignee = dueOf(` AND i.assignee = $11 ` + snoozedBy("$11"))

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

// countedDue counts what is in the scope and fits another condition as well.
func countedDue(condition string) string {
	return "SELECT LEAST($7, " + countDue + wholeItem + condition + countDueEnd + " + " +
		countDue + limitedItem + condition + countDueEnd + ")"
}

var countInboxByDue = countedDue("")

var countInboxByDueOfAssignee = countedDue(` AND i.assignee = $8 ` + snoozedBy("$8"))

var (
	inboxByDueOfApproval            = dueOf(approvedBy("$10"))
	inboxByDueOfApprovalAndAssignee = dueOf(approvedBy("$10") + ` AND i.assignee = $11 ` + snoozedBy("$11"))

	countInboxByDueOfApproval            = countedDue(approvedBy("$8"))
	countInboxByDueOfApprovalAndAssignee = countedDue(` AND i.assignee = $8 ` + snoozedBy("$8") + approvedBy("$9"))
)

// byHold makes the list of cases that wait out of the one by deadline: it is read in the same way,
// from an index that has no other cases.
func byHold(byDue string) string { return strings.ReplaceAll(byDue, "due_at", "hold_until") }

var (
	inboxHeld      = byHold(inboxByDue)
	countInboxHeld = byHold(countInboxByDue)
)

// holdHeld holds back the two statements of the list of cases that wait.
func (tx *Tx) holdHeld(scope Scope, f Filter, after *Cursor, n int, p *InboxPage) {
	f.Status = FilterOpen
	open := scopeArgs(scope, f)[:5]
	at, id := after.afterAll()
	tx.hold("inbox held", every(scanListed, &p.Cases), inboxHeld,
		append(append([]any{}, open...), endOfTime, at, id, n+1, f.Reader)...)
	tx.hold("count inbox held", exactly(pgx.RowTo[int], &p.Count), countInboxHeld,
		append(append([]any{}, open...), endOfTime, CountLimit+1)...)
}

func heldCursor(i core.Instance) Cursor { return Cursor{At: *i.HoldUntil, ID: i.ID} }

// holdByDue holds back the two statements of a list by deadline.
func (tx *Tx) holdByDue(scope Scope, f Filter, after *Cursor, n int, p *InboxPage) {
	f.Status = FilterOpen
	open := scopeArgs(scope, f)[:5]
	at, id := after.afterAll()
	rows, count := inboxByDue, countInboxByDue
	rowArgs := append(append([]any{}, open...), until(f.DueBefore), at, id, n+1, f.Reader)
	countArgs := append(append([]any{}, open...), until(f.DueBefore), CountLimit+1)
	if f.byAssignee() {
		rows, rowArgs = inboxByDueOfAssignee, append(rowArgs, f.Assignee)
		count, countArgs = countInboxByDueOfAssignee, append(countArgs, f.Assignee)
	}
	if f.Approval {
		rows, count = inboxByDueOfApproval, countInboxByDueOfApproval
		countArgs = append(countArgs, f.Reader)
		if f.byAssignee() {
			rows, count = inboxByDueOfApprovalAndAssignee, countInboxByDueOfApprovalAndAssignee
		}
	}
	tx.hold("inbox by due", every(scanListed, &p.Cases), rows, rowArgs...)
	tx.hold("count inbox by due", exactly(pgx.RowTo[int], &p.Count), count, countArgs...)
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
	open := scopeArgs(scope, Filter{Status: FilterOpen})
	closed := scopeArgs(scope, Filter{Status: FilterClosed})
	const limit = CountLimit + 1
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("count open", read(&into.Open), countInbox, append(open, limit)...)
		tx.hold("count mine", read(&into.Mine), countInboxOfAssignee, append(open, limit, person)...)
		tx.hold("count unassigned", read(&into.Unassigned), countInboxOfAssignee,
			append(open, limit, core.PartyID(0))...)
		tx.hold("count due", read(&into.Due), countInboxByDue, append(open[:5:5], due, limit)...)
		tx.hold("count waiting", read(&into.Waiting), countInboxHeld,
			append(open[:5:5], endOfTime, limit)...)
		if len(scope.Approve) > 0 {
			tx.hold("count approval", read(&into.Approval), countInboxOfApproval,
				append(scopeArgs(scope.Approving(), Filter{}), limit, person)...)
		}
		tx.hold("count closed", read(&into.Closed), countInbox, append(closed, limit)...)
	})
}

// FlushCounts sends what waits, when nothing else is to be read: the views are counted then.
func (tx *Tx) FlushCounts(ctx context.Context) error { return tx.flush(ctx) }
