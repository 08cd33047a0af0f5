package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
)

// The formats of check, beside formatText.
const (
	formatJSON  = "json"
	formatSARIF = "sarif"
)

// checked is what check found.
type checked struct {
	loaded   int
	findings []app.Finding
}

func (c checked) errors() int {
	n := 0
	for _, f := range c.findings {
		if f.Severity == app.SeverityError {
			n++
		}
	}
	return n
}

var errMending = errors.New("the app definitions need mending")

// check tells what is wrong with the app definitions, with file and line: those in the folders
// that are named, or else those that serve would load. It fails when there is an error.
func check(_ context.Context, c Config, args []string, out io.Writer) error {
	write, ok := map[string]func(io.Writer, checked) error{
		formatText: writeText, formatJSON: writeJSON, formatSARIF: writeSARIF,
	}[c.own["format"]]
	if !ok {
		return &usageError{"format: must be text, json or sarif"}
	}
	found, err := checkFolders(checkedFolders(c, args))
	if err != nil {
		return err
	}
	if found.findings, err = only(found.findings, c.own["app"]); err != nil {
		return err
	}
	if err := write(out, found); err != nil {
		return err
	}
	if found.errors() > 0 || found.loaded == 0 && len(found.findings) == 0 {
		return errMending
	}
	return nil
}

// checkedFolders gives the folders to check; none is what is built in.
func checkedFolders(c Config, args []string) []string {
	if len(args) > 0 {
		return args
	}
	if len(c.Apps) > 0 {
		return c.Apps
	}
	if _, err := os.Stat("apps/" + registerFile); err == nil {
		return []string{"apps"}
	}
	return nil
}

// checkFolders loads every folder, of apps or of one app, and checks the apps together.
func checkFolders(names []string) (checked, error) {
	if names == nil {
		folders, found := loadApps(Config{})
		_, wrong := Config{}.themes()
		return checked{loaded: len(folders[0].Definitions), findings: append(found, wrong...)}, nil
	}
	var all []*app.Definition
	var found []app.Finding
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			return checked{}, &usageError{fmt.Sprintf("there is no folder %s", name)}
		}
		defs, list := loadFolder(name)
		all, found = append(all, defs...), append(found, list...)
	}
	found = append(found, app.Check(all)...)
	slices.SortStableFunc(found, func(a, b app.Finding) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return checked{loaded: len(all), findings: found}, nil
}

// loadFolder loads a folder of apps, or one app's own folder. The paths of what is found begin
// with the folder's name.
func loadFolder(name string) ([]*app.Definition, []app.Finding) {
	name = filepath.Clean(name)
	if filepath.Base(name) == "App" {
		name = filepath.Dir(name)
	}
	slashed := filepath.ToSlash(name)
	var defs []*app.Definition
	var found []app.Finding
	if files := os.DirFS(name); app.HasApp(files) {
		ref := core.AppRef{}
		if absolute, err := filepath.Abs(name); err == nil {
			ref = app.FolderRef(filepath.ToSlash(absolute))
		}
		var d *app.Definition
		if d, found = app.LoadAs(files, ref); d != nil {
			defs = append(defs, d)
		}
	} else {
		defs, found = app.LoadAll(files)
		_, wrong := app.LoadThemes(files)
		found = append(append(found, checkUnits(files, defs)...), wrong...)
	}
	for _, d := range defs {
		d.Folder = path.Join(slashed, d.Folder)
	}
	for i := range found {
		found[i].File = path.Join(slashed, found[i].File)
	}
	return defs, found
}

// only keeps what is about the apps that are named.
func only(all []app.Finding, names string) ([]app.Finding, error) {
	if names == "" {
		return all, nil
	}
	refs, err := refsOf(names)
	return slices.DeleteFunc(all, func(f app.Finding) bool {
		return !slices.Contains(refs, f.App)
	}), err
}

// refsOf reads a comma-separated list of apps.
func refsOf(names string) ([]core.AppRef, error) {
	var refs []core.AppRef
	for name := range strings.SplitSeq(names, ",") {
		if name == "" {
			continue
		}
		org, one, ok := strings.Cut(strings.TrimSpace(name), "/")
		if !ok || strings.Contains(one, "/") {
			return nil, &usageError{fmt.Sprintf("app: %q is not org/app", name)}
		}
		refs = append(refs, core.AppRef{Org: org, App: one})
	}
	return refs, nil
}

// writeText writes a line for each finding, and under it what to do.
func writeText(out io.Writer, c checked) error {
	var b strings.Builder
	for _, f := range c.findings {
		fmt.Fprintf(&b, "%s [%s]\n    %s\n", f, f.Code, f.Do())
	}
	fmt.Fprintf(&b, "%d apps loaded, %d findings, %d of them errors\n", c.loaded, len(c.findings),
		c.errors())
	_, err := io.WriteString(out, b.String())
	return err
}
