package main

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// list is one of the caseworker's lists: what stands in its address, and a plain statement that
// reads as many rows from the index made for it; "" where there is no such index.
type list struct{ query, bare string }

// The open cases that nobody has begun with are those of one task, the largest.
const (
	bareOpen = `
		SELECT i.*
		FROM instance AS i
		WHERE i.owner = 51001 AND i.org = 'nordvik' AND i.app = 'stottesak' AND i.task = 'Task_mottak'
		  AND i.ready AND i.ended IS NULL `
	bareClosed = `
		SELECT i.*
		FROM instance AS i
		WHERE i.owner = 51001 AND i.org = 'nordvik' AND i.app = 'stottesak' AND i.end_event = 'EndEvent_1'
		  AND i.ready AND i.ended IS NOT NULL `
	bareNewest = ` ORDER BY i.submitted DESC, i.id DESC LIMIT 25`
	bareDue    = ` ORDER BY i.due_at, i.id LIMIT 25`
	bareNobody = ` AND i.assignee = 0 `
	// bareWorked are the cases that the caseworker has.
	bareWorked = `
		SELECT i.*
		FROM instance AS i
		WHERE i.owner = 51001 AND i.org = 'nordvik' AND i.app = 'stottesak' AND i.task = 'Task_vurdering'
		  AND i.ready AND i.ended IS NULL AND i.assignee = 50004 `
	// bareWords is the plain full-text search: all that have the words are sorted, which for common
	// ones takes many seconds.
	bareWords = `
		SELECT i.*
		FROM case_search AS s
		JOIN instance AS i ON i.id = s.instance
		WHERE s.owner = 51001 AND s.words @@ `
)

// lists are the caseworker's views and orders, and searches: for a word that most cases have, for
// words that many have, for a name, for what no case has as it is written, by
// operators, and by a value that most cases of a service have and one that few have.
var lists = []list{
	{"view=open", bareOpen + bareNewest},
	{"view=open&sort=due", bareOpen + bareDue},
	{"view=unassigned", bareOpen + bareNobody + bareNewest},
	{"view=unassigned&sort=due", bareOpen + bareNobody + bareDue},
	{"view=mine", bareWorked + bareNewest},
	{"view=mine&sort=due", bareWorked + bareDue},
	{"view=due", bareOpen + bareDue},
	{"view=waiting", ""}, {"view=mentioned", ""}, {"view=snoozed", ""},
	{"view=closed", bareClosed + bareNewest},
	{asked("nordvik"), ""},
	{asked("korkonsert"), ""},
	{asked("vegard"), bareWords + `'vegard'` + bareNewest},
	{asked("vegard kvam"), bareWords + `'vegard & kvam'` + bareNewest},
	{asked("korkonsrt"), ""},
	{asked("konsert -julekonsert"), ""},
	{asked(`"lysfest på torget"`), ""},
	{asked("service:parkering older:7d"), ""},
	{asked("assigned:nobody due:<7d"), ""},
	{asked("belop:>1"), ""},
	{asked("belop:>49000"), ""},
	{asked("korkonsert belop:>1"), ""},
}

func asked(words string) string { return "q=" + url.QueryEscape(words) }

// readBare reads every column of a statement's rows.
func (s *server) readBare(ctx context.Context, sql string) error {
	rows, err := s.db.Query(ctx, sql)
	if err != nil {
		return err
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	return err
}
