// Package embedpg finds or starts a private PostgreSQL for local use: a Unix socket in a private
// directory, no port and no password, as root or not, with the binaries that npm brought or the
// system's own. Several processes may share one server; the last one out stops it.
//
// It is for development and tests. It is not for production: there the address of a real server
// comes from configuration, and this package is not used. It knows nothing of schemas.
package embedpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Config tells where the server lives and how careful it is.
type Config struct {
	// Dir holds data, socket, locks and log. It is made when missing.
	Dir string
	// NodeModules is the folder where npm puts packages; "" when there is none.
	NodeModules string
	// BinDir holds postgres and initdb. When set, no other place is tried.
	BinDir string
	// Durable keeps fsync on. False is for tests only: a power cut then loses the database.
	Durable bool
	// MaxConnections is 100 when 0.
	MaxConnections int
	// SharedBuffers is in PostgreSQL's own notation, "64MB" when empty.
	SharedBuffers string
	// Log gets restarts and what was mended; nil discards.
	Log *slog.Logger

	// runAs is for tests: which way out to take when we are root ("" chooses).
	runAs string
}

// Server is one process's use of the server of a directory. Its methods are safe for concurrent
// use.
type Server struct {
	cfg    Config
	who    account
	bin    string // folder with postgres and initdb
	major  int    // PostgreSQL's major version
	data   string // the cluster
	socket string // folder of the Unix socket

	use      *os.File      // shared lock: held as long as this process uses the server
	stopped  chan struct{} // closed when Stop begins
	watched  chan struct{} // closed when the watching goroutine has ended
	stopOnce sync.Once
	mu       sync.Mutex
	exited   chan struct{} // closed when our postmaster ends; nil when another process started it
}

// Start joins the server of cfg.Dir, and starts it, and makes its cluster, when it is not there.
// The server stays up, also after a crash of its own, until the last process that uses it has
// called Stop. A cancelled ctx leaves nothing behind.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, stopped: make(chan struct{}), watched: make(chan struct{})}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	if s.who, err = chooseAccount(cfg.Dir, cfg.runAs); err != nil {
		return nil, err
	}
	if err := s.who.own(cfg.Dir); err != nil {
		return nil, err
	}
	// Two processes that start at once must not both run initdb or both start a postmaster.
	start, err := s.lock(ctx, "start.lock")
	if err != nil {
		return nil, err
	}
	defer start.Close()
	if err := s.begin(ctx, start); err != nil {
		return nil, fmt.Errorf("starting PostgreSQL in %s: %w", cfg.Dir, err)
	}
	go s.watch()
	return s, nil
}

// complete fills in what was left out.
func (c Config) complete() (Config, error) {
	abs, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, fmt.Errorf("finding the folder of the database: %w", err)
	}
	c.Dir = abs
	c.MaxConnections = cmp.Or(c.MaxConnections, 100)
	c.SharedBuffers = cmp.Or(c.SharedBuffers, "64MB")
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// makeDir makes the folder private, but not its parents: the server may run as another user, who
// must be able to walk to it.
func (s *Server) makeDir() error {
	if err := os.MkdirAll(filepath.Dir(s.cfg.Dir), 0o755); err != nil {
		return fmt.Errorf("making room for the database: %w", err)
	}
	if err := os.Mkdir(s.cfg.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the folder of the database: %w", err)
	}
	if _, err := os.ReadDir(s.cfg.Dir); errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s belongs to another user: was it started as root before? "+
			"Remove it, or choose another data folder", s.cfg.Dir)
	}
	return nil
}

// begin does the work of Start. The caller holds the start lock.
func (s *Server) begin(ctx context.Context, start *os.File) error {
	if err := s.findBinaries(ctx); err != nil {
		return err
	}
	s.data = filepath.Join(s.cfg.Dir, "data"+strconv.Itoa(s.major))
	if err := s.makeSocketDir(); err != nil {
		return err
	}
	use, err := s.share("use.lock")
	if err != nil {
		return err
	}
	if err = s.initialise(ctx, start); err == nil {
		err = s.join(ctx)
	}
	if err != nil {
		use.Close()
		return err
	}
	s.use = use
	return nil
}

// URL is the address of a database of this server, for pgx and libpq.
func (s *Server) URL(db string) string {
	q := url.Values{"host": {s.socket}, "port": {strconv.Itoa(port)}, "sslmode": {"disable"}}
	return "postgres://" + superuser + "@/" + url.PathEscape(db) + "?" + q.Encode()
}

// EnsureDatabase makes the database when it is not there. Two processes may call it at once.
func (s *Server) EnsureDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return fmt.Errorf("connecting to make database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && alreadyThere[pg.Code] {
		return nil
	}
	if err != nil {
		return fmt.Errorf("making database %s: %w", name, err)
	}
	return nil
}

// alreadyThere: duplicate_database, or unique_violation when another process is making it now.
var alreadyThere = map[string]bool{"42P04": true, "23505": true}

// The port is only a part of the socket's name: the server listens on no network.
const (
	port      = 5432
	superuser = "postgres"
)
