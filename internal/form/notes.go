package form

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"stafett/internal/app"
)

// note tells whether an issue stops nobody.
func (i Issue) note() bool {
	return i.Severity == app.SeverityWarning || i.Severity == app.SeverityInfo ||
		i.Severity == app.SeveritySuccess
}

// Errors gives the issues that stop a person.
func Errors(issues []Issue) []Issue { return ofSeverity(issues, app.SeverityError) }

// Told gives the issues that tell something and stop nobody: information and success.
func Told(issues []Issue) []Issue {
	return ofSeverity(issues, app.SeverityInfo, app.SeveritySuccess)
}

// Questioned gives the warnings: each asks whether the answer is meant.
func Questioned(issues []Issue) []Issue { return ofSeverity(issues, app.SeverityWarning) }

func ofSeverity(issues []Issue, which ...app.Severity) []Issue {
	var out []Issue
	for _, i := range issues {
		if slices.Contains(which, i.Severity) {
			out = append(out, i)
		}
	}
	return out
}

// AskMark stands for a set of warnings: a person who posts it has seen these, and goes on
// although. It is "" for none, and tells nothing of what was answered.
func AskMark(warnings []Issue) string {
	if len(warnings) == 0 {
		return ""
	}
	sum := sha256.New()
	for _, w := range warnings {
		sum.Write([]byte(w.Path + "\x00" + w.Message + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Notes gives what the app's rules tell of a page as it stands, whatever is pressed.
func Notes(d *app.Definition, set *app.LayoutSet, page string, in Input) []Issue {
	for dataType := range in.Data {
		m := d.Models[dataType]
		if m == nil || !slices.ContainsFunc(m.Validations, func(v app.Validation) bool {
			return v.Severity == app.SeverityInfo || v.Severity == app.SeveritySuccess
		}) {
			continue
		}
		return Told(ValidatePage(d, set, page, in))
	}
	return nil
}
