package app

import (
	"errors"
	"strings"

	"stafett/internal/schema"
)

// readModels reads the schema, rules, calculations and prefill of every form data type.
func (r *reader) readModels(d *Definition, s *source) {
	d.Models = map[string]*Model{}
	for _, t := range d.Meta.DataTypes {
		if !t.Form {
			continue
		}
		file := "models/" + t.ID + ".schema.json"
		raw, ok := r.jsonBytes(file)
		if !ok {
			r.errorAt(s.dataTypes[t.ID], "the data type %s has no model: %s is missing", t.ID, r.path(file))
			continue
		}
		model, err := schema.Load(raw, s.classes[t.ID])
		if bad, ok := errors.AsType[*schema.Error](err); ok {
			r.add(r.path(file), bad.Line, SeverityError, "#%s: %s", bad.Pointer, bad.Msg)
			continue
		}
		if err != nil {
			r.add(r.path(file), 0, SeverityError, "%v", err)
			continue
		}
		d.Models[t.ID] = &Model{Schema: model}
	}
}

// readRules reads what belongs to the models, once all of them are there: an expression may
// read another data type.
func (r *reader) readRules(d *Definition) {
	for _, t := range d.Meta.DataTypes {
		if m := d.Models[t.ID]; m != nil {
			r.readValidations(d, t.ID, m)
			r.readCalculations(d, t.ID, m)
			r.readPrefill(t.ID, m)
			m.index()
		}
	}
}

// field finds a field of a model by its path without indexes; a missing one is an error at v.
func (r *reader) field(d *Definition, dataType, path string, v *value) (schema.Field, bool) {
	m := d.Models[dataType]
	if t, ok := d.DataType(dataType); m == nil && ok && t.Form {
		// That its model is missing or wrong has been told.
		return schema.Field{}, false
	}
	if m == nil {
		r.errorAt(v, "there is no form data type %q", dataType)
		return schema.Field{}, false
	}
	f, ok := m.Schema.Field(plainPath(path))
	if !ok {
		r.errorAt(v, "the field %s is not in the model %s%s", path, dataType,
			suggestion(plainPath(path), fieldPaths(m.Schema)))
	}
	return f, ok
}

// plainPath takes the indexes out of a path.
func plainPath(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	var b strings.Builder
	depth := 0
	for _, c := range path {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (r *reader) readCalculations(d *Definition, dataType string, m *Model) {
	v := r.json("models/" + dataType + ".calculation.json")
	for path, item := range r.object(v.get("calculations"), "calculations").members {
		if r.object(item, "a calculation") == nil {
			continue
		}
		f, ok := r.field(d, dataType, path, item)
		if !ok {
			continue
		}
		if f.Type == "object" || f.Type == "array" {
			r.errorAt(item, "%s is not a single field: it cannot be calculated", path)
			continue
		}
		e := r.expression(item.get("expression"), "expression")
		if e == nil {
			if item.get("expression") == nil {
				r.errorAt(item, "the calculation of %s has no expression", path)
			}
			continue
		}
		r.checkReads(d, nil, dataType, e, item.get("expression"))
		m.Calculations = append(m.Calculations, Calculation{Path: path, Expression: e, line: item.line})
	}
}
