package form

import (
	"encoding/json"
	"regexp"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/schema"
)

// Calculate completes a document: every row gets an id, and every calculated field its value.
// The document that is given is not changed. A calculation that fails leaves its field as it is.
func Calculate(d *app.Definition, dataType string, doc core.Document, in Input) core.Document {
	v := newView(d, entrySet(d, in.Instance.Process.Task, dataType), &in)
	v.data = make(map[string]core.Document, len(in.Data)+1)
	for other, data := range in.Data {
		v.data[other] = data
	}
	return calculate(d, dataType, schema.Clone(doc), v)
}

// maxPasses is how often calculations are gone through: one may need another's result.
const maxPasses = 5

// calculate works on the document itself; v gives the surroundings.
func calculate(d *app.Definition, dataType string, doc core.Document, v *view) core.Document {
	identify(dataType, doc, v.in.Instance.ID)
	m := d.Models[dataType]
	if m == nil || len(m.Calculations) == 0 {
		return doc
	}
	// A calculation reads its own data type unless it says otherwise.
	set, frames := v.set, v.frames
	if set.DataType != dataType {
		v.set = &app.LayoutSet{DataType: dataType}
	}
	v.data[dataType], v.frames = doc, nil
	defer func() { v.set, v.frames, v.args = set, frames, nil }()
	for range maxPasses {
		changed := false
		for i := range m.Calculations {
			c := &m.Calculations[i]
			v.eachPath(dataType, c.Path, func(path string) {
				changed = v.calculateOne(m, c, doc, path) || changed
			})
		}
		if !changed {
			break
		}
	}
	return doc
}

// calculateOne sets one calculated field; it tells whether that changed anything.
func (v *view) calculateOne(m *app.Model, c *app.Calculation, doc core.Document, path string) bool {
	v.args = []any{path}
	value, err := c.Expression.Eval(v, expr.Any)
	if err != nil {
		return false
	}
	fitted, ok := fit(m.Schema, c.Path, value)
	if !ok || same(schema.Get(doc, path), fitted) {
		return false
	}
	return schema.Set(doc, path, fitted) == nil
}

// fit turns a calculated value into one of the field's type; ok is false when it is none.
func fit(model *schema.Schema, path string, value any) (fitted any, ok bool) {
	f, known := model.Field(path)
	if !known {
		return nil, false
	}
	switch x := value.(type) {
	case nil:
		return nil, true
	case string:
		if f.Type == "string" {
			return x, true
		}
		if n := json.Number(x); f.Type == "number" || f.Type == "integer" {
			return fitNumber(f, n)
		}
		converted, err := model.Convert(path, x)
		return converted, err == nil
	case json.Number:
		if f.Type == "string" {
			return x.String(), true
		}
		return fitNumber(f, x)
	case bool:
		if f.Type == "string" {
			return asText(x), true
		}
		return x, f.Type == "boolean"
	}
	return nil, false
}

// decimal is a number as form data may hold it: no exponent, no words.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,27})(\.[0-9]{1,27})?$`)

// fitNumber takes a number as expressions write it, with a full stop; a whole one may be written
// with a fraction of noughts.
func fitNumber(f schema.Field, n json.Number) (any, bool) {
	if !decimal.MatchString(n.String()) {
		return nil, false
	}
	if f.Type == "number" {
		return n, true
	}
	whole, fraction, _ := strings.Cut(n.String(), ".")
	if f.Type != "integer" || strings.Trim(fraction, "0") != "" {
		return nil, false
	}
	return json.Number(whole), true
}
