// Package archive fills a database of made-up people with as many cases as are asked for: a
// believable archive for trying and measuring. It copies matters that the program itself has made,
// row by row, so that a copy is what the program would have made, and gives each its own people,
// titles, files and times. It is not for a database with anybody's real cases.
package archive

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"stafett/internal/core"
	"stafett/store"
)

const (
	// batch is how many cases are written in one transaction, or a few more.
	batch = 1000
	// writers is how many transactions are under way at once.
	writers = 2
)

// ErrNoPatterns tells that there is no matter to copy.
var ErrNoPatterns = errors.New("there is no finished matter to copy")

// Fill adds cases until the service owners have at least so many, and tells how many it added. The
// same seed at the same number of cases gives the same people, titles and order of matters, and
// times as long before now. What was added stays when it is stopped, and the next fill goes on.
func Fill(
	ctx context.Context, s *store.Store, a *store.Archive, cases int, seed uint64, now time.Time,
) (int, error) {
	there, err := a.Cases(ctx)
	if err != nil || there >= cases {
		return 0, err
	}
	patterns, err := readPatterns(ctx, s, a)
	if err != nil {
		return 0, err
	}
	d := &dresser{rnd: rand.New(rand.NewPCG(seed, uint64(there))), now: now}
	if d.people, err = newPeople(ctx, s, d.rnd, min(max(cases/10, 20), 20_000)); err != nil {
		return 0, err
	}
	return d.fill(ctx, a, patterns, cases-there)
}

// fill adds at least so many copies' cases.
func (d *dresser) fill(
	ctx context.Context, a *store.Archive, patterns *patterns, cases int,
) (added int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var work sync.WaitGroup
	loads, failed := make(chan *load), make([]error, writers)
	for i := range failed {
		work.Go(func() {
			if failed[i] = write(ctx, a, loads); failed[i] != nil {
				stop()
			}
		})
	}
	for added < cases && ctx.Err() == nil {
		l := d.load(patterns, min(cases-added, batch))
		select {
		case loads <- l:
			added += l.cases
		case <-ctx.Done():
		}
	}
	close(loads)
	work.Wait()
	if err := errors.Join(failed...); err != nil {
		return 0, err
	}
	return added, ctx.Err()
}

// load is what is written in one transaction: each table's rows, as lines of COPY.
type load struct {
	lines     map[string]*bytes.Buffer
	instances []uuid.UUID
	cases     int
}

func (l *load) table(name string) *bytes.Buffer {
	if l.lines[name] == nil {
		l.lines[name] = &bytes.Buffer{}
	}
	return l.lines[name]
}

// load copies matters until there are so many cases.
func (d *dresser) load(from *patterns, cases int) *load {
	l := &load{lines: map[string]*bytes.Buffer{}}
	for l.cases < cases {
		d.dress(from.pick(d.rnd), l)
	}
	return l
}

func write(ctx context.Context, a *store.Archive, loads <-chan *load) error {
	for l := range loads {
		if err := a.Add(ctx, l.lines, l.instances); err != nil {
			return err
		}
	}
	return nil
}

// patterns are the matters to copy. What takes few rows is copied more often than what takes many:
// most matters are plain.
type patterns struct {
	list []*pattern
	// upTo is the weight of each and of all before it.
	upTo []float64
}

func (p *patterns) add(one *pattern) {
	all := 1 / math.Pow(float64(len(one.lines)), 2)
	if n := len(p.upTo); n > 0 {
		all += p.upTo[n-1]
	}
	p.list, p.upTo = append(p.list, one), append(p.upTo, all)
}

func (p *patterns) pick(rnd *rand.Rand) *pattern {
	i, _ := slices.BinarySearch(p.upTo, rnd.Float64()*p.upTo[len(p.upTo)-1])
	return p.list[i]
}

func readPatterns(ctx context.Context, s *store.Store, a *store.Archive) (*patterns, error) {
	var began []core.Instance
	var owners []core.Party
	err := s.InTx(ctx, core.System(), func(tx *store.Tx) (err error) {
		if began, err = tx.SettledMatters(ctx); err != nil {
			return err
		}
		owners = make([]core.Party, len(began))
		for i, one := range began {
			if owners[i], err = tx.Party(ctx, one.Owner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &patterns{}
	for i, one := range began {
		rows, err := a.Matter(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		p, err := newPattern(one, owners[i], rows)
		if err != nil {
			return nil, err
		}
		if p.cases > 0 {
			out.add(p)
		}
	}
	if len(out.list) == 0 {
		return nil, ErrNoPatterns
	}
	return out, nil
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
