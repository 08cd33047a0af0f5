package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/core"
	"stafett/store"
)

// The benchmarks pair each transaction that a relay is made of with the bare SQL that it cannot
// do without, one round trip a statement, by 16 clients. Only ratios of one run count.
const clientsPerCore = 8

func eachClient(b *testing.B, do func(ctx context.Context) error) {
	b.Helper()
	b.SetParallelism(clientsPerCore)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(context.Background()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}

func barePool(b *testing.B, url string) *pgxpool.Pool {
	b.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = 16
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// bare runs statements in a transaction, each in a round trip of its own.
func bare(ctx context.Context, pool *pgxpool.Pool, statements ...[]any) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s[0].(string), s[1:]...); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	bareUpdateA = `
UPDATE instance SET status = 'archived', version = version + 1, changed = now() WHERE id = $1`
	bareEvent = `
INSERT INTO audit_event (actor, actor_kind, party, instance, act, outcome)
VALUES ($1, 'person', $1, $2, 'submit', 'done')`
	bareOutbox = `
INSERT INTO delivery (
    id, source_org, source_app, source_owner, source_id, handover, to_org, to_app, owner, payload
) VALUES ($1, 'nordvik', 'a', $2, $3, 'h', 'nordvik', 'b', 51001, '{}')`
	bareInsertB = `
INSERT INTO instance (id, org, app, owner, app_version, status, ready, task, submitted)
VALUES ($1, 'nordvik', 'stottesak', 51001, 'h', 'active', true, 'Task_1', now())`
	bareClose = `
UPDATE delivery
SET state = 'delivered', target_id = $2, target_owner = 51001, delivered = now()
WHERE id = $1`
)

