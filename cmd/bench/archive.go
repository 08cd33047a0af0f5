package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"stafett/internal/embedpg"
)

const (
	// archiveDir holds the archives, which are kept between runs: they take long to make.
	archiveDir = ".data/bench-archive"
	// smallArchive is what a larger one is held against.
	smallArchive = 1_000
	// looks is how often each list is opened.
	looks = 100
	// millionRows is how many rows the tables of the lists have when buffers are counted.
	millionRows = "1000000"
)

// lists are the caseworker's views and orders, and searches with a word that very many cases have,
// one that few have, and operators.
var lists = []string{
	"view=open", "view=open&sort=due", "view=unassigned", "view=unassigned&sort=due", "view=mine",
	"view=mine&sort=due", "view=due", "view=waiting", "view=mentioned", "view=snoozed", "view=closed",
	"q=" + url.QueryEscape("kommune"), "q=" + url.QueryEscape(`konsert -avlyst`),
	"q=" + url.QueryEscape("service:parkering older:7d"), "q=" + url.QueryEscape("assigned:nobody due:<7d"),
}

// archives measures how long each list of the inbox takes in a small archive and in one of so many
// cases, with roles, row-level security and the look-up log as always.
func archives(cases int) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		if err := countBuffers(ctx); err != nil {
			return err
		}
		few, err := archived(ctx, s, smallArchive)
		if err != nil {
			return err
		}
		many, err := archived(ctx, s, cases)
		if err != nil {
			return err
		}
		for i, list := range lists {
			what, _ := url.QueryUnescape(list)
			line("P20", fmt.Sprintf("%s, p50 of %d cases beside %d", what, cases, smallArchive),
				percentile(many[i], 50), percentile(few[i], 50), "ms", 0)
			figure("P20", fmt.Sprintf("%s, p99 of %d cases", what, cases), percentile(many[i], 99), "ms", 200)
		}
		return nil
	}
}

// countBuffers runs the test that counts what each list's statement touches, with as many rows as
// an installation may have.
func countBuffers(ctx context.Context) error {
	test := exec.CommandContext(ctx, "go", "test", "-count=1", "-timeout", "30m", "-v", "./store",
		"-run", "TestLists_TouchNoMoreWhenTheTablesGrow", "-args", "-rows", millionRows)
	test.Stdout, test.Stderr = os.Stdout, os.Stderr
	return test.Run()
}

// archived gives the milliseconds of each look at each list.
func archived(ctx context.Context, beside *server, cases int) (took [][]float64, err error) {
	s := &server{
		dir: beside.dir, binary: beside.binary, addr: beside.addr,
		database: fmt.Sprintf("archive_%d", cases),
	}
	beside.stop()
	folder, err := filepath.Abs(archiveDir)
	if err != nil {
		return nil, err
	}
	s.pg, err = embedpg.Start(ctx, embedpg.Config{Dir: folder, NodeModules: "node_modules", Durable: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.leave()) }()
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, cases); err != nil {
		return nil, err
	}
	if _, err := s.start(ctx); err != nil {
		return nil, err
	}
	return s.open(ctx)
}

// leave stops what stands on the archive, and leaves that.
func (s *server) leave() error {
	s.stop()
	if s.db != nil {
		s.db.Close()
	}
	return s.pg.Stop()
}

// fill makes the cases that the archive has too few of.
func (s *server) fill(ctx context.Context, cases int) error {
	var there bool
	if err := s.db.QueryRow(ctx, `SELECT to_regclass('instance') IS NOT NULL`).Scan(&there); err != nil {
		return err
	}
	count := 0
	if there {
		err := s.db.QueryRow(ctx, `SELECT count(*) FROM instance WHERE ready`).Scan(&count)
		if err != nil {
			return err
		}
	}
	if count >= cases {
		return nil
	}
	began := time.Now()
	seed := exec.CommandContext(ctx, s.binary, "seed", "-database-url", s.url(), "-data-dir",
		filepath.Join(s.dir, "archive"), "-cases", fmt.Sprint(cases-count), "-seed", fmt.Sprint(count+1))
	seed.Stderr = os.Stderr
	if err := seed.Run(); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	figure("P20", fmt.Sprintf("an archive of %d more cases made", cases-count),
		time.Since(began).Seconds(), "s", 0)
	_, err := s.db.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

// open opens each list, one at a time.
func (s *server) open(ctx context.Context) ([][]float64, error) {
	worker, err := signIn(ctx, s, caseworker)
	if err != nil {
		return nil, err
	}
	cookie := worker.Cookies()
	took := make([][]float64, len(lists))
	for i, list := range lists {
		for range looks {
			began := time.Now()
			_, err := call(ctx, "GET", "http://"+s.addr+inboxPath+"?"+list, cookie, "", "", 200)
			if err != nil {
				return nil, err
			}
			took[i] = append(took[i], milliseconds(time.Since(began)))
		}
	}
	return took, nil
}
