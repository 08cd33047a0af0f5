package crashtest

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/embedpg"
)

// server is the real program in a process of its own, on a durable database that outlives it.
type server struct {
	binary, dir, addr, database string
	db                          *pgxpool.Pool
	process                     *exec.Cmd
	log                         *os.File
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{dir: t.TempDir(), addr: freeAddress(t)}
	s.binary = filepath.Join(s.dir, "stafett")
	build := exec.Command("go", "build", "-o", s.binary, "./cmd/stafett")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	ctx := context.Background()
	// Its own folder: the database's user must be able to walk to it, and t.TempDir is private.
	dir, err := os.MkdirTemp("", "stafett-crash-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	pg, err := embedpg.Start(ctx, embedpg.Config{
		Dir: filepath.Join(dir, "pg"), NodeModules: "../../node_modules", Durable: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
		os.RemoveAll(dir)
	})
	if err := pg.EnsureDatabase(ctx, "crash"); err != nil {
		t.Fatal(err)
	}
	s.database = pg.URL("crash")
	if s.db, err = pgxpool.New(ctx, s.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.db.Close)
	s.openLog(t)
	t.Cleanup(func() {
		if s.process != nil {
			s.kill(t)
		}
	})
	return s
}

func (s *server) openLog(t *testing.T) {
	t.Helper()
	var err error
	if s.log, err = os.Create(filepath.Join(s.dir, "server.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if content, err := os.ReadFile(s.log.Name()); t.Failed() && err == nil {
			t.Logf("end of the server's log:\n%s", content[max(0, len(content)-4000):])
		}
		s.log.Close()
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// spawn starts the process and does not wait for it to be ready.
func (s *server) spawn(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.binary, "serve", "-addr", s.addr, "-database-url", s.database,
		"-data-dir", filepath.Join(s.dir, "data"), "-apps", "../../apps", "-log", "error")
	s.process.Stdout, s.process.Stderr = s.log, s.log
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
}

// start starts the process and waits until it takes requests.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.spawn(t)
	if !s.ready(30 * time.Second) {
		t.Fatal("the server does not get ready")
	}
}

func (s *server) ready(limit time.Duration) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if answer, err := http.Get("http://" + s.addr + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return true
			}
		}
	}
	return false
}

// kill is SIGKILL: nothing of the process gets to tidy up.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The error is that it was killed.
	_ = s.process.Wait()
	s.process = nil
}

func (s *server) deliveriesWaiting(t *testing.T) int {
	t.Helper()
	var n int
	err := s.db.QueryRow(context.Background(),
		`SELECT count(*) FROM delivery WHERE state = 'waiting'`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *server) waitForDeliveries(t *testing.T, limit time.Duration) {
	t.Helper()
	began := time.Now()
	for s.deliveriesWaiting(t) > 0 {
		if time.Since(began) > limit {
			t.Fatalf("%d deliveries still wait after %s", s.deliveriesWaiting(t), limit)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("the last delivery arrived %s after the last start", time.Since(began).Round(time.Millisecond))
}
