package form

import (
	"encoding/json"
	"fmt"
	"strings"

	"stafett/internal/app"
	"stafett/internal/expr"
)

// DisplayValue gives what a component shows, as it is read: the answer to a question, an address
// on one line, a value that is worked out. Nil when it is hidden; an error for components that
// show no value.
func (v *view) DisplayValue(id string) (any, error) {
	c := v.set.Component(id)
	if c == nil {
		return nil, expr.UnknownComponent(id)
	}
	shown, ok := v.displayed(c)
	if !ok {
		return nil, fmt.Errorf("Component with identifier %s does not have a displayValue", id)
	}
	if v.hiddenAnywhere(c) {
		return nil, nil
	}
	return shown, nil
}

// displayed gives what a component shows; false for one that shows no value.
func (v *view) displayed(c *app.Component) (string, bool) {
	switch p := c.Props.(type) {
	case *app.AddressProps:
		return v.addressLine(c), true
	case *app.DisplayProps:
		return v.shownValue(c, p), true
	case *app.DateProps:
		return formatDate(v.lang, p.Format, asText(v.value(c))), true
	case *app.FileUploadProps:
		var names []string
		for _, e := range v.attached(c) {
			names = append(names, e.Filename)
		}
		return strings.Join(names, ", "), true
	case *app.ListProps:
		at := p.Shown
		if at.DataType == "" {
			at.DataType = v.set.DataType
		}
		steps, err := v.d.Steps(at.Field)
		if at.Field == "" || err != nil {
			return "", false
		}
		return asText(v.at(at.DataType, steps)), true
	}
	switch {
	case c.Type == app.TypeRepeatingGroup || c.Source.Field == "":
		return "", false
	case c.Type == app.TypeMap:
		return strings.ReplaceAll(asText(v.value(c)), ",", ", "), true
	}
	return v.display(c, v.value(c)), true
}

// addressLine gives the answers of an address on one line.
func (v *view) addressLine(c *app.Component) string {
	var parts []string
	for _, part := range c.Children {
		if s := asText(v.value(part)); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// shownValue gives the value of a component that asks for nothing.
func (v *view) shownValue(c *app.Component, p *app.DisplayProps) string {
	s, err := p.Value.Text(v, "")
	if err != nil {
		return ""
	}
	switch c.Type {
	case app.TypeNumber:
		if s == "" {
			return ""
		}
		return v.formatted(p.Formatting, json.Number(s))
	case app.TypeDate:
		return formatDate(v.lang, p.Format, s)
	case app.TypeOption:
		options := v.optionsOf(p.Options)
		if at := indexOf(options, s); at >= 0 {
			return options[at].Label
		}
		return s
	}
	if literal, ok := p.Value.IsLiteral(); ok && literal != nil {
		return v.Text(s)
	}
	return s
}
