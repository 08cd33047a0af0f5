package main

import (
	"bytes"
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

// run builds everything anew in the checkout at root. Files that are there already are left alone
// and old ones go last: another process may be compiling the folder into the program just now.
func run(root string) (report, error) {
	files, err := bundle(root)
	if err != nil {
		return nil, err
	}
	dist := filepath.Join(root, "static", "dist")
	made := map[string][]byte{".gitkeep": nil}
	manifest := map[string]string{}
	var lines report
	for _, f := range files {
		line, err := gather(made, f)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
		if f.of != "" {
			manifest[f.of] = f.name
		}
	}
	if made["manifest.json"], err = json.MarshalIndent(manifest, "", "  "); err != nil {
		return nil, fmt.Errorf("writing the manifest: %w", err)
	}
	slices.Sort(lines)
	return lines, replace(dist, made)
}

// gather adds a file and its compressed copies to what is to be written, and tells their sizes.
func gather(made map[string][]byte, f output) (string, error) {
	compressed, err := copies(f)
	if err != nil {
		return "", err
	}
	made[f.name] = f.data
	line := fmt.Sprintf("%-42s %7d bytes", f.name, len(f.data))
	for _, c := range compressors {
		if data, ok := compressed[c.ext]; ok {
			made[f.name+c.ext] = data
			line += fmt.Sprintf("  %s %d", c.ext[1:], len(data))
		}
	}
	return line, nil
}

// replace makes dist hold what was made and nothing else. The manifest names only files that are
// there, so it is written after them and before the old ones go.
func replace(dist string, made map[string][]byte) error {
	for name, data := range made {
		if name != "manifest.json" {
			if err := write(filepath.Join(dist, name), data); err != nil {
				return err
			}
		}
	}
	// Written also when it is the same: its time tells make that the assets are fresh.
	manifest := filepath.Join(dist, "manifest.json")
	if err := os.WriteFile(manifest, made["manifest.json"], 0o644); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	entries, err := os.ReadDir(dist)
	if err != nil {
		return fmt.Errorf("listing the assets: %w", err)
	}
	for _, e := range entries {
		if _, keep := made[e.Name()]; keep {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dist, e.Name())); err != nil {
			return fmt.Errorf("removing an old asset: %w", err)
		}
	}
	return nil
}

// write writes a file that is not there as it should be.
func write(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("writing an asset: %w", err)
	}
	return nil
}
