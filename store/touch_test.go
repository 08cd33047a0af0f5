package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"stafett/store/storetest"
)

// touch is what a statement touches. A walk along an index alone asks the map of what all may see about
// each row, and a table of more than mapPage pages has several pages of it: maps is how often a walk may
// have gone from one to another.
type touch struct {
	buffers, walked, maps int
	took                  time.Duration
}

// mapPage is how many pages of a table one page of that map tells of: two bits for each, in 8 kB without
// the page's head.
const mapPage = 32_672

// ingridAsks are the settings of a transaction of hers, for the session.
const ingridAsks = `
SELECT set_config('stafett.actor', 'person:50004', false),
    set_config('stafett.parties', '{50004,51001}', false),
    set_config('stafett.apps', '{stottesak,parkeringssak,legevurdering}', false),
    set_config('stafett.deliveries', 'nordvik', false)`

func measure(t *testing.T, url string) map[string]touch {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), storetest.Serving(t, url))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec(t, conn, ingridAsks)
	// As the program's sessions do: a small table is read the way that a large one is.
	exec(t, conn, "SET enable_seqscan = off")
	exec(t, conn, "SET enable_bitmapscan = off")
	var pages int
	err = conn.QueryRow(t.Context(), `SELECT relpages FROM pg_class WHERE relname = 'instance'`).Scan(&pages)
	if err != nil {
		t.Fatal(err)
	}
	touched := map[string]touch{}
	n := 0
	for name, p := range plans() {
		n++
		exec(t, conn, fmt.Sprintf("PREPARE list_%d (%s) AS %s", n, p.types, p.sql))
		for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
			exec(t, conn, "SET plan_cache_mode = "+mode)
			one := buffers(t, conn, fmt.Sprintf("EXECUTE list_%d (%s)", n, p.args))
			if pages > mapPage {
				one.maps = min(one.walked, one.buffers)
			}
			touched[name+", "+mode] = one
		}
	}
	return touched
}

func exec(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// planNode is one step of a plan that has been run.
type planNode struct {
	Kind    string  `json:"Node Type"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	// Unjoined are those that a join has had in hand and left.
	Unjoined float64 `json:"Rows Removed by Join Filter"`
	Hit      int     `json:"Shared Hit Blocks"`
	Read     int     `json:"Shared Read Blocks"`
	Plans    []planNode
}

// walked is how many rows the step and those below it walk along in an index alone.
func (p planNode) walked() (n int) {
	if p.Kind == "Index Only Scan" {
		n = int((p.Rows + p.Removed) * p.Loops)
	}
	for _, below := range p.Plans {
		n += below.walked()
	}
	return n
}

// buffers gives what a statement touches when it has run before.
func buffers(t *testing.T, conn *pgx.Conn, sql string) (touched touch) {
	t.Helper()
	for range 2 {
		var out []byte
		ctx := t.Context()
		err := conn.QueryRow(ctx, "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) "+sql,
			pgx.QueryExecModeSimpleProtocol).Scan(&out)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		var explained []struct {
			Plan planNode
			Time float64 `json:"Execution Time"`
		}
		if err := json.Unmarshal(out, &explained); err != nil {
			t.Fatal(err)
		}
		plan := explained[0].Plan
		touched = touch{
			buffers: plan.Hit + plan.Read, walked: plan.walked(),
			took: time.Duration(explained[0].Time * float64(time.Millisecond)),
		}
		if testing.Verbose() && touched.took > 20*time.Millisecond {
			t.Logf("%s: %s", touched.took, out)
		}
	}
	return touched
}
