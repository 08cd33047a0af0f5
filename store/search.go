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
	// The case must have all the Tags.
	Words, Phrases, Without, Tags []string
	// Unit is the part of the organisation that has the case; empty is any.
	Unit string
	// SubmittedBefore, DueBefore and DueAfter are nil where nothing is asked.
	SubmittedBefore, DueBefore, DueAfter *time.Time
}

// written tells whether words are asked for, so that the search table is read.
func (q Search) written() bool { return len(q.Words)+len(q.Phrases)+len(q.Without)+len(q.Tags) > 0 }

const searchLimits = `
  AND ($14::bigint IS NULL OR i.assignee = $14)
  AND ($15::timestamptz IS NULL OR i.submitted < $15)
  AND ($16::timestamptz IS NULL OR i.due < $16)
  AND ($17::timestamptz IS NULL OR i.due >= $17) `

const searchPlace = `
  AND (i.submitted, i.id) < ($10::timestamptz, $11::uuid)`

// writtenIn asks the function that reads the words' own index; the scope and the limits then take
// away.
const writtenIn = `
WITH found AS (
    SELECT i.submitted, i.id
    FROM cases_with($1, $18, $19, $20, $21) AS s (instance)
    JOIN instance AS i ON i.id = s.instance
    WHERE i.owner = $1 AND i.ready ` + inScope + searchLimits + searchPlace + `
      AND ($22 = '' OR i.unit = $22)
    ORDER BY i.submitted DESC, i.id DESC
    LIMIT $12
) `

// limited walks the inbox's own indexes, for a search that asks for no words.
func limited(limits string) string {
	return `
WITH found AS (
    SELECT m.submitted, m.id
    FROM (` + keysOf(limits) + `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT $12
) `
}

var (
	limitedTo = limited(searchLimits)
	// ofUnit walks the index of what the parts of the organisation have.
	ofUnit = limited(searchLimits + ` AND i.unit = $18 AND i.unit <> '' `)
)

const foundRows = `
SELECT ` + instanceColumns + `,
    NOT EXISTS (
        SELECT FROM seen AS s
        WHERE s.instance = i.id AND s.person = $13 AND s.at >= i.task_since
    )
FROM found AS f
JOIN instance AS i ON i.id = f.id
ORDER BY f.submitted DESC, f.id DESC`

// The reader is no part of a count, but of the arguments that both statements share.
const foundCount = `SELECT count(*) FROM found AS f WHERE $13::bigint IS NOT NULL`

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
	switch {
	case q.written():
		sql = writtenIn
	case q.Unit != "":
		sql = ofUnit
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
		args = append(args, texts(q.Words), texts(q.Phrases), texts(q.Without), texts(q.Tags))
	}
	if q.written() || q.Unit != "" {
		args = append(args, q.Unit)
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
