package embedpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// clearStale removes what a killed server left behind. PostgreSQL refuses to start when
// postmaster.pid, or the socket's lock file, names any living process of the same user, also one
// that got the number after a crash (usual in containers), and it takes a zombie for alive. The
// caller holds the server lock, so no server that this package started lives.
func (s *Server) clearStale() error {
	pid := s.postmasterPID()
	if pid != 0 && isPostgresOf(pid, s.data) {
		return fmt.Errorf("a PostgreSQL that this program did not start (process %d) uses %s",
			pid, s.data)
	}
	if pid != 0 {
		s.cfg.Log.Warn("PostgreSQL was killed; removing its lock files", "pid", pid)
	}
	socket := socketFile(s.socket)
	pidFile := filepath.Join(s.data, "postmaster.pid")
	for _, path := range []string{socket, socket + ".lock", pidFile} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing what a killed server left: %w", err)
		}
	}
	return nil
}

// isPostgresOf tells whether a living process is a PostgreSQL on these data.
func isPostgresOf(pid int, data string) bool {
	name, line := describe(pid)
	return (strings.HasPrefix(name, "postgres") || strings.HasPrefix(name, "postmaster")) &&
		strings.Contains(line, data)
}

// describe gives a process's name and command line, "" when there is no such process.
func describe(pid int) (name, line string) {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	comm, err := os.ReadFile(filepath.Join(proc, "comm"))
	if err == nil {
		cmdline, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		if err != nil {
			return "", "" // it ended between the two looks
		}
		return strings.TrimSpace(string(comm)), string(cmdline)
	}
	if _, err := os.Stat("/proc/self"); err == nil {
		return "", ""
	}
	out, err := exec.Command("ps", "-p", strconv.Itoa(pid), "-o", "comm=,args=").Output()
	if err != nil {
		return "", "" // ps fails when there is no such process
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return filepath.Base(first), rest
}
