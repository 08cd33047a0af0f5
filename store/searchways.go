package store

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
)

// way is a statement that looks for cases and gives the ids of a page, how many it has found, and
// whether it has looked at all that there are. Among is at how many it looks; 0 is all.
type way struct {
	sql   string
	among int
}

// found is what a way has found.
type found struct {
	IDs   []uuid.UUID
	Count int
	// Whole tells that there are no others.
	Whole bool
}

const (
	// lookFew is how many of the newest cases are looked through for words that few should have together,
	// and lookMost how many at most.
	lookFew  = 2000
	lookMost = 50_000
	// countFew and countMany are how many cases with common words are held against the scope to count
	// them: more only for a scope that has few of them.
	countFew, countMany = 2 * CountLimit, 20 * CountLimit
	// mostHave is which part of the cases has a word that is counted by looking through the newest:
	// to read all of them from the index of words takes longer.
	mostHave = 0.2
	// dueAmong is how many cases with such a deadline are looked at before the newest cases are looked
	// through for it.
	dueAmong = 10_000
)

const searchPlace = `
  AND (i.submitted, i.id) < ($10::timestamptz, $11::uuid)`

// source is what reads the words' own index and that of the data fields' values: all cases that fit, or
// those of some cases.
type source struct {
	all string
	// among has a place for the ids of the cases.
	among string
	// most is the argument with the number of cases that are looked at.
	most string
}

// The places in a source for the cases that are looked at, and for whether open or ended ones are looked for.
const (
	someIDs = "%ids%"
	states  = "%states%"
)

var (
	withWords = source{
		all:   `cases_fitting($1, $21, $22, $23, $24, $25) AS s (instance)`,
		among: `cases_among($1, ` + someIDs + `, $21, $22, $23, $24) AS s (instance)`,
		most:  "$25",
	}
	withValues = source{
		all:   `cases_with_values($1, NULL, $21, $22, $23, $24, ` + states + `) AS s (instance)`,
		among: `cases_with_values($1, ` + someIDs + `, $21, $22, $23, NULL, ` + states + `) AS s (instance)`,
		most:  "$24",
	}
	withBoth = source{
		all: withWords.all +
			` JOIN cases_with_values($1, NULL, $26, $27, $28, NULL, ` + states + `) AS v (instance) USING (instance)`,
		among: valuedOf(withWords.among, "NULL"),
		most:  "$25",
	}
	// withFewWords looks at the values of those cases alone that have the words.
	withFewWords = source{
		all:   valuedOf(`cases_fitting($1, $21, $22, $23, $24, NULL) AS s (instance)`, "$25"),
		among: withBoth.among,
		most:  "$25",
	}
)

// valuedOf gives those that have the values of the cases that have the words, so many at most.
func valuedOf(words, most string) string {
	return `cases_with_values($1, ARRAY(SELECT s.instance FROM ` + words + `), $26, $27, $28, ` + most +
		`, ` + states + `) AS s (instance)`
}

// source is what a search is asked of. Where most cases have the words, those that have the value may be
// few: both are gathered then.
func (l looking) source(e expected) source {
	from := withFewWords
	switch {
	case !l.written():
		from = withValues
	case len(l.Values) == 0:
		from = withWords
	case e.mostHave():
		from = withBoth
	}
	looked := `'{false,true}'`
	switch l.filter.Status {
	case FilterOpen:
		looked = `'{false}'`
	case FilterClosed:
		looked = `'{true}'`
	}
	from.all = strings.ReplaceAll(from.all, states, looked)
	from.among = strings.ReplaceAll(from.among, states, looked)
	return from
}

// All ways share their arguments, also those that this one does not ask about.
func keysFound(whole string) string {
	return `
SELECT ARRAY(
    SELECT f.id FROM found AS f ORDER BY f.submitted DESC, f.id DESC LIMIT $12
), (SELECT count(*) FROM found AS f), ` + whole + `
WHERE num_nulls($6::text[], $7::text[], $8::text[], $9::text[], $13::bigint, $14::bigint, $15::timestamptz,
    $16::timestamptz, $17::timestamptz, $18::boolean, $19::uuid[], $20::text) >= 0`
}

// foundBy asks one of the functions; the scope and the limits then take away.
func foundBy(functions, limits string) string {
	return `
WITH found AS MATERIALIZED (` + fitting(functions, limits) + `)` + keysFound("true")
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
        WHERE i.id = s.instance AND i.owner = $1 AND ` + isCase + inScope + limits + searchPlace + `
        LIMIT 1
    ) AS i `
}

// amongNewest looks in so many of the scope's newest cases alone.
func amongNewest(from source, limits string) string {
	return `
