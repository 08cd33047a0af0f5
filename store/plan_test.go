package store_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// maxGrowth is how much more a list may touch at a hundred times the rows. The indexes of a thousand rows are
// a page or two, from which a level more is half as much again, and ten million rows are a thousand times as
// many: there the bound is wider. With the looks at the map of what all may see, it is maxWithMaps.
const maxGrowth, maxGrowthByLevel, maxWithMaps = 1.3, 1.5, 1.6

// fewTouched is how many buffers are few: below it, a page more says nothing. Pages of the map come on top.
const fewTouched, fewWithMaps = 20, 40

// manyRows is how many rows the large tables have; make bench asks for a million. The small ones have a
// hundredth of that, and ten thousand at most.
var manyRows = flag.Int("rows", 100_000, "rows of the large tables that lists are read from")

// Ids are made as the program makes them: they begin with the time (RFC 9562, UUIDv7).
const makeIDs = `
CREATE FUNCTION pg_temp.id_of(at timestamptz) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
$$`

// Some forty cases wait for somebody's yes, whatever else stands in those tasks.
const generateInstances = `
INSERT INTO instance (
    id, org, app, owner, app_version, status, ready, task, end_event, ended, reference, title,
    applicant, source_org, source_app, source_owner, source_id, assignee, created, submitted,
    due, hold_until, limit_field, data_values, thread, thread_owner, task_type, prepared_by
)
SELECT pg_temp.id_of(now() - n * interval '1 second'), 'nordvik',
    (ARRAY['stottesak', 'parkeringssak', 'legevurdering'])[1 + n % 3],
    CASE WHEN n % 10 = 0 THEN 51002 ELSE 51001 END, 'hash',
    CASE WHEN n % 2 = 0 THEN 'active' ELSE 'archived' END, true,
    CASE WHEN n % 2 = 0 THEN 'Task_' || (1 + n / 6 % 3) ELSE '' END,
    CASE WHEN n % 2 = 0 THEN '' ELSE 'End_1' END, CASE WHEN n % 2 = 0 THEN NULL ELSE now() END,
    'NK-' || n, 'Sommerkonsert', 'Kari Solbakken', 'nordvik', 'arrangementsstotte', 50001,
    gen_random_uuid(), CASE WHEN n % 4 < 2 THEN 50004 ELSE 0 END,
    now() - n * interval '1 second', now() - n * interval '1 second',
    CASE WHEN n % 5 > 0 THEN now() + (n % 1009 - 500) * interval '1 hour' END,
    CASE WHEN n % 3 = 0 THEN now() + n % 499 * interval '1 hour' END,
    CASE WHEN n % 3 = 0 THEN 'bydel' ELSE '' END,
    CASE WHEN n % 3 = 0 THEN jsonb_build_object('bydel', 'b' || n / 18 % 5)
        ELSE jsonb_build_object('unit', 'u' || n / 18 % 5) END,
    gen_random_uuid(), 50001 + n % 7,
    CASE WHEN n % 2 > 0 THEN '' WHEN n <= 800 AND n % 12 = 0 THEN 'confirmation' ELSE 'data' END,
    CASE WHEN n <= 800 AND n % 16 = 2 THEN ARRAY[50005] END
FROM generate_series(1, $1::int) AS n`

// Citizens own instances too, each a few: what the planner makes of an owner must not hang on them.
const generateCitizens = `
INSERT INTO instance (id, org, app, owner, app_version, status, task, created)
SELECT pg_temp.id_of(now() - n * interval '1 second'), 'nordvik', 'arrangementsstotte', 100000 + n, 'hash', 'draft', 'Task_1',
    now() - n * interval '1 second'
FROM generate_series(1, $1::int) AS n`

