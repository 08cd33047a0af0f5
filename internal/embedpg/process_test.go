package embedpg

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProcess, as first argument, makes the test program a process that uses a server: it prints
// "ready" and what its start did, and stops when its input closes or Ctrl-C comes.
const asProcess = "use-a-server"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == asProcess {
		if err := useServer(os.Args[2], os.Args[3]); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// useServer is the life of a process that uses the server of a folder.
func useServer(dir, nodeModules string) error {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	s, err := Start(context.Background(), Config{Dir: dir, NodeModules: nodeModules,
		SharedBuffers: "16MB"})
	if err != nil {
		return err
	}
	s.mu.Lock()
	owner := s.exited != nil
	s.mu.Unlock()
	fmt.Printf("ready owner=%v\n", owner)
	closed := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		closed <- err
	}()
	select {
	case err = <-closed:
	case <-interrupted:
		err = s.ping(context.Background()) // there is still a server to drain into
	}
	if err != nil {
		return err
	}
	return s.Stop()
}

// process is another process that uses a server.
type process struct {
	cmd   *exec.Cmd
	in    io.Closer
	lines *bufio.Scanner
}

// spawn starts a process; cred is nil for ourselves.
func spawn(t *testing.T, cfg Config, cred *syscall.Credential) *process {
	t.Helper()
	modules, err := filepath.Abs(cfg.NodeModules)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(testProgram(t, cfg, cred), asProcess, cfg.Dir, modules)
	cmd.Dir = filepath.Dir(cfg.Dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: cred}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &process{cmd: cmd, in: in, lines: bufio.NewScanner(out)}
}

// testProgram is this program, copied to where the other user can reach it.
func testProgram(t *testing.T, cfg Config, cred *syscall.Credential) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if cred == nil {
		return self
	}
	copied := filepath.Join(filepath.Dir(cfg.Dir), "program")
	if err := copyFile(self, copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

// line is the next line that the process prints.
func (p *process) line(t *testing.T) string {
	t.Helper()
	if !p.lines.Scan() {
		t.Fatal("the process ended without a word")
	}
	return p.lines.Text()
}

// end waits for the process, and fails when it failed or does not end.
func (p *process) end(t *testing.T) {
	t.Helper()
	timer := time.AfterFunc(30*time.Second, func() { p.cmd.Process.Kill() })
	defer timer.Stop()
	p.in.Close()
	var rest []string
	for p.lines.Scan() {
		rest = append(rest, p.lines.Text())
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process: %v: %s", err, strings.Join(rest, "\n"))
	}
}

// kill ends the process as a crash does.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait() // its error is the kill
}

// probe looks at the server of a folder without using it.
func probe(t *testing.T, cfg Config) *Server {
	t.Helper()
	who, err := chooseAccount(cfg.Dir, "")
	if err != nil {
		t.Fatal(err)
	}
	data, _ := newestCluster(cfg.Dir)
	return &Server{cfg: cfg, who: who, data: data, socket: filepath.Join(cfg.Dir, "run")}
}

func TestStart_SixProcessesAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	var all []*process
	for range 6 {
		all = append(all, spawn(t, cfg, nil))
	}
	owners := 0
	for _, p := range all {
		switch line := p.line(t); line {
		case "ready owner=true":
			owners++
		case "ready owner=false":
		default:
			t.Error(line)
		}
	}
	if owners != 1 {
		t.Errorf("%d of 6 started the server, want 1", owners)
	}
	for i, p := range all {
		if i == len(all)-1 {
			if err := probe(t, cfg).ping(t.Context()); err != nil {
				t.Errorf("the last one is without a server: %v", err)
			}
		}
		p.end(t)
	}
	mustBeDead(t, probe(t, cfg))
}

func TestStart_AfterTheOwnerWasKilledJoinsItsServerAndStopsIt(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	owner := spawn(t, cfg, nil)
	owner.line(t)
	owner.kill(t)
	s := start(t, cfg)
	if s.exited != nil {
		t.Error("started a server, want the living one")
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	mustBeDead(t, s)
}

func TestStart_AfterAllWereKilledAndTheNumberWasTakenByAnother(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	owner := spawn(t, cfg, nil)
	owner.line(t)
	dead := probe(t, cfg)
	postmaster := dead.postmasterPID()
	owner.kill(t)
	if err := syscall.Kill(postmaster, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, "all of the server is gone", func() bool {
		alive, err := dead.alive()
		return err == nil && !alive
	})
	stranger := exec.Command("sleep", "60")
	dead.who.apply(stranger) // of the same user: only then does PostgreSQL take it for alive
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stranger.Process.Kill(); stranger.Wait() })
	old, taken := strconv.Itoa(postmaster), strconv.Itoa(stranger.Process.Pid)
	for _, path := range []string{filepath.Join(dead.data, "postmaster.pid"),
		socketFile(dead.socket) + ".lock"} {
		replaceIn(t, path, old, taken)
	}
	ask(t, start(t, cfg), "postgres", "SELECT 'answers'")
}

// replaceIn changes a word in a file, keeping its owner.
func replaceIn(t *testing.T, path, old, with string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), old) {
		t.Fatalf("%s does not name process %s", path, old)
	}
	changed := strings.Replace(string(raw), old, with, 1)
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStart_AfterAnInterruptedInitdbMakesTheClusterAnew(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	p := spawn(t, cfg, nil)
	until(t, "initdb has begun", func() bool {
		found, err := filepath.Glob(filepath.Join(cfg.Dir, "data*.init", "*"))
		return err == nil && len(found) > 0
	})
	p.kill(t)
	ask(t, start(t, cfg), "postgres", "SELECT 'answers'")
}

func TestCtrlC_ReachesTheProgramBeforeTheServer(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	p := spawn(t, cfg, nil)
	p.line(t)
	// A terminal signals the whole foreground group, so the server must not be in ours.
	group, err := syscall.Getpgid(probe(t, cfg).postmasterPID())
	if err != nil || group == p.cmd.Process.Pid {
		t.Errorf("the server is in process group %d, %v: want one of its own", group, err)
	}
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	mustBeDead(t, probe(t, cfg))
}
