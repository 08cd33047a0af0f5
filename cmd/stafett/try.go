package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/register"
	"stafett/internal/scenario"
)

// appFolder is a folder of apps with the people beside them.
type appFolder struct {
	// prefix is put before the paths of what is found.
	prefix string
	files  fs.FS
	apps   []*app.Definition
}

// tried is what came of the scenarios.
type tried struct {
	apps, scenarios, expectations int
	failures                      []failed
	findings                      []app.Finding
}

// failed is one expectation that did not come true.
type failed struct {
	app      core.AppRef
	App      string `json:"app"`
	Scenario string `json:"scenario"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Hint     string `json:"hint,omitempty"`
}

var (
	errScenarios   = errors.New("scenarios do not go as they are written")
	errNoScenarios = errors.New("there are no scenarios: they are written in <org>/<app>/scenarios")
)

// try plays the scenarios of the apps in the folders, or those that serve would load: in memory,
// without a database. It fails when an expectation does not come true, and when there is none.
func try(ctx context.Context, c Config, args []string, out io.Writer) error {
	format := c.own["format"]
	if format != formatText && format != formatJSON {
		return &usageError{"format: must be text or json"}
	}
	one := func() error {
		came, err := tryFolders(checkedFolders(c, args), c.own["app"])
		if err != nil {
			return err
		}
		return came.write(out, format)
	}
	if c.own["watch"] == off {
		return one()
	}
	return tryOnChange(ctx, checkedFolders(c, args), one, out)
}

// tryOnChange plays them again whenever a file has changed, until ctx ends.
func tryOnChange(
	ctx context.Context, folders []string, one func() error, out io.Writer,
) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	seen := ""
	for {
		now, err := fingerprint(folders)
		if err != nil {
			return err
		}
		if now != seen {
			seen = now
			if err := one(); err != nil {
				fmt.Fprintln(out, "stafett:", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// tryFolders loads the solutions and plays their scenarios; names narrows them to some apps. Of a
// folder that is one app's own, the solution round it is loaded, and the app's scenarios played.
func tryFolders(folders []string, names string) (tried, error) {
	var came tried
	var all []appFolder
	for _, name := range folders {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			return came, &usageError{fmt.Sprintf("there is no folder %s", name)}
		}
		if app.HasApp(os.DirFS(name)) {
			absolute, err := filepath.Abs(name)
			if err != nil {
				return came, err
			}
			names = strings.Trim(names+","+app.FolderRef(filepath.ToSlash(absolute)).String(), ",")
			name = filepath.Join(name, "..", "..")
		}
		all = append(all, appFolder{
			prefix: filepath.ToSlash(filepath.Clean(name)), files: os.DirFS(name),
		})
	}
	if folders == nil {
		all = append(all, appFolder{files: Config{}.folders()[0]})
	}
	var defs []*app.Definition
	for i := range all {
		var found []app.Finding
		all[i].apps, found = app.LoadAll(all[i].files)
		for _, d := range all[i].apps {
			d.Folder = path.Join(all[i].prefix, d.Folder)
		}
		defs = append(defs, all[i].apps...)
		came.note(all[i].prefix, found)
	}
	refs, err := refsOf(names)
	if err != nil {
		return came, err
	}
	people, err := peopleOf(all)
	if err != nil {
		return came, err
	}
	came.play(all, defs, people, refs)
	return came, nil
}

// note keeps the errors of the files that were read.
func (t *tried) note(prefix string, found []app.Finding) {
	for _, f := range found {
		if f.Severity == app.SeverityError {
			f.File = path.Join(prefix, f.File)
			t.findings = append(t.findings, f)
		}
	}
}

// peopleOf reads the first register that stands in a folder.
func peopleOf(all []appFolder) (scenario.People, error) {
	for _, s := range all {
		r, err := register.Load(s.files, registerFile)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return scenario.People{}, err
		}
		p := scenario.People{Roles: r.Held(time.Now())}
		for _, party := range r.Parties {
			p.Parties = append(p.Parties, party.Core())
		}
		return p, nil
	}
	return scenario.People{}, nil
}

// play plays the scenarios of every app, or of those that are named, each in a world of its own.
func (t *tried) play(
	all []appFolder, defs []*app.Definition, people scenario.People, refs []core.AppRef,
) {
	apps := scenario.Apps{}
	for _, d := range defs {
		apps[d.Ref] = d
	}
	now := time.Now()
	for _, s := range all {
		for _, d := range s.apps {
			if len(refs) > 0 && !slices.Contains(refs, d.Ref) {
				continue
			}
			list, found := s.scenarios(d)
			t.note("", found)
			if len(list) > 0 {
				t.apps++
			}
			cast := people.With(d.Ref.Org, list)
			for _, one := range list {
				t.add(d.Ref, one, scenario.Stage{
					Org: d.Ref.Org, Apps: apps, People: cast, Now: now,
					World: scenario.NewMemory(apps, cast, now),
				}.Play(one))
			}
		}
	}
}

// scenarios reads an app's scenarios, with paths as the person who runs them sees them.
func (s appFolder) scenarios(d *app.Definition) ([]*app.Scenario, []app.Finding) {
	within := strings.TrimPrefix(strings.TrimPrefix(d.Folder, s.prefix), "/")
	own, err := fs.Sub(s.files, within)
	if err != nil {
		return nil, []app.Finding{{
			File: d.Folder, App: d.Ref, Severity: app.SeverityError, Message: err.Error(),
		}}
	}
	list, found := app.ReadScenarios(own, d.Ref)
	for _, one := range list {
		one.File = path.Join(d.Folder, one.File)
	}
	for i := range found {
		found[i].File = path.Join(d.Folder, found[i].File)
	}
	return list, found
}

func (t *tried) add(ref core.AppRef, one *app.Scenario, r scenario.Result) {
	t.scenarios++
	t.expectations += r.Expectations
	for _, f := range r.Failures {
		t.failures = append(t.failures, failed{
			app: ref, App: ref.String(), Scenario: one.Name, File: one.File, Line: f.Line,
			Expected: f.Expected, Got: f.Got, Hint: f.Hint,
		})
	}
}

// write tells what came of it, and is an error when not everything is as it should be.
func (t tried) write(out io.Writer, format string) error {
	var err error
	if format == formatJSON {
		err = t.writeJSON(out)
	} else {
		err = t.writeText(out)
	}
	switch {
	case err != nil:
		return err
	case len(t.findings) > 0:
		return errMending
	case len(t.failures) > 0:
		return errScenarios
	case t.expectations == 0:
		return errNoScenarios
	}
	return nil
}

// asFindings gives what came of it as what is found in the apps' files.
func (t tried) asFindings() []app.Finding {
	out := t.findings
	for _, f := range t.failures {
		message := fmt.Sprintf("expected that %s, but got: %s", f.Expected, f.Got)
		if f.Hint != "" {
			message += " (" + f.Hint + ")"
		}
		out = append(out, app.Finding{
			File: f.File, Line: f.Line, Severity: app.SeverityError, Code: app.CodeScenario,
			Message: message, App: f.app,
		})
	}
	return out
}

func (t tried) writeText(out io.Writer) error {
	var b strings.Builder
	for _, f := range t.findings {
		fmt.Fprintf(&b, "%s [%s]\n    %s\n", f, f.Code, f.Do())
	}
	for _, f := range t.failures {
		fmt.Fprintf(&b, "%s:%d: expected that %s\n    got: %s\n", f.File, f.Line, f.Expected, f.Got)
		if f.Hint != "" {
			fmt.Fprintf(&b, "    hint: %s\n", f.Hint)
		}
	}
	fmt.Fprintf(&b, "%d scenarios of %d apps, %d expectations, %d of them not met\n", t.scenarios,
		t.apps, t.expectations, len(t.failures))
	_, err := io.WriteString(out, b.String())
	return err
}

func (t tried) writeJSON(out io.Writer) error {
	return indented(out, map[string]any{
		"apps": t.apps, "scenarios": t.scenarios, "expectations": t.expectations,
		"failures": append([]failed{}, t.failures...), "findings": jsonFindings(t.findings),
	})
}
