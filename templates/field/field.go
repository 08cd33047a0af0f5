package field

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"stafett/internal/form"
	"stafett/internal/text"
	"stafett/templates/ui"
)

// Field is a node with what it needs to know of the page that it stands on.
type Field struct {
	form.Node
	// Lang is nb, nn or en.
	Lang string
	// Stay is where an answer that others depend on posts the page; empty for no enhancement.
	Stay string
	// Back is the page that a change link leads back to; empty for none.
	Back string
	// AllRequired tells that the page says so once, and no question has a tag.
	AllRequired bool
	// Level is the heading level of groups without one of their own; 0 is 2.
	Level int

	outline *ui.Outline
}

// Render draws the field by its kind. A kind that nobody has drawn yet is an error: a test finds
// it before a person does.
func (f Field) Render(ctx context.Context, w io.Writer) error {
	c, err := f.component()
	if err != nil {
		return err
	}
	return c.Render(ctx, w)
}

// UnknownKindError tells that there is no drawing for a kind of node.
type UnknownKindError form.Kind

// Error names the kind.
func (e UnknownKindError) Error() string { return "field: no drawing for kind " + string(e) }

// component gives the drawing of the field's kind. Questions take a pointer: every templ keeps what
// it is given, and a field is large.
func (f Field) component() (templ.Component, error) {
	switch f.Kind {
	case form.KindText:
		return textField(&f), nil
	case form.KindTextArea:
		return areaField(&f), nil
	case form.KindDate:
		return dateField(&f), nil
	case form.KindSelect:
		return selectField(&f), nil
	case form.KindRadio, form.KindCheckbox:
		return choiceField(&f), nil
	case form.KindUpload:
		return uploadField(f), nil
	case form.KindRows:
		return rowsField(f), nil
	case form.KindEntries:
		return entriesField(f), nil
	case form.KindGroup:
		return group(f), nil
	case form.KindHeading:
		return heading(f), nil
	case form.KindProse:
		return prose(f), nil
	case form.KindAlert, form.KindStandIn:
		return notice(f), nil
	case form.KindSummary:
		if len(f.Summary) == 0 {
			return templ.NopComponent, nil
		}
		return summary(f), nil
	case form.KindValue:
		if f.Bare {
			return bareValue(f), nil
		}
		return value(f), nil
	case form.KindTabs:
		return tabs(f), nil
	case form.KindCards:
		return cards(f), nil
	case form.KindGrid:
		return grid(f), nil
	case form.KindAttachments:
		return attachments(f), nil
	case form.KindImage:
		return image(f), nil
	case form.KindLink:
		return anchor(f), nil
	case form.KindDivider:
		return divider(f), nil
	case form.KindDetails:
		return details(f), nil
	case form.KindButton:
		return button(f), nil
	case form.KindButtons:
		return buttons(f), nil
	case form.KindPages:
		return pages(f), nil
	case form.KindNav, form.KindSubmit:
		// The page draws its own buttons, where they belong.
		return templ.NopComponent, nil
	}
	return nil, UnknownKindError(f.Kind)
}

// ID is the id in the page of the control that form calls id. The prefix keeps an app's own
// names apart from the page's.
func ID(id string) string { return "q-" + id }

// wordsID is the id of what tells how the date in a control was read.
func wordsID(control string) string { return control + "-w" }

// ReadDates are how the dates of a page that stays on the screen were read.
type ReadDates []form.DateRead

// Render draws each for its place on the page.
func (d ReadDates) Render(ctx context.Context, w io.Writer) error { return readDates(d).Render(ctx, w) }

// With gives a field for another node on the same page.
func (f Field) With(n form.Node) Field {
	f.Node = n
	return f
}

// T gives a text of ours in the reader's language.
func (f Field) T(key string, args ...any) string { return text.T(f.Lang, key, args...) }

func (f Field) id() string            { return ID(f.ID) }
func (f Field) descriptionID() string { return f.id() + "-d" }
func (f Field) counterID() string     { return f.id() + "-c" }
func (f Field) labelID() string       { return f.id() + "-l" }

func (f Field) errorID(i int) string { return f.id() + "-e" + strconv.Itoa(i) }

func (f Field) bad() bool { return len(f.Issues) > 0 }

// describedBy ties description, counter and error to the control, in the order they are read.
func (f Field) describedBy() string {
	var ids []string
	if f.Description != "" || f.Kind == form.KindUpload {
		ids = append(ids, f.descriptionID())
	}
	if f.counted() {
		ids = append(ids, f.counterID())
	}
	if f.Kind == form.KindDate {
		ids = append(ids, wordsID(f.id()))
	}
	for i := range f.Issues {
		ids = append(ids, f.errorID(i))
	}
	return strings.Join(ids, " ")
}

