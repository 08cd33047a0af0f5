package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// CountLimit is how far lists are counted: a count above it means "more than that".
const CountLimit = 1000

// FilterStatus narrows a list to open or ended cases; "" is both.
type FilterStatus string

// The statuses to filter by.
const (
	FilterOpen   FilterStatus = "open"
	FilterClosed FilterStatus = "closed"
)

// Filter narrows what a scope lets see; it can never widen it.
type Filter struct {
	// Apps and Tasks narrow to these; empty is all. Tasks are ids of tasks and end events.
	Apps   []core.AppRef
	Tasks  []string
	Status FilterStatus
	// Assignee narrows to one caseworker's cases, without those that they have put off, and
	// Unassigned to nobody's.
	Assignee   core.PartyID
	Unassigned bool
	// Order is the list's order. DueBefore narrows a list by deadline to what is due before it;
	// nil is all. Lists in another order do not look at it.
	Order     Order
	DueBefore *time.Time
	// Approval narrows an Approving scope to the cases that the Reader may say yes to.
	Approval bool
	// Reader is whose unread marks the rows carry.
	Reader core.PartyID
	// Uncounted leaves the count out, for who has it from CountViews.
	Uncounted bool
}

// Each list is merged from one index scan for each item of the scope, each of which reads a page at
// most. "app IN (…) ORDER BY … LIMIT" would read the whole table instead. The scans give keys
// only; the page's rows are looked up afterwards, all ids at once: what came together has ids that stand
// together in their index (RFC 9562, UUIDv7), which is then gone down once and not for each. Not so in a list
// by deadline, where the ids of a page stand anywhere.
const openKeys = `
SELECT k.submitted, k.id
FROM ` + openItems + `
CROSS JOIN LATERAL (
    SELECT i.submitted, i.id
    FROM instance AS i
    WHERE ` + inOpenItem

const endedKeys = `
SELECT k.submitted, k.id
FROM ` + endedItems + `
CROSS JOIN LATERAL (
    SELECT i.submitted, i.id
    FROM instance AS i
    WHERE ` + inEndedItem

// ofAssignee narrows to a person's cases that they have not put off.
func ofAssignee(person string) string { return ` AND i.assignee = ` + person + snoozedBy(person) }

// keysOf gives the keys of a page of what is in the parts of the scope and fits another condition as well.
func keysOf(p parts, condition string) string {
	return strings.Join(p.each(openKeys, endedKeys, condition+keysPage), " UNION ALL ")
}

const keysPage = `
      AND (i.submitted, i.id) < ($10::timestamptz, $11::uuid)
    ORDER BY i.submitted DESC, i.id DESC
    LIMIT $12
) AS k `

const inboxRows = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $13 AND s.at >= i.task_since
    )
