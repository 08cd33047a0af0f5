package embedpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// initialise makes the cluster when there is none. The caller holds the start lock, as start.
func (s *Server) initialise(ctx context.Context, start *os.File) error {
	_, err := os.Stat(filepath.Join(s.data, "PG_VERSION"))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for the cluster: %w", err)
	}
	fresh := s.data + ".init" // renamed when complete: an interrupted initdb is not taken for one
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing a half cluster: %w", err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	if err := s.who.own(fresh); err != nil {
		return err
	}
	cmd := s.command(ctx, filepath.Join(s.bin, "initdb"), s.initFlags(fresh)...)
	cmd.ExtraFiles = []*os.File{start} // an orphaned initdb keeps the start lock until it ends
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("making the cluster: %w\n%s", err, out)
	}
	if err := os.Rename(fresh, s.data); err != nil {
		return fmt.Errorf("making the cluster: %w", err)
	}
	return nil
}

// initFlags choose UTF-8 whatever the machine's locale is, and sort by code point, so that tests
// and machines agree; Norwegian order is asked for where it is wanted (COLLATE "nb-NO-x-icu").
func (s *Server) initFlags(dir string) []string {
	flags := []string{"-D", dir, "-U", superuser, "-E", "UTF8", "--auth=trust", "--no-sync",
		"--no-instructions"}
	if s.major < 17 {
		return append(flags, "--locale=C")
	}
	return append(flags, "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-collate=C",
		"--lc-ctype=C")
}

// serverFlags are the postmaster's settings.
func (s *Server) serverFlags() []string {
	set := []string{
		"listen_addresses=", "logging_collector=off",
		"max_connections=" + strconv.Itoa(s.cfg.MaxConnections),
		"shared_buffers=" + s.cfg.SharedBuffers,
		// Containers give 64 MB of shared memory, which parallel queries overrun.
		"max_parallel_workers_per_gather=0",
	}
	if !s.cfg.Durable {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0")
	}
	flags := []string{"-D", s.data, "-k", s.socket, "-p", strconv.Itoa(port)}
	for _, one := range set {
		flags = append(flags, "-c", one)
	}
	return flags
}

// command runs one of PostgreSQL's programs as the account, with nothing of our environment.
func (s *Server) command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = s.cfg.Dir
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin", "HOME=" + s.cfg.Dir}
	s.who.apply(cmd)
	return cmd
}

// newestCluster is the cluster in dir with the highest major version.
func newestCluster(dir string) (string, bool) {
	best, path := 0, ""
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false // no folder yet, so no cluster
	}
	for _, e := range entries {
		n, err := strconv.Atoi(strings.TrimPrefix(e.Name(), "data"))
		if err == nil && n > best {
			best, path = n, filepath.Join(dir, e.Name())
		}
	}
	return path, path != ""
}

// clusterMajor is the major version of the cluster in dir, 0 when there is none.
func clusterMajor(dir string) (int, error) {
	path, ok := newestCluster(dir)
	if !ok {
		return 0, nil
	}
	raw, err := os.ReadFile(filepath.Join(path, "PG_VERSION"))
	if err != nil {
		return 0, fmt.Errorf("reading the cluster's version: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0, fmt.Errorf("reading the cluster's version: %w", err)
	}
	return n, nil
}
