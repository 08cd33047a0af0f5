package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/theme"
)

// lookEvery is how often the folders are looked at for changes, in development.
const lookEvery = 250 * time.Millisecond

// watcher puts the definitions of the folders in force as they are changed, in development. An
// app that is broken stays as it last was; what is wrong with it is shown in the browser.
type watcher struct {
	folders   []string
	catalogue *catalogue.Catalogue
	themes    *theme.Shelf
	log       *slog.Logger
	// seen is what the folders' files looked like when they were last read.
	seen  string
	found atomic.Pointer[[]app.Finding]
	every time.Duration
}

// newWatcher gives the watcher of a development server, before the folders are first read; nil
// when there are no folders to watch.
func newWatcher(
	c Config, definitions *catalogue.Catalogue, themes *theme.Shelf, log *slog.Logger,
) (*watcher, error) {
	folders := checkedFolders(c, nil)
	if c.Mode != Development || folders == nil {
		return nil, nil
	}
	w := &watcher{
		folders: folders, catalogue: definitions, themes: themes, log: log,
		every: cmp.Or(c.lookEvery, lookEvery),
	}
	var err error
	w.seen, err = fingerprint(w.folders)
	return w, err
}

// note keeps what was found when the folders were first read.
func (w *watcher) note(found []app.Finding) {
	if w != nil {
		w.found.Store(&found)
	}
}

// findings are those of the files as they are now.
func (w *watcher) findings() []app.Finding {
	if w == nil {
		return nil
	}
	if list := w.found.Load(); list != nil {
		return *list
	}
	return nil
}

// run looks at the folders until ctx ends.
func (w *watcher) run(ctx context.Context) {
	if w == nil {
		return
	}
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	told := ""
	for {
		err := w.look(ctx)
		if err != nil && ctx.Err() == nil && err.Error() != told {
			told = err.Error()
			w.log.Error("app definitions", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look reads the folders when a file in them has changed, and puts what loads in force.
func (w *watcher) look(ctx context.Context) error {
	now, err := fingerprint(w.folders)
	if err != nil || now == w.seen {
		return err
	}
	var folders []catalogue.Folder
	var all []*app.Definition
	var found []app.Finding
	var solutions []appFolder
	var themes []theme.Theme
	for _, name := range w.folders {
		// The files are read once: what is checked is what is served, and what is kept.
		files, err := snapshot(os.DirFS(name))
		if err != nil {
			return err
		}
		defs, list := app.LoadAll(files)
		folders = append(folders, catalogue.Folder{Files: files, Definitions: defs})
		solutions = append(solutions, appFolder{files: files, apps: defs})
		all, found = append(all, defs...), append(found, list...)
		dressed, wrong := app.LoadThemes(files)
		themes, found = append(themes, dressed...), append(found, wrong...)
	}
	found = append(found, app.Check(all)...)
	kept := catalogue.Folder{Definitions: w.broken(all, found)}
	if err := w.catalogue.Put(ctx, append([]catalogue.Folder{kept}, folders...)...); err != nil {
		return err
	}
	w.themes.Put(themes)
	w.log.Info("app definitions were read again", "apps", len(all), "findings", len(found))
	w.seen = now
	w.note(found)
	// What is tried does not keep what has changed from being served.
	people, err := peopleOf(solutions)
	if err != nil {
		return err
	}
	var came tried
	came.play(solutions, all, people, nil)
	w.note(append(found, came.asFindings()...))
	return nil
}

// broken gives the definitions in force of apps that no longer load: they go on being served.
func (w *watcher) broken(now []*app.Definition, found []app.Finding) []*app.Definition {
	return slices.DeleteFunc(slices.Clone(w.catalogue.Apps()), func(d *app.Definition) bool {
		loads := slices.ContainsFunc(now, func(n *app.Definition) bool { return n.Ref == d.Ref })
		wrong := slices.ContainsFunc(found, func(f app.Finding) bool {
			return f.App == d.Ref && f.Severity == app.SeverityError
		})
		return loads || !wrong
	})
}

// fingerprint tells one state of the folders' files from another: by names, sizes and times.
func fingerprint(folders []string) (string, error) {
	var b strings.Builder
	for _, name := range folders {
		err := visible(os.DirFS(name), func(path string, e fs.DirEntry) error {
			info, err := e.Info()
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
			return nil
		})
		if err != nil {
			return "", fmt.Errorf("look at %s: %w", name, err)
		}
	}
	return b.String(), nil
}

// visible visits the files of a folder, but not what editors and version control hide in it.
func visible(files fs.FS, visit func(path string, e fs.DirEntry) error) error {
	return fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if hidden := path != "." && strings.HasPrefix(e.Name(), "."); hidden && e.IsDir() {
			return fs.SkipDir
		} else if hidden || !e.Type().IsRegular() {
			return nil
		}
		return visit(path, e)
	})
}

// snapshot copies a folder into memory.
func snapshot(files fs.FS) (fs.FS, error) {
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	err := visible(files, func(path string, _ fs.DirEntry) error {
		raw, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		to, err := w.Create(path)
		if err != nil {
			return err
		}
		_, err = to.Write(raw)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read app definitions: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("read app definitions: %w", err)
	}
	return zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
}
