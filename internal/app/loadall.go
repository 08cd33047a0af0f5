package app

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"stafett/internal/core"
)

// LoadAll loads every folder that has an app in it: <org>/<app>, or a folder of any name whose
// app tells its id itself. A broken app is left out, and the others load; what Check finds across
// them is not in here.
func LoadAll(fsys fs.FS) ([]*Definition, []Finding) {
	var defs []*Definition
	var all findings
	at := map[core.AppRef]string{}
	folders := appFolders(fsys, &all)
	read := make([]loaded, len(folders))
	var reading sync.WaitGroup
	for n, folder := range folders {
		reading.Go(func() { read[n] = loadFolder(fsys, folder) })
	}
	reading.Wait()
	for n, folder := range folders {
		if err := read[n].err; err != nil {
			all.add(folder, 0, SeverityError, "%v", err)
			continue
		}
		d, found := read[n].definition, read[n].found
		if d != nil {
			if why := misplaced(d, folder, at); why != "" {
				found = append(found, Finding{File: metadataPath(read[n].files), Line: 1, Severity: SeverityError,
					Code: "app-id", App: d.Ref, Message: why})
				d = nil
			}
		}
		for _, f := range found {
			f.File = path.Join(folder, f.File)
			if f.App == (core.AppRef{}) {
				f.App = FolderRef(folder)
			}
			all.list = append(all.list, f)
		}
		if d != nil {
			d.Folder, at[d.Ref] = folder, folder
			defs = append(defs, d)
		}
	}
	return defs, all.list
}

// loaded is what a folder holds, of which the apps are read side by side.
type loaded struct {
	files      fs.FS
	definition *Definition
	found      []Finding
	err        error
}

func loadFolder(fsys fs.FS, folder string) (l loaded) {
	if l.files, l.err = fs.Sub(fsys, folder); l.err == nil {
		l.definition, l.found = LoadAs(l.files, FolderRef(folder))
	}
	return l
}

// misplaced tells of an app whose id is another than its <org>/<app> folder, and of a second app
// with the same id: it would be found at neither.
func misplaced(d *Definition, folder string, at map[core.AppRef]string) string {
	if strings.Contains(folder, "/") && d.Ref.String() != folder {
		return fmt.Sprintf("id is %s, but the folder is %s", d.Ref, folder)
	}
	if other := at[d.Ref]; other != "" {
		return fmt.Sprintf("the app in %s has the id %s too", other, d.Ref)
	}
	return ""
}

func metadataPath(fsys fs.FS) string {
	if _, err := fs.Stat(fsys, metadataFile); err != nil {
		return "App/" + metadataFile
	}
	return metadataFile
}

// HasApp tells whether a folder is an app's own: with the files under App or at its root.
func HasApp(fsys fs.FS) bool {
	_, err := fs.Stat(fsys, metadataPath(fsys))
	return err == nil
}

// appFolders gives the folders that hold an app, one or two levels down, sorted.
func appFolders(fsys fs.FS, all *findings) []string {
	found := map[string]bool{}
	for _, pattern := range []string{
		"*/" + metadataFile, "*/App/" + metadataFile, "*/*/" + metadataFile, "*/*/App/" + metadataFile,
	} {
		paths, err := fs.Glob(fsys, pattern)
		if err != nil {
			all.add(".", 0, SeverityError, "%v", err)
		}
		for _, p := range paths {
			found[strings.TrimSuffix(strings.TrimSuffix(p, "/"+metadataFile), "/App")] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// testOrg is Altinn's code for test apps: the organisation of an app that names none, in a folder
// that names none.
const testOrg = "ttd"

// unnamed are the characters that an app's name cannot have.
var unnamed = regexp.MustCompile(`[^a-z0-9]+`)

// FolderRef gives the organisation and the app that a folder's path names: its last two parts,
// of which App is none.
func FolderRef(folder string) core.AppRef {
	parts := strings.Split(strings.TrimSuffix(path.Clean(folder), "/App"), "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && unnamed.ReplaceAllString(parts[len(parts)-2], "-") == parts[len(parts)-2] {
		return core.AppRef{Org: parts[len(parts)-2], App: last}
	}
	return core.AppRef{Org: testOrg, App: strings.Trim(
		unnamed.ReplaceAllString(strings.ToLower(last), "-"), "-")}
}
