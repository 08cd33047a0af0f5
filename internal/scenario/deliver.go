package scenario

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/handover"
	"stafett/internal/relay"
)

// plan plans what a moment hands over and reports.
func (m *Memory) plan(src relay.Source, moment app.Moment) error {
	planned, err := relay.Plan(src, moment, func(ref core.AppRef) *app.Definition {
		return m.apps[ref]
	})
	if err != nil {
		return err
	}
	for _, p := range planned {
		// Which instance of the matter takes it is found now, as the program does.
		into := m.into(src.Input.Instance, p.Handover)
		if into == nil && p.Handover.Into != app.IntoNone {
			return &lost{p.Handover, src.App.Ref, fmt.Errorf("the matter has none")}
		}
		m.waiting = append(m.waiting, func() error {
			if err := m.handOver(src, p, into); err != nil {
				return &lost{p.Handover, src.App.Ref, err}
			}
			return nil
		})
	}
	reports, err := relay.Reports(src, moment)
	if err != nil {
		return err
	}
	if h := m.find(src.Input.Instance.ID); h != nil && len(planned)+len(reports) > 0 {
		h.tells = true
	}
	for _, r := range reports {
		told := relay.Told(src, r, moment, m.tick())
		m.waiting = append(m.waiting, func() error { return m.report(src, told) })
	}
	return nil
}

// lost is the error of a handover that its target does not take: in the program it is parked.
type lost struct {
	handover *app.Handover
	from     core.AppRef
	cause    error
}

func (e *lost) Error() string {
	return fmt.Sprintf("the handover %s from %s does not reach %s: %v", e.handover.ID, e.from,
		e.handover.To, e.cause)
}

func (e *lost) Unwrap() error { return e.cause }

// system is the organisation of the source, as its token says.
func (m *Memory) system(org string) core.Actor {
	a := core.Actor{Kind: core.ActorOrg, Org: org, Level: 3, Session: "scenario"}
	for _, p := range m.people.Parties {
		if p.Org == org {
			a.Party, a.OrganisationNumber = p.ID, p.OrganisationNumber
		}
	}
	return a
}

// handOver delivers what is planned: into an instance, or as a new one.
func (m *Memory) handOver(src relay.Source, p relay.Planned, into *held) error {
	d := m.apps[p.Handover.To]
	if d == nil {
		return fmt.Errorf("%s is not among the apps here", p.Handover.To)
	}
	documents := map[string]core.Document{p.Frozen.DataType: p.Frozen.Document}
	maps.Copy(documents, p.Frozen.Documents)
	files := filesOf(p.Frozen, src.Input.Instance.Reference)
	types := make([]string, len(files))
	for i, f := range files {
		types[i] = f.Type
	}
	if list := relay.Check(d, documents, types); len(list) > 0 {
		return fmt.Errorf("it does not take %s", problemText(list))
	}
	a := m.system(src.App.Ref.Org)
	if into != nil {
		return m.addTo(a, into, documents, files)
	}
	return m.makes(a, src, p, d, documents, files)
}

func filesOf(f core.Frozen, reference string) []core.DataElement {
	var out []core.DataElement
	for _, part := range f.Parts {
		out = append(out, core.DataElement{
			ID: uuid.New(), Type: part.DataType, ContentType: part.ContentType,
			Filename: part.Filename, Size: part.Size, Version: 1,
		})
	}
	if f.PDFType != "" {
		out = append(out, pdfOf(f.PDFType, reference))
	}
	return out
}

func (m *Memory) makes(
	a core.Actor, src relay.Source, p relay.Planned, d *app.Definition,
	documents map[string]core.Document, files []core.DataElement,
) error {
	owner, err := m.owner(p.Owner)
	if err != nil {
		return err
	}
	from := src.Input.Instance
	b := relay.Beginning{
		App: d, Owner: owner, Language: p.Frozen.Language, Status: relay.FirstStatus(d),
		Due: p.Frozen.Due, Values: map[string]string{}, Documents: documents,
		Source:    &from.InstanceRef,
		Thread:    core.Thread{ID: p.Frozen.Thread.ID, Owner: p.Frozen.Thread.Owner},
		Reference: from.Reference, Submitted: &p.Frozen.Submitted, CreatedBy: a.Party,
	}
	if p.Frozen.Unit != "" {
		b.Values[handover.ValueUnit] = p.Frozen.Unit
	}
	if b.Status == core.StatusDraft {
		b.Submitted = nil
	}
	id, err := m.begin(a, b, files)
	if err != nil {
		return err
	}
	h := m.find(id)
	received := relay.Source{App: d, Input: h.Input}
	received.Input.Data, received.Input.Elements = documents, nil
	return m.plan(received, app.Moment{TaskStart: h.inst().Process.Task})
}

func (m *Memory) owner(o relay.Owner) (core.Party, error) {
	for _, p := range m.people.Parties {
		if o.Party != 0 && p.ID == o.Party ||
			o.OrganisationNumber != "" && p.OrganisationNumber == o.OrganisationNumber ||
			o.PersonNumber != "" && p.PersonNumber == o.PersonNumber {
			return p, nil
		}
	}
	return core.Party{}, fmt.Errorf("its owner is not in the register")
}

// addTo puts what is handed over into an instance that is there.
func (m *Memory) addTo(
	a core.Actor, h *held, documents map[string]core.Document, files []core.DataElement,
) error {
	if err := m.require(a, h, access.ActionWrite); err != nil {
		return err
	}
	if h.inst().Status == core.StatusArchived {
		return fault.New(fault.Conflict, "fault.case_closed")
	}
	h.Input.Now = m.tick()
	for _, dataType := range slices.Sorted(maps.Keys(documents)) {
		doc := h.Added(dataType, documents[dataType])
		if t, _ := h.App.DataType(dataType); h.App.EntrySet(dataType) != nil &&
			len(h.Input.Entries[dataType]) >= form.MostEntries(t) {
			return fmt.Errorf("it does not take more of %s", dataType)
		}
		h.keep(map[string]core.Document{dataType: doc})
	}
	h.Input.Elements = append(h.Input.Elements, files...)
	for _, t := range h.App.Meta.DataTypes {
		n := 0
		for _, e := range h.Input.Elements {
			if e.Type == t.ID {
				n++
			}
		}
		if relay.TooMany(t, n) {
			return fmt.Errorf("it does not take %d files of type %s", n, t.ID)
		}
	}
	h.inst().Version++
	relay.Present(h.App, h.inst(), h.Input)
	h.goOn(h.Input.Now)
	return nil
}

// into finds the instance that takes what is handed over; nil for none.
func (m *Memory) into(from core.Instance, h *app.Handover) *held {
	switch h.Into {
	case app.IntoNone:
		return nil
	case app.IntoSource:
		return m.find(from.Source.ID)
	}
	for _, one := range slices.Backward(m.list) {
		if one.App.Ref == h.To && one.inst().Began().ID == from.Began().ID {
			return one
		}
	}
	return nil
}

func (m *Memory) report(src relay.Source, told core.Report) error {
	h := m.find(src.Input.Instance.Source.ID)
	if h == nil {
		return fmt.Errorf("what %s reports to is not there", src.App.Ref)
	}
	if err := m.require(m.system(src.App.Ref.Org), h, access.ActionRead); err != nil {
		return fmt.Errorf("the report from %s to %s: %w", src.App.Ref, h.App.Ref, err)
	}
	if sub, ok := relay.Noted(*h.inst(), told); ok {
		h.inst().Substatus = sub
		h.inst().Version++
	}
	return nil
}
