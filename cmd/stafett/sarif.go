package main

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"stafett/internal/app"
)

// jsonFinding is a finding as check -format json writes it.
type jsonFinding struct {
	App      string       `json:"app,omitempty"`
	File     string       `json:"file"`
	Line     int          `json:"line,omitempty"`
	Severity app.Severity `json:"severity"`
	Code     string       `json:"code"`
	Message  string       `json:"message"`
	// Do says what to do about it.
	Do string `json:"do"`
}

func writeJSON(out io.Writer, c checked) error {
	return indented(out, map[string]any{
		"apps": c.loaded, "errors": c.errors(), "findings": jsonFindings(c.findings),
	})
}

func jsonFindings(all []app.Finding) []jsonFinding {
	list := []jsonFinding{}
	for _, f := range all {
		item := jsonFinding{File: f.File, Line: f.Line, Severity: f.Severity, Code: f.Code,
			Message: f.Message, Do: f.Do()}
		if f.App.App != "" {
			item.App = f.App.String()
		}
		list = append(list, item)
	}
	return list
}

func indented(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// The parts of SARIF 2.1.0 (OASIS) that are used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		About sarifText `json:"shortDescription"`
		Help  sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
)

var sarifLevels = map[app.Severity]string{
	app.SeverityError: "error", app.SeverityWarning: "warning", app.SeverityInfo: "note",
}

// writeSARIF writes the findings for code review tools. Addresses are relative, as folders were
// named: to the working folder, which is then the root of the code.
func writeSARIF(out io.Writer, c checked) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "stafett check"}}, Results: []sarifResult{}}
	index := map[string]int{}
	for i, r := range app.Rules() {
		index[r.Code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules,
			sarifRule{r.Code, sarifText{r.About}, sarifText{r.Do}})
	}
	for _, f := range c.findings {
		at := sarifPhysical{Artifact: sarifArtifact{sarifURI(f.File)}}
		if f.Line > 0 {
			at.Region = &sarifRegion{f.Line}
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Code, RuleIndex: index[f.Code], Level: sarifLevels[f.Severity],
			Message: sarifText{f.Message + ". " + f.Do()}, Locations: []sarifLocation{{at}},
		})
	}
	return indented(out, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// sarifURI gives a file's path as an address relative to the working folder.
func sarifURI(file string) string {
	if here, err := os.Getwd(); err == nil && filepath.IsAbs(file) {
		if relative, err := filepath.Rel(here, file); err == nil {
			file = relative
		}
	}
	return (&url.URL{Path: filepath.ToSlash(file)}).String()
}
