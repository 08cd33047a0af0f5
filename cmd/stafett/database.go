package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"stafett/internal/core"
	"stafett/internal/embedpg"
	"stafett/store"
)

const databaseName = "stafett"

// database is the store, and the PostgreSQL of our own behind it where there is one.
type database struct {
	store *store.Store
	// url is its address.
	url string
	own *embedpg.Server
	log *slog.Logger
}

// openDatabase connects to the configured PostgreSQL, or starts one of our own, as the serving role.
// In development it brings the schema up to date first and takes the role on itself. In production
// the address is the serving role's, which cannot do either: `stafett migrate` has done it.
func openDatabase(ctx context.Context, c Config, log *slog.Logger) (*database, error) {
	db := &database{log: log}
	var err error
	if db.url, err = db.locate(ctx, c, log); err != nil {
		return nil, err
	}
	o := c.Limits.options()
	o.RequestID, o.Log, o.AllowUnsafe = core.RequestID, log, c.allowUnsafe
	if c.Mode == Development {
		o.Role = c.ServeRole
		err = store.Migrate(ctx, db.url, c.ServeRole)
	}
	if err == nil {
		db.store, err = store.Open(ctx, db.url, o)
	}
	if err == nil {
		err = db.store.CheckSchema(ctx)
	}
	if err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

func (db *database) locate(ctx context.Context, c Config, log *slog.Logger) (string, error) {
	if c.DatabaseURL != "" {
		return c.DatabaseURL, nil
	}
	own, err := embedpg.Start(ctx, embedpg.Config{
		Dir: filepath.Join(c.DataDir, "pg"), NodeModules: "node_modules",
		BinDir: c.PostgresBin, Durable: true, Log: log,
	})
	if err != nil {
		return "", err
	}
	db.own = own
	if err := own.EnsureDatabase(ctx, databaseName); err != nil {
		db.close()
		return "", err
	}
	return own.URL(databaseName), nil
}

func (db *database) close() {
	if db.store != nil {
		db.store.Close()
	}
	if db.own == nil {
		return
	}
	if err := db.own.Stop(); err != nil {
		db.log.Error("the database did not stop", "err", err)
	}
}

// lockData keeps a second server from using the same data folder, with a message that says what
// to do. The lock goes with the process, so a crash leaves nothing behind. With a database of
// its own address there is nothing to keep apart: any number of servers share it.
func lockData(c Config) (unlock func(), err error) {
	if c.DatabaseURL != "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(c.DataDir, "serve.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, fmt.Errorf("another stafett uses the data folder %s: stop it first, or set"+
			" STAFETT_DATA_DIR and STAFETT_ADDR for this one", c.DataDir)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	return func() { f.Close() }, nil
}

// migrate brings the database, whose owner's address it needs, to this version, and gives the
// serving role its rights. It may be run by several at once.
func migrate(ctx context.Context, c Config, _ []string, out io.Writer) error {
	log := slog.New(slog.DiscardHandler)
	db := &database{log: log}
	url, err := db.locate(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.close()
	if err := store.Migrate(ctx, url, c.ServeRole); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the database is up to date, and %s may serve it\n", c.ServeRole)
	return err
}