WITH newest AS MATERIALIZED (
    SELECT m.submitted, m.id
    FROM (` + strings.ReplaceAll(keysOf(allParts, limits), "LIMIT $12", "LIMIT "+from.most) + `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT ` + from.most + `
), found AS MATERIALIZED (
    SELECT n.submitted, n.id
    FROM ` + strings.Replace(from.among, someIDs, "ARRAY(SELECT n.id FROM newest AS n)", 1) + `
    JOIN newest AS n ON n.id = s.instance
)` + keysFound(`(SELECT count(*) < `+from.most+` FROM newest AS n)`)
}

// someFound takes so many of the cases that the source gives, in no order: enough to count them.
func someFound(from source, limits string) string {
	return `
WITH fit AS MATERIALIZED (
    SELECT s.instance
    FROM ` + from.all + `
), found AS MATERIALIZED (` + fitting("fit AS s", limits) + `
    LIMIT $12
)` + keysFound(`(SELECT count(*) < `+from.most+` FROM fit AS s) AND (SELECT count(*) < $12 FROM found AS f)`)
}

// limited walks the inbox's own indexes, for a search that asks for no words.
func limited(limits string) string {
	return `
WITH found AS MATERIALIZED (
    SELECT m.submitted, m.id
    FROM (` + keysOf(allParts, limits) + `) AS m
    ORDER BY m.submitted DESC, m.id DESC
    LIMIT $12
)` + keysFound(`(SELECT count(*) < $12 FROM found AS f)`)
}

// dueKeysOf gives the keys of open cases with such a deadline, $21 of each item at most. The bounds are
// plain arguments, as those of a cursor are.
func dueKeysOf(limits string) string {
	return strings.Join((wholeOpen|limitedOpen).each(openKeys, "", limits+`
      AND i.due_at >= $22::timestamptz AND i.due_at < $23::timestamptz
    ORDER BY i.due_at, i.id
    LIMIT $21
) AS k `), " UNION ALL ")
}

// limitedByDue reads open cases in the order of their deadlines, $21 of them at most. Ended ones have no
// part in it.
func limitedByDue(limits string) string {
	return `