// control gives the attributes that every control has. They stand in a list, classes too: there
// are hundreds on a large page, and a map or a class attribute of its own costs many times more.
func (f Field) control(class string) templ.OrderedAttributes {
	a := make(templ.OrderedAttributes, 0, controlAttributes)
	add := func(key string, value any) { a = append(a, templ.KV(key, value)) }
	add("class", class)
	add("id", f.id())
	add("name", f.Name)
	if d := f.describedBy(); d != "" {
		add("aria-describedby", d)
	}
	if f.bad() {
		add("aria-invalid", "true")
	}
	// The form has novalidate: the server owns the messages, this only tells.
	if f.Required {
		add("required", true)
	}
	if f.Autocomplete != "" {
		add("autocomplete", f.Autocomplete)
	}
	if f.InputMode != "" {
		add("inputmode", f.InputMode)
	}
	return a
}

// controlAttributes is the most attributes that control gives.
const controlAttributes = 8

// framed gives the attributes of what stands round a question.
func (f Field) framed(class string) templ.OrderedAttributes {
	return append(templ.OrderedAttributes{
		{Key: "class", Value: f.class(class)}, {Key: "id", Value: "f-" + f.ID},
	}, f.stay()...)
}

// label gives the attributes of a question's label.
func (f Field) label() templ.OrderedAttributes {
	return templ.OrderedAttributes{
		{Key: "class", Value: f.labelClass()}, {Key: "for", Value: f.id()},
	}
}

func (f Field) class(base string) string {
	if f.bad() {
		return base + " has-error"
	}
	return base
}

// labelClass keeps a label for screen readers only where the words stand beside the control.
func (f Field) labelClass() string {
	if f.Bare {
		return "ds-label ds-sr-only"
	}
	return "ds-label"
}

func (f Field) inputClass() string {
	class := "ds-input"
	if f.Width != "" && !f.affixed() {
		class += " w-" + f.Width
	}
	if f.Align != "" {
		class += " align-" + f.Align
	}
	return class
}

func (f Field) textType() string {
	if f.Search {
		return "search"
	}
	return "text"
}

func (f Field) affixClass() string {
	if f.Width == "" {
		return "ds-field-affixes"
	}
	return "ds-field-affixes w-" + f.Width
}

func (f Field) affixed() bool { return f.Prefix != "" || f.Suffix != "" }

// counted tells whether the limit of characters is told: it is soft, and never cuts what is
// typed.
func (f Field) counted() bool {
	return f.MaxLength > 0 && (f.Kind == form.KindTextArea || f.Kind == form.KindText)
}

func (f Field) limit() string {
	return f.T("page.counter", text.Number(f.Lang, json.Number(strconv.Itoa(f.MaxLength))))
}

// mark is the tag after the question. On a page where every question must be answered, a
// sentence says so and there are no tags.
func (f Field) mark() ui.Mark {
	switch {
	case f.Required && !f.AllRequired:
		return ui.Mark{Text: f.T("page.required"), Tone: ui.ToneWaiting}
	case f.Optional:
		return ui.Mark{Text: f.T("page.optional"), Tone: ui.ToneNew}
	}
	return ui.Mark{}
}

// stay gives the attributes with which a question that others depend on fetches the page anew
// and takes its questions in, without a reload. The change goes no further: autosave must not
// send the same page again.
func (f Field) stay() templ.OrderedAttributes {
	if !f.Controls || f.Stay == "" {
		return nil
	}
	return templ.OrderedAttributes{
		{Key: "hx-post", Value: f.Stay},
		{Key: "hx-trigger", Value: "change consume"},
		{Key: "hx-target", Value: "#questions"},
		{Key: "hx-select", Value: "#questions"},
		{Key: "hx-select-oob", Value: "#steps,#stepbar,#saved:innerHTML"},
		{Key: "hx-swap", Value: "outerMorph"},
		{Key: "hx-sync", Value: "closest form:queue last"},
		{Key: "hx-vals", Value: `{"go":"stay"}`},
	}
}

// dateType shows the browser's own date field, unless what stands in it is no date: then the
// person sees what they wrote, and can mend it.
func (f Field) dateType() string {
	if _, err := time.Parse(time.DateOnly, f.Value); f.Value != "" && err != nil {
		return "text"
	}
	return "date"
}

func (f Field) level() int {
	switch {
	case f.Node.Level >= 2:
		return f.Node.Level
	case f.Level >= 2:
		return f.Level
	}
	return 2
}

// deeper gives what stands inside this field: headings one level down.
func (f Field) deeper() Field {
	f.Level = min(f.level()+1, 4)
	return f
}

// heading is a title at a level, or at the deepest that comes next on the page.
func (f Field) heading(level int, id, words string) templ.Component {
	size := "2xs"
	if level == 2 {
		size = "xs"
	}
	return title(f.outline.Next(level), size, id, words)
}

// prose is text that stands under the field's own title.
func (f Field) prose(content text.HTML) ui.Prose {
	return ui.Prose{Content: content, Class: "stack stack--sm", Outline: f.outline}
}

// alert is a notice, whose title is a heading of the second level.
func (f Field) alert() ui.Alert {
	if f.Title != "" {
		f.outline.Next(2)
	}
	return ui.Alert{ID: "f-" + f.ID, Tone: f.tone(), Title: f.Title}
}

func (f Field) tone() ui.Tone {
	if f.Kind == form.KindStandIn {
		return ui.ToneWaiting
	}
	switch f.Tone {
	case "success", "warning", "danger":
		return ui.Tone(f.Tone)
	}
	return ui.ToneNew
}
