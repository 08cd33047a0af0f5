// Package demo fills a running development server so that a municipality is at work: citizens of
// the example solution apply, answer and appeal, and caseworkers assess, ask and decide, each
// through the pages that a person uses. What is there already is left alone. It is not part of
// the server.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// Row is a line of what was made: a kind of matter in one state, how many there are of it, and
// how many of those are new.
type Row struct {
	Service, State string
	Number, New    int
}

// Report is what there is after a fill, in the order of the services and their states.
type Report []Row

// Fill makes the matters that are not there; few makes only those that show a state first.
func Fill(ctx context.Context, address string, few bool) (Report, error) {
	all := slices.Concat(grants(), permits(), drafts())
	if few {
		all = oneOfEach(all)
	}
	there, err := known(ctx, address)
	if err != nil {
		return nil, err
	}
	var work sync.WaitGroup
	failed := make([]error, len(citizens))
	for i, who := range citizens {
		var own []matter
		for _, m := range all {
			if m.who == who && !strings.Contains(there, m.title) {
				own = append(own, m)
			}
		}
		work.Go(func() { failed[i] = walk(ctx, address, who, own) })
	}
	work.Wait()
	return count(all, there), errors.Join(failed...)
}

// oneOfEach keeps the first matter of each service and state.
func oneOfEach(all []matter) []matter {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(m matter) bool {
		twice := seen[m.service+m.state]
		seen[m.service+m.state] = true
		return twice
	})
}

// walk takes one citizen's matters to their states, one after another.
func walk(ctx context.Context, address string, who person, own []matter) error {
	if len(own) == 0 {
		return nil
	}
	d, err := newDesk(ctx, address, who)
	if err != nil {
		return err
	}
	for _, m := range own {
		for _, step := range m.steps {
			if err := step(ctx, d, m); err != nil {
				return fmt.Errorf("%s: %w", m.title, err)
			}
		}
	}
	return nil
}

func count(all []matter, there string) Report {
	var out Report
	for _, m := range all {
		i := slices.IndexFunc(out, func(r Row) bool {
			return r.Service == m.service && r.State == m.state
		})
		if i < 0 {
			i = len(out)
			out = append(out, Row{Service: m.service, State: m.state})
		}
		out[i].Number++
		if !strings.Contains(there, m.title) {
			out[i].New++
		}
	}
	return out
}

// New tells how many matters were made.
func (r Report) New() int {
	n := 0
	for _, row := range r {
		n += row.New
	}
	return n
}

// Write writes the report as a table.
func (r Report) Write(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "service\tstate\tnumber\tnew")
	for _, row := range r {
		fmt.Fprintf(out, "%s\t%s\t%d\t%d\n", row.Service, row.State, row.Number, row.New)
	}
	return out.Flush()
}
