package store_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

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
	conn, err := pgx.Connect(t.Context(), storetest.Serving(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec(t, conn, "SET plan_cache_mode = force_generic_plan")
	exec(t, conn, "SET enable_bitmapscan = off")
	exec(t, conn, "SET enable_seqscan = off")
	exec(t, conn, ingridAsks)
	var one, org string
	err = conn.QueryRow(t.Context(), `
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
