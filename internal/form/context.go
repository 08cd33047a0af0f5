package form

import (
	"fmt"
	"strconv"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// Context gives the surroundings in which an app's expressions are evaluated outside of a page:
// a gateway's condition, a handover's value. set may be one that holds no more than a data
// type. indexes are those of the rows on a path, outermost first; nil is none.
func Context(d *app.Definition, set *app.LayoutSet, in Input, indexes []int) expr.Context {
	if set == nil {
		set = &app.LayoutSet{}
	}
	v := newView(d, set, &in)
	v.loose = indexes
	return v
}

// DataModel gives the value at a path; the rows that the view stands in are filled in.
func (v *view) DataModel(path, dataType string) (any, error) {
	if dataType == "" && v.reads != "" {
		dataType = v.reads
	} else if dataType == "" {
		dataType = v.set.DataType
	} else if v.d.Models[dataType] == nil {
		return nil, expr.UnknownDataType(dataType)
	}
	steps, err := v.d.Steps(path)
	if err != nil {
		return nil, err
	}
	return v.at(dataType, steps), nil
}

// Component gives the answer to a question; nil when it is hidden.
func (v *view) Component(id string) (any, error) {
	c := v.set.Component(id)
	if c == nil {
		return nil, expr.UnknownComponent(id)
	}
	if c.Bindings[app.BindingSimple].Field == "" {
		return nil, fmt.Errorf("Component with identifier %s does not have a simpleBinding", id)
	}
	if v.hiddenAnywhere(c) {
		return nil, nil
	}
	return v.value(c), nil
}

// Text gives a text of the app in the reader's language, without markup: what expressions make
// of it is no markdown any more.
func (v *view) Text(key string) string { return text.Plain(v.markdown(key)) }

// markdown gives a text of the app in the reader's language, with the answers in it escaped.
func (v *view) markdown(key string) string {
	return v.d.Texts.Resolve(v.lang, key, v.variable)
}

// Language is the reader's.
func (v *view) Language() string { return v.lang }

// Instance gives what the instanceContext function knows.
func (v *view) Instance(key string) (any, error) {
	inst := v.in.Instance
	switch key {
	case "instanceId":
		return inst.InstanceRef.String(), nil
	case "appId":
		return inst.AppRef.String(), nil
	case "instanceOwnerPartyId":
		return strconv.FormatInt(int64(inst.Owner), 10), nil
	case "instanceOwnerPartyType":
		return ownerType(v.in.Owner), nil
	case "instanceOwnerName":
		return v.in.Owner.Name, nil
	}
	return nil, fmt.Errorf("unknown instance context property %s", key)
}

func ownerType(p core.Party) string {
	switch p.Kind {
	case core.PartyPerson:
		return "person"
	case core.PartyOrganisation:
		return "org"
	}
	return "unknown"
}

// Setting gives what the frontendSettings function knows.
func (v *view) Setting(key string) any { return v.d.Settings.FrontEnd[key] }

// Auth tells whether the reader may take an action in this task.
func (v *view) Auth(action string) bool { return v.in.Rights[action] }

// CountDataElements counts the instance's data elements of a type.
func (v *view) CountDataElements(dataType string) (int, error) {
	n := len(v.in.Entries[dataType])
	if n > 0 {
		return n, nil
	}
	for _, e := range v.in.Elements {
		if e.Type == dataType {
			n++
		}
	}
	if _, ok := v.data[dataType]; ok {
		n++
	}
	return n, nil
}

// OptionLabel gives what an option of a list is called.
func (v *view) OptionLabel(optionsID string, value any) (any, error) {
	list, ok := v.d.Options[optionsID]
	if !ok {
		return nil, fmt.Errorf("could not find options with id %q", optionsID)
	}
	want := asText(value)
	for _, o := range list {
		if o.Value == want {
			return v.Text(o.Label), nil
		}
	}
	return nil, nil
}

// Arg gives a positional argument of a rule or calculation.
func (v *view) Arg(i int) (any, error) {
	if i < 0 || i >= len(v.args) {
		return nil, expr.NoSuchArgument(i)
	}
	return v.args[i], nil
}

// Value gives a part of the option that a filter is asked about; its value when no part is named.
func (v *view) Value(key string) (any, error) {
	if v.option == nil {
		return nil, expr.UnknownKey(key, nil)
	}
	switch key {
	case "", "value":
		return v.option.Value, nil
	case "label":
		return v.option.Label, nil
	case "description":
		return string(v.option.Description), nil
	case "helpText":
		return string(v.option.Help), nil
	}
	return nil, expr.UnknownKey(key, app.OptionKeys)
}

// variable fills in the texts' variables.
func (v *view) variable(source, key string) (string, bool) {
	switch source {
	case "instanceContext":
		s, err := v.Instance(key)
		if err != nil {
			return "", false
		}
		return asText(s), true
	case "applicationSettings":
		s := v.Setting(key)
		return asText(s), s != nil
	}
	return v.dataVariable(source, key)
}

func (v *view) dataVariable(source, key string) (string, bool) {
	const prefix = "dataModel."
	if len(source) <= len(prefix) || source[:len(prefix)] != prefix {
		return "", false
	}
	dataType := source[len(prefix):]
	if dataType == "default" {
		dataType = v.set.DataType
	}
	steps, err := schema.SplitPath(v.fillIndexes(key))
	if err != nil {
		return "", false
	}
	// What is not answered yet is filled in as nothing: its path would mean nothing to a reader.
	value := v.at(dataType, steps)
	return v.read(dataType, steps, value), value != nil || v.known(dataType, steps)
}

func (v *view) known(dataType string, steps []schema.Step) bool {
	m := v.d.Models[dataType]
	if m == nil {
		return false
	}
	_, ok := m.Schema.Field(plain(steps))
	return ok
}

// fillIndexes puts the current rows' indexes in place of {0}, {1} in a variable's key.
func (v *view) fillIndexes(key string) string {
	for i := len(v.frames) - 1; i >= 0; i-- {
		key = replaceAll(key, "{"+strconv.Itoa(i)+"}", strconv.Itoa(v.frames[i].index))
	}
	return key
}

// read gives a value as it is read: like the question that it answers, where there is one.
func (v *view) read(dataType string, steps []schema.Step, value any) string {
	for _, c := range v.set.BoundTo(dataType, plain(steps)) {
		if c.Question() && c.Source.DataType == dataType && samePath(c.Steps, steps) {
			return v.display(c, value)
		}
	}
	return asText(value)
}
