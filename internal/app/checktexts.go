package app

import (
	"regexp"
	"strconv"
	"strings"
)

// gap is where a text is filled in: {0}.
var gap = regexp.MustCompile(`\{(\d+)\}`)

// checkVariables checks what the texts are filled in with.
func (r *reader) checkVariables(d *Definition) {
	for _, v := range r.resources {
		for _, item := range v.get("resources").list() {
			r.checkText(d, item)
		}
	}
}

func (r *reader) checkText(d *Definition, item *value) {
	id, words, list := item.get("id"), item.get("value"), item.get("variables").list()
	if id == nil || words == nil {
		return
	}
	if words.text == "" && words.kind == kindText {
		r.tell("text-missing", words, SeverityInfo, "the text %s is empty", id.text)
	}
	for _, m := range gap.FindAllStringSubmatch(words.text, -1) {
		if n, err := strconv.Atoi(m[1]); len(list) > 0 && (err != nil || n >= len(list)) {
			r.tell("text-variable", words, SeverityWarning,
				"the text %s has a place for variable %s, but %d variables", id.text, m[0], len(list))
		}
	}
	for _, variable := range list {
		r.checkVariable(d, id.text, variable)
	}
}

func (r *reader) checkVariable(d *Definition, id string, v *value) {
	source, key := v.get("dataSource"), v.get("key")
	if source == nil || key == nil {
		r.tell("text-variable", v, SeverityWarning, "a variable of %s needs dataSource and key", id)
		return
	}
	dataType, model := strings.CutPrefix(source.text, "dataModel.")
	switch {
	case !model:
		r.checkTextSource(id, source)
	case dataType == "default" && len(d.Models) > 0:
		var all []string
		for _, m := range d.Models {
			if _, ok := m.Schema.Field(plainPath(key.text)); ok {
				return
			}
			all = append(all, fieldPaths(m.Schema)...)
		}
		r.tell("text-variable", key, SeverityWarning, "%s: no data model has the field %s%s", id,
			key.text, suggestion(plainPath(key.text), all))
	case dataType != "default":
		r.checkTextField(d, id, dataType, key)
	}
}

func (r *reader) checkTextField(d *Definition, id, dataType string, key *value) {
	m := d.Models[dataType]
	if m == nil {
		r.tell("text-variable", key, SeverityWarning, "%s: there is no form data type %s", id, dataType)
		return
	}
	if _, ok := m.Schema.Field(plainPath(key.text)); !ok {
		r.tell("text-variable", key, SeverityWarning, "%s: the field %s is not in the model %s%s", id,
			key.text, dataType, suggestion(plainPath(key.text), fieldPaths(m.Schema)))
	}
}

// textSources are where a text's variables may come from, besides the data models.
var textSources = []string{
	"instanceContext", "applicationSettings", "customTextParameters", "text", "dataModel.default",
}

func (r *reader) checkTextSource(id string, source *value) {
	for _, s := range textSources {
		if source.text == s {
			return
		}
	}
	r.tell("text-variable", source, SeverityWarning, "%s: there is no source %s%s", id, source.text,
		suggestion(source.text, textSources))
}
