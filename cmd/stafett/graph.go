package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/catalogue"
	"stafett/internal/core"
	"stafett/internal/solution"
	"stafett/internal/text"
	"stafett/templates/page"
)

// The formats of graph, beside formatText.
const (
	formatSVG  = "svg"
	formatDOT  = "dot"
	formatHTML = "html"
)

// graph draws the apps as one solution, from their definitions: those in the folders that are
// named, or else those that serve would load.
func graph(ctx context.Context, c Config, args []string, out io.Writer) error {
	lang, format := c.own["lang"], c.own["format"]
	switch {
	case !slices.Contains([]string{formatSVG, formatText, formatDOT, formatHTML}, format):
		return &usageError{"format: must be svg, text, dot or html"}
	case !slices.Contains(text.Languages, lang):
		return &usageError{"lang: must be " + strings.Join(text.Languages, ", ")}
	}
	apps, organisation, err := drawnApps(c, args)
	if err != nil {
		return err
	}
	p := access.Solution(lang, apps, organisation)
	switch format {
	case formatText:
		return p.WriteText(out)
	case formatDOT:
		return p.WriteDOT(out)
	case formatHTML:
		return page.SolutionFile{Picture: p}.Render(ctx, out)
	}
	return solution.Draw(p).WriteFile(out)
}

// drawnApps gives the apps of the folders, and what the register beside them calls organisations.
func drawnApps(
	c Config, names []string,
) ([]*app.Definition, func(number string) string, error) {
	var folders []catalogue.Folder
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			return nil, nil, &usageError{"there is no folder " + name}
		}
		defs, _ := loadFolder(name)
		folders = append(folders, catalogue.Folder{Files: os.DirFS(name), Definitions: defs})
	}
	if len(names) == 0 {
		folders, _ = loadApps(c)
	}
	var apps []*app.Definition
	for _, f := range folders {
		apps = append(apps, f.Definitions...)
	}
	if len(apps) == 0 {
		return nil, nil, &usageError{
			"graph: there are no apps; stafett check tells why one cannot be loaded"}
	}
	people, err := readRegister(folders)
	if err != nil {
		return nil, nil, err
	}
	return apps, func(number string) string {
		for _, p := range people.Parties {
			if p.Kind == core.PartyOrganisation && p.Number == number {
				return p.Name
			}
		}
		return ""
	}, nil
}
