package relay

import (
	"maps"
	"slices"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/fault"
	"stafett/internal/form"
	"stafett/internal/schema"
)

// Problem is what is wrong with a field of what was sent. It holds no value.
type Problem struct {
	Path string `json:"path"`
	Code string `json:"code"`
}

// Check tells what is wrong with documents and files that are sent to an app, before anything is
// known of an instance: documents against their models, files, each by its data type, against
// what the app takes.
func Check(d *app.Definition, documents map[string]core.Document, files []string) []Problem {
	var list []Problem
	for dataType, doc := range documents {
		m := d.Models[dataType]
		if m == nil {
			list = append(list, Problem{Path: dataType, Code: "unknown_data_type"})
			continue
		}
		list = append(list, CheckDocument(m.Schema, doc)...)
	}
	count := map[string]int{}
	for _, dataType := range files {
		count[dataType]++
		dt, ok := d.DataType(dataType)
		switch {
		case !ok || dt.Form:
			list = append(list, Problem{Path: dataType, Code: "unknown_data_type"})
		case TooMany(dt, count[dataType]):
			list = append(list, Problem{Path: dataType, Code: "max_count"})
		}
	}
	return list
}

// CheckDocument refuses what is not in the model and what does not fit it. What is missing is
// no error: a case may be filled in later.
func CheckDocument(model *schema.Schema, doc core.Document) []Problem {
	var list []Problem
	for _, path := range model.Unknown(doc) {
		list = append(list, Problem{Path: path, Code: "unknown"})
	}
	for _, v := range model.Check(doc) {
		if v.Code != "required" && v.Code != "minItems" && v.Code != "unknown" {
			list = append(list, Problem{Path: v.Path, Code: v.Code})
		}
	}
	return list
}

// TooMany tells whether n files of a type are more than the app takes.
func TooMany(t app.DataType, n int) bool { return t.MaxCount > 0 && n > t.MaxCount }

// Added gives the document of a type after more has come to it: objects are merged, lists are
// added to, and a single value takes the place of the one before it.
func (src Source) Added(dataType string, more core.Document) core.Document {
	in := src.Input
	in.Data = maps.Clone(in.Data)
	have, ok := in.Data[dataType]
	if ok {
		more = core.Document(merged(have, more))
	}
	in.Data[dataType] = more
	return form.Calculate(src.App, dataType, more, in)
}

// merged lays more over a copy of have.
func merged(have, more map[string]any) map[string]any {
	out := maps.Clone(have)
	if out == nil {
		out = map[string]any{}
	}
	for name, item := range more {
		switch item := item.(type) {
		case map[string]any:
			old, _ := out[name].(map[string]any)
			out[name] = merged(old, item)
		case []any:
			old, _ := out[name].([]any)
			out[name] = append(slices.Clone(old), item...)
		default:
			out[name] = item
		}
	}
	return out
}

// MayAttach tells whether an actor who may write may add a file of a type where the instance
// stands, and is a fault when not: by the app's own limits and the form in front of them.
func (src Source) MayAttach(a core.Actor, dataType string) (app.DataType, error) {
	dt, ok := src.App.DataType(dataType)
	if !ok || dt.Form {
		return dt, fault.New(fault.Malformed, "fault.data_type")
	}
	if dt.Task != "" && dt.Task != src.Input.Instance.Process.Task {
		return dt, fault.New(fault.Conflict, "fault.changed")
	}
	if !MayContribute(a, dt) {
		return dt, fault.New(fault.Forbidden, "fault.contributor")
	}
	if a.Kind == core.ActorPerson && src.Set != nil &&
		form.FilesClosed(src.App, src.Set, src.Input, dataType) {
		// Nobody has asked for it: the field is not on the page.
		return dt, fault.New(fault.Forbidden, "fault.contributor")
	}
	count := 1
	for _, e := range src.Input.Elements {
		if e.Type == dataType {
			count++
		}
	}
	if TooMany(dt, count) {
		return dt, fault.New(fault.Conflict, "fault.file_count", dt.MaxCount)
	}
	return dt, nil
}

// MayContribute tells whether the actor may write elements of the type (FORMAT.md 1.1).
func MayContribute(a core.Actor, dt app.DataType) bool {
	if dt.ID == app.PDFDataType || dt.DisallowUserCreate && a.Kind == core.ActorPerson {
		return false
	}
	if len(dt.Contributors) == 0 {
		return true
	}
	return a.Kind == core.ActorOrg && (slices.Contains(dt.Contributors, "org:"+a.Org) ||
		slices.Contains(dt.Contributors, "orgno:"+a.OrganisationNumber))
}
