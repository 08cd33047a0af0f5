package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// report tells what was written, one file a line.
type report []string

// String gives the lines.
func (r report) String() string {
	if len(r) == 0 {
		return ""
	}
	return strings.Join(r, "\n") + "\n"
}

// run builds everything anew in the checkout at root. The manifest is written last: without it,
// the server takes the assets for not built.
func run(root string) (report, error) {
	files, err := bundle(root)
	if err != nil {
		return nil, err
	}
	dist := filepath.Join(root, "static", "dist")
	if err := empty(dist); err != nil {
		return nil, err
	}
	var lines report
	manifest := map[string]string{}
	for _, f := range files {
		line, err := write(dist, f)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
		if f.of != "" {
			manifest[f.of] = f.name
		}
	}
	slices.Sort(lines)
	return lines, writeManifest(dist, manifest)
}

// empty removes what an earlier run wrote. The file that keeps the folder in version control stays.
func empty(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return fmt.Errorf("listing the old assets: %w", err)
	}
	for _, e := range entries {
		if e.Name() == ".gitkeep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dist, e.Name())); err != nil {
			return fmt.Errorf("removing an old asset: %w", err)
		}
	}
	return nil
}

// write writes a file and its compressed copies, and tells their sizes.
func write(dist string, f output) (string, error) {
	path := filepath.Join(dist, f.name)
	if err := os.WriteFile(path, f.data, 0o644); err != nil {
		return "", fmt.Errorf("writing an asset: %w", err)
	}
	made, err := copies(f)
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%-42s %7d bytes", f.name, len(f.data))
	for _, c := range compressors {
		data, ok := made[c.ext]
		if !ok {
			continue
		}
		if err := os.WriteFile(path+c.ext, data, 0o644); err != nil {
			return "", fmt.Errorf("writing an asset: %w", err)
		}
		line += fmt.Sprintf("  %s %d", c.ext[1:], len(data))
	}
	return line, nil
}

// writeManifest tells the server which file is which.
func writeManifest(dist string, manifest map[string]string) error {
	raw, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	path := filepath.Join(dist, "manifest.json")
	if err := os.WriteFile(path, append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return nil
}
