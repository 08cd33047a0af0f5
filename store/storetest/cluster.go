package storetest

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"stafett/internal/embedpg"
	"stafett/store"
)

// binVariable may name a folder with another PostgreSQL's programs, to try the tests on it, and
// dirVariable the folder that the server's is made in, for tables that memory does not hold.
const (
	binVariable = "STAFETT_TEST_PGBIN"
	dirVariable = "STAFETT_TEST_DIR"
)

const (
	// needed is how much room the server may take, in bytes: /dev/shm is 64 MB in a container
	// by default, and then the ordinary temporary folder is used.
	needed = 2 << 30
	// buildLock is the advisory lock under which one process builds the template.
	buildLock = 7_823_345_339
)

// shared is this process's use of the server. users are the tests that use it now: the last one
// out stops it, so that nothing is left running when the process ends.
var shared struct {
	mu       sync.Mutex
	users    int
	server   *embedpg.Server
	admin    *pgxpool.Pool
	template string
	number   atomic.Int64
}

// cluster is what a test needs to know of the server.
type cluster struct{ template string }

func use(t testing.TB) cluster {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.users == 0 {
		if err := open(context.Background()); err != nil {
			t.Fatalf("test database: %v", err)
		}
	}
	shared.users++
	t.Cleanup(func() {
		shared.mu.Lock()
		defer shared.mu.Unlock()
		if shared.users--; shared.users > 0 {
			return
		}
		shared.admin.Close()
		if err := shared.server.Stop(); err != nil {
			t.Errorf("stop test database: %v", err)
		}
	})
	return cluster{template: shared.template}
}

// open starts or joins the server and sees to it that the template is there.
func open(ctx context.Context) error {
	hash, err := store.SchemaHash()
	if err != nil {
		return err
	}
	modules, err := nodeModules()
	if err != nil {
		return err
	}
	shared.template = "template_" + hash[:16]
	bin := os.Getenv(binVariable)
	shared.server, err = embedpg.Start(ctx, embedpg.Config{
		Dir: folder(bin), NodeModules: modules, BinDir: bin, MaxConnections: 300,
	})
	if err != nil {
		return err
	}
	if shared.admin, err = pgxpool.New(ctx, shared.server.URL("postgres")); err == nil {
		err = shared.admin.AcquireFunc(ctx, prepare)
	}
	if err != nil {
		return errors.Join(err, shared.server.Stop())
	}
	return nil
}

// folder is where the server lives: where the environment says, else in memory where there is room,
// since tests make and drop many databases. Each PostgreSQL has one of its own.
func folder(bin string) string {
	base := os.Getenv(dirVariable)
	if base == "" {
		base = roomiest()
	}
	name := "stafett-test-" + strconv.Itoa(os.Geteuid())
	if bin != "" {
		name = fmt.Sprintf("%s-%08x", name, crc32.ChecksumIEEE([]byte(bin)))
	}
	return filepath.Join(base, name)
}

func roomiest() string {
	var disk syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &disk); err == nil && disk.Bavail*uint64(disk.Bsize) > needed {
		return "/dev/shm"
	}
	return os.TempDir()
}

// nodeModules finds the folder that npm fills, beside go.mod.
func nodeModules() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "node_modules"), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test")
		}
		dir = parent
	}
}

// prepare builds the template unless it is there, and drops what dead test processes left.
func prepare(c *pgxpool.Conn) error {
	ctx := context.Background()
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(buildLock)); err != nil {
		return err
	}
	err := errors.Join(dropLeftovers(ctx, c.Conn()), buildTemplate(ctx, c.Conn()))
	_, unlock := c.Exec(ctx, `SELECT pg_advisory_unlock($1)`, int64(buildLock))
	return errors.Join(err, unlock)
}

func dropLeftovers(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `
		SELECT d.datname FROM pg_database AS d WHERE d.datname LIKE 't\_%'`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		pid, err := strconv.Atoi(strings.Split(name, "_")[1])
		if err != nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return fmt.Errorf("drop %s: %w", name, err)
		}
	}
	return nil
}

// buildTemplate marks a template only when it is complete: one that was left half done is built
// anew.
func buildTemplate(ctx context.Context, conn *pgx.Conn) error {
	name := shared.template
	var ready bool
	err := conn.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM pg_database AS d WHERE d.datname = $1 AND d.datistemplate)`,
		name).Scan(&ready)
	if err != nil || ready {
		return err
	}
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return err
	}
	if err := store.Migrate(ctx, shared.server.URL(name), store.ServingRole); err != nil {
		return err
	}
	// A template can be copied only while nobody is connected to it.
	_, err = conn.Exec(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return err
}
