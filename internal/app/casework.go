package app

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"stafett/internal/text"
)

// caseworkFile is where an app says how the work on its cases is helped.
const caseworkFile = "config/casework.json"

// Checklist is what is to have been looked after before a step of a task is taken.
type Checklist struct {
	Task string
	// Before are the steps: process actions, and "next" for the task's own way on.
	Before []string
	// Stops tells that open items stop the step; otherwise they are told of, and it goes on.
	Stops bool
	Items []CheckItem
}

// CheckItem is one thing of a checklist, in each language.
type CheckItem struct {
	ID   string
	Text map[string]string
}

// TextTemplate is a text that caseworkers start a message to the applicant from.
type TextTemplate struct {
	ID string
	// Name is what it is called among colleagues; Text is what the applicant reads.
	Name, Text map[string]string
}

const (
	maxItems        = 30
	maxItemText     = 200
	maxTemplates    = 50
	maxTemplateText = 3000
	maxTemplateName = 80
)

// ownWayOn is what a task's own way on is called in a checklist.
const ownWayOn = "next"

// TemplateVariables are what a text template may have filled in, each between { and }.
var TemplateVariables = []string{"reference", "applicant", "title", "service", "deadline"}

// caseworkID is what items and templates are told apart by: it stands in forms and in the log.
var caseworkID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Checklist gives the checklist of a task; nil when it has none.
func (d *Definition) Checklist(task string) *Checklist {
	for i := range d.Checklists {
		if d.Checklists[i].Task == task {
			return &d.Checklists[i]
		}
	}
	return nil
}

// Holds tells whether open items are to be looked at before a step; "" is the task's own way on.
func (c *Checklist) Holds(action string) bool {
	if action == "" {
		action = ownWayOn
	}
	return slices.Contains(c.Before, action)
}

// Has tells whether the list has an item with the id.
func (c *Checklist) Has(item string) bool {
	return slices.ContainsFunc(c.Items, func(i CheckItem) bool { return i.ID == item })
}

// Template gives the text template with the id.
func (d *Definition) Template(id string) (TextTemplate, bool) {
	for _, t := range d.Templates {
		if t.ID == id {
			return t, true
		}
	}
	return TextTemplate{}, false
}

// Fill gives the template's text in a language, with what the variables stand for.
func (t TextTemplate) Fill(lang string, values map[string]string) string {
	var pairs []string
	for _, name := range TemplateVariables {
		pairs = append(pairs, "{"+name+"}", values[name])
	}
	return strings.NewReplacer(pairs...).Replace(t.Text[lang])
}

// readCasework reads config/casework.json.
func (r *reader) readCasework(d *Definition) {
	v := r.object(r.json(caseworkFile), "the file")
	if v == nil {
		return
	}
	r.known(v, "checklists", "templates")
	if !d.IsCase() {
		r.tell("casework", v, SeverityWarning, "this is for cases: people make the instances of this app")
		return
	}
	for _, item := range r.array(v.get("checklists"), "checklists") {
		if c, ok := r.checklist(d, item); ok {
			d.Checklists = append(d.Checklists, c)
		}
	}
	templates := r.array(v.get("templates"), "templates")
	if len(templates) > maxTemplates {
		r.tell("text-template", v.get("templates"), SeverityError, "there are more than %d templates", maxTemplates)
	}
	for _, item := range templates {
		if t, ok := r.textTemplate(d, item); ok {
			d.Templates = append(d.Templates, t)
		}
	}
}

