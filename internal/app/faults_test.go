package app_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/core"
)

const (
	// leastFaults is how many faults are planted at least, and perKind how many of each kind.
	leastFaults = 200
	perKind     = 4
	// leastFound is the share that must be found, in percent.
	leastFound = 95
	// leastKinds is how many kinds must have had something to break.
	leastKinds = 20
)

// solution is the example apps in memory, loaded once; a fault is planted in one file of one app.
type solution struct {
	files map[string]fstest.MapFS
	defs  []*app.Definition
	known map[app.Finding]bool
}

// nameless is a finding without its line, which a fault elsewhere in the file may move.
func nameless(f app.Finding) app.Finding {
	f.Line = 0
	return f
}

func newSolution(t testing.TB) *solution {
	t.Helper()
	s := &solution{files: map[string]fstest.MapFS{}, known: map[app.Finding]bool{}}
	defs, found := app.LoadAll(apps.FS)
	for _, f := range append(found, app.Check(defs)...) {
		s.known[nameless(f)] = true
		if f.Severity == app.SeverityError {
			t.Errorf("an error in the example apps: %s", f)
		}
	}
	s.defs = defs
	for _, d := range defs {
		files := fstest.MapFS{}
		err := fs.WalkDir(apps.FS, d.Folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(apps.FS, path)
			files[strings.TrimPrefix(path, d.Folder+"/")] = &fstest.MapFile{Data: raw}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.files[d.Folder] = files
	}
	return s
}

// with gives what is found anew when one file of an app is another.
func (s *solution) with(folder, file, content string) []app.Finding {
	files := fstest.MapFS{}
	for name, f := range s.files[folder] {
		files[name] = f
	}
	files[file] = &fstest.MapFile{Data: []byte(content)}
	d, found := app.LoadAs(files, core.AppRef{})
	for i := range found {
		found[i].File = folder + "/" + found[i].File
	}
	var defs []*app.Definition
	for _, other := range s.defs {
		if other.Folder != folder {
			defs = append(defs, other)
		}
	}
	if d != nil {
		d.Folder = folder
		defs = append(defs, d)
	}
	found = append(found, app.Check(defs)...)
	return slices.DeleteFunc(found, func(f app.Finding) bool { return s.known[nameless(f)] })
}

// place is where a fault of a kind can be planted.
type place struct {
	folder, file string
	from, to     int
	// others are what stands at the other places of the same file.
	others []string
}

func (s *solution) places(k kind) []place {
	var out []place
	for _, d := range s.defs {
		for file, f := range s.files[d.Folder] {
			if !k.file.MatchString(file) {
				continue
			}
			text := string(f.Data)
			at := k.at.FindAllStringSubmatchIndex(text, -1)
			var others []string
			for _, m := range at {
				others = append(others, text[m[2]:m[3]])
			}
			for _, m := range at {
				out = append(out, place{d.Folder, file, m[2], m[3], others})
			}
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		return strings.Compare(a.folder+a.file, b.folder+b.file)*1_000_000 + a.from - b.from
	})
	return out
}

// TestCheck_FindsSeededFaults plants faults in the example apps and looks for a finding that was
// not there before, in the file with the fault or in one that the fault shows in.
func TestCheck_FindsSeededFaults(t *testing.T) {
	t.Parallel()
	seed := uint64(20261124)
	if s := os.Getenv("STAFETT_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed: %d (STAFETT_SEED sets another)", seed)
	rng := rand.New(rand.NewPCG(seed, seed))
	s := newSolution(t)
	faults, found, planted := 0, 0, 0
	for _, k := range kinds {
		all := s.places(k)
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		n, hits := 0, 0
		for _, p := range all {
			if n == perKind {
				break
			}
			ok, done := s.plant(t, rng, k, p)
			if !done {
				continue
			}
			n++
			if ok {
				hits++
			}
		}
		t.Logf("%s: faults: %d, found: %d", k.name, n, hits)
		if n > 0 {
			planted++
		}
		faults, found = faults+n, found+hits
	}
	t.Logf("kinds: %d, faults: %d, found: %d", planted, faults, found)
	if faults < leastFaults || planted < leastKinds {
		t.Errorf("planted %d faults of %d kinds, want %d of %d", faults, planted, leastFaults, leastKinds)
	}
	if found*100 < faults*leastFound {
		t.Errorf("found %d of %d faults, want %d %%", found, faults, leastFound)
	}
}

// plant tells whether a fault at a place is found; done is false where the change is none.
func (s *solution) plant(t *testing.T, rng *rand.Rand, k kind, p place) (ok, done bool) {
	t.Helper()
	text := string(s.files[p.folder][p.file].Data)
	old := text[p.from:p.to]
	now := k.change(rng, old, p.others)
	if now == old {
		return false, false
	}
	list := s.with(p.folder, p.file, text[:p.from]+now+text[p.to:])
	ok = slices.ContainsFunc(list, func(f app.Finding) bool {
		return f.File == p.folder+"/"+p.file || k.also != nil && k.also.MatchString(f.File)
	})
	if !ok {
		line := 1 + strings.Count(text[:p.from], "\n")
		t.Logf("not found: %s: %s/%s:%d: %q → %q: got %v", k.name, p.folder, p.file, line, old, now, list)
	}
	return ok, true
}

// kind is one way in which people get a file wrong. The first group of at is replaced.
type kind struct {
	name     string
	file, at *regexp.Regexp
	change   func(rng *rand.Rand, old string, others []string) string
	// also are files in which the fault may rightly be told, beside the one that it is in.
	also *regexp.Regexp
}
