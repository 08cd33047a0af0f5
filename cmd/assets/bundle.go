package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// output is one file of the bundle.
type output struct {
	name string // hashed
	of   string // the file it was made from, "" when it was made from many and is no entry
	data []byte
}

// bundle builds the front end of the checkout at root.
func bundle(root string) ([]output, error) {
	if _, err := os.Stat(filepath.Join(root, "node_modules", "htmx.org")); err != nil {
		return nil, errors.New("the npm packages are missing: run npm ci first")
	}
	options, err := buildOptions(root)
	if err != nil {
		return nil, err
	}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return nil, buildError(result.Errors)
	}
	return outputs(result)
}

// buildOptions tells esbuild what to make. Images are entries too, so that they get hashed names.
func buildOptions(root string) (api.BuildOptions, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return api.BuildOptions{}, fmt.Errorf("finding the checkout: %w", err)
	}
	images, err := filepath.Glob(filepath.Join(abs, "static", "img", "*"))
	if err != nil {
		return api.BuildOptions{}, fmt.Errorf("listing the images: %w", err)
	}
	return api.BuildOptions{
		AbsWorkingDir:     abs,
		EntryPoints:       append([]string{"static/css/app.css", "static/js/app.js"}, images...),
		Outdir:            "static/dist",
		EntryNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Loader: map[string]api.Loader{
			".woff2": api.LoaderFile, ".svg": api.LoaderCopy, ".png": api.LoaderCopy,
		},
		Target:        api.ES2022,
		Format:        api.FormatIIFE,
		LegalComments: api.LegalCommentsNone,
		Metafile:      true,
	}, nil
}

func buildError(messages []api.Message) error {
	var all []error
	for _, m := range messages {
		text := m.Text
		if m.Location != nil {
			text = fmt.Sprintf("%s:%d: %s", m.Location.File, m.Location.Line, m.Text)
		}
		all = append(all, errors.New(text))
	}
	return errors.Join(all...)
}

// outputs finds which source each file came from, for the manifest.
func outputs(result api.BuildResult) ([]output, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string
			Inputs     map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, fmt.Errorf("reading what the bundler tells: %w", err)
	}
	sources := map[string]string{}
	for out, m := range meta.Outputs {
		source := m.EntryPoint
		if source == "" && len(m.Inputs) == 1 {
			for only := range m.Inputs {
				source = only
			}
		}
		if source != "" {
			sources[path.Base(out)] = path.Base(source)
		}
	}
	var files []output
	for _, f := range result.OutputFiles {
		name := filepath.Base(f.Path)
		files = append(files, output{name: name, of: sources[name], data: f.Contents})
	}
	return files, nil
}
