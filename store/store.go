package store

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Options tune a Store. The zero value is right for a server.
type Options struct {
	// MaxConns is the most connections to hold; 0 means 20.
	MaxConns int32
	// StatementTimeout is the longest that one statement may run; 0 means 10 s.
	StatementTimeout time.Duration
	// LockTimeout is the longest that a statement may wait for a lock; 0 means 5 s.
	LockTimeout time.Duration
	// IdleInTransaction is the longest that a transaction may stand still; 0 means 15 s.
	IdleInTransaction time.Duration
	// AcquireTimeout is the longest to wait for a free connection; 0 means 2 s.
	AcquireTimeout time.Duration
	// AllowUnsafe lets Open take a database that may lose commits: for tests only.
	AllowUnsafe bool
	// Role is the database role that each connection takes on; empty for the address's own.
	Role string
	// RequestID tells which request a context belongs to, for audit lines; nil for none.
	RequestID func(context.Context) string
	// Log is where the job engine writes; nil for nowhere.
	Log *slog.Logger
}

// Store is the database: a pool of connections. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	// pulse is one connection beside the pool, for Ping.
	pulse   *pgxpool.Pool
	jobs    *river.Client[pgx.Tx]
	options Options
	signals signals
	calls   calls
}

// Open connects to the database at url, whose schema must be up to date (Migrate). It refuses a
// role that row-level security does not hold for, and a database that may lose an acknowledged
// commit, unless Options.AllowUnsafe is set.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	o = o.withDefaults()
	config, err := poolConfig(url, o)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	single := config.Copy()
	single.MaxConns = 1
	pulse, err := pgxpool.NewWithConfig(ctx, single)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{pool: pool, pulse: pulse, options: o}
	if s.jobs, err = newInsertClient(o.Log); err != nil {
		s.Close()
		return nil, fmt.Errorf("job client: %w", err)
	}
	if err = s.checkDurable(ctx); err == nil {
		err = s.checkHeld(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.MaxConns == 0 {
		o.MaxConns = 20
	}
	for _, d := range []struct {
		value  *time.Duration
		normal time.Duration
	}{
		{&o.StatementTimeout, 10 * time.Second},
		{&o.LockTimeout, 5 * time.Second},
		{&o.IdleInTransaction, 15 * time.Second},
		{&o.AcquireTimeout, 2 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.normal
		}
	}
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func poolConfig(url string, o Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx's own error holds the address; its password is masked there.
		return nil, fmt.Errorf("database address: %w", err)
	}
	config.MaxConns = o.MaxConns
	config.PingTimeout = o.AcquireTimeout
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = "stafett"
	if o.Role != "" {
		params["role"] = o.Role
	}
	params["timezone"] = "UTC"
	// Every statement is written for one plan; to plan the inbox anew each time, as PostgreSQL
	// would, costs more than to read it.
	params["plan_cache_mode"] = "force_generic_plan"
	// A list is read in its order from its own index, until a page is full. Where the planner guesses
	// that few rows fit it would rather read them all, and sort them.
	params["enable_bitmapscan"] = "off"
	// A plan is kept as long as its session. Made while a table is new and small, it would go on to
	// read it whole when it has grown.
	params["enable_seqscan"] = "off"
	// Nor is a plan that cannot do without one worth compiling.
	params["jit"] = "off"
	params["statement_timeout"] = milliseconds(o.StatementTimeout)
	params["lock_timeout"] = milliseconds(o.LockTimeout)
	params["idle_in_transaction_session_timeout"] = milliseconds(o.IdleInTransaction)
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerUUID(conn.TypeMap())
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	return config, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// newInsertClient gives a River client that can only enqueue. MaxAttempts is out of reach:
// retries end by time, and a worker that gives up says so itself.
func newInsertClient(log *slog.Logger) (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{
		FetchCooldown: fetchCooldown, Logger: log, MaxAttempts: maxAttempts,
	})
}

const durability = `
SELECT current_setting('fsync') = 'on',
       current_setting('full_page_writes') = 'on',
       current_setting('synchronous_commit') <> 'off'`

func (s *Store) checkDurable(ctx context.Context) error {
	var fsync, pages, commit bool
	if err := s.pool.QueryRow(ctx, durability).Scan(&fsync, &pages, &commit); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	var off []string
	for name, on := range map[string]bool{
		"fsync": fsync, "full_page_writes": pages, "synchronous_commit": commit,
	} {
		if !on {
			off = append(off, name)
		}
	}
	if len(off) > 0 && !s.options.AllowUnsafe {
		return fmt.Errorf("the database may lose what it has acknowledged: %s is off",
			strings.Join(off, ", "))
	}
	return nil
}

// Close ends every connection. Stop workers first.
func (s *Store) Close() {
	s.pool.Close()
	s.pulse.Close()
}

// Ping tells whether the database answers, by a connection of its own: however much there is to do,
// a process that is busy is not taken for one that has lost its database.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pulse.Ping(ctx); err != nil {
		return explain("ping", err)
	}
	return nil
}
