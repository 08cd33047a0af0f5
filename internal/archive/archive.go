// Package archive fills a database of made-up people with as many cases as are asked for: a
// believable archive for trying and measuring. It copies matters that the program itself has made,
// row by row, so that a copy is what the program would have made, and gives each its own people,
// titles, files and times. It is not for a database with anybody's real cases.
package archive

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

const (
	// batch is how many matters are written in one transaction.
	batch = 100
	// writers is how many transactions are under way at once.
	writers = 3
)

// ErrNoPatterns tells that there is no matter to copy.
var ErrNoPatterns = errors.New("there is no finished matter to copy")

// Fill adds at least so many cases and tells how many. The same seed gives the same people, titles
// and order of matters, and times as long before now.
func Fill(ctx context.Context, s *store.Store, cases int, seed uint64, now time.Time) (int, error) {
	patterns, err := readPatterns(ctx, s)
	if err != nil {
		return 0, err
	}
	d := &dresser{rnd: rand.New(rand.NewPCG(seed, 0x5745)), now: now}
	if d.people, err = newPeople(ctx, s, d.rnd, min(max(cases/8, 20), 2000)); err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var work sync.WaitGroup
	loads, failed := make(chan load), make([]error, writers)
	for i := range failed {
		work.Go(func() {
			if failed[i] = write(ctx, s, loads); failed[i] != nil {
				stop()
			}
		})
	}
	added := 0
	for added < cases && ctx.Err() == nil {
		l := d.load(patterns, cases-added)
		select {
		case loads <- l:
			added += l.cases
		case <-ctx.Done():
		}
	}
	close(loads)
	work.Wait()
	return added, errors.Join(errors.Join(failed...), ctx.Err())
}

// load is what is written in one transaction.
type load struct {
	rows      []store.ArchiveRow
	instances []uuid.UUID
	cases     int
}

// load copies matters until there are so many cases, or as many as go together.
func (d *dresser) load(patterns []*pattern, cases int) load {
	var l load
	for n := 0; n < batch && l.cases < cases; n++ {
		p := pick(d.rnd, patterns)
		rows, instances := d.dress(p)
		l.rows, l.instances = append(l.rows, rows...), append(l.instances, instances...)
		l.cases += p.cases
	}
	return l
}

func write(ctx context.Context, s *store.Store, loads <-chan load) error {
	for l := range loads {
		err := s.InTx(ctx, core.System(), func(tx *store.Tx) error {
			return tx.AddArchive(ctx, l.rows, l.instances)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func readPatterns(ctx context.Context, s *store.Store) ([]*pattern, error) {
	var out []*pattern
	err := s.InTx(ctx, core.System(), func(tx *store.Tx) error {
		out = nil
		list, err := tx.SettledMatters(ctx)
		if err != nil {
			return err
		}
		for _, began := range list {
			owner, err := tx.Party(ctx, began.Owner)
			if err != nil {
				return err
			}
			rows, err := tx.MatterRows(ctx, began.ID)
			if err != nil {
				return err
			}
			p, err := newPattern(began, owner, rows)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = ErrNoPatterns
	}
	return out, err
}

// newPeople makes citizens with made-up numbers; those that a former fill has made are taken again.
func newPeople(
	ctx context.Context, s *store.Store, rnd *rand.Rand, n int,
) ([]core.Party, error) {
	people := make([]core.Party, n)
	for i := range people {
		people[i] = madeUp(rnd)
	}
	err := s.InTx(ctx, core.System(), func(tx *store.Tx) error {
		for i := range people {
			id, err := tx.NewParty(ctx, people[i])
			if err != nil {
				return err
			}
			people[i].ID = id
		}
		return nil
	})
	return people, err
}