const generateDeliveries = `
INSERT INTO delivery (
    id, source_org, source_app, source_owner, source_id, handover, to_org, to_app, owner, state,
    created, target_owner, target_id, delivered, payload
)
SELECT pg_temp.id_of(now() - n * interval '1 second'), 'nordvik', 'arrangementsstotte', 50001, gen_random_uuid(), 'h', 'nordvik',
    'stottesak', 51001, CASE n % 3 WHEN 0 THEN 'waiting' WHEN 1 THEN 'delivered' ELSE 'parked' END,
    now() - n * interval '1 second', CASE WHEN n % 3 = 1 THEN 1 END,
    CASE WHEN n % 3 = 1 THEN gen_random_uuid() END, CASE WHEN n % 3 = 1 THEN now() END, '{}'
FROM generate_series(1, $1::int) AS n`

const generateEvents = `
INSERT INTO audit_event (actor_kind, party, instance, act, outcome)
SELECT 'person', 51001 + n % 5, gen_random_uuid(), 'read', 'done'
FROM generate_series(1, $1::int) AS n`

// Every instance has one message that came to it, and they have been read.
const generateMessages = `
INSERT INTO message (
    instance, id, owner, org, app, sent, body, other_org, other_app, other_owner, other_id, at
)
SELECT i.id, gen_random_uuid(), i.owner, i.org, i.app, false, 'Hei', 'nordvik', 'stottesak', 51001,
    gen_random_uuid(), i.submitted
FROM instance AS i
WHERE i.ready`

// One person is named in every thirtieth case, and has put off fifty; others more.
const generatePersonal = `
WITH noted AS (
    INSERT INTO case_note (instance, id, owner, person, author, body)
    SELECT i.id, i.id, i.owner, 50005, 'Per Nilsen', 'Hei'
    FROM instance AS i
    WHERE i.reference LIKE '%0'
    RETURNING instance, owner
), named AS (
    INSERT INTO case_mention (instance, note, person, owner)
    SELECT n.instance, n.instance, 50004, n.owner
    FROM noted AS n
)
INSERT INTO case_snooze (owner, person, instance, until)
SELECT i.owner, 50005, i.id, now() + interval '1 day'
FROM instance AS i
WHERE i.reference LIKE '%1'
UNION ALL
(
    SELECT 51001, 50004, i.id, now() + interval '1 day'
    FROM instance AS i
    WHERE i.owner = 51001
    LIMIT 50
)`

// generate fills the tables of the lists with n rows each.
func generate(t testing.TB, url string, n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	// Rows whose commit is not on disk yet cannot be marked as visible to all.
	exec(t, conn, "SET synchronous_commit = on")
	exec(t, conn, "SET maintenance_work_mem = '1GB'")
	// Nor those that a look at the table from beside may still see.
	for _, table := range []string{"instance", "delivery", "audit_event", "message"} {
		exec(t, conn, "ALTER TABLE "+table+" SET (autovacuum_enabled = off)")
	}
	exec(t, conn, makeIDs)
	indexes := dropIndexes(t, conn)
	for _, sql := range []string{generateInstances, generateCitizens, generateDeliveries, generateEvents} {
		if _, err := conn.Exec(t.Context(), sql, n); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, conn, generateMessages)
	exec(t, conn, generatePersonal)
	for _, sql := range indexes {
		exec(t, conn, sql)
	}
	exec(t, conn, "VACUUM ANALYZE")
}

// dropIndexes drops the lists' indexes and gives the statements that make them again: to fill a
// table first is several times faster.
func dropIndexes(t testing.TB, conn *pgx.Conn) (again []string) {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
FROM pg_index AS i
WHERE i.indrelid::regclass::text IN ('instance', 'delivery', 'audit_event', 'message')
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)`)
	if err != nil {
		t.Fatal(err)
	}
	type index struct{ Drop, Make string }
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[index])
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		exec(t, conn, i.Drop)
		again = append(again, i.Make)
	}
	return again
}

func wideScope() store.Scope {
	scope := store.Scope{Owner: nord}
	for _, app := range []string{"stottesak", "parkeringssak", "legevurdering"} {
		ref := core.AppRef{Org: "nordvik", App: app}
		for _, task := range []string{"Task_1", "Task_2", "Task_3"} {
			scope.Items = append(scope.Items, item(ref, task))
		}
		scope.Items = append(scope.Items, endItem(ref, "End_1"))
	}
	return scope
}

// plan is a list's SQL with literal arguments, and the types of its parameters.
type plan struct {
	sql, types, args string
}

const noItems = `'{}', '{}', '{}', '{}'`

const noneHidden = `'{}', '{}', '{}'`

const openItems = `
'{nordvik,nordvik,nordvik,nordvik,nordvik,nordvik,nordvik,nordvik,nordvik}',
'{stottesak,stottesak,stottesak,parkeringssak,parkeringssak,parkeringssak,legevurdering,
    legevurdering,legevurdering}',
