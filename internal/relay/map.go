package relay

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/form"
	"stafett/internal/schema"
)

// Source is an instance with its content, as it stands. One that hands over stands after the
// task's end: hidden data removed, data locked.
type Source struct {
	App *app.Definition
	Set *app.LayoutSet
	// Input holds documents, attachments, owner, language and now.
	Input form.Input
}

// Planned is a handover that a moment sets off, mapped. What must be looked up is left open: who
// has the owner's number, and which instance of the matter takes what is mapped.
type Planned struct {
	Handover *app.Handover
	Frozen   core.Frozen
	Owner    Owner
}

// Owner names the party that will own what is made, in one of three ways; all are zero for what
// goes into an instance that is there.
type Owner struct {
	Party              core.PartyID
	OrganisationNumber string
	PersonNumber       core.PersonNumber
}

// Plan decides which handovers the moment sets off, and maps them. target gives the definition of
// an app; nil for one that runs elsewhere. A later version hands over otherwise: see Plan of the
// handovers' service.
func Plan(
	src Source, m app.Moment, target func(core.AppRef) *app.Definition,
) ([]Planned, error) {
	var out []Planned
	for _, h := range src.App.Handovers {
		if !h.On.Fits(m) || h.Into == app.IntoSource && !cameFrom(src.Input.Instance, h.To) {
			continue
		}
		wanted, err := Wanted(src, h)
		if err == nil && wanted {
			var p Planned
			p, err = Map(src, h, target(h.To))
			out = append(out, p)
		}
		if err != nil {
			return nil, fmt.Errorf("handover %s: %w", h.ID, err)
		}
	}
	return out, nil
}

// Wanted tells whether the condition of a handover holds.
func Wanted(src Source, h *app.Handover) (bool, error) {
	src = src.of(h)
	return holds(h.When, form.Context(src.App, src.Set, src.Input, nil))
}

// Map maps a handover to an app, whether its condition holds or not. The app is nil when it runs
// elsewhere.
func Map(src Source, h *app.Handover, to *app.Definition) (Planned, error) {
	src = src.of(h)
	c := form.Context(src.App, src.Set, src.Input, nil)
	p := Planned{Handover: h}
	var err error
	if p.Frozen, err = freeze(src, h, c, to); err != nil {
		return p, err
	}
	p.Owner, err = ownerOf(src, h, c)
	return p, err
}

// ownerOf names the party that will own the target.
func ownerOf(src Source, h *app.Handover, c expr.Context) (Owner, error) {
	switch {
	case h.Into != app.IntoNone:
		return Owner{}, nil
	case h.Owner.Source:
		// Whoever began it all: the applicant, however long the chain.
		return Owner{Party: src.Input.Instance.Began().Owner}, nil
	case h.Owner.OrganisationNumber != nil:
		number, err := h.Owner.OrganisationNumber.Text(c, "")
		return Owner{OrganisationNumber: number}, err
	}
	number, err := h.Owner.PersonNumber.Text(c, "")
	return Owner{PersonNumber: core.PersonNumber(number)}, err
}

// holds answers a condition; none holds always.
func holds(when *expr.Expr, c expr.Context) (bool, error) {
	if when == nil {
		return true, nil
	}
	return when.Bool(c, false)
}

// cameFrom tells whether the instance came from one of the app.
func cameFrom(inst core.Instance, ref core.AppRef) bool {
	return inst.Source != nil && inst.Source.AppRef == ref
}

// of gives the source with the form that the handover reads.
func (src Source) of(h *app.Handover) Source {
	dataType, set := src.App.HandoverForm(h)
	if set == nil {
		set = &app.LayoutSet{DataType: dataType}
	}
	src.Set = set
	return src
}

