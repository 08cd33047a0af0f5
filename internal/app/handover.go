package app

import (
	"strconv"
	"strings"

	"stafett/internal/core"
	"stafett/internal/expr"
)

const handoverFile = "config/handover.json"

// readHandovers reads config/handover.json (DESIGN.md section 5). It is a file of ours, so a
// key that it does not have is an error.
func (r *reader) readHandovers(d *Definition) {
	v := r.object(r.json(handoverFile), "the file")
	if v == nil {
		return
	}
	r.known(v, "handovers", "reports", "withdraw", "correct", "onWithdrawn", "secondPerson", "draftDays")
	seen := map[string]bool{}
	for _, item := range r.array(v.get("handovers"), "handovers") {
		h := r.handover(d, item)
		if h == nil {
			continue
		}
		if seen[h.ID] {
			r.errorAt(item, "the handover %s stands twice", h.ID)
		}
		seen[h.ID] = true
		d.Handovers = append(d.Handovers, h)
	}
	for _, item := range r.array(v.get("reports"), "reports") {
		r.report(d, item)
	}
	r.readRetract(d, v)
	r.readSecondPerson(d, v.get("secondPerson"))
	if days := v.get("draftDays"); days != nil {
		d.DraftDays = r.number(days, "draftDays", 0)
		if d.DraftDays < 1 || d.DraftDays > maxDraftDays {
			r.errorAt(days, "draftDays must be from 1 to %d", maxDraftDays)
		}
	}
}

const (
	// defaultDraftDays is how long a draft lives from its last change where the app says nothing.
	defaultDraftDays = 60
	maxDraftDays     = 3650
)

// DraftLife is how many days a draft of the app lives from its last change.
func (d *Definition) DraftLife() int {
	if d.DraftDays > 0 {
		return d.DraftDays
	}
	return defaultDraftDays
}

func (r *reader) handover(d *Definition, v *value) *Handover {
	if r.object(v, "a handover") == nil {
		return nil
	}
	r.known(v, "id", "on", "when", "to", "instanceOwner", "prefill", "rows", "data", "dueInDays",
		"due", "language", "unit", "into", "remindBefore")
	h := &Handover{
		ID: r.text(v.get("id"), "id"), File: v.file, Line: v.line,
		When:      r.expression(v.get("when"), "when"),
		DueInDays: r.number(v.get("dueInDays"), "dueInDays", 0),
	}
	if h.ID == "" {
		r.errorAt(v, "a handover needs an id")
	}
	if h.DueInDays < 0 {
		r.errorAt(v.get("dueInDays"), "dueInDays cannot be less than 0")
	}
	h.On = r.moment(d, v.get("on"), v, "taskEnd", "processEnd", "action")
	to := r.object(v.get("to"), "to")
	r.known(to, "org", "app", "dataType", "deliveryField")
	h.To = core.AppRef{Org: r.text(to.get("org"), "org"), App: r.text(to.get("app"), "app")}
	h.DataType = r.text(to.get("dataType"), "dataType")
	h.DeliveryField = r.text(to.get("deliveryField"), "deliveryField")
	if h.To.Org == "" || h.To.App == "" {
		r.errorAt(v, "to must name org and app")
	}
	r.readWhere(v, h)
	dataType, set := d.HandoverForm(h)
	for _, one := range []struct {
		name string
		into **expr.Expr
	}{{"due", &h.Due}, {"language", &h.Language}, {"unit", &h.Unit}} {
		item := v.get(one.name)
		if *one.into = r.expression(item, one.name); *one.into != nil {
			r.checkReads(d, set, dataType, *one.into, item)
		}
	}
	for target, item := range r.object(v.get("prefill"), "prefill").members {
		m := Mapping{Target: target, Value: r.expression(item, "prefill "+target), line: item.line}
		if m.Value != nil {
			r.checkReads(d, set, dataType, m.Value, item)
			m.kind = r.kindOf(d, dataType, item)
			h.Prefill = append(h.Prefill, m)
		}
	}
	h.Rows = r.rowMappings(d, dataType, "", v.get("rows"))
	h.Data = r.dataMappings(d, v.get("data"))
	r.readReminders(d, v, h)
	if h.When != nil {
		r.checkCondition(d, set, dataType, h.When, v.get("when"))
	}
	return h
}

