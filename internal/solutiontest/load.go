package solutiontest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"stafett/internal/app"
)

// read are the app definitions that this process has read, by what the folder holds: reading them
// is the dearest part of a test's set-up, and a definition never changes once it is read.
var read struct {
	sync.Mutex
	folders map[[sha256.Size]byte]*reading
}

// reading is one folder as it was read, once.
type reading struct {
	once        sync.Once
	definitions []*app.Definition
	findings    []app.Finding
}

// LoadAll is app.LoadAll, but a folder that holds the same as one before is not read again.
func LoadAll(files fs.FS) ([]*app.Definition, []app.Finding) {
	sum, err := digest(files)
	if err != nil {
		return app.LoadAll(files) // which tells what is wrong
	}
	read.Lock()
	r := read.folders[sum]
	if r == nil {
		r = &reading{}
		if read.folders == nil {
			read.folders = map[[sha256.Size]byte]*reading{}
		}
		read.folders[sum] = r
	}
	read.Unlock()
	r.once.Do(func() { r.definitions, r.findings = app.LoadAll(files) })
	return slices.Clone(r.definitions), slices.Clone(r.findings)
}

// digest tells one folder's content from another's: every path, and what stands there.
func digest(files fs.FS) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	err = fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			_, err = fmt.Fprintf(h, "%q folder\n", path)
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%q %d\n%s", path, len(content), content)
		return err
	})
	return [sha256.Size]byte(h.Sum(nil)), err
}
