package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"

	"stafett/internal/core"
	"stafett/internal/schema"
)

// Load reads one app's folder, with the files under App or at its root. The definition is nil
// when any of the findings is an error.
func Load(fsys fs.FS) (*Definition, []Finding) {
	r := &reader{fsys: fsys}
	if info, err := fs.Stat(fsys, "App"); err == nil && info.IsDir() {
		r.folder = "App"
	}
	d := r.load()
	found := r.sorted()
	for i := range found {
		found[i].App = d.Ref
	}
	if HasErrors(found) {
		return nil, found
	}
	prepare(d)
	forget(d)
	return d, found
}

// load reads everything; the order is that of what needs what.
func (r *reader) load() *Definition {
	d := &Definition{steps: map[string][]schema.Step{}}
	var s source
	if !r.readMetadata(d, &s) {
		return d
	}
	r.checkContentTypes(d, &s)
	r.readTexts(d)
	r.readProcess(d, &s)
	r.readPolicy(d)
	r.readOptions(d)
	r.readSettings(d)
	r.readModels(d, &s)
	r.readRules(d)
	sets := r.readSets(d)
	for _, set := range sets {
		r.readPages(d, set)
	}
	for _, set := range d.Sets {
		r.bindSet(d, set)
	}
	for _, set := range d.Sets {
		r.linkSet(d, set)
	}
	r.readRoles(d)
	r.readHandovers(d)
	r.checkMetadata(d, &s)
	r.checkActions(d)
	var err error
	if d.Hash, err = hash(r.fsys); err != nil {
		r.add(".", 0, SeverityError, "%v", err)
	}
	return d
}

// hash gives the SHA-256, in hex, of every file's path and content.
func hash(fsys fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(fsys, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		f, err := fsys.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		content := sha256.New()
		if _, err := io.Copy(content, f); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		_, err = io.WriteString(sum, strconv.Itoa(len(path))+path+string(content.Sum(nil)))
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// LoadAll loads every <org>/<app> folder that has an app in it. A broken app is left out, and
// the others load; what Check finds across them is not in here.
func LoadAll(fsys fs.FS) ([]*Definition, []Finding) {
	var defs []*Definition
	var all findings
	for _, folder := range appFolders(fsys, &all) {
		sub, err := fs.Sub(fsys, folder)
		if err != nil {
			all.add(folder, 0, SeverityError, "%v", err)
			continue
		}
		d, found := Load(sub)
		if d != nil && d.Ref.String() != folder {
			found = append(found, misplaced(sub, d, folder))
			d = nil
		}
		for _, f := range found {
			f.File = folder + "/" + f.File
			if f.App == (core.AppRef{}) {
				f.App = refOf(folder)
			}
			all.list = append(all.list, f)
		}
		if d != nil {
			defs = append(defs, d)
		}
	}
	return defs, all.list
}

// misplaced tells of an app whose id is another than its folder: it would be found at neither.
func misplaced(fsys fs.FS, d *Definition, folder string) Finding {
	file := metadataFile
	if _, err := fs.Stat(fsys, file); err != nil {
		file = "App/" + file
	}
	return Finding{
		File: file, Severity: SeverityError, App: d.Ref,
		Message: fmt.Sprintf("id is %s, but the folder is %s", d.Ref, folder),
	}
}

// appFolders gives the org/app folders that hold an app, sorted.
func appFolders(fsys fs.FS, all *findings) []string {
	found := map[string]bool{}
	for _, pattern := range []string{"*/*/" + metadataFile, "*/*/App/" + metadataFile} {
		paths, err := fs.Glob(fsys, pattern)
		if err != nil {
			all.add(".", 0, SeverityError, "%v", err)
		}
		for _, p := range paths {
			found[firstTwo(p)] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// firstTwo gives "org/app" of a path that begins with it.
func firstTwo(path string) string {
	slashes := 0
	for i, c := range path {
		if c == '/' {
			if slashes++; slashes == 2 {
				return path[:i]
			}
		}
	}
	return path
}

func refOf(folder string) core.AppRef {
	for i, c := range folder {
		if c == '/' {
			return core.AppRef{Org: folder[:i], App: folder[i+1:]}
		}
	}
	return core.AppRef{App: folder}
}
