package embedpg

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// config is a fast server in a short folder of its own, in memory where the machine has such.
func config(t *testing.T) Config {
	t.Helper()
	base := os.TempDir()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return Config{
		Dir: filepath.Join(dir, "db"), NodeModules: "../../node_modules",
		MaxConnections: 20, SharedBuffers: "16MB", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask runs statements, the last of which gives one text.
func ask(t *testing.T, s *Server, db, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL(db))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(results[len(results)-1].Rows[0][0])
}

// until polls for what must come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for !ok() {
		if pause(ctx, 5*time.Millisecond) != nil {
			t.Fatal("never came true: " + what)
		}
	}
}

func mustBeDead(t *testing.T, s *Server) {
	t.Helper()
	if alive, err := s.alive(); err != nil || alive {
		t.Errorf("alive %v, %v: want a server that is gone", alive, err)
	}
}

func TestStart_ColdThenWarmKeepsTheData(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	cfg.Durable = true
	begun := time.Now()
	s := start(t, cfg)
	t.Logf("cold start of version %d: %v", s.major, time.Since(begun))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := s.EnsureDatabase(t.Context(), "stafett"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ask(t, s, "stafett", "CREATE TABLE kept AS SELECT 'here'::text AS was; SELECT 'made'")
	begun = time.Now()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("stop: %v", time.Since(begun))
	mustBeDead(t, s)

	begun = time.Now()
	again := start(t, cfg)
	t.Logf("warm start: %v", time.Since(begun))
	if got := ask(t, again, "stafett", "SELECT was FROM kept"); got != "here" {
		t.Errorf("got %q after a restart, want here", got)
	}
}

func TestStart_GivesWhatTheProgramCountsOn(t *testing.T) {
	t.Parallel()
	s := start(t, config(t))
	cases := []struct{ sql, want string }{
		{"SELECT current_setting('server_encoding')", "UTF8"},
		{"SELECT current_setting('listen_addresses')", ""},
		{"SELECT current_setting('max_connections')", "20"},
		{"SELECT current_setting('shared_buffers')", "16MB"},
		{"SELECT current_setting('TimeZone')", "UTC"},
		{"SELECT current_setting('fsync')", "off"},
		{"SELECT lower('ÆØÅ')", "æøå"},
		{`SELECT string_agg(n, ' ' ORDER BY n COLLATE "nb-NO-x-icu")
			FROM unnest(ARRAY['Zorro', 'Åse', 'Øst', 'Ærlig', 'Berg', 'Ås', 'aa']) AS n`,
			"Berg Zorro Ærlig Øst aa Ås Åse"},
		{"CREATE EXTENSION pg_trgm; SELECT ('Solbakken' % 'Solbaken')::text", "true"},
		{"SELECT to_tsvector('norwegian', 'søknadene')::text", "'søknad':1"},
	}
	for _, c := range cases {
		if got := ask(t, s, "postgres", c.sql); got != c.want {
			t.Errorf("%s: got %q, want %q", c.sql, got, c.want)
		}
	}
	t.Logf("checked %d settings and abilities", len(cases))
}

func TestStart_InALongFolderPutsTheSocketInAShortOne(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	cfg.Dir = filepath.Join(cfg.Dir, strings.Repeat("a-long-name-of-a-folder-", 4), "db")
	s := start(t, cfg)
	t.Cleanup(func() { os.RemoveAll(s.socket) })
	if len(socketFile(s.socket)) > longest {
		t.Errorf("socket path %s is too long", s.socket)
	}
	ask(t, s, "postgres", "SELECT 'answers'")
	if err := os.Chmod(s.socket, 0o755); err != nil {
		t.Fatal(err)
	}
	if other, err := Start(t.Context(), cfg); err == nil {
		other.Stop()
		t.Error("took a socket folder that others can enter, want a refusal")
	}
}

func TestStart_CancelledLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	cfg.BinDir = deafServer(t, filepath.Join(filepath.Dir(cfg.Dir), "bin"))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	s, err := Start(ctx, cfg)
	if err == nil {
		s.Stop()
		t.Fatal("a server that does not answer counts as started")
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	mustBeDead(t, probe(t, cfg))
	again, err := probe(t, cfg).tryLock("use.lock")
	if err != nil {
		t.Fatalf("still counted as a user of the server: %v", err)
	}
	again.Close()
}

// deafServer makes a folder with a server that runs but never answers.
func deafServer(t *testing.T, dir string) string {
	t.Helper()
	if err := makeOpenDir(dir); err != nil {
		t.Fatal(err)
	}
	return fakeServer(t, dir, "17.0", "exec sleep 60", `echo 17 > "$2/PG_VERSION"`)
}

func TestWatch_StartsTheServerAgainWhenItIsKilled(t *testing.T) {
	t.Parallel()
	s := start(t, config(t))
	killed := s.postmasterPID()
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, "another postmaster answers", func() bool {
		return s.postmasterPID() != killed && s.ping(t.Context()) == nil
	})
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	mustBeDead(t, s)
	if err := s.Stop(); err != nil {
		t.Errorf("a second Stop: %v", err)
	}
}
