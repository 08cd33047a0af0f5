package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var variable = regexp.MustCompile(`STAFETT_[A-Z]+(?:_[A-Z]+)*`)

// others are variables that no command of the program reads.
var others = map[string]bool{"STAFETT_CHAOS": true, "STAFETT_SEED": true, "STAFETT_ALTINN_APPS": true}

// variables are the settings' own names in the environment.
func variables() map[string]bool {
	known := map[string]bool{}
	for _, s := range settings {
		known["STAFETT_"+strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))] = true
	}
	return known
}

// TestDocs_EveryVariableIsASetting reads the documents and the deployment example: what they name
// is there, and the table of settings names all of them.
func TestDocs_EveryVariableIsASetting(t *testing.T) {
	t.Parallel()
	known, found, files := variables(), 0, []string{"../../README.md"}
	err := filepath.WalkDir("../../docs", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && filepath.Ext(path) != ".png" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range variable.FindAllString(string(raw), -1) {
			if found++; !known[name] && !others[name] {
				t.Errorf("%s names %s, which is no setting", path, name)
			}
		}
	}
	table, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range known {
		short := strings.NewReplacer("STAFETT_OIDC", "", "STAFETT_MASKINPORTEN", "").Replace(name)
		if !strings.Contains(string(table), "`"+name+"`") && !strings.Contains(string(table), "`"+short+"`") {
			t.Errorf("docs/operations.md does not tell of %s", name)
		}
	}
	if t.Logf("%d names in %d files, %d settings", found, len(files), len(known)); found < 50 {
		t.Error("hardly anything was looked at")
	}
}

// TestDeploy_TheExampleHoldsTogether reads the settings of the deployment example as the program
// does, and holds its times against one another, and what the proxy takes for a stream against the address of one.
func TestDeploy_TheExampleHoldsTogether(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		raw, err := os.ReadFile("../../docs/deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	env := map[string]string{}
	for line := range strings.Lines(read("stafett.env")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "# ")), "="); ok &&
			strings.HasPrefix(name, "STAFETT_") {
			env[name] = value
		}
	}
	c, _, err := ReadConfig("serve", nil, func(name string) string { return env[name] }, io.Discard)
	if err != nil {
		t.Fatalf("the example's settings: %v", err)
	}
	if len(c.Targets) != 2 || c.StopDelay == 0 {
		t.Errorf("targets %v, delay %s", c.Targets, c.StopDelay)
	}
	number := func(file, pattern string) time.Duration {
		m := regexp.MustCompile(pattern).FindStringSubmatch(read(file))
		if m == nil {
			t.Fatalf("%s has no %s", file, pattern)
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(n)
	}
	if stop := number("stafett@.service", `TimeoutStopSec=(\d+)`) * time.Second; stop <= c.StopDelay+drainTime {
		t.Errorf("systemd kills a process after %s, which may stop for %s", stop, c.StopDelay+drainTime)
	}
	seen := number("haproxy.cfg", `inter (\d+)s`) * time.Second * number("haproxy.cfg", `fall (\d+)`)
	if seen >= c.StopDelay || !strings.Contains(read("haproxy.cfg"), "GET /readyz") {
		t.Errorf("the proxy sees a stop after %s, and the process waits %s", seen, c.StopDelay)
	}
	stream := regexp.MustCompile(`use_backend streams if \{ path_reg (\S+) \}`).FindStringSubmatch(read("haproxy.cfg"))
	if stream == nil || !regexp.MustCompile(stream[1]).MatchString("/inbox/"+nordvik+"/live") {
		t.Errorf("the proxy knows an open inbox by %q", stream)
	}
}
