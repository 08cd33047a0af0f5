package access_test

import (
	"fmt"
	"testing"

	"stafett/internal/access"
	"stafett/internal/solutiontest"
	"stafett/store"
	"stafett/store/storetest"
)

// BenchmarkWhoMay reads a page of those who may see a case among 10,000 persons with a role: all
// of them with the case's role, and none but the last.
func BenchmarkWhoMay(b *testing.B) {
	const fill = `
WITH made AS (
    INSERT INTO party (id, kind, name, person_number)
    SELECT 700000 + n, 'person', 'Person ' || n, lpad(n::text, 11, '0') FROM generate_series(1, 10000) AS n
    RETURNING id
)
INSERT INTO role_grant (person, party, role, source, valid_from)
SELECT id, $1, CASE WHEN $2 OR id = 710000 THEN 'nordvik-kultur' ELSE 'nordvik-parkering' END,
    'granted', now() - interval '1 day'
FROM made`
	for _, all := range []bool{true, false} {
		b.Run(fmt.Sprintf("all=%t", all), func(b *testing.B) {
			s := solutiontest.New(b)
			storetest.Exec(b, s.Database, fill, solutiontest.Nordvik, all)
			storetest.Exec(b, s.Database, "ANALYZE")
			d, err := s.Catalogue.App(solutiontest.Case)
			if err != nil {
				b.Fatal(err)
			}
			on := access.Target{App: d, Owner: solutiontest.Nordvik, Task: "Task_vurdering"}
			for b.Loop() {
				s.Tx(b, func(tx *store.Tx) error {
					page, err := s.Access.WhoMay(b.Context(), tx, on, 0, 50)
					if err == nil && len(page.List) < 3 {
						b.Errorf("%d are listed", len(page.List))
					}
					return err
				})
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/page")
		})
	}
}
