package embedpg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMajorOf(t *testing.T) {
	t.Parallel()
	cases := []struct {
		version string
		want    int
	}{
		{"postgres (PostgreSQL) 17.10\n", 17},
		{"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15},
		{"postgres (PostgreSQL) 18beta1", 18},
		{"postgres (PostgreSQL) 19devel", 19},
		{"postgres (PostgreSQL) x", 0},
		{"postgres (EnterpriseDB) 17.1", 0},
		{"", 0},
	}
	for _, c := range cases {
		got, err := majorOf(c.version)
		if got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("majorOf(%q) = %d, %v, want %d", c.version, got, err, c.want)
		}
	}
	t.Logf("checked %d versions", len(cases))
}

// fakeServer fills a folder: its postgres tells a version, and otherwise runs serve; its
// initdb runs init. Both are lines of shell.
func fakeServer(t *testing.T, dir, version, serve, init string) string {
	t.Helper()
	scripts := map[string]string{
		"postgres": fmt.Sprintf("if [ \"$1\" = --version ]; then\n"+
			"  echo 'postgres (PostgreSQL) %s'\n  exit\nfi\n%s", version, serve),
		"initdb": init,
	}
	for name, script := range scripts {
		script = "#!/bin/sh\n" + script + "\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindBinaries_TellsWhatItRefusesAndWhy(t *testing.T) {
	t.Parallel()
	fake := func(version string) string { return fakeServer(t, t.TempDir(), version, "", "") }
	cases := []struct {
		name, bin, data, want string
	}{
		{"too old", fake("14.2"), "", "is version 14, and 15 is the oldest"},
		{"oldest", fake("15.1"), "", ""},
		{"same as the data", fake("17.2"), "17", ""},
		{"older than the data", fake("15.1"), "17", "the data here are of version 17"},
		{"newer than the data", fake("18.1"), "17", "the data here are of version 17"},
		{"empty folder", t.TempDir(), "", "no postgres there"},
		{"no such folder", filepath.Join(t.TempDir(), "x"), "", "no postgres there"},
	}
	for _, c := range cases {
		dir := t.TempDir()
		if c.data != "" {
			cluster := filepath.Join(dir, "data"+c.data)
			if err := os.Mkdir(cluster, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(cluster, "PG_VERSION"), []byte(c.data+"\n"),
				0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := &Server{cfg: Config{Dir: dir, BinDir: c.bin, NodeModules: "../../node_modules"}}
		err := s.findBinaries(t.Context())
		switch {
		case c.want == "" && (err != nil || s.bin != c.bin):
			t.Errorf("%s: got %q, %v, want %q", c.name, s.bin, err, c.bin)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	t.Logf("checked %d servers", len(cases))
}

func TestPlaces_NpmBeforeTheSystemAndTheConfiguredAlone(t *testing.T) {
	t.Parallel()
	s := &Server{cfg: Config{NodeModules: "../../node_modules"}}
	places := s.places()
	if len(places) == 0 || !strings.Contains(places[0], npmName()) {
		t.Errorf("got %v, want npm's first: run npm ci", places)
	}
	s.cfg.BinDir = "/configured"
	if got := s.places(); len(got) != 1 || got[0] != "/configured" {
		t.Errorf("got %v, want only the configured folder", got)
	}
	for _, pattern := range systemPlaces {
		if _, err := filepath.Match(pattern, "x"); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

// TestStart_WithEverySystemServerOnTheMachine shows that the second choice works where there is
// one; a machine without has nothing to show.
func TestStart_WithEverySystemServerOnTheMachine(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, bin := range systemBins() {
		cfg := config(t)
		cfg.BinDir = bin
		s, err := Start(t.Context(), cfg)
		if err != nil {
			t.Logf("%s is of no use: %v", bin, err)
			continue
		}
		t.Logf("%s: version %d", bin, s.major)
		ask(t, s, "postgres", "SELECT 'answers'")
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		tried++
	}
	t.Logf("checked %d servers of the system", tried)
}
