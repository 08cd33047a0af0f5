package form

import (
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// Validate checks everything that a task's form must hold before the task can end: models,
// required answers, rules, rows and files, in page order. What is hidden never stops anyone.
// Issues of another severity than error tell, and stop nothing.
func Validate(d *app.Definition, task string, in Input) []Issue {
	c := newChecker(d, d.SetFor(task), in)
	for _, p := range c.pages() {
		c.page(p)
	}
	c.unbound()
	c.dataTypes(task)
	return c.issues
}

// ValidatePage checks one page, as when the person goes on from it.
func ValidatePage(d *app.Definition, set *app.LayoutSet, page string, in Input) []Issue {
	c := newChecker(d, set, in)
	if p, _ := set.Page(page); p != nil && !c.pageHidden(p) {
		c.page(p)
	}
	return c.issues
}

// ValidateField checks what was typed in one field when the person leaves it: how it is
// written, and rules that are to be told at once; not that something is missing. path is the
// name that the field posts.
func ValidateField(
	d *app.Definition, set *app.LayoutSet, page, path string, in Input,
) []Issue {
	c := newChecker(d, set, in)
	c.early = true
	if p, _ := set.Page(page); p != nil && !c.pageHidden(p) {
		c.page(p)
	}
	return slices.DeleteFunc(c.issues, func(i Issue) bool { return i.Path != path })
}

// checker collects issues in the order of the pages.
type checker struct {
	*view
	issues []Issue
	// violations are what the models say, by data type and path.
	violations map[app.Binding][]schema.Violation
	// ruled are the fields whose rules have been asked: two questions may share a field.
	ruled map[app.Binding]bool
	// files are the data types whose number of files has been looked at.
	files map[string]bool
	// early leaves out what is told only when the person goes on.
	early bool
}

func newChecker(d *app.Definition, set *app.LayoutSet, in Input) *checker {
	if set == nil {
		set = &app.LayoutSet{}
	}
	c := &checker{
		view: newView(d, set, &in), violations: map[app.Binding][]schema.Violation{},
		ruled: map[app.Binding]bool{}, files: map[string]bool{},
	}
	for dataType, doc := range in.Data {
		c.checkModel(dataType, doc)
	}
	return c
}

func (c *checker) page(p *app.Page) { c.walk(p.Components, c.component) }

func (c *checker) component(x *app.Component) {
	if !x.Question() {
		return
	}
	if x.IsUpload() {
		c.upload(x)
		return
	}
	if x.Type == app.TypeSubform {
		c.entriesOf(x)
		return
	}
	if x.Source.Field == "" {
		return
	}
	if posted, ok := c.in.Posted[c.name(x)]; ok && c.early {
		if _, issue := c.convert(x, []string{posted}); issue != nil {
			c.issues = append(c.issues, *issue)
			return
		}
	}
	if x.Type == app.TypeRepeatingGroup {
		c.count(x)
	}
	value := c.value(x)
	if empty(value) && !c.early && x.Type != app.TypeRepeatingGroup &&
		!c.readOnly(x) && c.required(x) {
		c.add(x, schema.CodeRequired, c.missingText(x))
		return
	}
	wrong, found := c.violation(x)
	if found && wrong.Code != schema.CodePattern {
		c.add(x, wrong.Code, c.violationText(x, wrong.Code, wrong.Limit, value))
		return
	}
	if c.date(x, value) || c.digits(x, value) {
		return
	}
	// An app that has a pattern often has a rule that says the same in words: the rule goes first.
	if stopped := c.rules(x); found && !stopped {
		c.add(x, wrong.Code, c.violationText(x, wrong.Code, wrong.Limit, value))
	}
}

func (c *checker) add(x *app.Component, code, message string) {
	c.issues = append(c.issues, c.issue(x, code, message))
}

// violation gives the first thing that the model has against an answer. That something is
// missing is for the layout to say.
func (c *checker) violation(x *app.Component) (schema.Violation, bool) {
	at := app.Binding{DataType: x.Source.DataType, Field: c.path(x)}
	for _, v := range c.violations[at] {
		switch v.Code {
		case schema.CodeRequired, schema.CodeMinItems, schema.CodeUnknown:
			continue
		case schema.CodeMaxItems:
			if groupLimit(x) > 0 {
				continue
			}
		}
		return v, true
	}
	return schema.Violation{}, false
}

func groupLimit(x *app.Component) int {
	if p, ok := x.Props.(*app.RepeatingGroupProps); ok {
		return p.MaxCount
	}
	return 0
}

// date checks a date against the question's own limits.
func (c *checker) date(x *app.Component, value any) bool {
	p, ok := x.Props.(*app.DateProps)
	if !ok || empty(value) {
		return false
	}
	day := datePart(asText(value))
	earliest, latest := c.dateLimits(p)
	// Dates in ISO form compare as texts.
	switch {
	case day < earliest:
		c.add(x, "minDate", text.T(c.lang, "core.error.date_from", c.subject(x),
			text.FormatISODate(c.lang, earliest)))
	case day > latest:
		c.add(x, "maxDate", text.T(c.lang, "core.error.date_to", c.subject(x),
			text.FormatISODate(c.lang, latest)))
	default:
		return false
	}
	return true
}

// count checks the number of a group's rows.
func (c *checker) count(x *app.Component) {
	if c.early || c.readOnly(x) {
		return
	}
	n := 0
	for range c.rows(x) {
		n++
	}
	p := groupProps(x)
	switch {
	case n < p.MinCount:
		message := c.plain(x, "requiredValidation")
		if message == "" {
			message = text.TN(c.lang, "form.missing_rows", p.MinCount, c.question(x))
		}
		c.add(x, "minCount", message)
	case p.MaxCount > 0 && n > p.MaxCount:
		c.add(x, "maxCount", text.TN(c.lang, "form.too_many_rows", p.MaxCount, c.question(x)))
	}
}

// upload checks the number of files of an upload field.
func (c *checker) upload(x *app.Component) {
	c.files[x.ID] = true
	if c.early || c.readOnly(x) {
		return
	}
	files := c.attached(x)
	n := len(files)
	fewest, most := c.fileCounts(x)
	own := c.plain(x, "requiredValidation")
	switch {
	case n < fewest && own != "":
		c.add(x, "minCount", own)
	case n < fewest:
		c.add(x, "minCount", text.TN(c.lang, "form.missing_files", fewest, c.question(x)))
	case n == 0 && c.required(x):
		c.add(x, schema.CodeRequired, c.missingText(x))
	case most > 0 && n > most:
		c.add(x, "maxCount", text.TN(c.lang, "form.too_many_files", most, c.question(x)))
	case c.tagged(x):
		c.tags(x, files)
	}
}

// tags checks that each file is marked with what it is.
func (c *checker) tags(x *app.Component, files []core.DataElement) {
	for _, e := range files {
		if len(e.Tags) == 0 {
			c.add(x, "tag", text.T(c.lang, "structure.missing_tag", e.Filename))
		}
	}
}
