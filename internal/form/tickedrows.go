package form

import (
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/schema"
)

// tickedRows gives how a choice is kept as rows; nil for anything else.
func tickedRows(c *app.Component) *app.ChoiceRows {
	if p, ok := c.Props.(*app.ChoiceProps); ok {
		return p.Rows
	}
	return nil
}

// ticked gives the chosen values of a choice that is kept as rows; nil for none.
func (v *view) ticked(c *app.Component, rows *app.ChoiceRows) any {
	list, _ := v.at(c.Source.DataType, c.Steps).([]any)
	var out []any
	for _, row := range list {
		value := inRow(row, rows.ValueSteps)
		if !empty(value) && (rows.Checked == "" || inRow(row, rows.CheckedSteps) == true) {
			out = append(out, asText(value))
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func inRow(row any, steps []schema.Step) any { return first(collect([]any{row}, steps)) }

// putTicked stores chosen values as rows: a row for each, those that were there kept. The row of
// what is no longer chosen goes, or stays unchecked where the layout says so.
func (b *binder) putTicked(c *app.Component, rows *app.ChoiceRows, value any) bool {
	chosen, _ := value.([]any)
	values := texts(chosen)
	list, _ := b.at(c.Source.DataType, c.Steps).([]any)
	kept := make([]any, 0, len(values))
	for _, row := range list {
		object, ok := row.(map[string]any)
		if !ok {
			continue
		}
		stored := asText(inRow(row, rows.ValueSteps))
		at := slices.Index(values, stored)
		if at >= 0 {
			values = slices.Delete(values, at, at+1)
		} else if !c.Props.(*app.ChoiceProps).Soft {
			continue
		}
		b.mark(object, rows, at >= 0)
		kept = append(kept, row)
	}
	for _, s := range values {
		if row := b.tickedRow(c, rows, s); row != nil {
			kept = append(kept, row)
		}
	}
	if len(kept) == 0 {
		schema.Delete(b.data[c.Source.DataType], b.path(c))
		return true
	}
	return schema.Set(b.data[c.Source.DataType], b.path(c), kept) == nil
}

func (b *binder) mark(row map[string]any, rows *app.ChoiceRows, chosen bool) {
	if rows.Checked != "" {
		// The field was checked when the app was loaded: there is room for it.
		_ = schema.Set(row, rows.Checked, chosen)
	}
}

// tickedRow makes the row of a newly chosen option; nil when the model has no room for the value.
func (b *binder) tickedRow(c *app.Component, rows *app.ChoiceRows, s string) map[string]any {
	value, err := b.d.Models[c.Source.DataType].Schema.Convert(rows.ValuePath, s)
	if err != nil {
		return nil
	}
	row := map[string]any{}
	if schema.Set(row, rows.Value, value) != nil {
		return nil
	}
	b.mark(row, rows, true)
	if rows.Label != "" {
		_ = schema.Set(row, rows.Label, strings.Join(b.labels(c, []any{s}), ","))
	}
	return row
}

// putLabel stores what the chosen options are called, where the layout wants that too.
func (b *binder) putLabel(c *app.Component, value any) {
	binding := c.Bindings[app.BindingLabel]
	if binding.Field == "" || tickedRows(c) != nil {
		return
	}
	if binding.DataType == "" {
		binding.DataType = b.set.DataType
	}
	steps, err := b.d.Steps(binding.Field)
	doc := b.data[binding.DataType]
	if err != nil || doc == nil {
		return
	}
	path := b.indexed(binding.DataType, binding.Field, steps)
	if empty(value) {
		schema.Delete(doc, path)
		return
	}
	labels := b.labels(c, value)
	var stored any = strings.Join(labels, ",")
	if f, ok := b.d.Models[binding.DataType].Schema.Field(binding.Field); ok && f.Type == "array" {
		list := make([]any, len(labels))
		for i, s := range labels {
			list[i] = s
		}
		stored = list
	}
	// The field was checked when the app was loaded: there is room for it.
	_ = schema.Set(doc, path, stored)
}
