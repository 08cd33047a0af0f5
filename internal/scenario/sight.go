package scenario

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"stafett/internal/access"
	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/handover"
	"stafett/internal/relay"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// sight compares an instance with what is to be seen of it.
func (p *play) sight(want app.Sight, got *Seen) {
	if got == nil {
		p.Expectations++
		p.fail(want.Place, "an instance "+want.At, "there is none", "")
		return
	}
	name := got.Instance.AppRef.String()
	for _, f := range want.Facts {
		p.Expectations++
		expected, is := dated(f.Text, p.Now), p.fact(f.Name, got)
		if expected != is {
			p.fail(f.Place, fmt.Sprintf("%s of %s is %q", f.Name, name, expected),
				fmt.Sprintf("%q", is), "")
		}
	}
	for _, v := range want.Values {
		p.value(v, got)
	}
	if want.Exactly {
		p.exactly(want, got)
	}
	for _, f := range want.Absent {
		p.absent(f, got)
	}
	for _, f := range want.Nowhere {
		p.nowhere(f, got)
	}
	for _, f := range want.Attachments {
		p.files(f, got)
	}
	p.rights(want.May, got, true)
	p.rights(want.MayNot, got, false)
}

// fact gives what an instance is, by the name that scenarios have for it; "" for nothing.
func (p *play) fact(name string, got *Seen) string {
	inst := got.Instance
	switch name {
	case app.FactOwner:
		return p.People.Party(inst.Owner).Name
	case app.FactStatus:
		return string(inst.Status)
	case app.FactTask:
		return inst.Process.Task
	case app.FactDue:
		if inst.Due != nil {
			return text.ISODate(*inst.Due)
		}
	case app.FactUnit:
		return inst.DataValues[handover.ValueUnit]
	case app.FactLanguage:
		return inst.Language
	case app.FactTitle:
		return inst.Title
	case app.FactSubstatus:
		if inst.Substatus != nil {
			return inst.Substatus.In("nb").Label
		}
	}
	return ""
}

// document gives the document that a path is in, and the path within it: the app's first form,
// unless the path begins with another data type and a colon.
func (p *play) document(got *Seen, name string) (core.Document, string) {
	if dataType, field, ok := strings.Cut(name, ":"); ok {
		if doc, there := got.Data[dataType]; there {
			return doc, field
		}
	}
	return got.Data[p.firstForm(got)], name
}

func (p *play) firstForm(got *Seen) string {
	if d := p.Apps[got.Instance.AppRef]; d != nil {
		return relay.FormDataType(d)
	}
	return ""
}

func (p *play) value(want app.Value, got *Seen) {
	p.Expectations++
	doc, field := p.document(got, want.Path)
	expected, is := decoded(want.JSON, p.Now), schema.Get(doc, field)
	if !equal(expected, is) {
		p.fail(want.Place, fmt.Sprintf("%s of %s is %s", want.Path, got.Instance.AppRef,
			quoted(expected)), quoted(is), p.whyValue(got, field, expected, is))
	}
}

// exactly tells of the values that are there and not expected.
func (p *play) exactly(want app.Sight, got *Seen) {
	p.Expectations++
	expected := map[string]bool{}
	for _, v := range want.Values {
		doc := core.Document{}
		if schema.Set(doc, v.Path, decoded(v.JSON, p.Now)) == nil {
			for _, l := range leaves(doc) {
				expected[l.path] = true
			}
		}
	}
	for _, l := range leaves(got.Data[p.firstForm(got)]) {
		if !expected[l.path] {
			p.fail(want.Place, "nothing but what is named stands in "+got.Instance.AppRef.String(),
				l.path+" is "+quoted(l.value), p.whereFrom(got, l.path))
		}
	}
}

func (p *play) absent(want app.Fact, got *Seen) {
	p.Expectations++
	doc, field := p.document(got, want.Text)
	below := core.Document{}
	if v := schema.Get(doc, field); v == nil || schema.Set(below, "x", v) != nil {
		return
	}
	for _, l := range leaves(below) {
		at := field + strings.TrimPrefix(l.path, "x")
		p.fail(want.Place, want.Text+" is absent from "+got.Instance.AppRef.String(),
			at+" is "+quoted(l.value), p.whereFrom(got, at))
	}
}

