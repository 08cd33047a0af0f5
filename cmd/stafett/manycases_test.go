package main

import (
	"testing"
	"time"

	"stafett/internal/browsertest"
)

// manyCases makes the scene's case into so many.
const manyCases = `
INSERT INTO instance (id, org, app, owner, app_version, status, ready, process_started, task, task_type,
    task_since, reference, title, applicant, data_values, created_by, language, due, created, changed,
    submitted, thread, thread_owner)
SELECT gen_random_uuid(), i.org, i.app, i.owner, i.app_version, i.status, true, i.process_started, i.task,
    i.task_type, i.task_since, 'NK-' || n, 'Konsert ' || n, i.applicant, i.data_values, i.created_by,
    i.language, now() + (n % 90 - 20) * interval '1 day', i.created, i.changed,
    i.submitted - n * interval '1 minute', i.thread, i.thread_owner
FROM instance AS i
CROSS JOIN generate_series(1, $2::int) AS n
WHERE i.id = $1`

// TestInbox_UX66_AnswersWithTenThousandCases prints how long the lists take, whose figures are `make bench`'s:
// other tests run beside it, so it holds only that nothing takes longer than a person would wait.
func TestInbox_UX66_AnswersWithTenThousandCases(t *testing.T) {
	t.Parallel()
	const cases, patience = 10_000, 10 * time.Second
	s := newScene(t)
	execSQL(t, s, manyCases, s.caseID, cases)
	execSQL(t, s, `SELECT index_case(i.id) FROM instance AS i WHERE i.ready`)
	execSQL(t, s, `ANALYZE instance`)
	if n := s.number(t, `SELECT count(*) FROM instance WHERE task = 'Task_mottak'`); n <= cases {
		t.Fatalf("%d cases are made", n)
	}
	within := func(what string, began time.Time) {
		took := time.Since(began)
		t.Logf("%q: %s", what, took)
		if took > patience {
			t.Errorf("%q takes %s", what, took)
		}
	}
	b := signedIn(t, s.address, ingrid)
	for _, query := range []string{"", "?sort=due", "?view=unassigned", "?q=konsert", "?q=status:ny+belop:>1"} {
		began := time.Now()
		p := get(t.Context(), t, b, inboxAt+query)
		within(query, began)
		if len(p.Main()) < 1000 {
			t.Errorf("%q lists nothing: %s", query, p.Main())
		}
	}
	st := &stage{address: s.address, browser: browsertest.Start(t)}
	p := st.signIn(t, true, ingrid)
	p.open(inboxAt)
	began := time.Now()
	p.ClickCSS("#app-0")
	p.WaitForText("#cases", "tjeneste:")
	within("a filter", began)
}
