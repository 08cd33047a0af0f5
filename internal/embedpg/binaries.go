package embedpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first major version whose SQL the program may use.
const oldest = 15

// systemPlaces are the folders where systems put PostgreSQL without putting it in the path.
var systemPlaces = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// findBinaries takes the first place whose version will do: the folder that configuration names
// and no other, else npm's package, else the system. A cluster that is there fixes the version.
func (s *Server) findBinaries(ctx context.Context) error {
	want, err := clusterMajor(s.cfg.Dir)
	if err != nil {
		return err
	}
	var refused []string
	for _, place := range s.places() {
		bin, major, err := s.tryBinaries(ctx, place, want)
		if err == nil {
			s.bin, s.major = bin, major
			return nil
		}
		refused = append(refused, "  "+place+": "+err.Error())
	}
	if len(refused) == 0 {
		refused = []string{"  no folder with a postgres in it was found"}
	}
	return fmt.Errorf("no usable PostgreSQL: run npm ci, install PostgreSQL %d or later, or give "+
		"the address of a server\n%s", oldest, strings.Join(refused, "\n"))
}

// places are the folders to look in, best first.
func (s *Server) places() []string {
	if s.cfg.BinDir != "" {
		return []string{s.cfg.BinDir}
	}
	var found []string
	if dir := s.npmBin(); dir != "" {
		found = append(found, dir)
	}
	return append(found, systemBins()...)
}

// systemBins are the folders of the system's own servers: the one in the path first, then the
// newest.
func systemBins() []string {
	var found []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			found = append(found, filepath.Dir(real))
		}
	}
	for _, pattern := range systemPlaces {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			continue // a broken pattern would be caught by the test over them
		}
		slices.Sort(dirs)
		slices.Reverse(dirs)
		for _, dir := range dirs {
			if !slices.Contains(found, dir) {
				found = append(found, dir)
			}
		}
	}
	return found
}

// npmBin is the folder of npm's package for this machine, "" when it is not installed.
func (s *Server) npmBin() string {
	if s.cfg.NodeModules == "" {
		return ""
	}
	dir, err := filepath.Abs(filepath.Join(s.cfg.NodeModules, "@embedded-postgres", npmName(),
		"native", "bin"))
	if err != nil {
		return ""
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
		return ""
	}
	return dir
}

// npmName is npm's name for this machine.
func npmName() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// tryBinaries makes a place usable and asks its version. want is 0 or the only version that will
// do.
func (s *Server) tryBinaries(ctx context.Context, place string, want int) (string, int, error) {
	bin, err := s.prepare(place)
	if err != nil {
		return "", 0, err
	}
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return "", 0, fmt.Errorf("no %s there", name)
		}
	}
	out, err := s.command(ctx, filepath.Join(bin, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return "", 0, fmt.Errorf("asking its version: %w: %s", err, strings.TrimSpace(string(out)))
	}
	major, err := majorOf(string(out))
	switch {
	case err != nil:
		return "", 0, err
	case want != 0 && major != want:
		return "", 0, fmt.Errorf("is version %d, and the data here are of version %d", major, want)
	case major < oldest:
		return "", 0, fmt.Errorf("is version %d, and %d is the oldest that will do", major, oldest)
	}
	return bin, major, nil
}

// majorOf reads "postgres (PostgreSQL) 17.10", "… 15.18 (Debian 15.18-1)" and "… 18beta1".
func majorOf(version string) (int, error) {
	fields := strings.Fields(version)
	if len(fields) < 3 || fields[1] != "(PostgreSQL)" {
		return 0, errors.New("does not tell its version: " + strings.TrimSpace(version))
	}
	digits := fields[2]
	if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		digits = digits[:end]
	}
	major, err := strconv.Atoi(digits)
	if err != nil {
		return 0, fmt.Errorf("reading the version %q: %w", fields[2], err)
	}
	return major, nil
}
