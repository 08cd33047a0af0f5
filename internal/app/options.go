package app

import (
	"path"
	"strings"
)

const optionsFolder = "options"

// readOptions reads every options/<id>.json.
func (r *reader) readOptions(d *Definition) {
	d.Options = map[string][]Option{}
	for _, name := range r.dir(optionsFolder, false) {
		if path.Ext(name) != ".json" {
			continue
		}
		v := r.json(optionsFolder + "/" + name)
		if v == nil || !r.is(v, kindArray, "the file") {
			continue
		}
		d.Options[strings.TrimSuffix(name, ".json")] = r.options(d, v)
	}
}

// options reads a list of options. Values are compared as texts, so true and "true" are one.
func (r *reader) options(d *Definition, v *value) []Option {
	var out []Option
	seen := map[string]bool{}
	for _, item := range v.list() {
		if r.object(item, "an option") == nil {
			continue
		}
		o := Option{
			Value:       r.optionValue(item),
			Label:       r.text(item.get("label"), "label"),
			Description: r.text(item.get("description"), "description"),
			Help:        r.text(item.get("helpText"), "helpText"),
		}
		if seen[o.Value] {
			r.warnAt(item, "the value %q stands twice", o.Value)
		}
		seen[o.Value] = true
		for _, key := range []string{"label", "description", "helpText"} {
			r.checkKey(d, item.get(key))
		}
		out = append(out, o)
	}
	return out
}

func (r *reader) optionValue(item *value) string {
	v := item.get("value")
	if v == nil {
		return ""
	}
	switch v.kind {
	case kindText, kindNumber:
		return v.text
	case kindBool:
		if v.truth {
			return "true"
		}
		return "false"
	}
	r.errorAt(v, "an option's value must be a text, a number, true or false")
	return ""
}
