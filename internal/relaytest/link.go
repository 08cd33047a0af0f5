package relaytest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Link is a handover from one app to another.
type Link struct {
	ID string
	To *App
	// When is nil where it always happens.
	When *Expr
	// Back: nothing is made; what is mapped goes into the instance that this one came from.
	Back bool
	// AtEnd: when the process has ended, not when the first task is left.
	AtEnd   bool
	Prefill []Prefill
	Rows    []RowMap
	// Data maps data types of the target to those of the source.
	Data map[string]string
	// ToSource: whoever began the matter owns what is made; else the organisation does.
	ToSource bool
	// Language is "" for the applicant's.
	Language string
}

// Prefill is a single field of the target, and what goes into it.
type Prefill struct {
	Target string
	Kind   Kind
	Value  *Expr
}

// RowMap makes rows of a list from rows of another; From is "" for one row of the form itself.
type RowMap struct {
	Target, From string
	Fields       []FieldMap
	Rows         []RowMap
}

// FieldMap is a field of a row.
type FieldMap struct {
	Target, Source string
	Kind           Kind
}

// PDF is the source's data type that stands for the submission as PDF.
const PDF = "ref-data-as-pdf"

// link makes up a handover, and gives the target what it takes to receive it.
func (m *maker) link(from, to *App, number int) *Link {
	l := &Link{
		ID: fmt.Sprintf("h%d", number), To: to, Data: map[string]string{},
		AtEnd: !from.Waits && m.chance(30), ToSource: m.chance(30),
		Language: []string{"", "", "nn", "en"}[m.IntN(4)],
	}
	to.Citizens = to.Citizens || l.ToSource
	source := from.model().below(isSingle)
	if m.chance(40) {
		l.When = m.condition(source)
	}
	if m.chance(15) {
		// The whole document, and a field of it that is laid over it.
		to.model().take(from.model())
		l.Data[MainForm] = MainForm
		over := source[m.IntN(len(source))]
		if over.field.Kind == Text {
			l.Prefill = append(l.Prefill, Prefill{over.path, Text, literal(m.value(Text))})
		}
	}
	for range 1 + m.IntN(5) {
		l.Prefill = append(l.Prefill, m.prefill(source, to))
	}
	for _, list := range from.model().below(isRows) {
		if r, ok := m.rows(list, m.home(to)); ok && list.field.Name != Answers && m.chance(80) {
			l.Rows = append(l.Rows, r)
		}
	}
	if m.chance(20) {
		l.Rows = append(l.Rows, m.oneRow(source, to))
	}
	m.data(l, from, to)
	if from.Waits && !to.answersTo(from) && m.chance(70) {
		to.Links = append(to.Links, m.back(from, to))
	}
	return l
}

// data makes up which files and which other documents go along.
func (m *maker) data(l *Link, from, to *App) {
	for _, t := range append([]string{PDF}, from.FileTypes...) {
		if m.chance(50) {
			target := m.name()
			to.FileTypes = append(to.FileTypes, target)
			l.Data[target] = t
		}
	}
	for _, f := range from.Forms[1:] {
		if m.chance(50) {
			target := m.name()
			to.Forms = append(to.Forms, &Form{target, f.Model.clone()})
			l.Data[target] = f.ID
		}
	}
}

func (a *App) answersTo(other *App) bool {
	return slices.ContainsFunc(a.Links, func(l *Link) bool { return l.Back && l.To == other })
}

// back makes up the way back: a row for the instance that this one came from.
func (m *maker) back(to, from *App) *Link {
	var fields []FieldMap
	texts := from.model().below(isSingle)
	for _, target := range []string{"en", "to"} {
		p := texts[m.IntN(len(texts))]
		fields = append(fields, FieldMap{target, p.path, Text})
	}
	return &Link{ID: "tilbake-" + to.Name, To: to, Back: true, Data: map[string]string{},
		Rows: []RowMap{{Target: Answers, Fields: fields}}}
}

