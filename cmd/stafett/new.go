package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/newapp"
)

// newApp makes the folder of a new app and checks it. It changes no folder that is there.
func newApp(_ context.Context, c Config, args []string, out io.Writer) error {
	if len(args) != 1 || strings.Count(args[0], "/") != 1 {
		return &usageError{"new: name the app: stafett new <org/app>"}
	}
	org, name, _ := strings.Cut(args[0], "/")
	ref := core.AppRef{Org: org, App: name}
	files, err := newapp.Files(ref, c.own["kind"])
	if err != nil {
		return &usageError{"new: " + err.Error()}
	}
	folder := filepath.Join(c.own["dir"], org, name)
	if _, err := os.Stat(folder); err == nil {
		return &usageError{fmt.Sprintf("new: %s is there already", folder)}
	}
	for file, raw := range files {
		if err := writeNew(filepath.Join(folder, filepath.FromSlash(file)), raw); err != nil {
			return err
		}
	}
	d, found := app.LoadAs(os.DirFS(folder), ref)
	if err := writeText(out, checked{loaded: 1, findings: found}); err != nil {
		return err
	}
	if d == nil {
		return errMending
	}
	_, err = fmt.Fprintf(out, "%s is made: change its files, and `stafett serve` shows it at /%s\n",
		folder, ref)
	return err
}

// writeNew writes a file that is not there yet, and the folders above it.
func writeNew(name string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("new: %w", err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	if _, err := f.Write(raw); err != nil {
		f.Close()
		return fmt.Errorf("new: %w", err)
	}
	return f.Close()
}
