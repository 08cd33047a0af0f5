package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/register"
	"stafett/internal/theme"
)

// registerFile stands beside the organisations' folders, for development.
const registerFile = "register.json"

// postcodesFile stands there too, in production as well: it is about nobody.
const postcodesFile = "postcodes.json"

// unitsFile stands there too: the parts that organisations give cases to.
const unitsFile = "units.json"

// folders gives the folders with app definitions: the configured ones, else apps in the working
// folder, else what is built in.
func (c Config) folders() []fs.FS {
	var out []fs.FS
	for _, folder := range c.Apps {
		out = append(out, os.DirFS(folder))
	}
	if len(out) > 0 {
		return out
	}
	if _, err := os.Stat("apps/" + registerFile); err == nil {
		return []fs.FS{os.DirFS("apps")}
	}
	return []fs.FS{apps.FS}
}

// themes gives the colours and logos of the organisations of every folder, and what is wrong with them.
func (c Config) themes() (list []theme.Theme, found []app.Finding) {
	for _, files := range c.folders() {
		themes, wrong := app.LoadThemes(files)
		list, found = append(list, themes...), append(found, wrong...)
	}
	return list, found
}

// loadApps loads every folder and checks the apps together. An app with an error is left out.
func loadApps(c Config) ([]catalogue.Folder, []app.Finding) {
	var folders []catalogue.Folder
	var all []*app.Definition
	var findings []app.Finding
	load := c.load
	if load == nil {
		load = app.LoadAll
	}
	for _, files := range c.folders() {
		defs, found := load(files)
		folders = append(folders, catalogue.Folder{Files: files, Definitions: defs})
		all, findings = append(all, defs...), append(findings, found...)
		findings = append(findings, checkUnits(files, defs)...)
	}
	return folders, append(findings, app.Check(all)...)
}

// readApps begins to read the definitions, while the database opens, and gives what waits for them.
func readApps(c Config) func() ([]catalogue.Folder, []app.Finding) {
	read := sync.OnceValues(func() ([]catalogue.Folder, []app.Finding) { return loadApps(c) })
	go read()
	return read
}

// readRegister reads the first register that stands in a folder.
func readRegister(folders []catalogue.Folder) (*register.Register, error) {
	for _, f := range folders {
		r, err := register.Load(f.Files, registerFile)
		if !errors.Is(err, fs.ErrNotExist) {
			return r, err
		}
	}
	return &register.Register{}, nil
}

// postalPlaces gives the register of the first postcodes that stand in a folder; nil for none.
func postalPlaces(c Config) (func(postcode string) string, error) {
	for _, files := range c.folders() {
		p, err := register.LoadPostcodes(files, postcodesFile)
		if err == nil {
			return p.Place, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return nil, nil
}

// units gives the parts of organisations that every folder declares.
func units(c Config) ([]core.Unit, error) {
	var out []core.Unit
	for _, files := range c.folders() {
		list, err := register.LoadUnits(files, unitsFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// checkUnits tells what is wrong with a folder's units: a file that cannot be read, and roles that
// no app of the organisation describes, whose people would be nobody.
func checkUnits(files fs.FS, defs []*app.Definition) []app.Finding {
	list, err := register.LoadUnits(files, unitsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	found := func(severity app.Severity, message string) app.Finding {
		return app.Finding{File: unitsFile, Severity: severity, Code: app.CodeUnits, Message: message}
	}
	if err != nil {
		return []app.Finding{found(app.SeverityError, err.Error())}
	}
	var out []app.Finding
	for _, u := range list {
		for _, role := range u.Roles {
			described := slices.ContainsFunc(defs, func(d *app.Definition) bool {
				return d.Ref.Org == u.Org &&
					slices.ContainsFunc(d.Roles, func(r app.Role) bool { return r.Code == role })
			})
			if !described {
				out = append(out, found(app.SeverityWarning,
					fmt.Sprintf("%s has the role %s, which no app of %s describes", u.Name, role, u.Org)))
			}
		}
	}
	return out
}
