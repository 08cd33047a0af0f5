package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// Search narrows a list to cases in which something is written, and by what a Filter cannot say.
type Search struct {
	// Words may each be the beginning of a word; Phrases stand just so; Without stand nowhere.
	// The case must have all the Tags. A word may be several with a bar between them, of which one
	// is enough.
	Words, Phrases, Without, Tags []string
	// Unit is the part of the organisation that has the case; empty is any.
	Unit string
	// Values are what the case must have in its data fields.
	Values []Value
	// SubmittedBefore, DueBefore and DueAfter are nil where nothing is asked.
	SubmittedBefore, DueBefore, DueAfter *time.Time
	// Held narrows to cases that wait for their applicants.
	Held bool
	// Only narrows to these cases; nil is all.
	Only []uuid.UUID
}

// Value compares what stands in a data field with a bound: as numbers when the bound is one, and
// otherwise as text, of which = asks for a beginning. The Sign is <, <=, >, >= or =.
type Value struct{ Field, Sign, Bound string }

// written tells whether words are asked for, so that the search table is read.
func (q Search) written() bool { return len(q.Words)+len(q.Phrases)+len(q.Without)+len(q.Tags) > 0 }

const searchLimits = `
  AND ($14::bigint IS NULL OR i.assignee = $14)
  AND ($15::timestamptz IS NULL OR i.submitted < $15)
  AND ($16::timestamptz IS NULL OR i.due < $16)
  AND ($17::timestamptz IS NULL OR i.due >= $17)
  AND (NOT $18::boolean OR i.hold_until IS NOT NULL)
  AND ($19::uuid[] IS NULL OR i.id = ANY ($19)) `

const searchPlace = `
  AND (i.submitted, i.id) < ($10::timestamptz, $11::uuid)`

// The functions that read the words' own index and that of the data fields' values.
const (
	withWords  = `cases_fitting($1, $21, $22, $23, $24, $25) AS s (instance)`
	withValues = `cases_valued($1, $21, $22, $23) AS s (instance)`
	withBoth   = withWords + ` JOIN cases_valued($1, $26, $27, $28) AS v (instance) USING (instance)`
)

// foundBy asks one of the functions; the scope and the limits then take away.
func foundBy(functions, limits string) string {
	return `
WITH found AS (` + fitting(functions, limits) + `
    ORDER BY i.submitted DESC, i.id DESC
    LIMIT $12
) `
}

// fitting looks each case up by its id: the inner limit keeps it so, where the planner would rather
// read them all.
func fitting(functions, limits string) string {
	return `
    SELECT i.submitted, i.id
    FROM ` + functions + `
    CROSS JOIN LATERAL (
        SELECT i.submitted, i.id
        FROM instance AS i
        WHERE i.id = s.instance AND i.owner = $1 AND i.ready ` + inScope + limits + searchPlace + `
          AND ($20 = '' OR i.unit = $20)
        LIMIT 1
    ) AS i `
}

// amongNewest looks for words in the newest $25 cases of the scope alone.
func amongNewest(limits string) string {
	return `
WITH newest AS MATERIALIZED (
    SELECT m.submitted, m.id
    FROM (` + strings.ReplaceAll(keysOf(limits+` AND ($20 = '' OR i.unit = $20) `),
		"LIMIT $12", "LIMIT $25") + `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT $25
), found AS (
    SELECT n.submitted, n.id
    FROM cases_among($1, ARRAY(SELECT n.id FROM newest AS n), $21, $22, $23, $24) AS s (instance)
    JOIN newest AS n ON n.id = s.instance
    ORDER BY n.submitted DESC, n.id DESC
    LIMIT $12
) `
}

// someFound takes $25 of the cases with the words, in no order: enough to count them.
func someFound(limits string) string {
	return `
WITH found AS (` + fitting(withWords, limits) + `
    LIMIT $12
) `
}

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
const foundCount = ` FROM found AS f WHERE $13::bigint IS NOT NULL`

const (
	// manyFit is how many cases with its words make a search a common one: to sort fewer costs less
	// than to look through the newest.
	manyFit = 10_000
	// lookFurther is how many times as many of the newest cases are looked through as should do, and
	// lookMost how many at most.
	lookFurther = 4
	lookMost    = 50_000
	// countAmong is how many cases with common words are held against the scope to count them.
	countAmong = 20 * CountLimit
)

// Search gives the cases that the scope lets see and that fit the filter and the search, newest
// first, n at a time (MaxExport at most), after a cursor, and their count. The filter's own order is
// not looked at.
func (tx *Tx) Search(
	ctx context.Context, scope Scope, f Filter, q Search, after *Cursor, n int,
) (InboxPage, error) {
	n = listSize(n)
	ways, err := tx.waysOf(ctx, scope, f, q, n)
	if err != nil {
		return InboxPage{}, err
	}
	var p InboxPage
	for whole := false; len(ways) > 0 && !whole; ways = ways[1:] {
		if p, whole, err = tx.searched(ctx, scope, f, q, after, n, ways[0]); err != nil {
			return p, err
		}
		whole = whole || len(p.Cases) > n && p.Count > CountLimit
	}
	p.Cases, p.Next = page(p.Cases, n, newestCursor)
	return p, nil
}

// way is how cases are searched: the statements that find them for the page and for the count, among
// how many each of them looks (0 is all), and what says in the second that it has looked at all.
type way struct {
	rows, count           string
	rowsAmong, countAmong int
	whole                 string
}

