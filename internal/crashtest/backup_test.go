package crashtest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/embedpg"
)

// TestBackup is F28: a copy of the database's files, taken while citizens send, is started as another
// database and gone through as docs/operations.md says. Whoever had a receipt before the copy was
// complete has their one case in it, and the audit log verifies against the head that was noted.
func TestBackup(t *testing.T) {
	t.Parallel()
	s := newServer(t, seeded(t, 4))
	s.start(t)
	all := &ledger{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var citizens sync.WaitGroup
	for n := range submitters {
		citizens.Go(func() { newCitizen(t, s, all, n).sendUntil(ctx) })
	}
	all.waitForSubmits(t, 8)
	head := s.command(t, s.database, "audit", "head")
	began, dir := time.Now(), backupFolder(t)
	before := s.backUp(t, dir, all)
	took := time.Since(began)
	all.waitForSubmits(t, 2)
	stop()
	citizens.Wait()
	s.kill(t)
	s.restore(t, dir, strings.TrimSpace(head))
	t.Logf("F28 backed up in %s, with %d receipts of %d; in service %s after that",
		took.Round(time.Millisecond), len(before), len(all.receipts), time.Since(began).Round(time.Millisecond))
	s.waitForDeliveries(t, settle)
	checkCases(t, s, &ledger{receipts: before, sent: all.sent})
}

func backupFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "stafett-backup-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// backUp copies the database's files as pg_basebackup does, by the same two functions: the programs
// that come with a PostgreSQL for tests do not include it. It gives the receipts that must be in it.
func (s *server) backUp(t *testing.T, dir string, l *ledger) []receipt {
	t.Helper()
	ctx := context.Background()
	// Both functions want the same connection, which is not the server's.
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	var data, label string
	if err := conn.QueryRow(ctx, `SELECT current_setting('data_directory')`).Scan(&data); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_backup_start('stafett', true)`); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "pg", filepath.Base(data))
	copyFiles(t, data, to, func(path string) bool { return !strings.HasPrefix(path, "pg_wal/") })
	l.waitForSubmits(t, 4)
	l.mu.Lock()
	before := slices.Clone(l.receipts)
	l.mu.Unlock()
	if err := conn.QueryRow(ctx, `SELECT labelfile FROM pg_backup_stop(false)`).Scan(&label); err != nil {
		t.Fatal(err)
	}
	copyFiles(t, data, to, func(path string) bool { return strings.HasPrefix(path, "pg_wal/") })
	owner, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(to, "backup_label"), []byte(label), owner)
	return before
}

// leftOut are files of the running server alone.
var leftOut = []string{"postmaster.pid", "postmaster.opts"}

// copyFiles copies what take says, by path, and every folder. Files may come and go meanwhile.
func copyFiles(t *testing.T, from, to string, take func(path string) bool) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case e.IsDir():
			if err := os.MkdirAll(target, 0o700); err != nil {
				return err
			}
			return chown(target, info)
		case !take(name) || slices.Contains(leftOut, name) || !info.Mode().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		write(t, target, content, info)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, content []byte, like fs.FileInfo) {
	t.Helper()
	err := os.WriteFile(path, content, 0o600)
	if err = errors.Join(err, chown(path, like)); err != nil {
		t.Fatal(err)
	}
}

// chown gives a file the owner of another: the database does not run as root.
func chown(path string, like fs.FileInfo) error {
	if s, ok := like.Sys().(*syscall.Stat_t); ok && os.Getuid() == 0 {
		return os.Chown(path, int(s.Uid), int(s.Gid))
	}
	return nil
}

// step is a command of the document's, with the address that it is given.
var step = regexp.MustCompile(`(?m)^    STAFETT_DATABASE_URL=\S*@restored\S* stafett (.+)$`)

// restore starts the copy and does what docs/operations.md says, in its words and order. From then
// on s is the restored server.
func (s *server) restore(t *testing.T, dir, head string) {
	t.Helper()
	pg, err := embedpg.Start(t.Context(), embedpg.Config{
		Dir: filepath.Join(dir, "pg"), NodeModules: "../../node_modules", Durable: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.database = pg.URL("crash")
	if s.db, err = pgxpool.New(t.Context(), s.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.db.Close)
	document, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var done []string
	for _, m := range step.FindAllStringSubmatch(string(document), -1) {
		words := strings.Fields(m[1])
		done = append(done, strings.Join(words[:min(2, len(words))], " "))
		if words[0] == "serve" {
			s.start(t)
			continue
		}
		for i, word := range words {
			if word == "-head" {
				words[i+1] = head
			}
		}
		t.Logf("stafett %s: %s", m[1], strings.TrimSpace(s.command(t, s.database, words...)))
	}
	if want := []string{"migrate", "audit verify", "serve"}; !slices.Equal(done, want) {
		t.Fatalf("the document says %q, want %q", done, want)
	}
	var recovered bool
	err = s.db.QueryRow(t.Context(), `SELECT NOT pg_is_in_recovery()`).Scan(&recovered)
	if err != nil || !recovered {
		t.Fatalf("the restored database: %v", err)
	}
}

// command runs one of the program's commands and gives what it prints.
func (s *server) command(t *testing.T, database string, words ...string) string {
	t.Helper()
	c := exec.Command(s.binary, append(words, "-database-url", database,
		"-data-dir", filepath.Join(s.dir, "data"))...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("stafett %s: %v\n%s", strings.Join(words, " "), err, out)
	}
	return string(out)
}
