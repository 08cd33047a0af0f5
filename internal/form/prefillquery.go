package form

import (
	"maps"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// CodeUnknown is the code of a parameter that no prefill file of the app names.
const CodeUnknown = schema.CodeUnknown

// CodePersonal is the code of a person's number in an address, where none may stand.
const CodePersonal = "personal"

// CheckQuery tells whether the parameters of an address fit what the app's form begins with: a
// *PrefillError names those that do not. Parameters that mailings and ads add say nothing.
func CheckQuery(d *app.Definition, query map[string]string) error {
	for _, t := range d.Meta.DataTypes {
		if m := d.Models[t.ID]; m != nil && d.Begins(t) {
			if err := prefillQuery(d, m, core.Document{}, query); err != nil {
				return err
			}
		}
	}
	return asPrefillError(unnamed(d, query))
}

// prefillQuery puts in what the address said: it was said on purpose, and goes before what the
// registers know.
func prefillQuery(
	d *app.Definition, m *app.Model, doc core.Document, query map[string]string,
) error {
	wrong := unnamed(d, query)
	names := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		path, ok := m.Prefill.Query[name]
		if !ok || personNumber(query[name]) {
			continue
		}
		value, err := m.Schema.Convert(path, query[name])
		if err != nil || schema.Set(doc, path, value) != nil {
			wrong = append(wrong, schema.Violation{Path: name, Code: schema.CodeType})
		}
		names[path] = name
	}
	for _, v := range m.Schema.Check(doc) {
		if name, ok := names[v.Path]; ok && v.Code != schema.CodeRequired {
			wrong = append(wrong, schema.Violation{Path: name, Code: v.Code})
		}
	}
	return asPrefillError(wrong)
}

func asPrefillError(wrong []schema.Violation) error {
	if len(wrong) == 0 {
		return nil
	}
	return &PrefillError{wrong}
}

// unnamed gives the parameters that no prefill file names, and those that must not be there.
func unnamed(d *app.Definition, query map[string]string) []schema.Violation {
	var wrong []schema.Violation
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case personNumber(query[name]) || personNumber(name):
			wrong = append(wrong, schema.Violation{Path: name, Code: CodePersonal})
		case !app.PassedOver(name) && !namesParameter(d, name):
			wrong = append(wrong, schema.Violation{Path: name, Code: CodeUnknown})
		}
	}
	return wrong
}

func namesParameter(d *app.Definition, name string) bool {
	return slices.ContainsFunc(d.Meta.DataTypes, func(t app.DataType) bool {
		m := d.Models[t.ID]
		return m != nil && d.Begins(t) && m.Prefill.Query[name] != ""
	})
}

// personNumber tells whether a text is a person's number, however it is set apart.
func personNumber(s string) bool {
	return core.ValidPersonNumber(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-\u00a0", r) {
			return -1
		}
		return r
	}, s))
}
