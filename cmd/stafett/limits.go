package main

import (
	"io"
	"log/slog"
	"os"
	"strconv"
	"syscall"
	"time"

	"stafett/internal/failpoint"
	"stafett/store"
)

// Limits are the settings that keep one process from taking on more than it can do.
type Limits struct {
	// MaxRequests is how many requests are worked on at once.
	MaxRequests int
	// ClientTime is how long a client may take over each piece of what it sends or reads.
	ClientTime time.Duration
	// DBConnections is the most connections, DBWait how long to wait for a free one.
	DBConnections int
	DBWait        time.Duration
	// The rest are the database's own limits, for each connection.
	StatementTimeout, LockTimeout, IdleTransactionTimeout time.Duration
}

// leastConnections is what the workers and one request need.
const leastConnections = 4

// readLimits reads the settings that are counts. An empty one leaves the program's own default.
func (c *Config) readLimits(get func(string) string) error {
	for _, l := range []struct {
		name  string
		least int
		into  *int
	}{
		{"max-requests", 1, &c.MaxRequests},
		{"db-connections", leastConnections, &c.DBConnections},
	} {
		value := get(l.name)
		if value == "" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < l.least || n > 10_000 {
			return &usageError{l.name + ": must be a number from " + strconv.Itoa(l.least) + " to 10000"}
		}
		*l.into = n
	}
	switch get("log-format") {
	case "", formatText:
	case formatJSON:
		c.LogJSON = true
	default:
		return &usageError{"log-format: must be text or json"}
	}
	return nil
}

// options are the limits as the store takes them.
func (l Limits) options() store.Options {
	return store.Options{
		MaxConns: int32(l.DBConnections), AcquireTimeout: l.DBWait,
		StatementTimeout: l.StatementTimeout, LockTimeout: l.LockTimeout,
		IdleInTransaction: l.IdleTransactionTimeout,
	}
}

// newLog gives the log, on standard error.
func newLog(c Config) *slog.Logger {
	o, out := &slog.HandlerOptions{Level: c.LogLevel}, io.Writer(os.Stderr)
	if c.logTo != nil {
		out = c.logTo
	}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(out, o))
	}
	return slog.New(slog.NewTextHandler(out, o))
}

// armFailpoint lets the process die at the place that is set, as by a kill: nothing tidies up.
func armFailpoint(c Config) {
	if c.Failpoint == "" {
		return
	}
	if point, n, err := failpoint.Parse(c.Failpoint); err == nil {
		failpoint.Set(point, n, func() {
			// The error would be that we are not there.
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		})
	}
}