// nowhere looks for words in everything that the instance holds.
func (p *play) nowhere(want app.Fact, got *Seen) {
	p.Expectations++
	words := dated(want.Text, p.Now)
	for dataType, doc := range got.Data {
		for _, l := range leaves(doc) {
			if strings.Contains(plain(l.value), words) {
				p.fail(want.Place, fmt.Sprintf("%q stands nowhere in %s", words, got.Instance.AppRef),
					dataType+":"+l.path+" is "+quoted(l.value), p.whereFrom(got, l.path))
			}
		}
	}
}

func (p *play) files(want app.Files, got *Seen) {
	p.Expectations++
	var names []string
	for _, e := range got.Elements {
		if e.Type == want.DataType {
			names = append(names, e.Filename)
		}
	}
	slices.Sort(names)
	expected := fmt.Sprintf("%d files", want.Count)
	fits := len(names) == want.Count
	if want.Names != nil {
		expected = "the files " + listText(want.Names)
		fits = fits && fitAll(want.Names, names)
	}
	if fits {
		return
	}
	hint := ""
	if d := p.Apps[got.Instance.AppRef]; d != nil {
		if _, known := d.DataType(want.DataType); !known {
			hint = "the app has no data type " + want.DataType
		}
	}
	p.fail(want.Place, fmt.Sprintf("%s of type %s in %s", expected, want.DataType,
		got.Instance.AppRef), "the files "+listText(names), hint)
}

// fitAll tells whether every pattern has a name of its own.
func fitAll(patterns, names []string) bool {
	left := slices.Clone(names)
	for _, pattern := range patterns {
		i := slices.IndexFunc(left, func(name string) bool {
			ok, err := path.Match(pattern, name)
			return ok && err == nil
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

func listText(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	raw, err := json.Marshal(names)
	if err != nil {
		return "?"
	}
	return string(raw)
}

// rights asks whether people may do what is said, or may not.
func (p *play) rights(list []app.Rights, got *Seen, may bool) {
	for _, r := range list {
		for _, who := range r.Who {
			actor, err := p.People.actor(who, p.Org)
			if err != nil {
				p.Expectations++
				p.fail(who.Place, "somebody to ask about", err.Error(), "")
				continue
			}
			for _, action := range r.Do {
				p.Expectations++
				is, err := p.World.May(actor, got.Instance.ID, action)
				if err == nil && is == may {
					continue
				}
				p.fail(r.Place, fmt.Sprintf("%s %s %s %s", whoText(who), mayText(may), action,
					got.Instance.AppRef), outcomeText(is, err), p.whoMay(got, action))
			}
		}
	}
}

func mayText(may bool) string {
	if may {
		return "may"
	}
	return "may not"
}

func outcomeText(may bool, err error) string {
	if err != nil {
		return err.Error()
	}
	return "they " + mayText(may)
}

// whoMay names the app's roles to which an action is open where the instance stands.
func (p *play) whoMay(got *Seen, action string) string {
	d := p.Apps[got.Instance.AppRef]
	if d == nil {
		return ""
	}
	if action == MayInbox {
		if !d.IsCase() {
			return "what is owned by people stands in no inbox"
		}
		action = access.ActionRead
	}
	var open []string
	a := core.Actor{Kind: core.ActorPerson, Level: highest}
	for _, role := range d.Roles {
		_, refusal := access.Decide(a, []string{role.Code}, action, access.On(d, got.Instance))
		if refusal == nil {
			open = append(open, role.Code)
		}
	}
	if len(open) == 0 {
		return fmt.Sprintf("no role of the app may %s in %s", action, whereText(got.Instance))
	}
	return fmt.Sprintf("%s in %s is open to %s", action, whereText(got.Instance),
		strings.Join(open, ", "))
}

func whereText(inst core.Instance) string {
	return inst.Process.Task + inst.Process.EndEvent
}
