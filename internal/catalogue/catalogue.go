// Package catalogue holds the app definitions in force. It takes what cmd loads, keeps each
// version by its hash in the store, so that an instance can be shown as it was made, and swaps
// the set in force atomically. It loads no files from disk and checks nothing: package app does.
package catalogue

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/store"
)

// Catalogue is the definitions in force. It is safe for concurrent use.
type Catalogue struct {
	store *store.Store
	// elsewhere tells which apps another installation serves; nil for none.
	elsewhere func(core.AppRef) bool
	current   atomic.Pointer[inForce]

	mu sync.Mutex
	// earlier holds the versions that instances still point to, by hash. A definition is a few
	// hundred kilobytes, and an app has few versions with open instances, so nothing is dropped.
	earlier map[string]*app.Definition
}

type inForce struct {
	apps   map[core.AppRef]*app.Definition
	sorted []*app.Definition
	// others are served elsewhere.
	others map[core.AppRef]*app.Definition
}

// New gives an empty catalogue.
func New(s *store.Store) *Catalogue {
	c := &Catalogue{store: s, earlier: map[string]*app.Definition{}}
	c.current.Store(&inForce{apps: map[core.AppRef]*app.Definition{}})
	return c
}

// ServedElsewhere says which apps another installation serves: their definitions are known, for
// what is handed over to them, and are not in force here. It is called before the first Put.
func (c *Catalogue) ServedElsewhere(elsewhere func(core.AppRef) bool) { c.elsewhere = elsewhere }

// Folder is a folder org/app/… and the definitions that were loaded from it.
type Folder struct {
	Files       fs.FS
	Definitions []*app.Definition
}

// Put stores each definition's files under its hash and then puts the whole set in force, in
// place of what was in force before. Of two definitions of one app the later folder's counts.
func (c *Catalogue) Put(ctx context.Context, folders ...Folder) error {
	next := &inForce{
		apps: map[core.AppRef]*app.Definition{}, others: map[core.AppRef]*app.Definition{},
	}
	for _, f := range folders {
		for _, d := range f.Definitions {
			if c.elsewhere != nil && c.elsewhere(d.Ref) {
				next.others[d.Ref] = d
				continue
			}
			if err := c.keep(ctx, f.Files, d); err != nil {
				return err
			}
			next.apps[d.Ref] = d
		}
	}
	next.sorted = slices.Collect(maps.Values(next.apps))
	slices.SortFunc(next.sorted, func(a, b *app.Definition) int {
		return strings.Compare(a.Ref.String(), b.Ref.String())
	})
	c.current.Store(next)
	return nil
}

// keep stores a definition's files under its hash. Those of one that is in force are stored
// already, and its folder may have changed since.
func (c *Catalogue) keep(ctx context.Context, files fs.FS, d *app.Definition) error {
	if old := c.current.Load().apps[d.Ref]; old != nil && old.Hash == d.Hash {
		return nil
	}
	known, err := c.store.HasAppVersion(ctx, d.Ref, d.Hash)
	if err != nil || known {
		return err
	}
	folder, err := fs.Sub(files, path.Join(".", d.Folder))
	if err != nil {
		return fmt.Errorf("folder of %s: %w", d.Ref, err)
	}
	archive, err := pack(folder)
	if err != nil {
		return fmt.Errorf("pack %s: %w", d.Ref, err)
	}
	if err := c.store.PutAppVersion(ctx, d.Ref, d.Hash, archive); err != nil {
		return fmt.Errorf("store %s: %w", d.Ref, err)
	}
	return nil
}

// App gives the definition in force; fault.NotFound when there is no such app.
func (c *Catalogue) App(ref core.AppRef) (*app.Definition, error) {
	if d := c.current.Load().apps[ref]; d != nil {
		return d, nil
	}
	return nil, fault.New(fault.NotFound, "fault.app_not_found")
}

// Known gives the definition in force, or that of an app that is served elsewhere; nil when there
// is neither.
func (c *Catalogue) Known(ref core.AppRef) *app.Definition {
	now := c.current.Load()
	if d := now.apps[ref]; d != nil {
		return d
	}
	return now.others[ref]
}

// Apps gives every definition in force, by name.
func (c *Catalogue) Apps() []*app.Definition { return c.current.Load().sorted }

// At gives the version of an app that an instance was made with. The version in force answers
// from memory; an earlier one is read from the store once.
func (c *Catalogue) At(ctx context.Context, ref core.AppRef, hash string) (*app.Definition, error) {
	if d := c.current.Load().apps[ref]; d != nil && d.Hash == hash {
		return d, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.earlier[hash]; d != nil && d.Ref == ref {
		return d, nil
	}
	d, err := c.restore(ctx, ref, hash)
	if err != nil {
		return nil, err
	}
	c.earlier[hash] = d
	return d, nil
}

func (c *Catalogue) restore(ctx context.Context, ref core.AppRef, hash string) (*app.Definition, error) {
	files, err := c.store.AppVersion(ctx, ref, hash)
	if errors.Is(err, store.ErrNoRow) {
		return nil, fault.New(fault.NotFound, "fault.app_not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("version %.12s of %s: %w", hash, ref, err)
	}
	archive, err := zip.NewReader(bytes.NewReader(files), int64(len(files)))
	if err != nil {
		return nil, fmt.Errorf("version %.12s of %s: %w", hash, ref, err)
	}
	d, findings := app.LoadAs(archive, ref)
	if d == nil {
		return nil, fmt.Errorf("version %.12s of %s no longer loads: %v", hash, ref, findings)
	}
	return d, nil
}

// pack makes a zip of a folder; it is itself an fs.FS when it is read back.
func pack(folder fs.FS) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	// One compressor for all the files: they are small, and one made anew for each is dearer than its
	// work.
	quick, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		quick.Reset(to)
		return quick, nil
	})
	err = fs.WalkDir(folder, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return addFile(w, folder, path)
	})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func addFile(w *zip.Writer, folder fs.FS, path string) error {
	src, err := folder.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := w.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return err
}
