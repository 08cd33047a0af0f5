package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/internal/driver"
)

// relayed is how many submissions one measure of relays has: fewer for each citizen than the
// drafts that one may have at once.
const relayed = 120

// relays measures full submissions, from the citizen's press of the button until the case
// exists, beside the bare SQL transactions that they need on the same database.
func relays(ctx context.Context, s *server) error {
	if err := prepareBare(ctx, s); err != nil {
		return err
	}
	var got, limit []float64
	for range rounds {
		reviews, err := drafts(ctx, s, relayed)
		if err != nil {
			return err
		}
		n, err := sendAll(ctx, s, reviews)
		if err != nil {
			return err
		}
		got = append(got, n)
		if n, err = bareRelays(ctx, s); err != nil {
			return err
		}
		limit = append(limit, n)
	}
	line(fmt.Sprintf("relays with PDF, %d clients", connections), median(got), median(limit), "/s")
	return nil
}

// draft is a form that is filled in and ready to be sent.
type draft struct {
	browser *driver.Browser
	review  *driver.Page
}

// drafts fills in forms, with as many people at once as will send them.
func drafts(ctx context.Context, s *server, n int) ([]draft, error) {
	out := make([]draft, n)
	errs := make([]error, connections)
	var all sync.WaitGroup
	for c := range connections {
		all.Go(func() {
			b := driver.New("http://" + s.addr)
			if _, errs[c] = b.SignIn(ctx, citizens[c%len(citizens)]); errs[c] != nil {
				return
			}
			for i := c; i < n && errs[c] == nil; i += connections {
				out[i], errs[c] = fill(ctx, b, i)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func fill(ctx context.Context, b *driver.Browser, i int) (draft, error) {
	first, err := b.Start(ctx, "nordvik/arrangementsstotte")
	if err != nil {
		return draft{}, err
	}
	review, err := b.FillIn(ctx, first, driver.EventSupport(fmt.Sprintf("Lysfest %d", i)))
	return draft{b, review}, err
}

// sendAll sends the drafts and waits until the last has become a case.
func sendAll(ctx context.Context, s *server, list []draft) (float64, error) {
	errs := make([]error, connections)
	var all sync.WaitGroup
	began := time.Now()
	for c := range connections {
		all.Go(func() {
			for i := c; i < len(list) && errs[c] == nil; i += connections {
				_, errs[c] = list[i].browser.Send(ctx, list[i].review)
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	for waiting := -1; waiting != 0; time.Sleep(2 * time.Millisecond) {
		err := s.db.QueryRow(ctx, `SELECT count(*) FROM delivery WHERE state <> 'delivered'`).Scan(&waiting)
		if err != nil {
			return 0, err
		}
	}
	return float64(len(list)) / time.Since(began).Seconds(), nil
}

// fillInbox makes cases for the inbox to show.
func fillInbox(ctx context.Context, s *server, n int) error {
	list, err := drafts(ctx, s, n)
	if err != nil {
		return err
	}
	_, err = sendAll(ctx, s, list)
	return err
}

// prepareBare makes the tables of the bare transactions: as narrow as the job allows.
func prepareBare(ctx context.Context, s *server) error {
	_, err := s.db.Exec(ctx, `
		CREATE TABLE IF NOT EXISTS bare_a (id uuid PRIMARY KEY, state text NOT NULL, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_b (id uuid PRIMARY KEY, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_outbox (id uuid PRIMARY KEY, state text NOT NULL, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_event (id bigserial PRIMARY KEY, about uuid NOT NULL, text text NOT NULL)`)
	return err
}

const bareData = `{"soker": {"navn": "Kari Solbakken"}, "arrangement": {"navn": "Lysfest"}}`

// bareRelays runs the two transactions of a relay as plain SQL, a round trip for each statement.
func bareRelays(ctx context.Context, s *server) (float64, error) {
	ids := make([]uuid.UUID, relayed)
	for i := range ids {
		ids[i] = uuid.New()
		if _, err := s.db.Exec(ctx, `INSERT INTO bare_a VALUES ($1, 'draft', $2)`, ids[i], bareData); err != nil {
			return 0, err
		}
	}
	errs := make([]error, connections)
	var all sync.WaitGroup
	began := time.Now()
	for c := range connections {
		all.Go(func() {
			for i := c; i < len(ids) && errs[c] == nil; i += connections {
				errs[c] = bareRelay(ctx, s, ids[i])
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return float64(relayed) / time.Since(began).Seconds(), nil
}

func bareRelay(ctx context.Context, s *server, id uuid.UUID) error {
	submit := []string{
		`SELECT state FROM bare_a WHERE id = $1 FOR UPDATE`,
		`UPDATE bare_a SET state = 'sent' WHERE id = $1`,
		`INSERT INTO bare_event (about, text) VALUES ($1, 'submit')`,
		`INSERT INTO bare_outbox VALUES ($1, 'waiting', '` + bareData + `')`,
	}
	create := []string{
		`INSERT INTO bare_b VALUES ($1, '` + bareData + `')`,
		`INSERT INTO bare_event (about, text) VALUES ($1, 'create')`,
		`UPDATE bare_outbox SET state = 'delivered' WHERE id = $1`,
	}
	for _, statements := range [][]string{submit, create} {
		err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
			for _, sql := range statements {
				if _, err := tx.Exec(ctx, sql, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
