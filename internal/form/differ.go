package form

import (
	"bytes"
	"slices"
	"strings"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// Difference is one question that is answered otherwise in a later version, as it is read.
type Difference struct {
	// Path is the field, and Question what was asked.
	Path, Question string
	// Before and After are the answer's lines; empty for none. Long tells of running text.
	Before, After []string
	Long          bool
	// Rows are those that differ, for a list of rows.
	Rows []RowDifference
	// Added and Removed are the names of attachments.
	Added, Removed []string
	// Conflict tells that somebody else had changed the answer: it is Kept, or in KeptRows.
	Conflict bool
	Kept     []string
	KeptRows []string
}

// RowDifference is one row: Before is empty for an added one, After for one that was removed.
type RowDifference struct{ Before, After string }

// Differences gives what is answered otherwise in the later of two versions, question by question
// in the order of the forms.
func Differences(
	d *app.Definition, sets []*app.LayoutSet, before, after Input,
) []Difference {
	return differences(told(d, sets, before), told(d, sets, after))
}

// told sums up forms so that two versions can be compared.
func told(d *app.Definition, sets []*app.LayoutSet, in Input) []Section {
	in.ReadOnly = true
	var out []Section
	for _, set := range sets {
		out = append(out, Summarise(d, set, in, SummaryOptions{HideEmpty: true, Rows: true})...)
	}
	return out
}

func differences(before, after []Section) []Difference {
	was, is := answersOf(before), answersOf(after)
	var out []Difference
	for _, k := range inOrder(was.keys, is.keys) {
		if d, differs := differ(was.of[k], is.of[k]); differs {
			out = append(out, d)
		}
	}
	return out
}

// inOrder gives the keys of both lists in their order: what is only in the first stands behind
// what it stood behind there.
func inOrder(first, second []answerKey) []answerKey {
	out := slices.Clone(second)
	at := 0
	for _, k := range first {
		if i := slices.Index(out, k); i >= 0 {
			at = i + 1
			continue
		}
		out = slices.Insert(out, at, k)
		at++
	}
	return out
}

// answerKey tells answers apart: one field may stand under two questions.
type answerKey struct{ path, question string }

// answers are those of a summary, each key once, in order.
type answers struct {
	of   map[answerKey]Answer
	keys []answerKey
}

func answersOf(sections []Section) answers {
	out := answers{of: map[answerKey]Answer{}}
	for _, s := range sections {
		for _, a := range s.Answers {
			k := answerKey{a.Path, a.Question}
			if _, known := out.of[k]; !known {
				out.keys = append(out.keys, k)
			}
			out.of[k] = a
		}
	}
	return out
}

func differ(was, is Answer) (Difference, bool) {
	d := Difference{Path: is.Path, Question: is.Question, Long: is.Long || was.Long}
	if d.Path == "" {
		d.Path, d.Question = was.Path, was.Question
	}
	if !slices.Equal(was.Lines, is.Lines) {
		d.Before, d.After = was.Lines, is.Lines
	}
	d.Rows = rowDifferences(was.Rows, is.Rows)
	d.Removed, d.Added = fileNames(was.Files, is.Files), fileNames(is.Files, was.Files)
	return d, len(d.Before)+len(d.After)+len(d.Rows)+len(d.Removed)+len(d.Added) > 0
}

// fileNames gives the names of the files that are not among the others.
func fileNames(files, others []File) []string {
	var out []string
	left := slices.Clone(others)
	for _, f := range files {
		i := slices.IndexFunc(left, func(o File) bool {
			return o.Name == f.Name && bytes.Equal(o.SHA256, f.SHA256)
		})
		if i < 0 {
			out = append(out, f.Name)
		} else {
			left = slices.Delete(left, i, i+1)
		}
	}
	return out
}

// rowDifferences leaves out the longest run of rows that both have in the same order. Of the
// rest, what stands between the same two is taken as changed, row by row.
func rowDifferences(was, is []string) []RowDifference {
	var out []RowDifference
	i, j := 0, 0
	gap := func(toI, toJ int) {
		for ; i < toI || j < toJ; i, j = min(i+1, toI), min(j+1, toJ) {
			var d RowDifference
			if i < toI {
				d.Before = was[i]
			}
			if j < toJ {
				d.After = is[j]
			}
			out = append(out, d)
		}
	}
	for _, p := range common(was, is) {
		gap(p[0], p[1])
		i, j = p[0]+1, p[1]+1
	}
	gap(len(was), len(is))
	return out
}

// common gives the places of a longest list of texts that stand in both, in order.
func common(a, b []string) [][2]int {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// Corrected gives what a correction changed in an instance, as its own forms ask it: the sets are
// those that the reader is shown. What else such a change shows or hides is left out: it is the
// instance's own.
func Corrected(
	d *app.Definition, sets []*app.LayoutSet, in Input, c core.Correction,
) []Difference {
	before := told(d, sets, versionOf(in, c, func(f core.FieldChange) any { return f.Before }, true))
	after := told(d, sets, versionOf(in, c, func(f core.FieldChange) any { return f.After }, false))
	left := told(d, sets, versionOf(in, c, func(f core.FieldChange) any { return f.Kept }, true))
	kept := map[string]Answer{}
	for _, s := range left {
		for _, a := range s.Answers {
			kept[a.Path] = a
		}
	}
	var out []Difference
	for _, one := range differences(before, after) {
		if corrects(&one, c, kept) {
			out = append(out, one)
		}
	}
	return out
}

// versionOf gives the input as it was before or after a correction; of the attachments only those
// that the other one has not.
func versionOf(
	in Input, c core.Correction, value func(core.FieldChange) any, removed bool,
) Input {
	in.Data, in.Elements = cloneAll(in.Data), nil
	for _, f := range c.Changes {
		if in.Data[f.DataType] == nil {
			in.Data[f.DataType] = core.Document{}
		}
		// What does not fit the document any more is asked by no question either.
		_ = schema.Set(in.Data[f.DataType], f.Path, value(f))
	}
	for _, f := range c.Files {
		if f.Removed == removed {
			in.Elements = append(in.Elements, core.DataElement{
				ID: uuid.NewSHA1(uuid.Nil, f.SHA256), Type: f.DataType, Filename: f.Filename,
				SHA256: f.SHA256,
			})
		}
	}
	return in
}

// corrects tells whether the difference is of what was corrected, and fills in what was left as
// somebody else had made it.
func corrects(d *Difference, c core.Correction, kept map[string]Answer) bool {
	own := len(d.Added)+len(d.Removed) > 0
	for _, f := range c.Changes {
		if f.Path != d.Path && !strings.HasPrefix(d.Path, f.Path+"[") {
			continue
		}
		own = true
		if f.Conflict {
			d.Conflict, d.Kept, d.KeptRows = true, kept[d.Path].Lines, kept[d.Path].Rows
		}
	}
	for _, f := range c.Files {
		if f.Kept && slices.Contains(d.Removed, f.Filename) {
			d.Conflict, d.Kept = true, append(d.Kept, f.Filename)
		}
	}
	return own
}
