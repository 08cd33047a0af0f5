package store_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"stafett/store"
	"stafett/store/storetest"
)

// handled is how many rows all steps of a plan have had in their hands, kept or not.
func (p planNode) handled() float64 {
	n := (p.Rows + p.Removed + p.Unjoined) * p.Loops
	for _, below := range p.Plans {
		n += below.handled()
	}
	return n
}

// outage is what waits in a long outage: deliveries whose time has come and whose jobs sleep, or run with
// who is dead, some of them twice.
const outage = `
WITH d AS (
    INSERT INTO delivery (id, source_org, source_app, source_owner, source_id, handover, to_org, to_app, owner,
        owner_number, reference, next_try, payload)
    SELECT gen_random_uuid(), 'nordvik', 'arrangementsstotte', 50001, gen_random_uuid(), 'stottesak', 'nordvik',
        'stottesak', 51001, '310246816', 'NK-0000-0000', now() - interval '5 minutes', '{}'
    FROM generate_series(1, $1::int)
    RETURNING id
), i AS (
    INSERT INTO instance (id, org, app, owner, app_version, status, version, process_started, task, task_type, task_since)
    SELECT d.id, 'nordvik', 'arrangementsstotte', 50001, '1', 'draft', 1, now(), 'Task_1', 'data', now()
    FROM d
    RETURNING id
), n AS (
    INSERT INTO notice (id, instance, kind, at)
    SELECT gen_random_uuid(), i.id, 'letter', now() - interval '5 minutes'
    FROM i
    RETURNING id
)
INSERT INTO river_job (kind, args, max_attempts, state, scheduled_at, attempted_at, attempted_by)
SELECT 'deliver', jsonb_build_object('delivery', d.id), 25, CASE k WHEN 0 THEN 'scheduled' ELSE 'running' END::river_job_state,
    now() + interval '1 hour', now() - interval '1 minute', ARRAY['dead']
FROM d CROSS JOIN generate_series(0, 1) AS k
WHERE k = 0 OR right(d.id::text, 1) = '0'
UNION ALL
SELECT 'notice', jsonb_build_object('notice', n.id), 25, 'retryable', now() + interval '1 hour', NULL, NULL
FROM n`

// TestWaking_HandlesEachOfWhatWaitsFewTimes looks through what waits as each beat of a worker does, in a
// session that has planned when next to nothing waited. With twenty times as much each row may not be met
// more often: else a beat takes longer than a worker may be silent.
func TestWaking_HandlesEachOfWhatWaitsFewTimes(t *testing.T) {
	t.Parallel()
	const few, many = 200, 4000
	checked := 0
	for _, name := range slices.Sorted(maps.Keys(store.Waking)) {
		for _, planned := range []string{"for nothing", "for few"} {
			checked++
			t.Run(name+" planned "+planned, func(t *testing.T) {
				t.Parallel()
				_, url := setup(t)
				conn := likeTheProgram(t, url)
				if planned == "for few" {
					storetest.Exec(t, url, outage, few)
					storetest.Exec(t, url, "ANALYZE")
				}
				one := store.Waking[name]
				exec(t, conn, "PREPARE one "+one[1]+" AS "+one[0])
				exec(t, conn, "BEGIN; EXECUTE one "+one[2]+"; ROLLBACK")
				var got [2]float64
				for i, more := range []int{few, many} {
					storetest.Exec(t, url, outage, more)
					got[i] = inHand(t, conn, "EXECUTE one "+one[2])
				}
				if t.Logf("%.0f rows in hand of %d, %.0f of %d more", got[0], few, got[1], many); got[1] > 40*got[0] {
					t.Errorf("%.0f rows in hand where %d wait, %.0f where %d more do", got[0], few, got[1], many)
				}
			})
		}
	}
	if checked == 0 {
		t.Fatal("nothing was looked through")
	}
}

// likeTheProgram is a session that plans as the program's do, for the system.
func likeTheProgram(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), storetest.Serving(t, url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	exec(t, conn, "SELECT set_config('stafett.actor', 'system', false)")
	for _, set := range []string{"plan_cache_mode = force_generic_plan", "enable_bitmapscan = off", "enable_seqscan = off", "jit = off"} {
		exec(t, conn, "SET "+set)
	}
	return conn
}

// inHand runs a statement, takes back what it does, and gives how many rows its steps had in hand.
func inHand(t *testing.T, conn *pgx.Conn, sql string) float64 {
	t.Helper()
	exec(t, conn, "BEGIN")
	defer exec(t, conn, "ROLLBACK")
	var out []byte
	err := conn.QueryRow(t.Context(), "EXPLAIN (ANALYZE, TIMING off, FORMAT json) "+sql,
		pgx.QueryExecModeSimpleProtocol).Scan(&out)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	var explained []struct{ Plan planNode }
	if err := json.Unmarshal(out, &explained); err != nil {
		t.Fatal(err)
	}
	return explained[0].Plan.handled()
}