FROM instance AS i
WHERE i.id = ANY (ARRAY(
    SELECT m.id
    FROM (`

const inboxRowsEnd = `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT $12
)) AND ` + scopeTypes + `
ORDER BY i.submitted DESC, i.id DESC`

// newestOf gives a page of what is in the parts of the scope and fits another condition as well.
func newestOf(p parts, condition string) string {
	return inboxRows + keysOf(p, condition) + inboxRowsEnd
}

// InboxPage is one page of an inbox.
type InboxPage struct {
	Cases []core.Instance
	// Next continues the list; nil at its end.
	Next *Cursor
	// Count is how many cases fit the filter: exact up to CountLimit, and CountLimit + 1 when
	// there are more; 0 where the filter is uncounted.
	Count int
}

// Inbox gives the cases that the scope lets see, in the filter's order, n at a time
// (MaxExport at most), after a cursor, and their count. Only cases that are whole are there.
func (tx *Tx) Inbox(
	ctx context.Context, scope Scope, f Filter, after *Cursor, n int,
) (InboxPage, error) {
	n = listSize(n)
	var p InboxPage
	place := newestCursor
	hold := tx.holdNewest
	switch f.Order {
	case OrderDue:
		place, hold = dueCursor, tx.holdByDue
	case OrderHeld:
		place, hold = heldCursor, tx.holdHeld
	}
	tx.within(scope.Owner, scope.apps(), func() { hold(scope, f, after, n, &p) })
	if err := tx.flush(ctx); err != nil {
		return p, err
	}
	p.Cases, p.Next = page(p.Cases, n, place)
	return p, nil
}

func newestCursor(i core.Instance) Cursor { return Cursor{At: *i.Submitted, ID: i.ID} }

// holdNewest holds back the two statements of a list by when the cases came.
func (tx *Tx) holdNewest(scope Scope, f Filter, after *Cursor, n int, p *InboxPage) {
	at, id := after.beforeAll()
	args, parts := scopeParts(scope, f)
	rows := f.conditions("$14", "$13")
	rowArgs := append(slices.Clone(args), at, id, n+1, f.Reader)
	if f.byAssignee() {
		rowArgs = append(rowArgs, f.Assignee)
	}
	tx.hold("inbox", every(scanListed, &p.Cases), newestOf(parts, rows), rowArgs...)
	if !f.Uncounted {
		tx.hold("count inbox", exactly(pgx.RowTo[int], &p.Count), counted(parts, f.counting("$11", "$12")),
			append(append(args, CountLimit+1), f.countArgs()...)...)
	}
}

// conditions are what the filter asks of a case beside the scope, by the arguments that hold the assignee
// and the reader.
func (f Filter) conditions(assignee, reader string) (sql string) {
	if f.byAssignee() {
		sql = ofAssignee(assignee)
	}
	if f.Approval {
		sql += approvedBy(reader)
	}
	return sql
}

// counting is the same for a count, which takes countArgs as its last arguments: these two.
func (f Filter) counting(one, two string) string {
	if !f.byAssignee() {
		two = one
	}
	return f.conditions(one, two)
}

func (f Filter) countArgs() (args []any) {
	if f.byAssignee() {
		args = append(args, f.Assignee)
	}
	if f.Approval {
		args = append(args, f.Reader)
	}
	return args
}

func scanListed(row pgx.CollectableRow) (core.Instance, error) {
	var i core.Instance
	var n nulls
	err := row.Scan(append(instanceFields(&i, &n), &i.Unread)...)
	n.fill(&i)
	return i, err
}

func (f Filter) takes(item ScopeItem) bool {
	app := core.AppRef{Org: item.Org, App: item.App}
	return (len(f.Apps) == 0 || slices.Contains(f.Apps, app)) &&
		(len(f.Tasks) == 0 || slices.Contains(f.Tasks, item.Task)) &&
		(f.Status == "" || item.Ended == (f.Status == FilterClosed))
}

// byAssignee tells whether the filter asks who has the case; with Unassigned, Assignee is 0.
func (f Filter) byAssignee() bool { return f.Assignee != 0 || f.Unassigned }

// Nothing is sorted and no column is read, so that a count is little more than a walk along the
// index, which ends at the limit. The inner limit is what keeps it one walk for each item: to a
// plain join the planner finds ways that grow with the table.
const countOpen = `(
    SELECT count(*) FROM (
        SELECT FROM ` + openItems + `
        CROSS JOIN LATERAL (
            SELECT FROM instance AS i WHERE ` + inOpenItem

const countEnded = `(
    SELECT count(*) FROM (
        SELECT FROM ` + endedItems + `
        CROSS JOIN LATERAL (
            SELECT FROM instance AS i WHERE ` + inEndedItem

const countEnd = `
            LIMIT $10
        ) AS k
        LIMIT $10
    ) AS item
)`

// counted counts what is in the parts of the scope and fits another condition as well.
func counted(p parts, condition string) string {
	return "SELECT LEAST($10, " + strings.Join(p.each(countOpen, countEnded, condition+countEnd), " + ") +
		") WHERE " + scopeTypes
}

const byReference = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $11 AND s.at >= i.task_since
    )
FROM instance AS i
WHERE i.owner = $1 AND i.reference = $10 AND i.ready ` + inScope + `
ORDER BY i.submitted DESC, i.id DESC
LIMIT 100`

// ByReference gives the cases with the reference that the scope lets see, newest first.
func (tx *Tx) ByReference(
	ctx context.Context, scope Scope, reference string, reader core.PartyID,
) ([]core.Instance, error) {
	if reference == "" {
		return nil, nil
	}
	args := append(scopeArgs(scope, Filter{}), reference, reader)
	return manyWithin(ctx, tx, scope.Owner, scope.apps(), scanListed, "by reference", byReference,
		args...)
}

// OwnerFilter says which of an owner's instances to list. Apps are those whose instances the
// actor may read on the owner's behalf: without one, nothing is listed.
type OwnerFilter struct {
	Owner    core.PartyID
	Apps     []core.AppRef
	Statuses []core.Status
	// Hidden leaves out instances of an app that stand in a task.
	Hidden []ScopeItem
}

const instancesOf = `
SELECT ` + instanceColumns + `, false
FROM instance AS i
WHERE i.id = ANY (ARRAY(
    SELECT k.id
    FROM unnest($2::text[], $3::text[], $4::text[]) AS item (org, app, status)
    CROSS JOIN LATERAL (
        SELECT i.listed AS at, i.id
        FROM instance AS i
        WHERE i.owner = $1 AND i.org = item.org AND i.app = item.app AND i.status = item.status
          AND (i.corrects IS NULL OR i.status = 'draft')
          AND (i.listed, i.id) < ($5::timestamptz, $6::uuid)
          AND NOT EXISTS (
              SELECT FROM unnest($8::text[], $9::text[], $10::text[]) AS hidden (org, app, task)
              WHERE hidden.org = i.org AND hidden.app = i.app AND hidden.task = i.task
          )
        ORDER BY i.listed DESC, i.id DESC
        LIMIT $7
    ) AS k
    ORDER BY k.at DESC, k.id DESC
    LIMIT $7
))
ORDER BY i.listed DESC, i.id DESC`

// InstancesOf gives an owner's instances, newest first (by when they were submitted, drafts by
// when they were made), n at a time (100 at most), after a cursor. What was sent is listed by its
// first version alone.
func (tx *Tx) InstancesOf(
	ctx context.Context, f OwnerFilter, after *Cursor, n int,
) ([]core.Instance, *Cursor, error) {
	n = pageSize(n)
	var items, hidden itemColumns
	for _, item := range f.Hidden {
		hidden.add(item)
	}
	for _, app := range f.Apps {
		for _, status := range f.Statuses {
			items.add(ScopeItem{Org: app.Org, App: app.App, Task: string(status)})
		}
	}
	at, id := after.beforeAll()
	list, err := manyWithin(ctx, tx, f.Owner, items.apps, scanListed, "instances of owner",
		instancesOf, f.Owner, items.orgs, items.apps, items.tasks, at, id, n+1,
		hidden.orgs, hidden.apps, hidden.tasks)
	if err != nil {
		return nil, nil, err
	}
	list, next := page(list, n, func(i core.Instance) Cursor {
		if i.Submitted != nil {
			return Cursor{At: *i.Submitted, ID: i.ID}
		}
		return Cursor{At: i.Created, ID: i.ID}
	})
	return list, next, nil
}