'{Task_1,Task_2,Task_3,Task_1,Task_2,Task_3,Task_1,Task_2,Task_3}',
'{"","","","","","","","",""}'`

const endItems = `
'{nordvik,nordvik,nordvik}', '{stottesak,parkeringssak,legevurdering}', '{End_1,End_1,End_1}',
'{"","",""}'`

// The same cases, and only those that have one of two values in a data field.
const (
	limitedOpen = `
'{nordvik,nordvik,nordvik,nordvik}', '{stottesak,stottesak,stottesak,stottesak}',
'{Task_1,Task_1,Task_2,Task_2}', '{bydel=b1,bydel=b3,bydel=b1,bydel=b3}'`
	limitedEnds = `
'{nordvik,nordvik}', '{stottesak,stottesak}', '{End_1,End_1}', '{bydel=b1,bydel=b3}'`
)

const ownItems = `'{nordvik,nordvik}', '{stottesak,legevurdering}', '{active,archived}'`

const allStates = `'nordvik', '{waiting,delivered,parked,given_up}'`

const beginning = `'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'`

// earliest is the beginning of a list by deadline.
const earliest = `'-infinity', '00000000-0000-0000-0000-000000000000'`

// middle is a place in the list after a hundred rows.
const middle = `now() - interval '100 seconds', 'ffffffff-ffff-ffff-ffff-ffffffffffff'`

// soon is the end of a week, overdue a place among the cases that should have been answered.
const (
	soon    = `now() + interval '5 days'`
	overdue = `now() - interval '100 hours', 'ffffffff-ffff-ffff-ffff-ffffffffffff'`
)

// The same cases as a service owner's system asks for them, and what narrows them to nothing but that.
const (
	systemItems = `
'{nordvik,nordvik,nordvik,nordvik}', '{stottesak,stottesak,legevurdering,stottesak}',
'{Task_1,Task_2,Task_1,""}', '{"","","",End_1}'`
	systemNarrowed = `'-infinity', 'infinity', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', '', '', 26,
