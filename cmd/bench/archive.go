package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"stafett/internal/embedpg"
)

const (
	// archiveDir holds the archives, which are kept between runs: they take long to make.
	archiveDir = ".data/bench-archive"
	// smallArchive is what a larger one is held against.
	smallArchive = 10_000
	// looks is how often each list is opened.
	looks = 100
	// rowsDir holds the tables of lists whose buffers are counted, where they are too large for memory.
	rowsDir = ".data/bench-rows"
	// rowsInMemory is how many rows fit there.
	rowsInMemory = 1_000_000
)

// archives measures each list of the inbox in a small archive and in one of so many cases, with
// roles, row-level security and the look-up log as always, and the bare statements beside them.
func archives(cases int) func(context.Context, *server) error {
	return func(ctx context.Context, s *server) error {
		few, err := archived(ctx, s, smallArchive)
		if err != nil {
			return err
		}
		many, err := archived(ctx, s, cases)
		if err != nil {
			return err
		}
		for i, l := range lists {
			l.report(cases, few[i], many[i])
		}
		return nil
	}
}

// report prints what a list took in both archives.
func (l list) report(cases int, few, many took) {
	what, _ := url.QueryUnescape(l.query)
	line("P20", fmt.Sprintf("%s, p50 of %d cases beside %d", what, cases, smallArchive),
		percentile(many.page, 50), percentile(few.page, 50), "ms", 0)
	if l.bare != "" {
		line("", fmt.Sprintf("%s, p50 of %d cases beside its bare SQL", what, cases),
			percentile(many.page, 50), percentile(many.bare, 50), "ms", 0)
		line("", fmt.Sprintf("%s, its bare SQL beside that of %d", what, smallArchive),
			percentile(many.bare, 50), percentile(few.bare, 50), "ms", 0)
	}
	figure("", fmt.Sprintf("%s, p99 of %d cases", what, cases), percentile(many.page, 99), "ms", 200)
	figure("", what+", the page of 25 over the wire", float64(many.bytes)/1000, "kB", 15)
}

// countBuffers runs the test that counts what each list's statement touches, with as many rows as
// an installation may have: ten million take 70 GB of the disk.
func countBuffers(rows int) func(context.Context, *server) error {
	return func(ctx context.Context, _ *server) error {
		test := exec.CommandContext(ctx, "go", "test", "-count=1", "-timeout", "3h", "-v", "./store",
			"-run", "TestLists_TouchNoMoreWhenTheTablesGrow", "-args", "-rows", strconv.Itoa(rows))
		test.Stdout, test.Stderr = os.Stdout, os.Stderr
		if rows <= rowsInMemory {
			return test.Run()
		}
		dir, err := filepath.Abs(rowsDir)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		test.Env = append(os.Environ(), "STAFETT_TEST_DIR="+dir)
		return errors.Join(test.Run(), os.RemoveAll(dir))
	}
}

// archived opens each list of an archive, which it makes first where there are too few cases.
func archived(ctx context.Context, beside *server, cases int) (all []took, err error) {
	s := &server{
		dir: beside.dir, binary: beside.binary, addr: beside.addr,
		database: fmt.Sprintf("archive_%d", cases),
	}
	beside.stop()
	folder, err := filepath.Abs(archiveDir)
	if err != nil {
		return nil, err
	}
	s.pg, err = embedpg.Start(ctx, embedpg.Config{
		Dir: folder, NodeModules: "node_modules", Durable: true, SharedBuffers: "1GB",
	})
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
	began := time.Now()
	seed := exec.CommandContext(ctx, s.binary, "seed", "-database-url", s.url(), "-data-dir",
		filepath.Join(s.dir, "archive"), "-cases", fmt.Sprint(cases))
	seed.Stdout, seed.Stderr = os.Stdout, os.Stderr
	if err := seed.Run(); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var size int64
	err := s.db.QueryRow(ctx, `SELECT pg_database_size(current_database())`).Scan(&size)
	if err != nil {
		return err
	}
	figure("P20", fmt.Sprintf("an archive of %d cases at hand", cases), time.Since(began).Seconds(), "s", 0)
	figure("", "what a case takes with its indexes", float64(size)/float64(cases)/1000, "kB", 0)
	_, err = s.db.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

// took is how long each look at a list took, in milliseconds, and each of its bare statement, and
// how many bytes its page is over the wire.
type took struct {
	page, bare []float64
	bytes      int
}

// open opens each list, one at a time, and reads its bare statement in turn with it.
func (s *server) open(ctx context.Context) ([]took, error) {
	worker, err := signIn(ctx, s, caseworker)
	if err != nil {
		return nil, err
	}
	cookie := worker.Cookies()
	all := make([]took, len(lists))
	for i, l := range lists {
		if all[i].bytes, err = wire(ctx, s, inboxPath+"?"+l.query, cookie); err != nil {
			return nil, err
		}
		for range looks {
			began := time.Now()
			_, err := call(ctx, "GET", "http://"+s.addr+inboxPath+"?"+l.query, cookie, "", "", 200)
			if err != nil {
				return nil, err
			}
			all[i].page = append(all[i].page, milliseconds(time.Since(began)))
			if l.bare == "" {
				continue
			}
			began = time.Now()
			if err := s.readBare(ctx, l.bare); err != nil {
				return nil, err
			}
			all[i].bare = append(all[i].bare, milliseconds(time.Since(began)))
		}
	}
	return all, nil
}
