package relaytest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing/fstest"
)

// object is a JSON object.
type object = map[string]any

// Folder writes the apps as a service owner's folders.
func (s *Solution) Folder() fstest.MapFS {
	out := fstest.MapFS{}
	for _, a := range s.Apps {
		for name, content := range a.files() {
			out[Org+"/"+a.Name+"/"+name] = &fstest.MapFile{Data: []byte(content)}
		}
	}
	return out
}

func (a *App) files() map[string]string {
	fill := strings.NewReplacer("{{org}}", Org, "{{app}}", a.Name)
	out := map[string]string{
		"config/applicationmetadata.json":   text(a.metadata()),
		"config/process/process.bpmn":       a.process(),
		"config/authorization/policy.xml":   fill.Replace(policy()),
		"config/handover.json":              text(object{"handovers": a.handovers()}),
		"config/texts/resource.nb.json":     `{"language": "nb", "resources": []}`,
		"ui/layout-sets.json":               text(a.sets()),
		"ui/" + MainForm + "/Settings.json": `{"pages": {"order": ["side"]}}`,
		"ui/" + MainForm + "/layouts/side.json": text(object{
			"data": object{"layout": a.model().layout("")}}),
	}
	for _, f := range a.Forms {
		schema := f.Model.schema()
		schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		out["models/"+f.ID+".schema.json"] = text(schema)
	}
	return out
}

