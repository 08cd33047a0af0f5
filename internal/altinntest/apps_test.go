package altinntest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stafett/internal/app"
	"stafett/internal/core"
)

// folder is one app's folder, and what it is called.
type folder struct {
	name string
	fsys fs.FS
}

// appFolders gives the apps of STAFETT_ALTINN_APPS (colon-separated; else of the folder
// shared/altinn-apps beside the checkout, where there is one); named tells that the variable is
// set. A folder may be an app itself, or hold apps, up to two levels down.
func appFolders(t *testing.T) (list []folder, named bool) {
	t.Helper()
	variable := os.Getenv("STAFETT_ALTINN_APPS")
	roots := strings.Split(variable, ":")
	if variable == "" {
		roots = []string{filepath.Join("..", "..", "..", "shared", "altinn-apps")}
	}
	for _, root := range roots {
		for _, pattern := range []string{"", "*", "*/*"} {
			names, err := filepath.Glob(filepath.Join(root, pattern))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, name := range names {
				if base := filepath.Base(name); base != "App" && app.HasApp(os.DirFS(name)) {
					list, found = append(list, folder{base, os.DirFS(name)}), true
				}
			}
			if found {
				break
			}
		}
	}
	return list, variable != ""
}

// tally counts cases, and prints a line for each that fails.
type tally struct {
	t             *testing.T
	cases, failed int
}

// check counts one case; why is empty for one that is as it should be.
func (c *tally) check(what string, why ...string) {
	c.t.Helper()
	c.cases++
	if len(why) > 0 {
		c.failed++
		c.t.Errorf("%s: %s", what, strings.Join(why, "; "))
	}
}

// TestAltinnApps tries every app of the folders that it is given.
func TestAltinnApps(t *testing.T) {
	list, named := appFolders(t)
	if len(list) == 0 && !named {
		t.Skip("there are no Altinn apps beside the checkout: STAFETT_ALTINN_APPS names folders of them")
	}
	c := &tally{t: t}
	place := newPlace(t)
	for _, f := range list {
		d := tryLoading(c, f)
		if d == nil {
			continue
		}
		drawEverything(c, f.name, d)
		if reason := notDeclared(f, d); reason != "" {
			t.Logf("%s is drawn and not filled in: %s", f.name, reason)
			continue
		}
		c.check(f.name+" is filled in and sent", place.send(t, d, f.fsys)...)
	}
	if c.cases == 0 {
		t.Error("no app was tried")
	}
	t.Logf("cases: %d, failed: %d", c.cases, c.failed)
}

// tryLoading loads an app; nil when that fails.
func tryLoading(c *tally, f folder) *app.Definition {
	ref := core.AppRef{Org: "ttd", App: slug(f.name)}
	d, found := app.LoadBrought(f.fsys, ref)
	if d == nil {
		var errors []string
		for _, x := range found {
			if x.Severity == app.SeverityError {
				errors = append(errors, x.String())
			}
		}
		c.check(f.name+" loads", errors...)
		return nil
	}
	c.check(f.name + " loads")
	return d
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes an app's name of a folder's.
func slug(name string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// notDeclared tells why an app cannot be filled in by its files alone; "" when it can.
func notDeclared(f folder, d *app.Definition) string {
	_, found := app.LoadBrought(f.fsys, d.Ref)
	for _, x := range found {
		runs := x.Code == "csharp" || x.Code == "javascript" ||
			strings.Contains(x.Message, "is made by C#")
		lacks := x.Code == "file-missing" && strings.HasPrefix(x.Message, "there is no ")
		if x.Severity == app.SeverityWarning && (runs || lacks) {
			return x.String()
		}
	}
	if first, err := d.Process.Start(nil); err != nil || d.SetFor(first.Task) == nil {
		return fmt.Sprintf("its first task has no form (%v)", err)
	}
	return ""
}
