package embedpg

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// longest is how long the path of a socket's lock file may be: the system's limit is 103 (macOS)
// or 107 (Linux).
const longest = 100

// makeSocketDir makes the private folder of the socket: in the directory, or under /tmp when the
// path would be too long for a socket. The server trusts whoever can connect, so the folder's
// owner and mode are checked, also when it was there.
func (s *Server) makeSocketDir() error {
	dir := filepath.Join(s.cfg.Dir, "run")
	if len(socketFile(dir))+len(".lock") > longest {
		sum := fnv.New32a()
		sum.Write([]byte(s.cfg.Dir))
		dir = fmt.Sprintf("/tmp/pg-%d-%08x", os.Geteuid(), sum.Sum32())
	}
	err := os.Mkdir(dir, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the folder of the socket: %w", err)
	}
	if err == nil {
		if err := s.who.own(dir); err != nil {
			return err
		}
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("looking at the folder of the socket: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s is not a private folder", dir)
	}
	if info.Sys().(*syscall.Stat_t).Uid != s.who.uid() {
		return fmt.Errorf("%s belongs to somebody else", dir)
	}
	s.socket = dir
	return nil
}

// socketFile is the socket's path in a folder.
func socketFile(dir string) string {
	return filepath.Join(dir, ".s.PGSQL."+strconv.Itoa(port))
}
