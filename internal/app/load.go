package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"stafett/internal/core"
	"stafett/internal/schema"
)

// Load reads one app's folder, with the files under App or at its root. The definition is nil
// when any of the findings is an error.
func Load(fsys fs.FS) (*Definition, []Finding) { return LoadAs(fsys, core.AppRef{}) }

// LoadAs does so, and takes org and app from ref where the id is still the placeholder of
// Altinn's template, [ORG]/[APP].
func LoadAs(fsys fs.FS, ref core.AppRef) (*Definition, []Finding) {
	r := &reader{fsys: fsys, as: ref}
	return r.definition()
}

// definition reads the folder and tells what was found.
func (r *reader) definition() (*Definition, []Finding) {
	if info, err := fs.Stat(r.fsys, "App"); err == nil && info.IsDir() {
		r.folder = "App"
	}
	r.soft = r.soft || r.madeForAltinn()
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
		r.soft = false
		r.add(r.path(metadataFile), 0, SeverityError, "without it there is no app")
		return d
	}
	r.reportPrograms()
	r.checkContentTypes(d, &s)
	r.readTexts(d)
	r.readProcess(d, &s)
	r.readPolicy(d)
	r.readOptions(d)
	r.readSettings(d)
	r.completeProcess(d)
	r.completePolicy(d)
	r.readModels(d, &s)
	sets := r.readSets(d)
	for _, set := range sets {
		r.readPages(d, set)
	}
	r.guessModels(d)
	r.readRules(d)
	for _, set := range d.Sets {
		r.bindSet(d, set)
	}
	r.linkSubforms(d)
	for _, set := range d.Sets {
		r.linkSet(d, set)
	}
	soft := r.soft
	r.soft = false // these files are ours alone
	r.readRoles(d)
	r.readHandovers(d)
	r.readCasework(d)
	r.soft = soft
	r.checkMetadata(d, &s)
	r.checkPrefill(d)
	r.checkActions(d)
	r.checkAcross(d, &s)
	r.putNotices(d)
	var err error
	if d.Hash, err = hash(r.fsys); err != nil {
		r.add(".", 0, SeverityError, "%v", err)
	}
	return d
}

// hash gives the SHA-256, in hex, of every file's path and content. Scenarios change nothing of
// the app.
func hash(fsys fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(fsys, ".", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && e.Name() == scenarioFolder {
			return fs.SkipDir
		}
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
