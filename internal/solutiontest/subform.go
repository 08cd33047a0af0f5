package solutiontest

import (
	"embed"
	"io/fs"

	"stafett/internal/core"
)

//go:embed testdata/subform
var subform embed.FS

// Berths is an app whose form lists boats, each of which is a form of its own.
var Berths = core.AppRef{Org: "nordvik", App: "batplass"}

// SubformApps is a folder of apps that has Berths and nothing else.
func SubformApps() fs.FS {
	// The folder is compiled in.
	apps, _ := fs.Sub(subform, "testdata/subform")
	return apps
}
