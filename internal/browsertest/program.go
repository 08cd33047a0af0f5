package browsertest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// program is a browser that can be started.
type program struct {
	path string
	env  []string // beyond our own
}

// installed are the names and places of browsers that speak the protocol.
var installed = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
}

// findProgram takes a browser of the machine, else npm's.
func findProgram() (program, error) {
	for _, name := range installed {
		if path, err := exec.LookPath(name); err == nil {
			return program{path: path}, nil
		}
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return program{}, errors.New("no browser: install Chromium or Chrome (npm's runs on Linux " +
			"with an x64 processor only)")
	}
	return npmProgram()
}

// npmProgram is npm's Chromium, unpacked once into the user's cache.
func npmProgram() (program, error) {
	root, err := Root()
	if err != nil {
		return program{}, err
	}
	pkg := filepath.Join(root, "node_modules", "@sparticuz", "chromium")
	cache, err := cacheDir()
	if err != nil {
		return program{}, err
	}
	dir, err := unpackOnce(pkg, cache)
	if err != nil {
		return program{}, fmt.Errorf("no browser on the machine, and npm's could not be unpacked "+
			"(was npm ci run?): %w", err)
	}
	return program{path: filepath.Join(dir, "chromium"), env: []string{
		"LD_LIBRARY_PATH=" + filepath.Join(dir, "lib"),
		"FONTCONFIG_PATH=" + dir,
	}}, nil
}

// cacheDir is our folder in the user's cache, or under the temporary folder for a user that has no
// home (nobody).
func cacheDir() (string, error) {
	if cache, err := os.UserCacheDir(); err == nil {
		dir := filepath.Join(cache, "stafett")
		if err := os.MkdirAll(dir, 0o700); err == nil {
			return dir, nil
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("stafett-cache-%d", os.Geteuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making a cache for the browser: %w", err)
	}
	return dir, nil
}

// Root is the top of the checkout: the nearest folder above with a go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the checkout: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("finding the checkout: no go.mod in any folder above")
		}
		dir = parent
	}
}
