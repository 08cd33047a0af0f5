package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/embedpg"
)

// server is the real program in a process of its own, beside a durable database.
type server struct {
	dir, binary, addr string
	pg                *embedpg.Server
	db                *pgxpool.Pool
	process           *exec.Cmd
}

func newServer(ctx context.Context) (*server, error) {
	dir, err := os.MkdirTemp("", "stafett-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	s := &server{dir: dir, binary: filepath.Join(dir, "stafett")}
	build := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "./cmd/stafett")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	s.pg, err = embedpg.Start(ctx, embedpg.Config{
		Dir: filepath.Join(dir, "pg"), NodeModules: "node_modules", Durable: true,
	})
	if err != nil {
		return nil, err
	}
	if err := s.pg.EnsureDatabase(ctx, "bench"); err != nil {
		return nil, err
	}
	if s.db, err = pgxpool.New(ctx, s.pg.URL("bench")); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = l.Addr().String()
	return s, l.Close()
}

func (s *server) close() {
	s.stop()
	if s.db != nil {
		s.db.Close()
	}
	if s.pg != nil {
		if err := s.pg.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
	os.RemoveAll(s.dir)
}

// start starts the process and gives the time until it took requests. With own set it uses a
// database of its own in the data folder, as `make run` does.
func (s *server) start(own bool) (time.Duration, error) {
	began := time.Now()
	args := []string{"serve", "-addr", s.addr, "-data-dir", filepath.Join(s.dir, "data"), "-log", "error"}
	if !own {
		args = append(args, "-database-url", s.pg.URL("bench"))
	}
	s.process = exec.Command(s.binary, args...)
	s.process.Stderr = os.Stderr
	if err := s.process.Start(); err != nil {
		return 0, err
	}
	for time.Since(began) < time.Minute {
		answer, err := http.Get("http://" + s.addr + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return 0, fmt.Errorf("the server did not get ready")
}

// stop stops the process as Ctrl-C does.
func (s *server) stop() {
	if s.process == nil {
		return
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err == nil {
		// How it ended does not matter to the figures.
		_ = s.process.Wait()
	}
	s.process = nil
}

// starts measures the cold start on an empty folder, and the warm one after it.
func starts(_ context.Context, s *server) error {
	for _, what := range []string{"cold start (own database, empty folder)", "warm start (own database)"} {
		took, err := s.start(true)
		if err != nil {
			return err
		}
		figure(what, took.Seconds()*1000, "ms")
		s.stop()
	}
	return nil
}

// memory measures the resident memory of a server at rest, without its database.
func memory(_ context.Context, s *server) error {
	if _, err := s.start(false); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	status, err := os.ReadFile("/proc/" + strconv.Itoa(s.process.Process.Pid) + "/status")
	if err != nil {
		return err
	}
	for row := range strings.SplitSeq(string(status), "\n") {
		if value, ok := strings.CutPrefix(row, "VmRSS:"); ok {
			kilobytes, err := strconv.ParseFloat(strings.Fields(value)[0], 64)
			if err != nil {
				return err
			}
			figure("memory at rest", kilobytes/1024, "MB")
		}
	}
	return nil
}
