package form

import (
	"testing"

	"stafett/internal/app"
)

func TestNotes_WhatStopsAsksAndTellsIsKeptApart(t *testing.T) {
	t.Parallel()
	d, set := soknad(t)
	in := input(t, whole1)
	in.Shown = []Issue{
		{Path: "soker.epost", Message: "feil", Severity: app.SeverityError},
		{Path: "soker.epost", Message: "sikker?", Severity: app.SeverityWarning},
		{Path: "soker.epost", Message: "fint", Severity: app.SeveritySuccess},
	}
	in.Ask = AskMark(Questioned(in.Shown))
	p := Build(d, set, "soker", in)
	if len(p.Issues) != 1 || len(p.Notes) != 2 || p.Ask != in.Ask || p.Ask == "" {
		t.Errorf("issues %v, notes %v, ask %q", p.Issues, p.Notes, p.Ask)
	}
	if n := node(t, p, "soker-epost"); len(n.Issues) != 1 || n.Issues[0].Message != "feil" {
		t.Errorf("at the question: %v", n.Issues)
	}
	if len(Errors(in.Shown)) != 1 || len(Told(in.Shown)) != 1 || AskMark(nil) != "" ||
		AskMark(in.Shown[1:2]) == AskMark(in.Shown[2:3]) {
		t.Error("severities or marks are mixed up")
	}
}
