package store_test

import (
	"fmt"
	"testing"

	"stafett/internal/core"
	"stafett/store"
	"stafett/store/storetest"
)

// TestIndexCases_TakesNoLongerWithMoreCases writes what one case is found by, in the session of a
// program, where its owner has so many that to read them all still looks cheap to the planner: nothing
// that is read may grow with them.
func TestIndexCases_TakesNoLongerWithMoreCases(t *testing.T) {
	t.Parallel()
	_, url := setup(t)
	storetest.Exec(t, url, `ALTER TABLE instance DISABLE TRIGGER tell`)
	generate(t, url, 2_000)
	conn := likeTheProgram(t, url)
	exec(t, conn, ingridAsks)
	var one, org string
	err := conn.QueryRow(t.Context(), `
		SELECT i.id::text, i.org FROM instance AS i WHERE i.owner = $1 AND i.ready ORDER BY i.id LIMIT 1`,
		nord).Scan(&one, &org)
	if err != nil {
		t.Fatal(err)
	}
	got := buffers(t, conn, "SELECT index_cases(ARRAY['"+one+"']::uuid[])").buffers
	if t.Logf("%d buffers for a case of %s", got, org); got < 5 || got > 50 {
		t.Errorf("touched %d buffers", got)
	}
}

// TestByKey_PlannedForNoneTakesNoLonger finds what has an id, and what hangs on it, in a session that has planned
// while there was nothing, or many applications and no cases, as after an outage: what is read may not grow with
// the cases.
func TestByKey_PlannedForNoneTakesNoLonger(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"index a case": "SELECT index_cases(ARRAY[$1])", "the app of a case": "SELECT app_of_case(51001, $1)",
		"what it holds": store.SQLContentOf, "its attempts": "SELECT FROM delivery_attempt AS a WHERE a.delivery = $1",
		"its tags": "SELECT FROM case_tag AS t WHERE t.instance = $1",
	} {
		for _, fresh := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, fresh: %v", name, fresh), func(t *testing.T) {
				t.Parallel()
				_, url := setup(t)
				storetest.Exec(t, url, `ALTER TABLE instance DISABLE TRIGGER tell`)
				more := func(app string, owner core.PartyID, ready bool, n int) {
					storetest.Exec(t, url, `WITH i AS (
					INSERT INTO instance (id, org, app, owner, app_version, status, ready, task, task_type, submitted,
						reference)
					SELECT gen_random_uuid(), 'nordvik', $1, $2::bigint, '1', 'active', $3, 'Task_1', 'data', now(),
						gen_random_uuid()::text
					FROM generate_series(1, $4::int)
					RETURNING id
				), e AS (
					INSERT INTO element (id, instance, type, content_type, size, body)
					SELECT gen_random_uuid(), i.id, 'sak', 'application/json', 2, '{}' FROM i
				), d AS (
					INSERT INTO delivery (id, source_org, source_app, source_owner, source_id, handover, to_org, to_app,
						owner, reference, payload)
					SELECT i.id, 'nordvik', $1, $2, i.id, 'vedtak', 'nordvik', 'vedtak', 50001, 'NK-0000-0000', '{}' FROM i
				)
				INSERT INTO delivery_attempt (delivery, number, outcome) SELECT i.id, 1, 'failed' FROM i`,
						app, int64(owner), ready, n)
				}
				if !fresh {
					more("arrangementsstotte", kari, false, 3_000)
					storetest.Exec(t, url, "ANALYZE")
				}
				more("stottesak", nord, true, 20)
				conn := likeTheProgram(t, url)
				exec(t, conn, ingridAsks)
				var one string
				err := conn.QueryRow(t.Context(), `SELECT i.id::text FROM instance AS i WHERE i.owner = $1 ORDER BY i.reference DESC LIMIT 1`, nord).Scan(&one)
				if err != nil {
					t.Fatal(err)
				}
				exec(t, conn, "PREPARE one (uuid) AS "+sql)
				find := "EXECUTE one ('" + one + "')"
				few := buffers(t, conn, find).buffers
				more("stottesak", nord, true, 3_000)
				many := buffers(t, conn, find).buffers
				if t.Logf("%d buffers among few, %d among many", few, many); many < 1 || many > few+20 {
					t.Errorf("touched %d buffers among few, %d among many", few, many)
				}
			})
		}
	}
}
