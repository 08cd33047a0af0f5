package app

import (
	"encoding/json"
	"strings"

	"stafett/internal/schema"
)

// guessModels gives each form data type of a brought app that has no model file, because its
// model is a C# class, the model that its pages are bound to: single fields are texts.
func (r *reader) guessModels(d *Definition) {
	if !r.soft {
		return
	}
	for _, t := range d.Meta.DataTypes {
		if !t.Form || d.Models[t.ID] != nil {
			continue
		}
		root := shape{}
		for _, set := range d.Sets {
			for _, page := range set.Pages {
				for c := range page.All {
					root.add(set, c, t.ID)
				}
			}
		}
		raw, err := json.Marshal(root.schema(false))
		if err != nil {
			continue
		}
		if model, err := schema.Load(raw, ""); err == nil {
			d.Models[t.ID] = &Model{Schema: model}
		}
	}
}

// shape is a model as the pages' bindings show it: the fields of an object; nil members are
// single fields.
type shape map[string]*branch

type branch struct {
	list   bool
	fields shape
}

func (s shape) add(set *LayoutSet, c *Component, dataType string) {
	for name, b := range c.Bindings {
		from := b.DataType
		if from == "" {
			from = set.DataType
		}
		if from != dataType {
			continue
		}
		at, steps := s, strings.Split(plainPath(b.Field), ".")
		for i, step := range steps {
			if step == "" {
				break
			}
			if at[step] == nil {
				at[step] = &branch{fields: shape{}}
			}
			if i == len(steps)-1 && name == BindingGroup {
				at[step].list = true
			}
			at = at[step].fields
		}
	}
}

// schema writes the shape as JSON Schema.
func (s shape) schema(list bool) map[string]any {
	properties := map[string]any{}
	for name, b := range s {
		if len(b.fields) == 0 && !b.list {
			properties[name] = map[string]any{"type": "string"}
			continue
		}
		properties[name] = b.fields.schema(b.list)
	}
	object := map[string]any{"type": "object", "properties": properties}
	if list {
		return map[string]any{"type": "array", "items": object}
	}
	return object
}