// drafts makes a draft with a document for each submit to come.
func drafts(b *testing.B, s *store.Store, n int) func() core.InstanceRef {
	b.Helper()
	refs := make([]core.InstanceRef, n)
	for from := 0; from < n; from += 500 {
		do(b, s, func(tx *store.Tx) error {
			for k := from; k < min(from+500, n); k++ {
				i := draft(kari)
				refs[k] = i.InstanceRef
				err := errors.Join(tx.AddInstance(b.Context(), &i),
					tx.AddDocument(b.Context(), document(i.ID, "soknad"), someDocument()))
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	var next atomic.Int64
	return func() core.InstanceRef { return refs[next.Add(1)-1] }
}

func someDocument() core.Document {
	return core.Document{
		"soker": map[string]any{"navn": "Kari Solbakken", "epost": "kari@example.org"},
		"arrangement": map[string]any{"navn": "Sommerkonsert", "sted": "Torget",
			"om": "Konsert for alle"},
		"altinnRowIds": []any{"a", "b", "c"},
	}
}

func BenchmarkSubmitA(b *testing.B) {
	s, _ := setup(b)
	next := drafts(b, s, b.N)
	eachClient(b, func(ctx context.Context) error { return submitA(ctx, s, next()) })
}

// submitA does what the instance service's submit does with the database.
func submitA(ctx context.Context, s *store.Store, ref core.InstanceRef) error {
	return s.InTx(ctx, actor, func(tx *store.Tx) error {
		i, err := tx.LockInstance(ctx, ref)
		if err != nil {
			return err
		}
		if _, err := tx.RolesOf(ctx, kari, ref.Owner); err != nil {
			return err
		}
		if _, err := tx.Content(ctx, ref.ID); err != nil {
			return err
		}
		if _, err := tx.Party(ctx, ref.Owner); err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		i.Status, i.Submitted, i.Reference = core.StatusArchived, &now, "NK-"+ref.ID.String()
		i.Process = core.ProcessState{EndEvent: "End_1"}
		e := event(core.ActSubmit)
		e.Instance = ref.ID
		tx.Audit(e)
		d := newDelivery(ref)
		return errors.Join(tx.UpdateInstance(ctx, &i), tx.LockElements(ctx, ref.ID, "soknad"),
			tx.AddDelivery(ctx, d, core.Frozen{Document: someDocument()}),
			tx.Enqueue(ctx, core.DeliverArgs{Delivery: d.ID}))
	})
}

func BenchmarkSubmitA_Bare(b *testing.B) {
	s, url := setup(b)
	next := drafts(b, s, b.N)
	pool := barePool(b, url)
	eachClient(b, func(ctx context.Context) error {
		id := next().ID
		return bare(ctx, pool, []any{bareUpdateA, id},
			[]any{bareEvent, kari, id}, []any{bareOutbox, uuid.New(), kari, id})
	})
}

func BenchmarkCreateB(b *testing.B) {
	s, _ := setup(b)
	eachClient(b, func(ctx context.Context) error { return createB(ctx, s) })
}

// createB does what the instance service's instantiate does with the database.
func createB(ctx context.Context, s *store.Store) error {
	key := uuid.NewString()
	return s.InTx(ctx, actor, func(tx *store.Tx) error {
		if _, err := tx.PartyByOrganisationNumber(ctx, "310246816"); err != nil {
			return err
		}
		if _, err := tx.IdempotencyKey(ctx, "nordvik", key, []byte("hash")); err != nil {
			return err
		}
		i := caseOf(nord, time.Now())
		e := event(core.ActInstantiate)
		e.Instance, e.Party = i.ID, nord
		tx.Audit(e)
		return errors.Join(tx.AddInstance(ctx, &i),
			tx.AddDocument(ctx, document(i.ID, "sak"), someDocument()),
			tx.PutIdempotencyKey(ctx, "nordvik", key, []byte("hash"), i.InstanceRef, nil))
	})
}

func BenchmarkCreateB_Bare(b *testing.B) {
	_, url := setup(b)
	pool := barePool(b, url)
	d := uuid.New()
	if _, err := pool.Exec(b.Context(), bareOutbox, d, kari, uuid.New()); err != nil {
		b.Fatal(err)
	}
	eachClient(b, func(ctx context.Context) error {
		id := uuid.New()
		return bare(ctx, pool, []any{bareInsertB, id}, []any{bareEvent, kari, id},
			[]any{bareOutbox, uuid.New(), kari, id}, []any{bareClose + " AND false", d, id})
	})
}

// BenchmarkDeliverA is the worker's half on A's side.
func BenchmarkDeliverA(b *testing.B) {
	s, _ := setup(b)
	ids := make([]uuid.UUID, b.N)
	for n := range ids {
		ids[n] = addDelivery(b, s, draft(kari).InstanceRef).ID
	}
	var next atomic.Int64
	eachClient(b, func(ctx context.Context) error {
		id := ids[next.Add(1)-1]
		var begun store.Begun
		err := s.InTx(ctx, system, func(tx *store.Tx) error {
			var err error
			if begun, err = tx.BeginAttempt(ctx, id, time.Minute); err != nil {
				return err
			}
			d, _, err := tx.DeliveryPayload(ctx, id)
			if err != nil {
				return err
			}
			_, err = tx.Party(ctx, d.Owner)
			return err
		})
		if err != nil {
			return err
		}
		return s.InTx(ctx, system, func(tx *store.Tx) error {
			a := core.Attempt{Number: begun.Number, Milliseconds: 1}
			var opened []bool
			tx.NoteAnswer(id, &opened)
			return tx.MarkDelivered(ctx, id, a, target)
		})
	})
}

// BenchmarkOneWrite is the smallest transaction: BEGIN, a line and COMMIT in one round trip.
func BenchmarkOneWrite(b *testing.B) {
	s, _ := setup(b)
	eachClient(b, func(ctx context.Context) error {
		return s.InTx(ctx, actor, func(tx *store.Tx) error {
			tx.Audit(event(core.ActRead))
			return nil
		})
	})
}

func BenchmarkOneWrite_Bare(b *testing.B) {
	_, url := setup(b)
	pool := barePool(b, url)
	eachClient(b, func(ctx context.Context) error {
		return bare(ctx, pool, []any{bareEvent, kari, uuid.New()})
	})
}

func BenchmarkInbox(b *testing.B) {
	s, url := setup(b)
	generate(b, url, 20_000)
	scope := wideScope()
	scope.Items = scope.Items[:3]
	eachClient(b, func(ctx context.Context) error {
		return s.InTx(ctx, actor, func(tx *store.Tx) error {
			p, err := tx.Inbox(ctx, scope, store.Filter{Status: store.FilterOpen,
				Reader: ingrid}, nil, 25)
			if len(p.Cases) != 25 {
				return errors.New("no full page")
			}
			tx.Audit(event(core.ActList))
			return err
		})
	})
}

const bareInbox = `
SELECT id, title, applicant, status, task, submitted, due, reference FROM instance
WHERE owner = 51001 AND org = 'nordvik' AND app = 'stottesak' AND task = $1
  AND ready AND ended IS NULL
ORDER BY submitted DESC, id DESC LIMIT 25`

func BenchmarkInbox_Bare(b *testing.B) {
	_, url := setup(b)
	generate(b, url, 20_000)
	pool := barePool(b, url)
	eachClient(b, func(ctx context.Context) error {
		rows, err := pool.Query(ctx, bareInbox, "Task_1")
		if err != nil {
			return err
		}
		for rows.Next() {
			if _, err := rows.Values(); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