WITH due AS MATERIALIZED (
    SELECT d.submitted, d.id
    FROM (` + dueKeysOf(limits) + `) AS d
    LIMIT $21
), found AS MATERIALIZED (
    SELECT i.submitted, i.id
    FROM due AS i
    WHERE true ` + searchPlace + `
)` + keysFound(`(SELECT count(*) < $21 FROM due AS d)`)
}

const casesExpected = `
SELECT COALESCE(e.fitting, 0), COALESCE(e.altogether, 0) FROM cases_expected($1, $2, $3, $4, $5) AS e`

// expected is about how many cases have the words, and how many there are: the planner's estimate.
type expected struct{ Fitting, Altogether float64 }

// common tells whether the words are found sooner in the newest cases than in their index. To look
// through enough of the newest for a page, one after another, takes as long as to look up each case
// that has the words when their number is about that.
func (e expected) common() bool {
	const page = 25
	return e.Fitting*e.Fitting > 2*page*e.Altogether
}

// mostHave tells whether the words are counted sooner in the newest cases than among all that have them.
func (e expected) mostHave() bool { return e.Fitting >= mostHave*e.Altogether }

// newest is how many of the newest cases should have so many that fit: for few of them twice as many as
// on average.
func (e expected) newest(fit int) int {
	enough := float64(fit) + 5*math.Sqrt(float64(fit))
	return int(min(enough*e.Altogether/e.Fitting, lookMost))
}

// looking is a search within a scope.
type looking struct {
	Search
	scope  Scope
	filter Filter
}

// ways gives the ways to look for so many cases, of which the last one finds everything.
func (l looking) ways(e expected, fit int) []way {
	limits, from := l.limits(), l.source(e)
	all := way{sql: l.found(e, limits)}
	if len(l.Phrases) > 0 {
		// The planner counts who has the words, wherever they stand.
		e.Fitting /= 4
	}
	switch {
	case !l.written() && l.byDue():
		return []way{{limitedByDue(limits), dueAmong}, all}
	case l.Only != nil, len(l.Values) == 0 && (!l.written() || !e.common() && len(l.Words) < 2):
		return []way{all}
	}
	newest, some := amongNewest(from, limits), someFound(from, limits)
	switch {
	case len(l.Values) == 0:
	case fit > CountLimit && l.written() && e.mostHave():
		return []way{{newest, lookMost}, all}
	case fit > CountLimit:
		return []way{{some, countFew}, {some, countMany}, all}
	default:
		return []way{{newest, lookFew}, all}
	}
	if !e.common() {
		// Words that go together are in more cases than the planner takes them to be.
		if fit > CountLimit {
			return []way{{some, countFew}, all}
		}
		return []way{{newest, lookFew}, all}
	}
	if fit > CountLimit && !e.mostHave() {
		counting := []way{{some, countFew}, {some, countMany}, all}
		if e.Fitting > countMany {
			// To read the index of so common words takes most of the time: once will do.
			return counting[1:]
		}
		return counting
	}
	// The estimate may be several times too high, and the newest cases unlike the others.
	var ways []way
	for among := e.newest(fit); among < lookMost && float64(among) < 2*e.Fitting; among *= 4 {
		ways = append(ways, way{newest, among})
	}
	if e.Fitting > lookMost {
		ways = append(ways, way{newest, lookMost})
	}
	return append(ways, all)
}

// byDue tells whether the search is one for a deadline among open cases, which have an index for it.
func (l looking) byDue() bool {
	return (l.DueBefore != nil || l.DueAfter != nil) && len(l.Values) == 0 && l.Only == nil &&
		l.filter.Status == FilterOpen
}

// Search gives the cases that the scope lets see and that fit the filter and the search, newest
// first, n at a time (MaxExport at most), after a cursor, and their count. The filter's own order is
// not looked at.
func (tx *Tx) Search(
	ctx context.Context, scope Scope, f Filter, q Search, after *Cursor, n int,
) (InboxPage, error) {
	var e expected
	var err error
	if q.written() {
		e, err = one(ctx, tx, pgx.RowToStructByPos[expected], "expect cases", casesExpected, scope.Owner,
			texts(q.Words), texts(q.Phrases), texts(q.Without), texts(q.Tags))
		if err != nil {
			return InboxPage{}, err
		}
	}
	return tx.searchExpecting(ctx, looking{q, scope, f}, e, after, listSize(n))
}

func (tx *Tx) searchExpecting(
	ctx context.Context, l looking, e expected, after *Cursor, n int,
) (p InboxPage, err error) {
	shown, err := tx.look(ctx, l, l.ways(e, n+1), after, n+1)
	if err != nil {
		return p, err
	}
	counted := shown
	if after != nil || !shown.Whole && shown.Count <= CountLimit {
		if counted, err = tx.look(ctx, l, l.ways(e, CountLimit+1), nil, CountLimit+1); err != nil {
			return p, err
		}
	}
	p.Count = min(counted.Count, CountLimit+1)
	p.Cases, err = tx.casesOf(ctx, l.scope, shown.IDs, l.filter.Reader, n+1)
	if err != nil {
		return p, err
	}
	p.Cases, p.Next = page(p.Cases, n, newestCursor)
	return p, nil
}

// look goes one way after another until so many cases are found, or there are no others.
func (tx *Tx) look(
	ctx context.Context, l looking, ways []way, after *Cursor, fit int,
) (f found, err error) {
	for _, w := range ways {
		if f, err = tx.lookBy(ctx, l, w, after, fit); err != nil || f.Whole || f.Count >= fit {
			return f, err
		}
	}
	return f, err
}

func (tx *Tx) lookBy(
	ctx context.Context, l looking, by way, after *Cursor, fit int,
) (f found, err error) {
	at, id := after.beforeAll()
	tx.within(l.scope.Owner, l.scope.apps(), func() {
		tx.hold("search", exactly(pgx.RowToStructByPos[found], &f), by.sql,
			l.args(at, id, fit, by.among)...)
	})
	return f, tx.flush(ctx)
}

func (l looking) args(at, id any, limit, among int) []any {
	q, f := l.Search, l.filter
	var assignee *core.PartyID
	if f.byAssignee() {
		assignee = &f.Assignee
	}
	var most *int
	if among > 0 {
		most = &among
	}
	args := append(scopeArgs(l.scope, f), at, id, limit, f.Reader, assignee, q.SubmittedBefore,
		q.DueBefore, q.DueAfter, q.Held, q.Only, q.Unit)
	switch {
	case most != nil && !q.written() && len(q.Values) == 0:
		from, to := time.Time{}, noDue
		if q.DueAfter != nil {
			from = *q.DueAfter
		}
		if q.DueBefore != nil {
			to = *q.DueBefore
		}
		return append(args, most, from, to)
	case q.written():
		args = append(args, texts(q.Words), texts(q.Phrases), texts(q.Without), texts(q.Tags), most)
	}
	if len(q.Values) == 0 {
		return args
	}
	args = append(args, q.valueArgs()...)
	if !q.written() {
		args = append(args, most)
	}
	return args
}

// valueArgs are the values as the three columns that a source takes.
func (q Search) valueArgs() []any {
	var fields, signs, bounds []string
	for _, v := range q.Values {
		fields, signs, bounds = append(fields, v.Field), append(signs, v.Sign), append(bounds, v.Bound)
	}
	return []any{fields, signs, bounds}
}

// found is the statement that finds everything.
func (l looking) found(e expected, limits string) string {
	if !l.written() && len(l.Values) == 0 {
		return limited(limits)
	}
	return foundBy(l.source(e).all, limits)
}

// limits are what the filter and the search take away. What is not asked for is not asked: a condition that
// always holds would have each case read that is only passed by.
func (l looking) limits() string {
	var limits string
	for _, one := range []struct {
		asked bool
		sql   string
	}{
		{l.filter.byAssignee(), ` AND i.assignee = $14 `},
		{l.SubmittedBefore != nil, ` AND i.submitted < $15 `},
		{l.DueBefore != nil, ` AND i.due < $16 `},
		{l.DueAfter != nil, ` AND i.due >= $17 `},
		{l.Held, ` AND i.hold_until IS NOT NULL `},
		{l.Only != nil, ` AND i.id = ANY ($19) `},
		// So the index of what the parts of the organisation have is walked.
		{l.Unit != "", ` AND i.unit = $20 AND i.unit <> '' `},
		{l.filter.Approval, approvedBy("$13")},
	} {
		if one.asked {
			limits += one.sql
		}
	}
	return limits
}