// dataMappings reads which files and documents are copied.
func (r *reader) dataMappings(d *Definition, v *value) []DataMapping {
	var out []DataMapping
	for target, item := range r.object(v, "data").members {
		m := DataMapping{Target: target, line: item.line}
		if item.kind == kindObject {
			r.known(item, "from", "tag")
			m.Source = r.text(item.get("from"), "from")
			m.Tag = r.text(item.get("tag"), "tag")
		} else {
			m.Source = r.text(item, "data "+target)
		}
		if _, ok := d.DataType(m.Source); !ok && m.Source != PDFDataType {
			r.errorAt(item, "there is no data type %s to hand over", m.Source)
		}
		out = append(out, m)
	}
	return out
}

// readWhere reads whether the target is made, and for whom, or is there already.
func (r *reader) readWhere(v *value, h *Handover) {
	into := v.get("into")
	if into == nil {
		h.Owner = r.handoverOwner(v.get("instanceOwner"), v)
		return
	}
	if h.Into = Into(r.text(into, "into")); h.Into != IntoSource && h.Into != IntoThread {
		r.errorAt(into, "into must be source, the instance that this one came from, or thread")
	}
	if v.get("instanceOwner") != nil {
		r.errorAt(v.get("instanceOwner"), "what goes into an instance has its owner already")
	}
}

// moment reads when something is set off: one of the names, and no other.
func (r *reader) moment(d *Definition, on, at *value, names ...string) On {
	r.known(r.object(on, "on"), names...)
	o := On{
		TaskStart: r.text(on.get("taskStart"), "taskStart"),
		TaskEnd:   r.text(on.get("taskEnd"), "taskEnd"),
		Action:    r.text(on.get("action"), "action"), ProcessEnd: r.flag(on.get("processEnd"), "processEnd"),
	}
	set := 0
	for _, is := range []bool{o.TaskStart != "", o.TaskEnd != "", o.Action != "", o.ProcessEnd} {
		if is {
			set++
		}
	}
	if set != 1 {
		r.errorAt(at, "on must say either %s", strings.Join(names, " or "))
	}
	r.checkTask(d, on.get("taskStart"), o.TaskStart)
	r.checkTask(d, on.get("taskEnd"), o.TaskEnd)
	r.checkAction(d, on.get("action"), o.Action)
	return o
}

// checkAction checks that some task can be left by the action.
func (r *reader) checkAction(d *Definition, v *value, action string) {
	if action == "" || d.Process == nil {
		return
	}
	for _, t := range d.Process.Tasks() {
		if len(d.Process.PolicyActions(t, action)) > 0 {
			return
		}
	}
	r.errorAt(v, "no task of the process has the action %q", action)
}

func (r *reader) checkTask(d *Definition, v *value, task string) {
	if task == "" || d.Process == nil {
		return
	}
	if _, ok := d.Process.Task(task); !ok {
		r.errorAt(v, "the process has no task %q", task)
	}
}

func (r *reader) handoverOwner(v, at *value) HandoverOwner {
	r.known(r.object(v, "instanceOwner"), "organisationNumber", "personNumber", "source")
	o := HandoverOwner{
		OrganisationNumber: r.expression(v.get("organisationNumber"), "organisationNumber"),
		PersonNumber:       r.expression(v.get("personNumber"), "personNumber"),
		Source:             r.flag(v.get("source"), "source"),
	}
	set := 0
	for _, is := range []bool{o.OrganisationNumber != nil, o.PersonNumber != nil, o.Source} {
		if is {
			set++
		}
	}
	if set != 1 {
		r.errorAt(at, "instanceOwner must be exactly one of organisationNumber, personNumber and source")
	}
	number, ok := literalText(o.OrganisationNumber)
	if ok && !core.ValidOrganisationNumber(number) {
		r.errorAt(v.get("organisationNumber"), "%s is no organisation number", number)
	}
	return o
}

// HandoverForm gives the form that a handover reads: that of the task that ends, else that of
// the last task that has one.
func (d *Definition) HandoverForm(h *Handover) (dataType string, set *LayoutSet) {
	if set = d.SetFor(h.On.TaskEnd); set == nil && d.Process != nil {
		for _, t := range d.Process.Tasks() {
			if s := d.SetFor(t.ID); s != nil {
				set = s
			}
		}
	}
	if set == nil {
		return formDataType(d, ""), nil
	}
	return set.DataType, set
}

