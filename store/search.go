package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Search narrows a list to cases in which something is written, and by what a Filter cannot say.
type Search struct {
	// Words may each be the beginning of a word; Phrases stand just so; Without stand nowhere.
	Words, Phrases, Without []string
	// SubmittedBefore, DueBefore and DueAfter are nil where nothing is asked.
	SubmittedBefore, DueBefore, DueAfter *time.Time
}

// written tells whether words are asked for, so that the search table is read.
func (q Search) written() bool { return len(q.Words)+len(q.Phrases)+len(q.Without) > 0 }

const searchLimits = `
  AND ($12::bigint IS NULL OR i.assignee = $12)
  AND ($13::timestamptz IS NULL OR i.submitted < $13)
  AND ($14::timestamptz IS NULL OR i.due < $14)
  AND ($15::timestamptz IS NULL OR i.due >= $15) `

const inScope = `
  AND (
      i.ended IS NULL AND (i.org, i.app, i.task) IN (
          SELECT item.org, item.app, item.task
          FROM unnest($2::text[], $3::text[], $4::text[]) AS item (org, app, task)
      )
      OR i.ended IS NOT NULL AND (i.org, i.app, i.end_event) IN (
          SELECT item.org, item.app, item.end_event
          FROM unnest($5::text[], $6::text[], $7::text[]) AS item (org, app, end_event)
      )
  ) `

const searchPlace = `
  AND (i.submitted, i.id) < ($8::timestamptz, $9::uuid)`

// writtenIn asks the function that reads the words' own index; the scope and the limits then take
// away.
const writtenIn = `
WITH found AS (
    SELECT i.submitted, i.id
    FROM cases_with($1, $16, $17, $18) AS s (instance)
    JOIN instance AS i ON i.id = s.instance
    WHERE i.owner = $1 AND i.ready ` + inScope + searchLimits + searchPlace + `
    ORDER BY i.submitted DESC, i.id DESC
    LIMIT $10
) `

// limitedTo walks the inbox's own indexes, for a search that asks for no words.
const limitedTo = `
WITH found AS (
    SELECT m.submitted, m.id
    FROM (` + openKeys + searchLimits + keysPage + ` UNION ALL ` +
	endedKeys + searchLimits + keysPage + `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT $10
) `

const foundRows = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $11 AND s.at >= i.task_since
    )
FROM found AS f
JOIN instance AS i ON i.id = f.id
ORDER BY f.submitted DESC, f.id DESC`

// The reader is no part of a count, but of the arguments that both statements share.
const foundCount = `SELECT count(*) FROM found AS f WHERE $11::bigint IS NOT NULL`

// Search gives the cases that the scope lets see and that fit the filter and the search, newest
// first, n at a time (MaxExport at most), after a cursor, and their count. The filter's own order is
// not looked at.
func (tx *Tx) Search(
	ctx context.Context, scope Scope, f Filter, q Search, after *Cursor, n int,
) (InboxPage, error) {
	n = listSize(n)
	var p InboxPage
	at, id := after.beforeAll()
	sql := limitedTo
	if q.written() {
		sql = writtenIn
	}
	firstAt, firstID := (*Cursor)(nil).beforeAll()
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("search", every(scanListed, &p.Cases), sql+foundRows,
			q.args(scope, f, at, id, n+1)...)
		tx.hold("count search", exactly(pgx.RowTo[int], &p.Count), sql+foundCount,
			q.args(scope, f, firstAt, firstID, CountLimit+1)...)
	})
	if err := tx.flush(ctx); err != nil {
		return p, err
	}
	p.Cases, p.Next = page(p.Cases, n, newestCursor)
	return p, nil
}

func (q Search) args(scope Scope, f Filter, at, id any, limit int) []any {
	var assignee *core.PartyID
	if f.byAssignee() {
		assignee = &f.Assignee
	}
	args := append(scopeArgs(scope, f), at, id, limit, f.Reader, assignee, q.SubmittedBefore,
		q.DueBefore, q.DueAfter)
	if q.written() {
		args = append(args, texts(q.Words), texts(q.Phrases), texts(q.Without))
	}
	return args
}

// texts is a list that is never NULL in the database.
func texts(list []string) []string { return append([]string{}, list...) }

// reindex has what an instance is found by written before the transaction commits.
func (tx *Tx) reindex(id uuid.UUID) {
	if tx.found == nil {
		tx.found = map[uuid.UUID]bool{}
	}
	tx.found[id] = true
}

// holdReindex holds back the writing of what the changed instances are found by.
func (tx *Tx) holdReindex() {
	for id := range tx.found {
		tx.hold("index case", nil, `SELECT index_case($1)`, id)
	}
}
