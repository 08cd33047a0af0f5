// Package newapp holds the files of a new app, for `stafett new`: a small one that runs at once,
// in three languages. It writes nothing; its caller does.
package newapp

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"stafett/internal/core"
)

// Kinds are the kinds of app that can be made: a form that people fill in, and a case that an
// organisation handles.
var Kinds = []string{"form", "case"}

//go:embed template
var templates embed.FS

// names are what organisations and apps may be called: they are parts of addresses.
var names = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// Files gives the files of a new app by their paths in its folder. It is an error when the name
// cannot be one, or the kind is none.
func Files(ref core.AppRef, kind string) (map[string][]byte, error) {
	if !names.MatchString(ref.Org) || !names.MatchString(ref.App) {
		return nil, fmt.Errorf("%s: org and app are 2 to 40 letters a–z, digits and hyphens, and begin"+
			" with a letter", ref)
	}
	if !slices.Contains(Kinds, kind) {
		return nil, fmt.Errorf("kind is %s, not %q", strings.Join(Kinds, " or "), kind)
	}
	fill := strings.NewReplacer("{{org}}", ref.Org, "{{app}}", ref.App)
	out := map[string][]byte{}
	root := "template/" + kind
	err := fs.WalkDir(templates, root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := templates.ReadFile(path)
		out[strings.TrimPrefix(path, root+"/")] = []byte(fill.Replace(string(raw)))
		return err
	})
	return out, err
}
