package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
)

// whyValue looks for what explains that a value is not the expected one.
func (p *play) whyValue(got *Seen, field string, expected, is any) string {
	if is != nil {
		return p.whereFrom(got, field)
	}
	d := p.Apps[got.Instance.AppRef]
	if d == nil {
		return ""
	}
	if m := d.Models[p.firstForm(got)]; m != nil {
		bare := indexes.ReplaceAllString(field, "")
		if _, known := m.Schema.Field(bare); !known {
			if near := m.Suggestion(bare); near != "" {
				return "the model has no such field: did you mean " + near + "?"
			}
			return "the model has no such field"
		}
	}
	for dataType, doc := range got.Data {
		for _, l := range leaves(doc) {
			if equal(l.value, expected) && expected != nil {
				return fmt.Sprintf("it stands at %s:%s", dataType, l.path)
			}
		}
	}
	if where := p.whereFrom(got, field); where != "" {
		return where + ", but there was nothing to give"
	}
	return "no handover gives it"
}

// givers gives the apps in the order in which they may have given an instance its values: the
// one that it came from, then the others by name.
func (p *play) givers(got *Seen) []*app.Definition {
	list := slices.SortedFunc(maps.Values(p.Apps), func(a, b *app.Definition) int {
		return strings.Compare(a.Ref.String(), b.Ref.String())
	})
	if from := got.Instance.Source; from != nil && p.Apps[from.AppRef] != nil {
		list = append([]*app.Definition{p.Apps[from.AppRef]}, list...)
	}
	return list
}

// whereFrom tells which handover gives a field its value; "" when none does.
func (p *play) whereFrom(got *Seen, field string) string {
	bare := indexes.ReplaceAllString(field, "")
	for _, d := range p.givers(got) {
		for _, h := range d.Handovers {
			if h.To != got.Instance.AppRef {
				continue
			}
			if line := lineOf(h, bare); line > 0 {
				return fmt.Sprintf("handover %s gives it: %s:%d", h.ID, fileOf(d, h.File), line)
			}
		}
	}
	return ""
}

func fileOf(d *app.Definition, file string) string {
	return strings.TrimPrefix(d.Folder+"/"+file, "/")
}

// lineOf gives the line of the handover's file that maps a field; 0 for none.
func lineOf(h *app.Handover, field string) int {
	for _, m := range h.Prefill {
		if m.Target == field {
			return m.Line()
		}
	}
	for _, r := range h.Rows {
		if strings.HasPrefix(field, r.Target+".") {
			return r.Line()
		}
	}
	return 0
}

// whyNotMade tells what hands over to an app, and when.
func (p *play) whyNotMade(a *app.Act, to core.AppRef) string {
	if p.Apps[to] == nil {
		return to.String() + " is not among the apps here"
	}
	from := a.Start
	if inst := p.byName(a.At); inst != nil {
		from = inst.Instance.AppRef
	}
	d := p.Apps[from]
	if d == nil {
		return ""
	}
	for _, h := range d.Handovers {
		if h.To != to {
			continue
		}
		words := "handover " + h.ID + " makes one " + whenText(h)
		if h.When != nil {
			words += ", if its when holds"
		}
		return fmt.Sprintf("%s: %s:%d", words, fileOf(d, h.File), h.Line)
	}
	return fmt.Sprintf("no handover of %s makes one", from)
}

func whenText(h *app.Handover) string {
	switch {
	case h.On.TaskEnd != "":
		return "when " + h.On.TaskEnd + " ends"
	case h.On.Action != "":
		return "on the action " + h.On.Action
	}
	return "when the process ends"
}

// openTo names the roles that could have taken a step.
func (p *play) openTo(a *app.Act) string {
	inst := p.byName(a.At)
	if inst == nil {
		if d := p.Apps[a.Start]; d != nil && d.Meta.DisallowUserInstantiation {
			return "no person may start " + a.Start.String() + ": it is made by handover"
		}
		return ""
	}
	action := a.Do
	if action == "" || action == app.ActNext {
		action = "write"
	}
	return p.whoMay(inst, action)
}