// rowMappings reads which rows are copied; in is the list that holds them, for rows in rows.
func (r *reader) rowMappings(d *Definition, dataType, in string, v *value) []RowMapping {
	var out []RowMapping
	for target, item := range r.object(v, "rows").members {
		if r.object(item, "rows") == nil {
			continue
		}
		r.known(item, "from", "fields", "rows")
		m := RowMapping{Target: target, From: r.text(item.get("from"), "from"), line: item.line}
		from := in + m.From + "."
		if m.From == "" && in == "" {
			// The form itself is one row.
			from = ""
		} else if f, ok := r.field(d, dataType, in+m.From, item); !ok {
			continue
		} else if f.Type != "array" {
			r.errorAt(item, "%s is no list of rows", in+m.From)
			continue
		}
		for to, field := range r.object(item.get("fields"), "fields").members {
			fm := FieldMapping{Target: to, Source: r.text(field, "fields "+to), line: field.line}
			r.field(d, dataType, from+fm.Source, field)
			m.Fields = append(m.Fields, fm)
		}
		m.Rows = r.rowMappings(d, dataType, from, item.get("rows"))
		if len(m.Fields)+len(m.Rows) == 0 {
			r.errorAt(item, "the rows of %s have no fields", target)
		}
		out = append(out, m)
	}
	return out
}

func (r *reader) report(d *Definition, v *value) {
	if r.object(v, "a report") == nil {
		return
	}
	r.known(v, "on", "when", "substatus", "expectedInDays")
	sub := r.object(v.get("substatus"), "substatus")
	r.known(sub, "label", "description")
	p := Report{
		ID:             "report" + strconv.Itoa(len(d.Reports)+1),
		On:             r.moment(d, v.get("on"), v, "taskStart", "taskEnd", "processEnd", "action"),
		When:           r.expression(v.get("when"), "when"),
		ExpectedInDays: r.number(v.get("expectedInDays"), "expectedInDays", 0),
		Substatus: core.Substatus{
			Label:       r.text(sub.get("label"), "label"),
			Description: r.text(sub.get("description"), "description"),
		},
	}
	if p.When != nil {
		dataType, set := d.HandoverForm(&Handover{On: p.On})
		r.checkCondition(d, set, dataType, p.When, v.get("when"))
	}
	if p.ExpectedInDays < 0 {
		r.errorAt(v.get("expectedInDays"), "expectedInDays cannot be less than 0")
	}
	if p.Substatus.Label == "" {
		r.errorAt(v, "a report needs a substatus with a label")
	}
	r.checkKey(d, sub.get("label"))
	r.checkKey(d, sub.get("description"))
	d.Reports = append(d.Reports, p)
}

// results are the types that functions of the expression language give. What is not here may
// give any.
var results = map[string]string{
	"list": "array", "object": "object",
	"concat": "string", "text": "string", "formatDate": "string", "upperCase": "string",
	"lowerCase": "string", "upperCaseFirst": "string", "lowerCaseFirst": "string",
	"stringReplace": "string", "stringSlice": "string", "round": "string", "language": "string",
	"optionLabel": "string", "instanceContext": "string",
	"plus": "number", "minus": "number", "multiply": "number", "divide": "number",
	"sum": "number", "average": "number", "stringLength": "integer", "countDataElements": "integer",
	"count": "integer", "stringIndexOf": "integer",
	"equals": "boolean", "notEquals": "boolean", "not": "boolean", "and": "boolean",
	"or": "boolean", "greaterThan": "boolean", "greaterThanEq": "boolean", "lessThan": "boolean",
	"lessThanEq": "boolean", "contains": "boolean", "notContains": "boolean",
	"startsWith": "boolean", "endsWith": "boolean", "commaContains": "boolean",
	"compare": "boolean",
}

// kindOf tells which schema type a mapped value is known to have; empty for any.
func (r *reader) kindOf(d *Definition, dataType string, v *value) string {
	switch v.kind {
	case kindBool:
		return "boolean"
	case kindNumber:
		if strings.ContainsAny(v.text, ".eE") {
			return "number"
		}
		return "integer"
	case kindText:
		return "string"
	case kindArray:
	default:
		return ""
	}
	if len(v.items) == 0 {
		return ""
	}
	if v.items[0].text != "dataModel" {
		return results[v.items[0].text]
	}
	if len(v.items) < 2 || v.items[1].kind != kindText {
		return ""
	}
	if len(v.items) > 2 {
		dataType = v.items[2].text
	}
	if m := d.Models[dataType]; m != nil {
		if f, ok := m.Schema.Field(plainPath(v.items[1].text)); ok {
			return f.Type
		}
	}
	return ""
}