const casesExpected = `
SELECT COALESCE(e.fitting, 0), COALESCE(e.altogether, 0) FROM cases_expected($1, $2, $3, $4, $5) AS e`

// waysOf gives the ways to search, of which the last one finds everything. How many cases have the
// words is an estimate.
func (tx *Tx) waysOf(
	ctx context.Context, scope Scope, f Filter, q Search, n int,
) ([]way, error) {
	all := q.allOfThem(f.searchLimits())
	if !q.written() || len(q.Values) > 0 || q.Only != nil {
		return []way{all}, nil
	}
	type expected struct{ Fitting, Altogether float64 }
	e, err := one(ctx, tx, pgx.RowToStructByPos[expected], "expect cases", casesExpected, scope.Owner,
		texts(q.Words), texts(q.Phrases), texts(q.Without), texts(q.Tags))
	if err != nil || e.Fitting < manyFit {
		return []way{all}, err
	}
	newest := min(float64(n+1)*lookFurther*e.Altogether/e.Fitting, lookMost)
	return append(waysOfCommon(f.searchLimits(), int(newest)), all), nil
}

// waysOfCommon are those of words that very many cases have: first they are looked for in so many of
// the newest cases, and then in more, for a scope that has few of them.
func waysOfCommon(limits string, newest int) []way {
	among := amongNewest(limits)
	return []way{
		{among, someFound(limits), newest, countAmong, "false"},
		{among, among, lookMost, lookMost, "(SELECT count(*) < $25 FROM newest AS n)"},
	}
}

func (q Search) allOfThem(limits string) way {
	found := q.found(limits)
	return way{rows: found, count: found, whole: "true"}
}

// searchLimits are what a filter and a search take away.
func (f Filter) searchLimits() string {
	if f.Approval {
		return searchLimits + approvedBy("$13")
	}
	return searchLimits
}

// searched gives a page with one case too many, and whether all cases have been looked at.
func (tx *Tx) searched(
	ctx context.Context, scope Scope, f Filter, q Search, after *Cursor, n int, by way,
) (p InboxPage, whole bool, err error) {
	at, id := after.beforeAll()
	firstAt, firstID := (*Cursor)(nil).beforeAll()
	type counted struct {
		Cases int
		Whole bool
	}
	var c counted
	tx.within(scope.Owner, scope.apps(), func() {
		tx.hold("search", every(scanListed, &p.Cases), by.rows+foundRows,
			q.args(scope, f, at, id, n+1, by.rowsAmong)...)
		tx.hold("count search", exactly(pgx.RowToStructByPos[counted], &c),
			by.count+"SELECT count(*), "+by.whole+foundCount,
			q.args(scope, f, firstAt, firstID, CountLimit+1, by.countAmong)...)
	})
	err = tx.flush(ctx)
	p.Count = c.Cases
	return p, c.Whole, err
}

func (q Search) args(scope Scope, f Filter, at, id any, limit, of int) []any {
	var assignee *core.PartyID
	if f.byAssignee() {
		assignee = &f.Assignee
	}
	args := append(scopeArgs(scope, f), at, id, limit, f.Reader, assignee, q.SubmittedBefore,
		q.DueBefore, q.DueAfter, q.Held, q.Only)
	if q.written() || q.Unit != "" || len(q.Values) > 0 {
		args = append(args, q.Unit)
	}
	if q.written() {
		var most *int
		if of > 0 {
			most = &of
		}
		args = append(args, texts(q.Words), texts(q.Phrases), texts(q.Without), texts(q.Tags), most)
	}
	if len(q.Values) == 0 {
		return args
	}
	var fields, signs, bounds []string
	for _, v := range q.Values {
		fields, signs, bounds = append(fields, v.Field), append(signs, v.Sign), append(bounds, v.Bound)
	}
	return append(args, fields, signs, bounds)
}

// found is how the cases are found.
func (q Search) found(limits string) string {
	switch {
	case q.written() && len(q.Values) > 0:
		return foundBy(withBoth, limits)
	case q.written():
		return foundBy(withWords, limits)
	case len(q.Values) > 0:
		return foundBy(withValues, limits)
	case q.Unit != "":
		// This walks the index of what the parts of the organisation have.
		return limited(limits + ` AND i.unit = $20 AND i.unit <> '' `)
	}
	return limited(limits)
}

const nearWords = `SELECT n.typed, n.near FROM near_words($1, $2) AS n`

// Near is a word of a name beside a typed one.
type Near struct{ Typed, Word string }

// NearWords gives the words of names of the owner's cases that one slip may part from typed ones:
// some are further off. Which cases have them is not told, nor whether the actor may see those.
func (tx *Tx) NearWords(ctx context.Context, owner core.PartyID, typed []string) ([]Near, error) {
	return many(ctx, tx, pgx.RowToStructByPos[Near], "near words", nearWords, owner, texts(typed))
}

// ForgetLostWords removes words of names that no case has had for a quarter of an hour.
func (s *Store) ForgetLostWords(ctx context.Context) error {
	return s.exec(ctx, "forget lost words", `SELECT forget_lost_words()`)
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

const indexCases = `SELECT index_cases($1)`

// holdReindex holds back the writing of what the changed instances are found by.
func (tx *Tx) holdReindex() {
	if len(tx.found) > 0 {
		tx.hold("index cases", nil, indexCases, slices.Collect(maps.Keys(tx.found)))
	}
}
