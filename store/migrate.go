package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"stafett/migrations"
)

const (
	// migrateLock is the advisory lock that one process holds while it migrates.
	migrateLock = 7_823_345_338
	// grantLock is the advisory lock that is held while the serving role is given its rights.
	grantLock = migrateLock + 1
	// lockPoll is how often the others ask for it. They ask again and again instead of waiting in
	// the database, since a waiting statement would block CREATE INDEX CONCURRENTLY for ever.
	lockPoll = 50 * time.Millisecond
)

// Migrate brings the database at url to the schema of this program: our migrations, then
// River's, and gives the serving role its rights, making it when it is not there. It is safe to
// call from any number of processes at once: one migrates, the others wait, and nothing changes
// when all is done.
func Migrate(ctx context.Context, url, role string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	config.MaxConns = 4
	config.ConnConfig.RuntimeParams["application_name"] = "stafett migrate"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	// The session holds the lock; ending it lets go.
	holder, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	conn := holder.Hijack()
	defer conn.Close(context.WithoutCancel(ctx))
	if err := takeMigrateLock(ctx, conn); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateOwn(ctx, pool); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateRiver(ctx, pool); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	if err := grant(ctx, pool, role); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// newestMigration is the number of the newest migration.
func newestMigration() (int64, error) {
	files, err := migrations.Files.ReadDir(".")
	if err != nil || len(files) == 0 {
		return 0, errors.Join(err, errors.New("there are no migrations"))
	}
	number, _, _ := strings.Cut(files[len(files)-1].Name(), "_")
	return strconv.ParseInt(number, 10, 64)
}

const schemaVersion = `
SELECT COALESCE(max(v.version_id), 0) FROM goose_db_version AS v WHERE v.is_applied`

// CheckSchema tells whether the schema is as new as this program needs it; a newer one is right.
func (s *Store) CheckSchema(ctx context.Context) error {
	want, err := newestMigration()
	if err != nil {
		return err
	}
	var is int64
	if err := s.pool.QueryRow(ctx, schemaVersion).Scan(&is); err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	if is < want {
		return fmt.Errorf("the database is at version %d and this program needs %d: run"+
			" `stafett migrate` first", is, want)
	}
	return nil
}

func takeMigrateLock(ctx context.Context, conn *pgx.Conn) error {
	for {
		var held bool
		err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(migrateLock)).Scan(&held)
		if err != nil || held {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

func migrateOwn(ctx context.Context, pool *pgxpool.Pool) error {
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func migrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, dropSearchIndexes)
	return err
}

// Nobody looks for jobs by what is in them, and each step of a job would write to both.
const dropSearchIndexes = `DROP INDEX IF EXISTS river_job_args_index, river_job_metadata_index`

// SchemaHash is a hash of all that Migrate runs, in hex: databases with the same one have the
// same schema.
func SchemaHash() (string, error) {
	sum := sha256.New()
	river := riverpgxv5.New(nil).GetMigrationFS(riverdriver.MigrationLineMain)
	fmt.Fprintln(sum, dropSearchIndexes, grants, grantMaintain)
	for _, files := range []fs.FS{migrations.Files, river} {
		err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return hashFile(sum, files, path)
		})
		if err != nil {
			return "", fmt.Errorf("hash migrations: %w", err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashFile(sum io.Writer, files fs.FS, path string) error {
	content, err := fs.ReadFile(files, path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
	return err
}