'{"","","",""}'`
)

func plans() map[string]plan {
	const (
		scope = "bigint, text[], text[], text[], text[], text[], text[], text[], text[]"
		inbox = scope + ", timestamptz, uuid, int, bigint"
		mine  = inbox + ", bigint"
		own   = "bigint, text[], text[], text[], timestamptz, uuid, int, text[], text[], text[]"
		org   = "text, text[], timestamptz, uuid, int"
		lines = "bigint, bigint, int"
		items = "bigint, text[], text[], text[], text[]"
		due   = items + ", timestamptz, timestamptz, uuid, int, bigint"
		// A service owner's system.
		system = "text[], text[], text[], text[], timestamptz, uuid, timestamptz, timestamptz, bigint, " +
			"timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, boolean, " +
			"text, text, text, int, text[]"
	)
	with := func(args ...string) string { return strings.Join(args, ", ") }
	open := with("51001", openItems, noItems)
	all := with("51001", openItems, endItems)
	limited := with("51001", limitedOpen, limitedEnds)
	whole, opened := store.WholeOpen|store.WholeEnded, store.WholeOpen
	few, fewOpen := store.LimitedOpen|store.LimitedEnded, store.LimitedOpen
	none, ofOne, approval := store.Filter{}, store.Filter{Assignee: 50004}, store.Filter{Approval: true}
	return map[string]plan{
		"inbox, first page": {store.SQLInbox(whole, none), inbox, with(all, beginning, "26, 50004")},
		"inbox, open":       {store.SQLInbox(opened, none), inbox, with(open, beginning, "26, 50004")},
		"inbox, further on": {store.SQLInbox(whole, none), inbox, with(all, middle, "26, 50004")},
		"inbox, one caseworker's": {
			store.SQLInbox(whole, ofOne), mine,
			with(all, beginning, "26, 50004, 50004"),
		},
		"inbox, nobody's": {
			store.SQLInbox(whole, ofOne), mine,
			with(all, middle, "26, 50004, 0"),
		},
		"inbox, counted": {store.SQLCountInbox(whole, none), scope + ", int", with(all, "1001")},
		"inbox, one caseworker's, counted": {
			store.SQLCountInbox(whole, ofOne), scope + ", int, bigint", with(all, "1001, 50004"),
		},
		"inbox by due": {
			store.SQLByDue(opened, none), due, with("51001", openItems, "'infinity'", earliest, "26, 50004"),
		},
		"inbox by due, this week": {
			store.SQLByDue(opened, none), due, with("51001", openItems, soon, earliest, "26, 50004"),
		},
		"inbox by due, further on": {
			store.SQLByDue(opened, none), due, with("51001", openItems, "'infinity'", overdue, "26, 50004"),
		},
		"inbox by due, nobody's": {
			store.SQLByDue(opened, ofOne), due + ", bigint",
			with("51001", openItems, "'infinity'", overdue, "26, 50004, 0"),
		},
		"inbox by due, counted": {
			store.SQLCountByDue(opened, none), items + ", timestamptz, int",
			with("51001", openItems, soon, "1001"),
		},
		"limited, first page": {store.SQLInbox(few, none), inbox, with(limited, beginning, "26, 50004")},
		"limited, further on": {store.SQLInbox(few, none), inbox, with(limited, middle, "26, 50004")},
		"limited, one caseworker's": {
			store.SQLInbox(few, ofOne), mine, with(limited, beginning, "26, 50004, 50004"),
		},
		"limited, counted": {store.SQLCountInbox(few, none), scope + ", int", with(limited, "11")},
		"limited, one caseworker's, counted": {
			store.SQLCountInbox(few, ofOne), scope + ", int, bigint", with(limited, "11, 50004"),
		},
		"limited, by due, nobody's": {
			store.SQLByDue(fewOpen, ofOne), due + ", bigint",
			with("51001", limitedOpen, "'infinity'", earliest, "11, 50004, 0"),
		},
		"limited, by due": {
			store.SQLByDue(fewOpen, none), due, with("51001", limitedOpen, "'infinity'", overdue, "11, 50004"),
		},
		"inbox, held": {
			store.SQLHeld(opened), due, with("51001", openItems, "'infinity'", earliest, "26, 50004"),
		},
		"inbox, held, further on": {
			store.SQLHeld(opened), due,
			with("51001", openItems, "'infinity'", "now() + interval '9 hours'", "gen_random_uuid()", "26, 50004"),
		},
		"inbox, held, counted": {
			store.SQLCountHeld(opened), items + ", timestamptz, int", with("51001", openItems, "'infinity'", "101"),
		},
		"for approval": {store.SQLInbox(opened, approval), inbox, with(open, beginning, "26, 50004")},
		"for approval, by due": {
			store.SQLByDue(opened, approval), due, with("51001", openItems, "'infinity'", earliest, "26, 50004"),
		},
		"for approval, counted": {store.SQLCountInbox(opened, approval), scope + ", int, bigint", with(open, "1001, 50004")},
		"an applicant's cases": {
			store.SQLRelated, scope + ", bigint, int, uuid[], bigint, int",
			with(all, "50003, 100, '{}', 50004, 21"),
		},
		"a unit's cases": {
			store.SQLOfUnit, mine + ", timestamptz, timestamptz, timestamptz, boolean, uuid[], text",
			with(open, beginning, "26, 50004, NULL, NULL, NULL, NULL, false, NULL, 'u1'"),
		},
		"a unit's cases that nobody has": {
			store.SQLOfUnitNobodys, mine + ", timestamptz, timestamptz, timestamptz, boolean, uuid[], text",
			with(open, beginning, "26, 50004, 0, NULL, NULL, NULL, false, NULL, 'u2'"),
		},
		"a person's own cases": {
			store.SQLPersonal, scope + ", bigint, int", with(all, "50004, 100"),
		},
		"by reference": {
			store.SQLByReference, scope + ", text, bigint",
			with(all, "'NK-77', 50004"),
		},
		"an owner's instances": {
			store.SQLInstancesOf, own,
			with("51001", ownItems, middle, "26", noneHidden),
		},
		"an owner's instances, some hidden": {
			store.SQLInstancesOf, own,
			with("51001", ownItems, middle, "26", `'{nordvik}', '{stottesak}', '{Task_2}'`),
		},
		"an org's deliveries": {store.SQLDeliveries, org, with(allStates, middle, "26")},
		"on its way, counted": {
			store.SQLOpenDeliveries, "text, text[], text[], text[], text[], int",
			"'nordvik', '{arrangementsstotte}', '{nordvik}', '{stottesak}', '{h}', 1001",
		},
		"an org's deliveries to a target": {
			store.SQLDeliveriesTo, "text, text, text, text, timestamptz, uuid, int",
			"'nordvik', 'nordvik', 'stottesak', 'parked', " + middle + ", 26",
		},
		"a party's lines":          {store.SQLEventsOfParty, lines, "51001, 9223372036854775807, 50"},
		"a party's lines, further": {store.SQLEventsOfParty, lines, "51001, 150, 50"},
		"messages that came": {
			store.SQLReceived, "bigint, text[], text[], timestamptz, uuid, int",
			with("51001", "'{nordvik,nordvik}', '{stottesak,legevurdering}'", middle, "26"),
		},
		"a system's instances": {
			store.SQLOfSystem, system, with(systemItems, beginning, systemNarrowed),
		},
		"a system's instances, oldest first": {
			store.SQLOfSystemOldest, system, with(systemItems, earliest, systemNarrowed),
		},
		"a person's roles": {store.SQLRolesOf, "bigint, bigint", "50004, 51001"},
	}
}

// TestLists_TouchNoMoreWhenTheTablesGrow is the promise that lists are read from an index made
// for them (DESIGN.md section 9), for the plan with the arguments known and for the one without.
func TestLists_TouchNoMoreWhenTheTablesGrow(t *testing.T) {
	t.Parallel()
	small, large := min(*manyRows/100, 10_000), *manyRows
	touched := map[int]map[string]touch{}
	for _, rows := range []int{small, large} {
		_, url := setup(t)
		// The rows are made at once, and nobody is told of them.
		storetest.Exec(t, url, `ALTER TABLE instance DISABLE TRIGGER tell; ALTER TABLE message DISABLE TRIGGER tell`)
		generate(t, url, rows)
		touched[rows] = measure(t, url)
	}
	bound := maxGrowth
	if small < 10_000 || large > 100*small {
		bound = maxGrowthByLevel
	}
	checked := 0
	for name, few := range touched[small] {
		many := touched[large][name]
		growth := float64(many.buffers-many.maps) / float64(max(few.buffers-few.maps, fewTouched))
		t.Logf("%-64s %4d buffers at %d rows, %4d at %d, %d of them maps at most: × %.2f; %6s, %6s", name,
			few.buffers, small, many.buffers, large, many.maps, growth,
			few.took.Round(10*time.Microsecond), many.took.Round(10*time.Microsecond))
		if growth > bound {
			t.Errorf("%s: × %.2f, at most %v", name, growth, bound)
		}
		if all := float64(many.buffers) / float64(max(few.buffers, fewWithMaps)); all > maxWithMaps {
			t.Errorf("%s: × %.2f with the map, at most %v", name, all, maxWithMaps)
		}
		// Open and closed cases are each counted so far.
		if limit := bound*float64(few.walked) + 2*store.CountLimit; float64(many.walked) > limit {
			t.Errorf("%s walks along %d rows of an index, at most %.0f", name, many.walked, limit)
		}
		checked++
	}
	if checked != 2*len(plans()) {
		t.Errorf("checked %d plans, want %d", checked, 2*len(plans()))
	}
}