func freeze(
	src Source, h *app.Handover, c expr.Context, to *app.Definition,
) (core.Frozen, error) {
	target, model := targetModel(h, to)
	doc, err := mapDocument(src, h, c, target, model)
	if err != nil {
		return core.Frozen{}, err
	}
	now := src.Input.Now
	if at := src.Input.Instance.Submitted; at != nil {
		now = *at
	}
	began := src.Input.Instance.Began()
	f := core.Frozen{
		From: firstVersion(src.Input.Instance), DataType: target, Document: doc, Submitted: now,
		Thread: core.InstanceRef{AppRef: src.App.Ref, Owner: began.Owner, ID: began.ID},
	}
	if f.Language, err = languageOf(src, h, c); err != nil {
		return f, err
	}
	if f.Due, err = dueOf(src, h, c); err != nil {
		return f, err
	}
	if h.Unit != nil {
		if f.Unit, err = h.Unit.Text(c, ""); err != nil {
			return f, fmt.Errorf("unit: %w", err)
		}
	}
	for _, m := range h.Data {
		whole, isForm := src.Input.Data[m.Source]
		switch {
		case m.Source == app.PDFDataType:
			f.PDFType = m.Target
		case !isForm:
			f.Parts = append(f.Parts, parts(src, m)...)
		case m.Target != target:
			if f.Documents == nil {
				f.Documents = map[string]core.Document{}
			}
			f.Documents[m.Target] = form.WithoutRowIDs(whole)
		}
	}
	return f, nil
}

// firstVersion is what a target of a later version belongs to: the one that its reports go to; nil
// for the first version itself.
func firstVersion(inst core.Instance) *core.InstanceRef {
	if inst.Corrects == uuid.Nil {
		return nil
	}
	first := inst.InstanceRef
	first.ID = inst.Corrects
	return &first
}

// languageOf is the language that the target speaks: what the handover says, else the
// applicant's, whoever took the step.
func languageOf(src Source, h *app.Handover, c expr.Context) (string, error) {
	language := src.Input.Instance.Language
	if language == "" {
		language = src.Input.Language
	}
	if h.Language == nil {
		return language, nil
	}
	chosen, err := h.Language.Text(c, language)
	if err != nil {
		return "", fmt.Errorf("language: %w", err)
	}
	if chosen != "nb" && chosen != "nn" && chosen != "en" {
		return language, nil
	}
	return chosen, nil
}

// dueOf is when an answer is due: the end of the day that the handover gives, or days from the
// step that sets it off; nil when it says neither.
func dueOf(src Source, h *app.Handover, c expr.Context) (*time.Time, error) {
	if h.Due != nil {
		date, err := h.Due.Text(c, "")
		if err != nil || date == "" {
			return nil, err
		}
		due, err := form.EndOfDay(date)
		if err != nil {
			return nil, fmt.Errorf("due: %w", err)
		}
		return &due, nil
	}
	if h.DueInDays == 0 {
		return nil, nil
	}
	from := src.Input.Now
	if at := src.Input.Instance.Submitted; at != nil && src.Input.Instance.Source == nil {
		from = *at
	}
	return new(from.AddDate(0, 0, h.DueInDays)), nil
}

func parts(src Source, m app.DataMapping) []core.FrozenPart {
	var out []core.FrozenPart
	for _, e := range src.Input.Elements {
		if e.Type == m.Source && (m.Tag == "" || slices.Contains(e.Tags, m.Tag)) {
			out = append(out, core.FrozenPart{
				DataType: m.Target, Upload: e.Upload, Filename: e.Filename,
				ContentType: e.ContentType, Size: e.Size, SHA256: e.SHA256,
			})
		}
	}
	return out
}

// targetModel gives the target's form data type and its model. The model is nil for an app
// that runs elsewhere: then values go as the expressions give them.
func targetModel(h *app.Handover, d *app.Definition) (string, *schema.Schema) {
	if d == nil {
		return h.DataType, nil
	}
	id := h.DataType
	if id == "" {
		id = FormDataType(d)
	}
	if m := d.Models[id]; m != nil {
		return id, m.Schema
	}
	return id, nil
}

// FormDataType is the one form data type of an app's first task: where data goes when nothing
// else is said.
func FormDataType(d *app.Definition) string {
	if first, err := d.Process.Start(nil); err == nil {
		if set := d.SetFor(first.Task); set != nil && set.DataType != "" {
			return set.DataType
		}
	}
	i := slices.IndexFunc(d.Meta.DataTypes, func(t app.DataType) bool { return t.Form })
	if i < 0 {
		return ""
	}
	return d.Meta.DataTypes[i].ID
}

