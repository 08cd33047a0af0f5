package form

import (
	"strconv"

	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// rules asks the app's own rules about the field of a question; stopped tells that one of them
// is an error.
func (c *checker) rules(x *app.Component) (stopped bool) {
	m := c.d.Models[x.Source.DataType]
	if m == nil || len(m.Validations) == 0 {
		return false
	}
	path := c.path(x)
	at := app.Binding{DataType: x.Source.DataType, Field: path}
	if c.ruled[at] {
		return false
	}
	c.ruled[at] = true
	for i := range m.Validations {
		rule := &m.Validations[i]
		if rule.Path != x.Source.Field || c.early && !rule.Immediate {
			continue
		}
		if message, ok := c.broken(rule, x.Source.DataType, path); ok {
			issue := c.issue(x, "rule", message)
			issue.Severity = rule.Severity
			c.issues = append(c.issues, issue)
			stopped = stopped || rule.Severity == app.SeverityError
		}
	}
	return stopped
}

// broken asks one rule about one field; the rule reads the data type that it is for. A rule that cannot be evaluated says nothing: an error
// in a rule must not stop everyone.
func (c *checker) broken(
	rule *app.Validation, dataType, path string,
) (message string, ok bool) {
	c.args, c.reads = []any{path}, dataType
	defer func() { c.args, c.reads = nil, "" }()
	if !c.bool(rule.Condition, false) {
		return "", false
	}
	s, err := rule.Message.Text(c.view, "")
	if err != nil {
		s = ""
	}
	return c.Text(s), true
}

// unbound asks the rules of fields that no question of the form is bound to.
func (c *checker) unbound() {
	dataType := c.set.DataType
	m := c.d.Models[dataType]
	if m == nil {
		return
	}
	for i := range m.Validations {
		rule := &m.Validations[i]
		if len(c.set.BoundTo(dataType, rule.Path)) > 0 {
			continue
		}
		c.eachPath(dataType, rule.Path, func(path string) {
			if message, ok := c.broken(rule, dataType, path); ok {
				c.issues = append(c.issues, Issue{
					Path: path, Message: message, Severity: rule.Severity, Code: "rule",
				})
			}
		})
	}
}

// eachPath gives a field's path in every row that there is. The view stands in the row.
func (v *view) eachPath(dataType, field string, visit func(path string)) {
	steps, err := v.d.Steps(field)
	if err != nil {
		return
	}
	v.eachFrom(dataType, steps, 1, visit)
}

// eachFrom looks for lists among steps from the given length on.
func (v *view) eachFrom(dataType string, steps []schema.Step, from int, visit func(path string)) {
	for n := from; n < len(steps); n++ {
		rows, ok := v.at(dataType, steps[:n]).([]any)
		if !ok {
			continue
		}
		list := &app.Component{
			Source: app.Binding{DataType: dataType, Field: plain(steps[:n])}, Steps: steps[:n],
		}
		for i := range rows {
			v.frames = append(v.frames, frame{list, i})
			v.eachFrom(dataType, steps, n+1, visit)
			v.frames = v.frames[:len(v.frames)-1]
		}
		return
	}
	visit(v.indexed(dataType, plain(steps), steps))
}

// dataTypes checks the number of files of data types that no question of the form asks for.
func (c *checker) dataTypes(task string) {
	for _, t := range c.d.Meta.DataTypes {
		if t.Form || t.Task != task || t.ID == app.PDFDataType || c.files[t.ID] || c.asksFor(t.ID) {
			continue
		}
		n := c.countFiles(t.ID)
		switch {
		case n < t.MinCount:
			c.issues = append(c.issues, Issue{
				Path: t.ID, Code: "minCount", Severity: app.SeverityError,
				Message: text.TN(c.lang, "form.missing_files", t.MinCount, t.ID),
			})
		case t.MaxCount > 0 && n > t.MaxCount:
			c.issues = append(c.issues, Issue{
				Path: t.ID, Code: "maxCount", Severity: app.SeverityError,
				Message: text.TN(c.lang, "form.too_many_files", t.MaxCount, t.ID),
			})
		}
	}
}

// asksFor tells whether a question of the form, shown or hidden, takes files of the type.
func (c *checker) asksFor(dataType string) bool {
	x := c.set.Component(dataType)
	return x != nil && x.IsUpload()
}

// pathOf writes steps as a path.
func pathOf(steps []schema.Step) string {
	out := ""
	for i, s := range steps {
		if i > 0 {
			out += "."
		}
		out += s.Name
		if s.Index >= 0 {
			out += "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return out
}
