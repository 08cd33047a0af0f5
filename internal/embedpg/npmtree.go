package embedpg

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// linkList is npm's list of the shared-library links that its install script makes. We run no
// install scripts, so we make them; without them the server does not start.
const linkList = "pg-symlinks.json"

// prepare makes the tree around bin usable and gives the folder to use: bin itself, or a copy
// next to the data when the account cannot reach bin or when we may not write links there.
// The caller holds the start lock.
func (s *Server) prepare(bin string) (string, error) {
	native := filepath.Dir(bin)
	raw, err := os.ReadFile(filepath.Join(native, linkList))
	if errors.Is(err, fs.ErrNotExist) {
		return bin, nil // the system's own: whole as it is
	}
	if err != nil {
		return "", fmt.Errorf("reading the list of library links: %w", err)
	}
	if s.who.canReach(bin) {
		err := makeLinks(native, raw)
		if err == nil || !errors.Is(err, fs.ErrPermission) {
			return bin, err
		}
	}
	copied, err := s.copyBinaries(native)
	if err != nil {
		return "", err
	}
	return filepath.Join(copied, "bin"), makeLinks(copied, raw)
}

// copyBinaries copies npm's tree (60 MB) next to the data, once per version.
func (s *Server) copyBinaries(native string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(native), "package.json"))
	if err != nil {
		return "", fmt.Errorf("reading the package's version: %w", err)
	}
	var pkg struct{ Version string }
	if err := json.Unmarshal(raw, &pkg); err != nil {
		return "", fmt.Errorf("reading the package's version: %w", err)
	}
	to := filepath.Join(s.cfg.Dir, "bin-"+filepath.Base(pkg.Version))
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	part := to + ".part" // renamed when complete: an interrupted copy is not taken for a whole one
	if err := os.RemoveAll(part); err != nil {
		return "", fmt.Errorf("removing a half copy of PostgreSQL: %w", err)
	}
	if err := copyTree(native, part); err != nil {
		return "", fmt.Errorf("copying PostgreSQL next to its data: %w", err)
	}
	if err := os.Rename(part, to); err != nil {
		return "", fmt.Errorf("copying PostgreSQL next to its data: %w", err)
	}
	return to, nil
}

// makeLinks makes the links of the list that are missing under native.
func makeLinks(native string, list []byte) error {
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("reading the list of library links: %w", err)
	}
	for _, l := range links {
		name := filepath.Join(native, filepath.FromSlash(strings.TrimPrefix(l.Target, "native/")))
		if _, err := os.Lstat(name); err == nil {
			continue
		}
		err := os.Symlink(filepath.Base(l.Source), name)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("linking a library: %w", err)
		}
	}
	return nil
}

// copyTree copies a folder so that every user can read it, and run what its owner could run.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		dest := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return makeOpenDir(dest)
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(target, dest)
		default:
			return copyFile(path, dest)
		}
	})
}

// makeOpenDir makes a folder that others may enter, whatever our umask is.
func makeOpenDir(path string) error {
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	return os.Chmod(path, 0o755)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	mode := fs.FileMode(0o644)
	if info.Mode().Perm()&0o100 != 0 {
		mode = 0o755
	}
	return errors.Join(out.Chmod(mode), out.Close())
}
