package crashtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/embedpg"
)

// server is the real program in a process of its own, on a durable database that outlives it.
type server struct {
	binary, dir, addr, database string
	// base is the public address, and further are settings beside the usual ones.
	base    string
	further []string
	db      *pgxpool.Pool
	// second is another server on the same database, which no citizen talks to.
	process, second *exec.Cmd
	// worker is what the second server's jobs are known by.
	worker string
	log    *os.File
	// toDatabase and toTarget stand on the server's way to the database and to B, which it serves
	// itself.
	toDatabase, toTarget *proxy
}

func newServer(t *testing.T, random *rand.Rand) *server {
	t.Helper()
	s := &server{dir: t.TempDir(), addr: freeAddress(t), binary: build(t)}
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
	s.reach(t, pg.URL("crash"), random)
	s.openLog(t)
	t.Cleanup(func() {
		if s.process != nil {
			s.kill(t)
		}
		if s.second != nil {
			end(t, s.second)
		}
	})
	return s
}

// built is the program, built once for all tests in a folder that TestMain removes, and beside it the
// apps that it serves.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// served are the example apps that the tests use: every start reads them all.
var served = []string{"nordvik/arrangementsstotte", "nordvik/stottesak"}

// copyServed copies those, and what stands beside the apps.
func copyServed(to string) error {
	const from = "../../apps"
	for _, app := range served {
		if err := os.CopyFS(filepath.Join(to, app), os.DirFS(filepath.Join(from, app))); err != nil {
			return err
		}
	}
	beside, err := filepath.Glob(from + "/*.json")
	for _, file := range beside {
		var content []byte
		if content, err = os.ReadFile(file); err == nil {
			err = os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return err
}

func build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "stafett-built-"); built.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(built.dir, "stafett"), "./cmd/stafett")
		build.Dir = "../.."
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("build: %w\n%s", err, out)
			return
		}
		built.err = copyServed(appsFolder())
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "stafett")
}

// appsFolder is where the apps are that the built program serves.
func appsFolder() string { return filepath.Join(built.dir, "apps") }

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// reach sets up the ways: the test's own to the database, and the server's through proxies.
func (s *server) reach(t *testing.T, database string, random *rand.Rand) {
	t.Helper()
	ctx := context.Background()
	var err error
	if s.db, err = pgxpool.New(ctx, database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.db.Close)
	c := s.db.Config().ConnConfig
	network, address := "tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
	if strings.HasPrefix(c.Host, "/") {
		network, address = "unix", c.Host+"/.s.PGSQL."+strconv.Itoa(int(c.Port))
	}
	part := func() *rand.Rand { return rand.New(rand.NewPCG(random.Uint64(), random.Uint64())) }
	s.toDatabase = newProxy(t, network, address, part())
	s.toTarget = newProxy(t, "tcp", s.addr, part())
	s.base = "http://" + s.toTarget.address()
	s.database = "postgres://" + c.User + "@" + s.toDatabase.address() + "/" + c.Database + "?sslmode=disable"
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
	s.process = s.run(t, s.addr)
}

func (s *server) run(t *testing.T, addr string, more ...string) *exec.Cmd {
	t.Helper()
	// B is told by its public address, and called through the proxy.
	settings := []string{"serve", "-addr", addr, "-database-url", s.database,
		"-data-dir", filepath.Join(s.dir, "data"), "-apps", appsFolder(), "-log", "warn",
		"-base-url", s.base, "-worker-lease", "2s", "-lock-timeout", "1s",
		"-targets", "nordvik/stottesak=" + s.base}
	process := exec.Command(s.binary, slices.Concat(settings, s.further, more)...)
	process.Stdout, process.Stderr = s.log, s.log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	return process
}

// startSecond starts the second server.
func (s *server) startSecond(t *testing.T) {
	t.Helper()
	before := s.workers(t)
	addr := freeAddress(t)
	s.second = s.run(t, addr)
	if !readyAt(addr, 30*time.Second) {
		t.Fatal("the second server does not get ready")
	}
	for _, id := range s.workers(t) {
		if !slices.Contains(before, id) {
			s.worker = id
		}
	}
	if s.worker == "" {
		t.Fatal("the second server has no worker")
	}
}

// workers gives those that work on jobs, or have done so until they were killed.
func (s *server) workers(t *testing.T) []string {
	t.Helper()
	rows, err := s.db.Query(context.Background(), `SELECT id FROM worker`)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// start starts the process and waits until it takes requests.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.spawn(t)
	if !s.ready(30 * time.Second) {
		t.Fatal("the server does not get ready")
	}
}

func (s *server) ready(limit time.Duration) bool { return readyAt(s.addr, limit) }

func readyAt(addr string, limit time.Duration) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if answer, err := http.Get("http://" + addr + "/readyz"); err == nil {
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
	end(t, s.process)
	s.process = nil
}

func end(t *testing.T, process *exec.Cmd) {
	t.Helper()
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The error is that it was killed.
	_ = process.Wait()
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
