package form

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/schema"
)

// PrefillError tells which of the values that a system sent do not fit the app. It holds paths
// and codes, no values. It is a fault of kind Malformed: the sender must change what it sends.
type PrefillError struct{ Problems []schema.Violation }

// Error is for the log.
func (e *PrefillError) Error() string {
	parts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		parts[i] = p.Path + ": " + p.Code
	}
	return "prefill: " + strings.Join(parts, ", ")
}

// Unwrap gives the fault.
func (e *PrefillError) Unwrap() error {
	return fault.New(fault.Malformed, "form.refused_prefill")
}

// Given is what whoever makes an instance gives for its first documents.
type Given struct {
	// External is Altinn's flat map of path to value, from a system.
	External map[string]string
	// Query are the parameters of the address that a person began at.
	Query map[string]string
}

// Prefilled gives the first document of a data type: what a system sent for it, then what the
// registers know of the owner and of the person who is signed in, what the address said, what
// is chosen from the start, and all that is calculated. A key that no model of the app has, a
// parameter that no prefill file names, and a value that does not fit, are a *PrefillError that
// names every one of them.
func Prefilled(d *app.Definition, dataType string, in Input, given Given) (core.Document, error) {
	m := d.Models[dataType]
	if m == nil {
		return nil, fmt.Errorf("there is no model of data type %s", dataType)
	}
	doc := core.Document{}
	if err := prefillExternal(d, m, doc, given.External); err != nil {
		return nil, err
	}
	prefillFacts(m, doc, in)
	if err := prefillQuery(d, m, doc, given.Query); err != nil {
		return nil, err
	}
	preselect(d, dataType, doc, in)
	return Calculate(d, dataType, doc, in), nil
}

func prefillExternal(
	d *app.Definition, m *app.Model, doc core.Document, external map[string]string,
) error {
	var wrong []schema.Violation
	for _, key := range slices.Sorted(maps.Keys(external)) {
		path, ok := m.PrefillPath(key)
		if !ok {
			// The same map is offered to every data type that the first task makes.
			if !knownAnywhere(d, key) {
				wrong = append(wrong, schema.Violation{Path: key, Code: schema.CodeUnknown})
			}
			continue
		}
		f, _ := m.Schema.Field(path)
		value, err := m.Schema.Convert(path, external[key])
		if err != nil || f.Repeated {
			wrong = append(wrong, schema.Violation{Path: path, Code: schema.CodeType})
			continue
		}
		if err := schema.Set(doc, path, value); err != nil {
			wrong = append(wrong, schema.Violation{Path: path, Code: schema.CodeType})
		}
	}
	for _, v := range m.Schema.Check(doc) {
		if v.Code != schema.CodeRequired && v.Code != schema.CodeMinItems {
			wrong = append(wrong, v)
		}
	}
	if len(wrong) > 0 {
		return &PrefillError{wrong}
	}
	return nil
}

func knownAnywhere(d *app.Definition, key string) bool {
	for _, m := range d.Models {
		if _, ok := m.PrefillPath(key); ok {
			return true
		}
	}
	return false
}

// prefillFacts puts in what is known of the owner and of whoever is signed in, where nothing is
// yet.
func prefillFacts(m *app.Model, doc core.Document, in Input) {
	p := m.Prefill
	switch in.Owner.Kind {
	case core.PartyPerson:
		prefillSection(m, doc, p.Person, personFacts(in.Owner))
	case core.PartyOrganisation:
		prefillSection(m, doc, p.Organisation, organisationFacts(in.Owner))
	}
	if in.User.Kind == core.PartyPerson {
		prefillSection(m, doc, p.UserProfile, profileFacts(in.User))
	}
}

func prefillSection(m *app.Model, doc core.Document, section, known map[string]string) {
	for _, from := range slices.Sorted(maps.Keys(section)) {
		fact, path := known[from], section[from]
		if fact == "" || !m.Prefill.AllowOverwrite && !empty(schema.Get(doc, path)) {
			continue
		}
		if value, err := m.Schema.Convert(path, fact); err == nil {
			// The field was checked when the app was loaded: there is room for it.
			_ = schema.Set(doc, path, value)
		}
	}
}

// personFacts are what is known of a person, under the population register's names.
func personFacts(p core.Party) map[string]string {
	first, last := splitName(p.Name)
	return map[string]string{
		"SSN": p.PersonNumber.Reveal(), "Name": p.Name, "FirstName": first, "LastName": last,
		"TelephoneNumber": p.Phone, "MobileNumber": p.Phone,
	}
}

// profileFacts are what is known of the person who is signed in, under the profile's names.
func profileFacts(p core.Party) map[string]string {
	id := strconv.FormatInt(int64(p.ID), 10)
	out := map[string]string{
		"UserId": id, "PartyId": id, "PhoneNumber": p.Phone, "Email": p.Email,
		"ProfileSettingPreference.Language": p.Language,
		"Party.Name":                        p.Name, "Party.SSN": p.PersonNumber.Reveal(),
	}
	for name, fact := range personFacts(p) {
		out["Party.Person."+name] = fact
	}
	return out
}

// organisationFacts are what is known of an organisation, under the company register's names.
func organisationFacts(p core.Party) map[string]string {
	return map[string]string{
		"OrgNumber": p.OrganisationNumber, "Name": p.Name, "TelephoneNumber": p.Phone,
		"MobileNumber": p.Phone, "EMailAddress": p.Email,
	}
}

// splitName takes the last word of a name for the last name.
func splitName(name string) (first, last string) {
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return "", name
	}
	return name[:i], name[i+1:]
}

// preselect chooses what the form has chosen from the start, outside of rows.
func preselect(d *app.Definition, dataType string, doc core.Document, in Input) {
	set := entrySet(d, in.Instance.Process.Task, dataType)
	if set == nil {
		return
	}
	b := binder{view: newView(d, set, &in)}
	b.data = maps.Clone(in.Data)
	if b.data == nil {
		b.data = map[string]core.Document{}
	}
	b.data[dataType] = doc
	for _, page := range set.Pages {
		b.preselect(page.Components, dataType)
	}
}

// preselect chooses, among the components of the row that the binder stands in, or of none, what
// is chosen from the start and has no answer yet. The index is that of the list as people see it.
func (b *binder) preselect(list []*app.Component, dataType string) {
	for _, c := range list {
		p, ok := c.Props.(*app.ChoiceProps)
		if ok && p.Preselected >= 0 && c.Source.DataType == dataType && empty(b.value(c)) {
			if options := b.options(c); p.Preselected < len(options) {
				b.put(c, b.stored(c, []string{options[p.Preselected].Value}))
			}
		}
		if c.Type != app.TypeRepeatingGroup {
			b.preselect(c.Children, dataType)
		}
	}
}

// Presentation gives the values that the app shows in lists, by the id of the field in the
// metadata; a field without a value is left out.
func Presentation(d *app.Definition, in Input) map[string]string {
	out := map[string]string{}
	for _, f := range d.Meta.Presentation {
		if s := DataValue(in, f); s != "" {
			out[f.ID] = s
		}
	}
	return out
}

// DataValue gives the answer that an app copies to the instance, as it is stored; "" for none.
func DataValue(in Input, f app.ValueField) string {
	return asText(schema.Get(in.Data[f.DataType], f.Path))
}
