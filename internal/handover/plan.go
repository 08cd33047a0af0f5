package handover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/schema"
	"stafett/store"
)

// Source is the instance that hands over, as it stands after the task's end: hidden data
// removed, data locked.
type Source struct {
	App *app.Definition
	Set *app.LayoutSet
	// Input holds documents, attachments, owner, language and now.
	Input form.Input
}

// Plan decides which handovers the moment sets off, maps them, freezes what they carry and
// enqueues their jobs, all in the caller's transaction: the submit and its deliveries commit
// together or not at all. The caller holds the source's row lock.
func (s *Service) Plan(ctx context.Context, tx *store.Tx, src Source, m app.Moment) error {
	var line []core.Delivery
	corrects := src.Input.Instance.Corrects
	if corrects != uuid.Nil {
		var err error
		if line, err = tx.DeliveriesOfVersions(ctx, corrects); err != nil {
			return err
		}
	}
	for _, h := range src.App.Handovers {
		if h.On.Fits(m) && corrects != uuid.Nil {
			if err := s.correct(ctx, tx, src, h, line); err != nil {
				return fmt.Errorf("correction by handover %s: %w", h.ID, err)
			}
			continue
		}
		if !h.On.Fits(m) || h.Into == app.IntoSource && !cameFrom(src.Input.Instance, h.To) {
			continue
		}
		src := src.of(h)
		c := form.Context(src.App, src.Set, src.Input, nil)
		wanted, err := holds(h.When, c)
		if err == nil && wanted {
			err = s.plan(ctx, tx, src, h, c)
		}
		if err != nil {
			return fmt.Errorf("handover %s: %w", h.ID, err)
		}
	}
	return s.report(ctx, tx, src, m)
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

func (s *Service) plan(
	ctx context.Context, tx *store.Tx, src Source, h *app.Handover, c expr.Context,
) error {
	frozen, err := s.freeze(src, h, c)
	if err != nil {
		return err
	}
	kind := core.DeliveryMakes
	var owner core.Party
	if h.Into != app.IntoNone {
		kind = core.DeliveryAdds
		if frozen.Into, err = into(ctx, tx, src, h); err == nil {
			owner, err = tx.Party(ctx, frozen.Into.Owner)
		}
	} else {
		owner, err = targetOwner(ctx, tx, src, h, c)
	}
	if err != nil {
		return err
	}
	d := core.Delivery{
		Kind: kind, Source: src.Input.Instance.InstanceRef, Handover: h.ID, To: h.To,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber,
		Reference: src.Input.Instance.Reference, Round: src.Input.Instance.Version,
	}
	if d.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	if err := s.await(ctx, tx, src, d, &frozen, h); err != nil {
		return err
	}
	return s.add(ctx, tx, d, frozen)
}

// await has somebody else's answer to a case waited for: they are reminded before it is due, and
// the case is told when it does not come.
func (s *Service) await(
	ctx context.Context, tx *store.Tx, src Source, d core.Delivery, f *core.Frozen, h *app.Handover,
) error {
	asks := d.Kind == core.DeliveryMakes && f.Due != nil && d.Owner != d.Source.Owner &&
		access.IsCaseApp(src.App)
	if !asks {
		return nil
	}
	f.RemindBefore = h.RemindBefore
	return s.Messages.Await(ctx, tx, d.Source.ID, d.ID, *f.Due)
}

// into finds the instance that takes what is handed over.
func into(
	ctx context.Context, tx *store.Tx, src Source, h *app.Handover,
) (*core.InstanceRef, error) {
	if h.Into == app.IntoSource {
		return src.Input.Instance.Source, nil
	}
	thread, err := tx.Thread(ctx, src.Input.Instance.Began().ID)
	if err != nil {
		return nil, err
	}
	for _, inst := range slices.Backward(thread) {
		if inst.AppRef == h.To {
			return &inst.InstanceRef, nil
		}
	}
	return nil, fault.New(fault.Conflict, "fault.handover_into")
}

// add keeps a delivery with its job.
func (s *Service) add(ctx context.Context, tx *store.Tx, d core.Delivery, f core.Frozen) error {
	if d.ID == uuid.Nil {
		var err error
		if d.ID, err = uuid.NewV7(); err != nil {
			return err
		}
	}
	d.State = core.DeliveryWaiting
	if err := tx.AddDelivery(ctx, d, f); err != nil {
		return err
	}
	return tx.Enqueue(ctx, core.DeliverArgs{Delivery: d.ID})
}

// targetOwner finds the party that will own the target.
func targetOwner(
	ctx context.Context, tx *store.Tx, src Source, h *app.Handover, c expr.Context,
) (core.Party, error) {
	find := func(e *expr.Expr, by func(number string) (core.Party, error)) (core.Party, error) {
		number, err := e.Text(c, "")
		if err != nil {
			return core.Party{}, err
		}
		p, err := by(number)
		if errors.Is(err, store.ErrNoRow) {
			return core.Party{}, fault.New(fault.Invalid, "fault.handover_owner")
		}
		return p, err
	}
	switch {
	case h.Owner.Source:
		// Whoever began it all: the applicant, however long the chain.
		return tx.Party(ctx, src.Input.Instance.Began().Owner)
	case h.Owner.OrganisationNumber != nil:
		return find(h.Owner.OrganisationNumber, func(n string) (core.Party, error) {
			return tx.PartyByOrganisationNumber(ctx, n)
		})
	}
	return find(h.Owner.PersonNumber, func(n string) (core.Party, error) {
		return tx.PartyByPersonNumber(ctx, core.PersonNumber(n))
	})
}

func (s *Service) freeze(src Source, h *app.Handover, c expr.Context) (core.Frozen, error) {
	target, model := s.targetModel(h)
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
		if e.Type == m.Source {
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
func (s *Service) targetModel(h *app.Handover) (string, *schema.Schema) {
	d, err := s.Catalogue.App(h.To)
	if err != nil {
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

// Expected is when an answer can be expected of a handover that is planned now; nil when the
// app does not say.
func Expected(d *app.Definition, submitted time.Time) *time.Time {
	for _, h := range d.Handovers {
		if h.DueInDays > 0 && h.Into == app.IntoNone {
			due := submitted.AddDate(0, 0, h.DueInDays)
			return &due
		}
	}
	return nil
}
