package main

import (
	"errors"
	"io/fs"
	"os"

	"stafett/apps"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/register"
)

// registerFile stands beside the organisations' folders, for development.
const registerFile = "register.json"

// postcodesFile stands there too, in production as well: it is about nobody.
const postcodesFile = "postcodes.json"

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

// loadApps loads every folder and checks the apps together. An app with an error is left out.
func loadApps(c Config) ([]catalogue.Folder, []app.Finding) {
	var folders []catalogue.Folder
	var all []*app.Definition
	var findings []app.Finding
	for _, files := range c.folders() {
		defs, found := app.LoadAll(files)
		folders = append(folders, catalogue.Folder{Files: files, Definitions: defs})
		all, findings = append(all, defs...), append(findings, found...)
	}
	return folders, append(findings, app.Check(all)...)
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
