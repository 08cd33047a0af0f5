package app

import (
	"strings"

	"stafett/internal/core"
)

// expectation reads what is to come of a step.
func (r *reader) expectation(e *Expectation, v *value) {
	r.known(v, "refused", "makes", "then")
	r.refused(e, v.get("refused"))
	if makes := v.get("makes"); makes != nil {
		list := []Sight{}
		for _, item := range r.array(makes, "makes") {
			if r.object(item, "what is made") != nil {
				sight := r.sight(item, "app", "call")
				sight.App = r.appOf(item)
				list = append(list, sight)
			}
		}
		e.Makes = &list
	}
	for _, item := range r.array(v.get("then"), "then") {
		if r.object(item, "a look") == nil {
			continue
		}
		sight := r.sight(item, "at")
		if sight.At = r.text(item.get("at"), "at"); sight.At == "" {
			r.errorAt(item, "a look must say at which instance")
		}
		e.Then = append(e.Then, sight)
	}
	if (e.Forbidden || e.Unasked || len(e.Refused) > 0) && e.Makes != nil && len(*e.Makes) > 0 {
		r.errorAt(v, "what is refused makes nothing")
	}
}

// refused reads the fields that stop a step, or that the person may not take it.
func (r *reader) refused(e *Expectation, v *value) {
	if v == nil {
		return
	}
	if v.kind == kindText {
		e.Forbidden, e.Unasked = v.text == "forbidden", v.text == "unasked"
		if !e.Forbidden && !e.Unasked {
			r.errorAt(v, `refused is "forbidden", "unasked", or a list of fields`)
		}
		return
	}
	for _, item := range r.array(v, "refused") {
		f := Refused{Place: place(item)}
		switch item.kind {
		case kindText:
			f.Field = item.text
		case kindObject:
			r.known(item, "field", "says")
			f.Field, f.Says = r.text(item.get("field"), "field"), r.text(item.get("says"), "says")
		}
		if f.Field == "" {
			r.errorAt(item, "a refusal is a field's path, or an object with field and says")
		}
		e.Refused = append(e.Refused, f)
	}
	if len(e.Refused) == 0 {
		r.errorAt(v, "refused must name the fields that stop the step")
	}
}

func (r *reader) appOf(v *value) (ref core.AppRef) {
	if v.get("app") == nil {
		r.errorAt(v, "what is made must say of which app")
		return ref
	}
	return r.appRef(v.get("app"))
}

// Facts that a look may give, by their names in the file.
const (
	FactOwner     = "owner"
	FactStatus    = "status"
	FactTask      = "task"
	FactDue       = "due"
	FactUnit      = "unit"
	FactLanguage  = "language"
	FactTitle     = "title"
	FactSubstatus = "substatus"
)

var factNames = []string{FactOwner, FactStatus, FactTask, FactDue, FactUnit, FactLanguage,
	FactTitle, FactSubstatus}

// sight reads what is to be seen of an instance; own are the keys by which it is named.
func (r *reader) sight(v *value, own ...string) Sight {
	r.known(v, append(append(own, factNames...), "values", "exactly", "absent", "nowhere",
		"attachments", "may", "mayNot")...)
	l := Sight{Place: place(v), Call: r.text(v.get("call"), "call")}
	for _, name := range factNames {
		if item := v.get(name); item != nil {
			l.Facts = append(l.Facts, Fact{place(item), name, r.text(item, name)})
		}
	}
	values := v.get("values")
	if exactly := v.get("exactly"); exactly != nil {
		if l.Exactly = true; values != nil {
			r.errorAt(exactly, "a look has either values or exactly")
		}
		values = exactly
	}
	for path, item := range r.object(values, "values").members {
		l.Values = append(l.Values, Value{place(item), path, item.raw})
	}
	l.Absent = r.facts(v.get("absent"), "absent")
	l.Nowhere = r.facts(v.get("nowhere"), "nowhere")
	for dataType, item := range r.object(v.get("attachments"), "attachments").members {
		l.Attachments = append(l.Attachments, r.expectedFiles(dataType, item))
	}
	l.May, l.MayNot = r.rights(v.get("may"), "may"), r.rights(v.get("mayNot"), "mayNot")
	return l
}

// facts reads a list of texts with where each stands.
func (r *reader) facts(v *value, what string) []Fact {
	var out []Fact
	for _, item := range r.array(v, what) {
		if s := r.text(item, what); strings.TrimSpace(s) == "" {
			r.errorAt(item, "%s must be a list of texts", what)
		} else {
			out = append(out, Fact{place(item), what, s})
		}
	}
	return out
}

func (r *reader) expectedFiles(dataType string, v *value) Files {
	f := Files{Place: place(v), DataType: dataType}
	if v.kind == kindNumber {
		f.Count = r.number(v, "attachments", 0)
		return f
	}
	f.Names = r.strings(v, "attachments")
	if f.Count = len(f.Names); f.Names == nil {
		f.Names = []string{}
	}
	return f
}

func (r *reader) rights(v *value, what string) []Rights {
	var out []Rights
	for _, item := range r.array(v, what) {
		if r.object(item, what) == nil {
			continue
		}
		r.known(item, "who", "do")
		one := Rights{Place: place(item), Do: r.strings(item.get("do"), "do")}
		who := item.get("who")
		switch {
		case who == nil:
		case who.kind == kindArray:
			for _, w := range who.items {
				one.Who = append(one.Who, r.who(w))
			}
		default:
			one.Who = []Who{r.who(who)}
		}
		if len(one.Who) == 0 || len(one.Do) == 0 {
			r.errorAt(item, "%s must say who and do", what)
		}
		out = append(out, one)
	}
	return out
}
