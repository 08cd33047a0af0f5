package relaytest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// Kind is what a field of a model holds.
type Kind string

// The kinds: five of single values, and two that hold fields.
const (
	Text    Kind = "text"
	Whole   Kind = "whole"
	Decimal Kind = "decimal"
	Yes     Kind = "yes"
	Date    Kind = "date"
	Object  Kind = "object"
	Rows    Kind = "rows"
)

var singles = []Kind{Text, Text, Whole, Decimal, Yes, Date}

// Field is a field of a model; the model itself is an object without a name.
type Field struct {
	Name   string
	Kind   Kind
	Fields []*Field
	// Hidden tells that the page never shows the question: its answer is no part of what is sent.
	Hidden bool
}

// place is a field with its path from some object or row.
type place struct {
	path  string
	field *Field
}

// below gives the fields that can be reached without going into rows.
func (f *Field) below(keep func(*Field) bool) []place {
	var out []place
	for _, child := range f.Fields {
		if keep(child) {
			out = append(out, place{child.Name, child})
		}
		if child.Kind != Object {
			continue
		}
		for _, p := range child.below(keep) {
			out = append(out, place{child.Name + "." + p.path, p.field})
		}
	}
	return out
}

func isSingle(f *Field) bool { return f.Kind != Object && f.Kind != Rows }
func isRows(f *Field) bool   { return f.Kind == Rows }
func isObject(f *Field) bool { return f.Kind == Object }

// clone gives a copy that the page shows whole.
func (f *Field) clone() *Field {
	out := &Field{Name: f.Name, Kind: f.Kind}
	for _, child := range f.Fields {
		out.Fields = append(out.Fields, child.clone())
	}
	return out
}

// take adds the fields of another model that are not there by name.
func (f *Field) take(other *Field) {
	for _, theirs := range other.Fields {
		mine := f.child(theirs.Name)
		if mine == nil {
			f.Fields = append(f.Fields, theirs.clone())
			continue
		}
		mine.take(theirs)
	}
}

func (f *Field) child(name string) *Field {
	for _, child := range f.Fields {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// maker makes up what no other part of the solution has.
type maker struct {
	*rand.Rand
	n int
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func (m *maker) name() string {
	m.n++
	return fmt.Sprintf("f%d", m.n)
}

// first is the day from which made-up dates are counted.
var first = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

// value makes up a value that stands nowhere else; of yes and no there are only two.
func (m *maker) value(k Kind) any {
	m.n++
	switch k {
	case Whole:
		return json.Number(fmt.Sprint(1_000_000 + m.n))
	case Decimal:
		return json.Number(fmt.Sprintf("%d.5", 2_000_000+m.n))
	case Yes:
		return m.chance(50)
	case Date:
		return first.AddDate(0, 0, m.n).Format(time.DateOnly)
	}
	return fmt.Sprintf("verdi-%d-æ", m.n)
}

// fields makes up what an object or a row holds; deep is how many levels may be inside.
func (m *maker) fields(most, deep int) []*Field {
	var out []*Field
	for range 1 + m.IntN(most) {
		f := &Field{Name: m.name(), Kind: singles[m.IntN(len(singles))]}
		if deep > 0 && m.chance(35) {
			f.Kind = []Kind{Object, Rows}[m.IntN(2)]
			f.Fields = m.fields(3, deep-1)
		}
		out = append(out, f)
	}
	return out
}

// answers makes up a document; now and then a question is not answered.
func (m *maker) answers(f *Field) map[string]any {
	out := map[string]any{}
	for _, child := range f.Fields {
		switch {
		case child.Name == Answers:
		case child.Kind == Object:
			if inner := m.answers(child); len(inner) > 0 {
				out[child.Name] = inner
			}
		case child.Kind == Rows:
			var rows []any
			for range m.IntN(4) {
				rows = append(rows, m.answers(child))
			}
			if len(rows) > 0 {
				out[child.Name] = rows
			}
		case m.chance(85):
			out[child.Name] = m.value(child.Kind)
		}
	}
	return out
}