// home picks an object of the target's model to put a field in: its path and itself.
func (m *maker) home(to *App) place {
	all := append([]place{{"", to.model()}}, to.model().below(isObject)...)
	if m.chance(30) {
		added := &Field{Name: m.name(), Kind: Object}
		to.model().Fields = append(to.model().Fields, added)
		return place{added.Name + ".", added}
	}
	p := all[m.IntN(len(all))]
	if p.path != "" {
		p.path += "."
	}
	return p
}

// prefill makes up a value for a field of its own.
func (m *maker) prefill(source []place, to *App) Prefill {
	value, kind := m.expression(source)
	if m.chance(30) {
		kind = Text // any single value can be written as a text
	} else if kind == Whole && m.chance(20) {
		kind = Decimal
	}
	home := m.home(to)
	f := &Field{Name: m.name(), Kind: kind}
	home.field.Fields = append(home.field.Fields, f)
	return Prefill{home.path + f.Name, kind, value}
}

func (m *maker) pick(source []place) place { return source[m.IntN(len(source))] }

// expression makes up what is handed over in a single field, and its kind.
func (m *maker) expression(source []place) (*Expr, Kind) {
	p := m.pick(source)
	switch m.IntN(9) {
	case 0:
		k := singles[m.IntN(len(singles))]
		if k == Date {
			k = Text
		}
		return literal(m.value(k)), k
	case 1:
		return &Expr{Op: "concat", Args: []*Expr{literal(m.value(Text)), path(p)}}, Text
	case 2:
		other := m.pick(source)
		if other.field.Kind != p.field.Kind {
			other = p
		}
		return &Expr{Op: "if", Args: []*Expr{m.condition(source), path(p), path(other)}}, p.field.Kind
	case 3:
		return m.condition(source), Yes
	}
	return path(p), p.field.Kind
}

// condition makes up a question about an answer. It is never about the answer's real value, which
// is not known yet: what holds is what is answered, and what is not.
func (m *maker) condition(source []place) *Expr {
	p := m.pick(source)
	op := []string{"equals", "notEquals", "notEquals", "notEquals"}[m.IntN(4)]
	switch {
	case p.field.Kind == Yes:
		return &Expr{Op: op, Args: []*Expr{path(p), literal(m.chance(50))}}
	case m.chance(40):
		return &Expr{Op: op, Args: []*Expr{path(p), literal(nil)}}
	case p.field.Kind == Whole || p.field.Kind == Decimal:
		return &Expr{Op: op, Args: []*Expr{path(p), literal(json.Number("7"))}}
	}
	return &Expr{Op: op, Args: []*Expr{path(p), literal("noe annet")}}
}

// rows makes up how the rows of a list become rows of a new one; false where there is nothing in
// them to hand over.
func (m *maker) rows(list, home place) (RowMap, bool) {
	to := &Field{Name: m.name(), Kind: Rows}
	out := RowMap{Target: home.path + to.Name, From: list.path}
	for _, p := range list.field.below(isSingle) {
		if m.chance(70) {
			kind := p.field.Kind
			if m.chance(20) {
				kind = Text
			}
			f := &Field{Name: m.name(), Kind: kind}
			to.Fields = append(to.Fields, f)
			out.Fields = append(out.Fields, FieldMap{f.Name, p.path, kind})
		}
	}
	for _, p := range list.field.below(isRows) {
		if inner, ok := m.rows(p, place{"", to}); ok && m.chance(80) {
			out.Rows = append(out.Rows, inner)
		}
	}
	if len(out.Fields)+len(out.Rows) == 0 {
		return out, false
	}
	home.field.Fields = append(home.field.Fields, to)
	return out, true
}

// oneRow makes up one row of the form itself.
func (m *maker) oneRow(source []place, to *App) RowMap {
	list := &Field{Name: m.name(), Kind: Rows}
	to.model().Fields = append(to.model().Fields, list)
	out := RowMap{Target: list.Name}
	for range 1 + m.IntN(3) {
		p := m.pick(source)
		f := &Field{Name: m.name(), Kind: p.field.Kind}
		list.Fields = append(list.Fields, f)
		out.Fields = append(out.Fields, FieldMap{f.Name, p.path, p.field.Kind})
	}
	return out
}
