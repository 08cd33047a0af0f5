package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
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
	// own has it use a database of its own in the data folder, as `make run` does.
	own bool
	// database is the name of the database beside it.
	database string
	// apps is the folder with app definitions, targets the apps that run elsewhere; "" for the
	// defaults.
	apps, targets string
}

func newServer(ctx context.Context) (*server, error) {
	dir, err := os.MkdirTemp("", "stafett-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	s := &server{dir: dir, binary: filepath.Join(dir, "stafett"), database: "bench"}
	build := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "./cmd/stafett")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	s.pg, err = embedpg.Start(ctx, embedpg.Config{
		Dir: filepath.Join(dir, "pg"), NodeModules: "node_modules", Durable: true,
		MaxConnections: 2 * mostClients,
	})
	if err != nil {
		return nil, err
	}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.addr = l.Addr().String()
	return s, l.Close()
}

// connect makes the database, unless it is there, and a pool of connections to it.
func (s *server) connect(ctx context.Context) error {
	if err := s.pg.EnsureDatabase(ctx, s.database); err != nil {
		return err
	}
	var err error
	s.db, err = newPool(ctx, s.url())
	return err
}

// url is the database's address, as its owner.
func (s *server) url() string { return s.pg.URL(s.database) }

// newPool gives the pool of the bare statements: a connection for each client.
func newPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = mostClients
	return pgxpool.NewWithConfig(ctx, config)
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

// start starts the process and gives the time until it took requests.
func (s *server) start(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	args := []string{"serve", "-addr", s.addr, "-data-dir", filepath.Join(s.dir, "data"),
		"-log", "error", "-apps", s.apps, "-targets", s.targets}
	if !s.own {
		args = append(args, "-database-url", s.url())
	}
	s.process = exec.Command(s.binary, args...)
	s.process.Stderr = os.Stderr
	if err := s.process.Start(); err != nil {
		return 0, err
	}
	for ctx.Err() == nil && time.Since(began) < time.Minute {
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

// running starts the process unless it runs: for what is measured by itself.
func running(ctx context.Context, s *server) error {
	if s.process != nil {
		return nil
	}
	_, err := s.start(ctx)
	return err
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