func (r *reader) checklist(d *Definition, v *value) (Checklist, bool) {
	if r.object(v, "a checklist") == nil {
		return Checklist{}, false
	}
	r.known(v, "task", "before", "open", "items")
	c := Checklist{Task: r.text(v.get("task"), "task"), Before: r.strings(v.get("before"), "before")}
	wrong := func(at *value, format string, args ...any) {
		r.tell("checklist", at, SeverityError, format, args...)
	}
	switch open := r.text(v.get("open"), "open"); open {
	case "warn":
	case "stop":
		c.Stops = true
	default:
		wrong(v, "open must be warn or stop, not %q", open)
	}
	if d.Checklist(c.Task) != nil {
		wrong(v, "the task %s has two checklists", c.Task)
	}
	r.checklistSteps(d, v, &c)
	items := r.array(v.get("items"), "items")
	if len(items) == 0 || len(items) > maxItems {
		wrong(v, "a checklist has from 1 to %d items, not %d", maxItems, len(items))
	}
	for _, item := range items {
		if r.object(item, "an item") == nil {
			continue
		}
		r.known(item, "id", "text")
		one := CheckItem{ID: r.text(item.get("id"), "id"), Text: r.texts(item.get("text"), "text")}
		r.caseworkTexts("checklist", item, "the item "+one.ID, "text", one.Text, maxItemText)
		if !caseworkID.MatchString(one.ID) || c.Has(one.ID) {
			wrong(item, "an item needs an id of its own, of small letters, digits and hyphens, not %q", one.ID)
		}
		c.Items = append(c.Items, one)
	}
	return c, true
}

// checklistSteps checks the steps before which a checklist is looked at; where it names none, they
// are the ones that lead on.
func (r *reader) checklistSteps(d *Definition, v *value, c *Checklist) {
	if d.Process == nil {
		return
	}
	task, ok := d.Process.Task(c.Task)
	if !ok {
		r.tell("checklist", v, SeverityError, "the process has no task %q", c.Task)
		return
	}
	steps := []string{ownWayOn}
	for _, action := range task.Actions {
		steps = append(steps, action.ID)
	}
	for _, step := range c.Before {
		if !slices.Contains(steps, step) {
			r.tell("checklist", v.get("before"), SeverityError, "the task %s has no step %q: it has %s", c.Task, step,
				strings.Join(steps, ", "))
		}
	}
	if v.get("before") == nil {
		c.Before = []string{ownWayOn, "confirm"}
	}
}

func (r *reader) textTemplate(d *Definition, v *value) (TextTemplate, bool) {
	if r.object(v, "a template") == nil {
		return TextTemplate{}, false
	}
	r.known(v, "id", "name", "text")
	t := TextTemplate{
		ID: r.text(v.get("id"), "id"), Name: r.texts(v.get("name"), "name"),
		Text: r.texts(v.get("text"), "text"),
	}
	if _, twice := d.Template(t.ID); twice || !caseworkID.MatchString(t.ID) {
		r.tell("text-template", v, SeverityError,
			"a template needs an id of its own, of small letters, digits and hyphens, not %q", t.ID)
	}
	what := "the template " + t.ID
	r.caseworkTexts("text-template", v, what, "name", t.Name, maxTemplateName)
	r.caseworkTexts("text-template", v, what, "text", t.Text, maxTemplateText)
	for _, lang := range text.Languages {
		r.templateVariables(v.get("text"), t.Text[lang])
	}
	return t, true
}

// caseworkTexts checks that a text is there in every language and is not too long.
func (r *reader) caseworkTexts(
	code string, v *value, what, name string, texts map[string]string, most int,
) {
	for _, lang := range text.Languages {
		switch n := utf8.RuneCountInString(strings.TrimSpace(texts[lang])); {
		case n == 0:
			r.tell(code, v, SeverityError, "%s has no %s in %s", what, name, lang)
		case n > most:
			r.tell(code, v, SeverityError, "%s has a %s in %s of %d signs, of at most %d", what, name, lang, n, most)
		}
	}
}

// variable is what stands between { and } in a template, and a brace that stands alone.
var variable = regexp.MustCompile(`\{([^{}]*)\}|[{}]`)

func (r *reader) templateVariables(v *value, words string) {
	for _, found := range variable.FindAllStringSubmatch(words, -1) {
		if !slices.Contains(TemplateVariables, found[1]) {
			r.tell("text-template", v, SeverityError, "%s is no variable: there are {%s}", found[0],
				strings.Join(TemplateVariables, "}, {"))
		}
	}
}