// text writes JSON. What is made up can always be written.
func text(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func (a *App) metadata() object {
	var types []object
	for i, f := range a.Forms {
		form := object{
			"id": f.ID, "allowedContentTypes": []string{"application/json"}, "minCount": 0, "maxCount": 1,
			"appLogic": object{"autoCreate": i == 0, "classRef": "Altinn.App.Models." + f.ID},
		}
		if i > 0 || !a.Waits {
			// What belongs to a task is locked when that ends, and takes nothing that comes back.
			form["taskId"] = "Task_1"
		}
		types = append(types, form)
	}
	for _, t := range a.FileTypes {
		types = append(types, object{"id": t, "minCount": 0, "maxCount": 0,
			"allowedContentTypes": []string{"application/pdf"}})
	}
	types = append(types, object{"id": PDF, "minCount": 0, "maxCount": 0,
		"allowedContentTypes": []string{"application/pdf"}})
	return object{
		"id": Org + "/" + a.Name, "org": Org, "title": object{"nb": a.Name}, "dataTypes": types,
		"disallowUserInstantiation": true,
		"partyTypesAllowed":         object{"person": a.Citizens, "organisation": true},
	}
}

func (a *App) sets() object {
	return object{"sets": []object{{"id": MainForm, "dataType": MainForm,
		"tasks": []string{"Task_1"}}}}
}

// types are the types of JSON Schema.
var types = map[Kind]string{Text: "string", Whole: "integer", Decimal: "number", Yes: "boolean"}

func (f *Field) schema() object {
	switch f.Kind {
	case Object, Rows:
		properties := object{}
		for _, child := range f.Fields {
			properties[child.Name] = child.schema()
		}
		out := object{"type": "object", "properties": properties}
		if f.Kind == Rows {
			return object{"type": "array", "items": out}
		}
		return out
	case Date:
		return object{"type": "string", "format": "date"}
	}
	return object{"type": types[f.Kind]}
}

// layout gives a question for each field, and a group for each list.
func (f *Field) layout(at string) []object {
	var out []object
	for _, child := range f.Fields {
		binding := at + child.Name
		id := strings.ReplaceAll(binding, ".", "-")
		switch child.Kind {
		case Object:
			out = append(out, child.layout(binding+".")...)
		case Rows:
			inner := child.layout(binding + ".")
			out = append(out, group(id, binding, inner))
			out = append(out, inner...)
		default:
			out = append(out, child.question(id, binding))
		}
	}
	return out
}

// group is a repeating group of those components that no group inside it has.
func group(id, binding string, inner []object) object {
	var children []any
	taken := map[any]bool{}
	for _, c := range inner {
		if list, ok := c["children"].([]any); ok {
			for _, child := range list {
				taken[child] = true
			}
		}
	}
	for _, c := range inner {
		if !taken[c["id"]] {
			children = append(children, c["id"])
		}
	}
	return object{"id": id, "type": "RepeatingGroup", "children": children,
		"dataModelBindings": object{"group": binding}}
}

func (f *Field) question(id, binding string) object {
	out := object{"id": id, "type": "Input", "dataModelBindings": object{"simpleBinding": binding}}
	switch f.Kind {
	case Date:
		out["type"], out["timeStamp"] = "Datepicker", false
		out["minDate"] = "1800-01-01"
	case Yes:
		out["type"] = "RadioButtons"
		out["options"] = []object{{"label": "Ja", "value": "true"}, {"label": "Nei", "value": "false"}}
	}
	if f.Hidden {
		out["hidden"] = true
	}
	return out
}

func (a *App) handovers() []object {
	out := []object{}
	for _, l := range a.Links {
		out = append(out, l.json())
	}
	return out
}

func (l *Link) json() object {
	out := object{"id": l.ID, "to": object{"org": Org, "app": l.To.Name}, "data": l.Data,
		"on": object{"taskEnd": "Task_1"}, "rows": rowsJSON(l.Rows)}
	if l.AtEnd {
		out["on"] = object{"processEnd": true}
	}
	if l.When != nil {
		out["when"] = l.When
	}
	if l.Back {
		out["into"] = "source"
		return out
	}
	prefill := object{}
	for _, p := range l.Prefill {
		prefill[p.Target] = p.Value
	}
	out["prefill"] = prefill
	out["instanceOwner"] = object{"organisationNumber": "310246816"}
	if l.ToSource {
		out["instanceOwner"] = object{"source": true}
	}
	if l.Language != "" {
		out["language"] = l.Language
	}
	return out
}

func rowsJSON(list []RowMap) object {
	out := object{}
	for _, r := range list {
		fields := object{}
		for _, f := range r.Fields {
			fields[f.Target] = f.Source
		}
		out[r.Target] = object{"from": r.From, "fields": fields, "rows": rowsJSON(r.Rows)}
	}
	return out
}

// task is a task with the ways to and from it.
const task = `<bpmn:task id="%s"><bpmn:extensionElements><altinn:taskExtension>
<altinn:taskType>%s</altinn:taskType>%s</altinn:taskExtension></bpmn:extensionElements>
<bpmn:incoming>%s</bpmn:incoming><bpmn:outgoing>%s</bpmn:outgoing></bpmn:task>
`

// process is one task in which the form is filled in, and one more for an app that waits.
func (a *App) process() string {
	const flow = `<bpmn:sequenceFlow id="%s" sourceRef="%s" targetRef="%s" />` + "\n"
	steps := fmt.Sprintf(task, "Task_1", "data", "", "Flow_1", "Flow_2")
	flows := fmt.Sprintf(flow, "Flow_1", "Start", "Task_1")
	last := "Task_1"
	if a.Waits {
		steps += fmt.Sprintf(task, "Task_2", "confirmation",
			"<altinn:actions><altinn:action>confirm</altinn:action></altinn:actions>", "Flow_2", "Flow_3")
		flows += fmt.Sprintf(flow, "Flow_2", "Task_1", "Task_2")
		last = "Task_2"
	}
	end := fmt.Sprintf("Flow_%d", strings.Count(steps, "<bpmn:task ")+1)
	return `<bpmn:definitions id="d" targetNamespace="http://bpmn.io/schema/bpmn" ` +
		`xmlns:altinn="http://altinn.no/process" ` +
		`xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
<bpmn:process id="p" isExecutable="false">
<bpmn:startEvent id="Start"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
` + steps + `<bpmn:endEvent id="End"><bpmn:incoming>` + end + `</bpmn:incoming></bpmn:endEvent>
` + flows + fmt.Sprintf(flow, end, last, "End") + `</bpmn:process></bpmn:definitions>`
}

// policy lets the organisation's system do everything, and nobody else anything.
func policy() string {
	const function = "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case"
	match := func(category, attribute, value string) string {
		return `<xacml:Match MatchId="` + function + `"><xacml:AttributeValue ` +
			`DataType="http://www.w3.org/2001/XMLSchema#string">` + value + `</xacml:AttributeValue>` +
			`<xacml:AttributeDesignator AttributeId="` + attribute + `" Category="` + category +
			`" DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false" /></xacml:Match>`
	}
	const subject = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject"
	const resource = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource"
	const action = "urn:oasis:names:tc:xacml:3.0:attribute-category:action"
	var actions strings.Builder
	for _, name := range []string{"instantiate", "read", "write", "confirm"} {
		actions.WriteString("<xacml:AllOf>" + match(action,
			"urn:oasis:names:tc:xacml:1.0:action:action-id", name) + "</xacml:AllOf>")
	}
	any := func(what string) string { return "<xacml:AnyOf>" + what + "</xacml:AnyOf>" }
	all := func(what string) string { return any("<xacml:AllOf>" + what + "</xacml:AllOf>") }
	return `<xacml:Policy PolicyId="p" Version="1.0" ` +
		`RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides" ` +
		`xmlns:xacml="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17"><xacml:Target />
<xacml:Rule RuleId="r" Effect="Permit"><xacml:Target>` +
		all(match(subject, "urn:altinn:org", "{{org}}")) +
		all(match(resource, "urn:altinn:org", "{{org}}")+match(resource, "urn:altinn:app", "{{app}}")) +
		any(actions.String()) + `</xacml:Target></xacml:Rule></xacml:Policy>`
}
