package app

import (
	"fmt"
	"slices"
	"strings"

	"stafett/internal/core"
)

// Finding is something that is not as it should be in an app's files. An error keeps the app
// from being served; a warning does not.
type Finding struct {
	// File is the path within the folder that was loaded; Line counts from 1, and is 0 where
	// the whole file, or its absence, is meant.
	File     string
	Line     int
	Severity Severity
	Message  string
	// Code names the rule that was broken (see Rules); it never changes.
	Code string
	App  core.AppRef
}

// String gives "nordvik/app/App/config/x.json:12: error: what is wrong".
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	fmt.Fprintf(&b, ": %s: %s", f.Severity, f.Message)
	return b.String()
}

// HasErrors tells whether any of the findings is an error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// findings collects what is found in one folder.
type findings struct {
	list []Finding
	// soft makes warnings of errors: see LoadBrought. wrong counts the errors all the same.
	soft  bool
	wrong int
}

func (f *findings) add(file string, line int, s Severity, format string, args ...any) {
	f.tell(codeOf(format), &value{file: file, line: line}, s, format, args...)
}

// tell adds a finding of a rule, where a value stands.
func (f *findings) tell(code string, at *value, s Severity, format string, args ...any) {
	if s == SeverityError {
		f.wrong++
		if f.soft {
			s = SeverityWarning
		}
	}
	f.list = append(f.list, Finding{
		File: at.file, Line: at.line, Severity: s, Code: code, Message: fmt.Sprintf(format, args...),
	})
}

// errorAt tells of an error at a value; warnAt of something that does not stop the app.
func (f *findings) errorAt(v *value, format string, args ...any) {
	f.add(v.file, v.line, SeverityError, format, args...)
}

func (f *findings) warnAt(v *value, format string, args ...any) {
	f.add(v.file, v.line, SeverityWarning, format, args...)
}

// sorted gives the findings by file and line, each once.
func (f *findings) sorted() []Finding {
	slices.SortStableFunc(f.list, func(a, b Finding) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return slices.Compact(f.list)
}
