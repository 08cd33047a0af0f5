package main

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stafett/store"
)

// prepareBare makes the tables of the bare transactions: as narrow as the job allows.
func prepareBare(ctx context.Context, s *server) error {
	_, err := s.db.Exec(ctx, `
		CREATE TABLE IF NOT EXISTS bare_a (id uuid PRIMARY KEY, state text NOT NULL, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_b (id uuid PRIMARY KEY, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_outbox (
			id uuid PRIMARY KEY, state text NOT NULL, data jsonb NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_event (
			id bigserial PRIMARY KEY, about uuid NOT NULL, text text NOT NULL);
		CREATE TABLE IF NOT EXISTS bare_chunk (
			upload uuid, n int, data bytea NOT NULL, PRIMARY KEY (upload, n));
		ALTER TABLE bare_chunk ALTER COLUMN data SET STORAGE EXTERNAL`)
	return err
}

const bareData = `{"soker": {"navn": "Kari Solbakken"}, "arrangement": {"navn": "Lysfest"}}`

// bareRelays runs the two transactions of a relay as plain SQL, a round trip for each statement,
// and with a file its bytes into rows before each of them, and gives relays a second.
func bareRelays(
	ctx context.Context, s *server, clients int, file *multipartFile,
) (float64, error) {
	ids := make([]uuid.UUID, relayed)
	for i := range ids {
		ids[i] = uuid.New()
		_, err := s.db.Exec(ctx, `INSERT INTO bare_a VALUES ($1, 'draft', $2)`, ids[i], bareData)
		if err != nil {
			return 0, err
		}
	}
	began := time.Now()
	err := share(clients, len(ids), func(i int) error { return bareRelay(ctx, s, ids[i], file) })
	return float64(relayed) / time.Since(began).Seconds(), err
}

func bareRelay(ctx context.Context, s *server, id uuid.UUID, file *multipartFile) error {
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
		if file != nil {
			if err := bareUpload(ctx, s, file.content); err != nil {
				return err
			}
		}
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

// bareUpload writes a file in pieces of the program's own size, each in a transaction of its own.
func bareUpload(ctx context.Context, s *server, content []byte) error {
	upload, n := uuid.New(), 0
	for piece := range slices.Chunk(content, store.ChunkSize) {
		_, err := s.db.Exec(ctx, `INSERT INTO bare_chunk VALUES ($1, $2, $3)`, upload, n, piece)
		if err != nil {
			return err
		}
		n++
	}
	return nil
}
