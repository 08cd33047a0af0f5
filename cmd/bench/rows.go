package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// manyRows is how many rows the large group has, more than its app allows: saving does not
	// refuse them, only sending would.
	manyRows = 500
	// rowTries is how often the group is saved and drawn in a measure.
	rowTries = 20
)

// rows measures the saving and the drawing of a page with a large group of rows, in which one
// answer is changed each time: by one person, so that it is the time that is waited.
func rows(ctx context.Context, s *server) error {
	people, err := applicants(ctx, s)
	if err != nil {
		return err
	}
	list, err := copies(ctx, people[:1], 1)
	if err != nil {
		return err
	}
	if err := s.fillRows(ctx, list[0]); err != nil {
		return err
	}
	g, err := openGroup(ctx, list[0])
	if err != nil {
		return err
	}
	got, err := inTurn(
		func() (float64, error) { return waited(func() error { return g.save(ctx) }) },
		func() (float64, error) { return waited(func() error { return g.draw(ctx) }) })
	if err != nil {
		return err
	}
	figure("P16", fmt.Sprintf("page with %d rows saved, p50", manyRows), got[0], "ms", 0)
	figure("P16", fmt.Sprintf("that page rendered, %d kB, p50", g.size/1000), got[1], "ms", 0)
	return nil
}

// group is the page with the rows, as a person has it open.
type group struct {
	draft
	url    string
	values url.Values
	next   int
	size   int64
}

func openGroup(ctx context.Context, d draft) (*group, error) {
	g := &group{draft: d, url: d.page("budsjett")}
	page, err := d.browser.Get(ctx, strings.TrimPrefix(g.url, "http://"+d.server.addr))
	if err != nil {
		return nil, err
	}
	form := page.Form("go", "stay")
	if form == nil || len(form.Values) < manyRows {
		return nil, fmt.Errorf("%s does not show its rows", g.url)
	}
	g.values = form.Values
	g.values.Set("go", "stay")
	g.next, err = strconv.Atoi(g.values.Get("version"))
	return g, err
}

func (g *group) save(ctx context.Context) error {
	g.values.Set("version", strconv.Itoa(g.next))
	g.values.Set("budsjett.soknadsbelop", strconv.Itoa(10_000+g.next))
	g.next++
	_, err := call(ctx, http.MethodPost, g.url, g.cookie, formType, g.values.Encode(),
		http.StatusSeeOther)
	return err
}

func (g *group) draw(ctx context.Context) (err error) {
	g.size, err = call(ctx, http.MethodGet, g.url, g.cookie, "", "", http.StatusOK)
	return err
}

// waited gives the median of how many milliseconds something takes.
func waited(do func() error) (float64, error) {
	took := make([]float64, rowTries)
	for i := range took {
		began := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		took[i] = milliseconds(time.Since(began))
	}
	return percentile(took, 50), nil
}

// fillRows gives a draft's budget its rows.
func (s *server) fillRows(ctx context.Context, d draft) error {
	done, err := s.db.Exec(ctx, `
		UPDATE element
		SET body = jsonb_set(body::jsonb, '{budsjett,poster}', (
			SELECT jsonb_agg(jsonb_build_object(
				'altinnRowId', gen_random_uuid(), 'tekst', 'Utgift ' || n, 'type', 'teknisk', 'belop', n))
			FROM generate_series(1, $2::int) AS n))
		WHERE instance = $1 AND body IS NOT NULL`, d.id, manyRows)
	if err == nil && done.RowsAffected() != 1 {
		err = fmt.Errorf("the draft has %d forms, want 1", done.RowsAffected())
	}
	return err
}