func mapDocument(
	src Source, h *app.Handover, c expr.Context, target string, model *schema.Schema,
) (core.Document, error) {
	doc := core.Document{}
	for _, m := range h.Data {
		// A whole document is laid under what is mapped by itself.
		if whole, isForm := src.Input.Data[m.Source]; isForm && m.Target == target {
			doc = form.WithoutRowIDs(whole)
		}
	}
	for _, m := range h.Prefill {
		v, err := m.Value.Eval(c, expr.Any)
		if err != nil {
			return nil, fmt.Errorf("prefill %s: %w", m.Target, err)
		}
		if err := put(doc, m.Target, m.Target, v, model); err != nil {
			return nil, err
		}
	}
	from := src.Input.Data[src.Set.DataType]
	for _, r := range h.Rows {
		if _, err := mapRows(doc, r.Target, r.Target, from, r.From, r, model); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// mapRows copies the rows at the path from to the path to, nested rows included, and tells whether
// there were any. One in which nothing that is mapped was answered makes no row. field is to
// without indexes: where the model describes it.
func mapRows(
	doc core.Document, to, field string, source core.Document, from string, r app.RowMapping,
	model *schema.Schema,
) (bool, error) {
	n := schema.Rows(source, from)
	if r.From == "" {
		n = 1
	}
	made := 0
	for i := range n {
		in := from + "[" + strconv.Itoa(i) + "]."
		if r.From == "" {
			// The form itself is the one row.
			in = ""
		}
		at := to + "[" + strconv.Itoa(made) + "]."
		filled, err := mapRow(doc, at, field+".", source, in, r, model)
		if err != nil {
			return false, err
		}
		if filled {
			made++
		}
	}
	return made > 0, nil
}

// mapRow copies one row; the paths end with a dot, or are empty for the form itself.
func mapRow(
	doc core.Document, to, field string, source core.Document, in string, r app.RowMapping,
	model *schema.Schema,
) (filled bool, err error) {
	for _, f := range r.Fields {
		v := schema.Get(source, in+f.Source)
		if err := put(doc, to+f.Target, field+f.Target, v, model); err != nil {
			return false, err
		}
		filled = filled || v != nil
	}
	for _, n := range r.Rows {
		some, err := mapRows(doc, to+n.Target, field+n.Target, source, in+n.From, n, model)
		if err != nil {
			return false, err
		}
		filled = filled || some
	}
	return filled, nil
}

// put sets a value in the type that the target's model wants; nil sets nothing. field is path
// without indexes.
func put(doc core.Document, path, field string, v any, model *schema.Schema) error {
	if v == nil {
		return nil
	}
	if model != nil {
		var err error
		if v, err = fit(v, field, model); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return schema.Set(doc, path, v)
}

func fit(v any, field string, model *schema.Schema) (any, error) {
	f, known := model.Field(field)
	if !known {
		return nil, errors.New("not in the target's model")
	}
	switch x := v.(type) {
	case string:
		if f.Type == "string" {
			return x, nil
		}
		return model.Convert(field, x)
	case json.Number:
		if f.Type == "string" {
			return x.String(), nil
		}
	case bool:
		if f.Type == "string" {
			return strconv.FormatBool(x), nil
		}
	}
	return v, nil
}

// Expected is when an answer can be expected of what was sent; nil when the app does not say. A
// handover counts when its condition holds; one whose condition cannot be answered is none to promise by.
func Expected(src Source, submitted time.Time) *time.Time {
	for _, h := range src.App.Handovers {
		if !answers(h) {
			continue
		}
		if wanted, err := Wanted(src, h); err == nil && wanted {
			return new(submitted.AddDate(0, 0, h.DueInDays))
		}
	}
	return nil
}

// AnswerDays is how many days after it is sent an answer can be expected, told before anything is
// answered; 0 when the app does not say, or when that depends on the answers.
func AnswerDays(d *app.Definition) int {
	days := 0
	for _, h := range d.Handovers {
		switch {
		case !answers(h) || h.DueInDays == days:
		case h.When == nil && days == 0:
			return h.DueInDays
		case days != 0:
			return 0
		default:
			days = h.DueInDays
		}
	}
	return days
}

// answers tells whether a handover makes a case that is answered within its days.
func answers(h *app.Handover) bool { return h.DueInDays > 0 && h.Into == app.IntoNone }
