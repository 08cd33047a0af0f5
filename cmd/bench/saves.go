package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"
)

// saves measures the saving of one changed field beside the smallest durable update of a row
// with the same form data in it, each client on a draft and a row of its own.
func saves(ctx context.Context, s *server) error {
	people, err := applicants(ctx, s)
	if err != nil {
		return err
	}
	list, err := copies(ctx, people, connections)
	if err != nil {
		return err
	}
	rows, err := bareRows(ctx, s, people[0].draft)
	if err != nil {
		return err
	}
	clients := make([]editor, len(list))
	for i, d := range list {
		if clients[i], err = newEditor(d); err != nil {
			return err
		}
	}
	bare, stop, err := bareHandler(nil)
	if err != nil {
		return err
	}
	defer stop()
	got, err := inTurn(
		func() (float64, error) {
			return repeat(ctx, func(ctx context.Context, c int) error { return clients[c].save(ctx) })
		},
		func() (float64, error) {
			return repeat(ctx, func(ctx context.Context, c int) error { return bareSave(ctx, s, rows[c]) })
		},
		func() (float64, error) {
			body := clients[0].values.Encode()
			return repeat(ctx, func(ctx context.Context, _ int) error {
				_, err := call(ctx, http.MethodPost, "http://"+bare, "", formType, body, http.StatusOK)
				return err
			})
		},
		func() (float64, error) {
			return waited(func() error { return clients[0].save(ctx) })
		})
	if err != nil {
		return err
	}
	line("P8", "save of one field, 16 connections", got[0], got[1], "/s", 0.3)
	line("P8", "its round trip beside the bare handler", got[0], got[2], "/s", 0)
	figure("P8", "round trip of a save, one person, p50", got[3], "ms", 0)
	return nil
}

// editor changes one field of a draft over and over.
type editor struct {
	draft
	values url.Values
	next   int
}

func newEditor(d draft) (editor, error) {
	version, err := strconv.Atoi(d.edit.Get("version"))
	return editor{d, maps.Clone(d.edit), version}, err
}

// save names the version that it is based on: each save makes the next.
func (e *editor) save(ctx context.Context) error {
	e.values["version"] = []string{strconv.Itoa(e.next)}
	e.values["arrangement.navn"] = []string{fmt.Sprintf("Lysfest %d", e.next)}
	_, err := call(ctx, http.MethodPost, e.page("arrangement"), e.cookie, formType,
		e.values.Encode(), http.StatusSeeOther)
	e.next++
	return err
}

// bareRows makes a row with the draft's form data for each client.
func bareRows(ctx context.Context, s *server, model uuid.UUID) ([]uuid.UUID, error) {
	_, err := s.db.Exec(ctx, `CREATE TABLE bare_save (id uuid PRIMARY KEY, data jsonb NOT NULL)`)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, connections)
	for i := range ids {
		ids[i] = uuid.New()
	}
	_, err = s.db.Exec(ctx, `
		INSERT INTO bare_save
		SELECT new.id, e.body::jsonb
		FROM (SELECT body FROM element WHERE instance = $1 AND body IS NOT NULL LIMIT 1) AS e
		CROSS JOIN unnest($2::uuid[]) AS new (id)`, model, ids)
	return ids, err
}

func bareSave(ctx context.Context, s *server, id uuid.UUID) error {
	done, err := s.db.Exec(ctx, `
		UPDATE bare_save SET data = jsonb_set(data, '{arrangement,navn}', to_jsonb(now()::text))
		WHERE id = $1`, id)
	if err == nil && done.RowsAffected() != 1 {
		err = fmt.Errorf("the bare update changed %d rows, want 1", done.RowsAffected())
	}
	return err
}
