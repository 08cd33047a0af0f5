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

// Moment says what just happened to the source.
type Moment struct {
	// TaskEnd is the task that ended; ProcessEnd tells that the whole process did.
	TaskEnd    string
	ProcessEnd bool
}

// Plan decides which handovers the moment sets off, maps them, freezes what they carry and
// enqueues their jobs, all in the caller's transaction: the submit and its deliveries commit
// together or not at all. The caller holds the source's row lock.
func (s *Service) Plan(ctx context.Context, tx *store.Tx, src Source, m Moment) error {
	for _, h := range src.App.Handovers {
		if !triggered(h, m) {
			continue
		}
		c := form.Context(src.App, src.Set, src.Input, nil)
		if h.When != nil {
			wanted, err := h.When.Bool(c, false)
			if err != nil {
				return fmt.Errorf("handover %s: when: %w", h.ID, err)
			}
			if !wanted {
				continue
			}
		}
		if err := s.plan(ctx, tx, src, h, c); err != nil {
			return fmt.Errorf("handover %s: %w", h.ID, err)
		}
	}
	return nil
}

func triggered(h *app.Handover, m Moment) bool {
	return h.OnTaskEnd != "" && h.OnTaskEnd == m.TaskEnd || h.OnProcessEnd && m.ProcessEnd
}

func (s *Service) plan(
	ctx context.Context, tx *store.Tx, src Source, h *app.Handover, c expr.Context,
) error {
	owner, err := targetOwner(ctx, tx, src, h, c)
	if err != nil {
		return err
	}
	frozen, err := s.freeze(src, h, c)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = tx.AddDelivery(ctx, core.Delivery{
		ID: id, Source: src.Input.Instance.InstanceRef, Handover: h.ID, To: h.To,
		Owner: owner.ID, OwnerNumber: owner.OrganisationNumber,
		Reference: src.Input.Instance.Reference, State: core.DeliveryWaiting,
	}, frozen)
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, core.DeliverArgs{Delivery: id})
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
		return src.Input.Owner, nil
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
	doc, err := mapDocument(src, h, c, model)
	if err != nil {
		return core.Frozen{}, err
	}
	now := src.Input.Now
	if at := src.Input.Instance.Submitted; at != nil {
		now = *at
	}
	f := core.Frozen{
		DataType: target, Document: doc, Language: src.Input.Language, Submitted: now,
	}
	if h.DueInDays > 0 {
		due := now.AddDate(0, 0, h.DueInDays)
		f.Due = &due
	}
	for _, m := range h.Data {
		if m.Source == app.PDFDataType {
			f.PDFType = m.Target
			continue
		}
		f.Parts = append(f.Parts, parts(src, m)...)
	}
	return f, nil
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
	src Source, h *app.Handover, c expr.Context, model *schema.Schema,
) (core.Document, error) {
	doc := core.Document{}
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
		if err := mapRows(doc, r.Target, r.Target, from, r.From, r, model); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// mapRows copies the rows at the path from to the path to, nested rows included. field is to
// without indexes: where the model describes it.
func mapRows(
	doc core.Document, to, field string, source core.Document, from string, r app.RowMapping,
	model *schema.Schema,
) error {
	for i := range schema.Rows(source, from) {
		index := "[" + strconv.Itoa(i) + "]."
		for _, f := range r.Fields {
			v := schema.Get(source, from+index+f.Source)
			if err := put(doc, to+index+f.Target, field+"."+f.Target, v, model); err != nil {
				return err
			}
		}
		for _, n := range r.Rows {
			err := mapRows(doc, to+index+n.Target, field+"."+n.Target, source, from+index+n.From, n, model)
			if err != nil {
				return err
			}
		}
	}
	return nil
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
		if h.DueInDays > 0 {
			due := submitted.AddDate(0, 0, h.DueInDays)
			return &due
		}
	}
	return nil
}
