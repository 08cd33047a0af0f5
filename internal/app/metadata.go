package app

import (
	"mime"
	"slices"
	"strings"

	"stafett/internal/core"
)

const metadataFile = "config/applicationmetadata.json"

// reservedOrgs are first segments of addresses that are our own pages (DESIGN.md section 6).
var reservedOrgs = []string{
	"about", "my", "inbox", "admin", "login", "logout", "auth", "language", "party", "stream", "static",
	"dev", "storage", "events", "authentication", "healthz", "readyz",
}

// placeholderMark begins the placeholders of Altinn's template: [ORG] and [APP].
const placeholderMark = "["

// source is what the checks need of the files besides the definition: where things stand.
type source struct {
	metadata  *value
	dataTypes map[string]*value
	classes   map[string]string
	processID string
}

// readMetadata reads applicationmetadata.json; false when there is nothing to go on with.
func (r *reader) readMetadata(d *Definition, s *source) bool {
	s.metadata = r.object(r.json(metadataFile), "the file")
	if s.metadata == nil {
		if r.wrong == 0 {
			r.add(r.path(metadataFile), 0, SeverityError, "there is no such file")
		}
		return false
	}
	v := s.metadata
	d.Ref = r.ref(v)
	d.placeholder = strings.HasPrefix(r.text(v.get("id"), "id"), placeholderMark)
	d.Meta.Org = r.text(v.get("org"), "org")
	if d.Meta.Org == "" || d.placeholder && strings.HasPrefix(d.Meta.Org, placeholderMark) {
		d.Meta.Org = d.Ref.Org
	}
	if d.Meta.Title = r.texts(v.get("title"), "title"); len(d.Meta.Title) == 0 {
		r.errorAt(v, "title is missing: the app needs a name in at least one language")
	}
	d.Meta.Owners = r.owners(v.get("partyTypesAllowed"))
	d.Meta.DisallowUserInstantiation =
		r.flag(v.get("disallowUserInstantiation"), "disallowUserInstantiation")
	d.Meta.AutoDeleteOnProcessEnd = r.flag(v.get("autoDeleteOnProcessEnd"), "autoDeleteOnProcessEnd")
	d.Meta.Hide = r.hideSettings(v.get("messageBoxConfig"))
	s.processID = r.text(v.get("processId"), "processId")
	r.readDataTypes(d, s)
	d.Meta.Presentation = r.valueFields(v.get("presentationFields"), "presentationFields")
	d.Meta.Data = r.valueFields(v.get("dataFields"), "dataFields")
	return d.Ref.App != ""
}

func (r *reader) ref(v *value) core.AppRef {
	id := v.get("id")
	if id == nil {
		r.errorAt(v, `id is missing: it must be "org/app"`)
		return r.instead()
	}
	org, name, ok := strings.Cut(r.text(id, "id"), "/")
	switch {
	case !ok || org == "" || name == "" || strings.Contains(name, "/"):
		r.errorAt(id, `id must be "org/app", not %q`, id.text)
		return r.instead()
	case strings.HasPrefix(id.text, placeholderMark):
		r.warnAt(id, "id is still the template's placeholder %s", id.text)
		if r.as != (core.AppRef{}) {
			return r.as
		}
	case slices.Contains(reservedOrgs, org):
		r.errorAt(id, "no organisation can have the code %q: it is the address of our own pages", org)
	}
	return core.AppRef{Org: org, App: name}
}

// instead is what a brought app is called that does not tell.
func (r *reader) instead() core.AppRef {
	if r.soft {
		return r.as
	}
	return core.AppRef{}
}

func (r *reader) owners(v *value) OwnerTypes {
	v = r.object(v, "partyTypesAllowed")
	return OwnerTypes{
		Person:           r.flag(v.get("person"), "person"),
		Organisation:     r.flag(v.get("organisation"), "organisation"),
		SubUnit:          r.flag(v.get("subUnit"), "subUnit"),
		BankruptcyEstate: r.flag(v.get("bankruptcyEstate"), "bankruptcyEstate"),
	}
}

func (r *reader) hideSettings(v *value) HideSettings {
	v = r.object(r.object(v, "messageBoxConfig").get("hideSettings"), "hideSettings")
	return HideSettings{
		Always: r.flag(v.get("hideAlways"), "hideAlways"),
		Tasks:  r.strings(v.get("hideOnTask"), "hideOnTask"),
	}
}

func (r *reader) valueFields(v *value, what string) []ValueField {
	var out []ValueField
	for _, item := range r.array(v, what) {
		f := ValueField{
			ID:       r.text(item.get("id"), "id"),
			Path:     r.text(item.get("path"), "path"),
			DataType: r.text(item.get("dataTypeId"), "dataTypeId"),
		}
		if f.ID == "" || f.Path == "" || f.DataType == "" {
			r.errorAt(item, "%s: an entry needs id, path and dataTypeId", what)
			continue
		}
		out = append(out, f)
	}
	return out
}

func (r *reader) readDataTypes(d *Definition, s *source) {
	s.dataTypes, s.classes = map[string]*value{}, map[string]string{}
	for _, v := range r.array(s.metadata.get("dataTypes"), "dataTypes") {
		if r.object(v, "a data type") == nil {
			continue
		}
		t := r.dataType(v)
		if t.ID == "" {
			r.errorAt(v, "a data type needs an id")
			continue
		}
		if s.dataTypes[t.ID] != nil {
			r.errorAt(v, "the data type %s stands twice", t.ID)
			continue
		}
		s.dataTypes[t.ID] = v
		s.classes[t.ID] = r.text(v.get("appLogic").get("classRef"), "classRef")
		d.Meta.DataTypes = append(d.Meta.DataTypes, t)
	}
}

func (r *reader) dataType(v *value) DataType {
	logic := r.object(v.get("appLogic"), "appLogic")
	contributors := v.get("allowedContributors")
	if contributors == nil {
		contributors = v.get("allowedContributers")
	}
	t := DataType{
		ID:                 r.text(v.get("id"), "id"),
		ContentTypes:       r.strings(v.get("allowedContentTypes"), "allowedContentTypes"),
		Task:               r.text(v.get("taskId"), "taskId"),
		MinCount:           r.number(v.get("minCount"), "minCount", 1),
		MaxCount:           r.number(v.get("maxCount"), "maxCount", 1),
		MaxSize:            int64(r.number(v.get("maxSize"), "maxSize", 0)) << 20,
		Form:               r.text(logic.get("classRef"), "classRef") != "",
		AutoCreate:         r.flag(logic.get("autoCreate"), "autoCreate"),
		AutoDelete:         r.flag(logic.get("autoDeleteOnProcessEnd"), "autoDeleteOnProcessEnd"),
		DisallowUserCreate: r.flag(logic.get("disallowUserCreate"), "disallowUserCreate"),
		DisallowUserDelete: r.flag(logic.get("disallowUserDelete"), "disallowUserDelete"),
		Contributors:       r.strings(contributors, "allowedContributors"),
		ActionToRead:       r.text(v.get("actionRequiredToRead"), "actionRequiredToRead"),
		ActionToWrite:      r.text(v.get("actionRequiredToWrite"), "actionRequiredToWrite"),
	}
	t.Ext = endings(t.ContentTypes)
	return t
}

// fileEndings are the endings under which people know the common content types; Go's own table
// depends on the machine.
var fileEndings = map[string][]string{
	"application/pdf": {".pdf"},
	"image/jpeg":      {".jpg", ".jpeg"},
	"image/png":       {".png"},
	"image/gif":       {".gif"},
	"image/webp":      {".webp"},
	"image/tiff":      {".tif", ".tiff"},
	"image/heic":      {".heic"},
	"text/plain":      {".txt"},
	"text/csv":        {".csv"},
	"application/zip": {".zip"},
	"application/vnd.oasis.opendocument.text":                                   {".odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {".ods"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {".xlsx"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {".pptx"},
	"application/msword":       {".doc"},
	"application/vnd.ms-excel": {".xls"},
	"application/xml":          {".xml"},
	"text/xml":                 {".xml"},
	"application/json":         {".json"},
}

// Endings gives the file name endings of a content type; none when it is not in the table.
func Endings(contentType string) []string { return endings([]string{contentType}) }

// endings gives the file name endings of the content types; none when one of them is not in
// the table, because then a list would leave something out.
func endings(types []string) []string {
	var out []string
	for _, t := range types {
		media, _, err := mime.ParseMediaType(t)
		if err != nil || fileEndings[media] == nil {
			return nil
		}
		for _, e := range fileEndings[media] {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// checkContentTypes tells of content types that are none.
func (r *reader) checkContentTypes(d *Definition, s *source) {
	for _, t := range d.Meta.DataTypes {
		for _, v := range s.dataTypes[t.ID].get("allowedContentTypes").list() {
			if _, _, err := mime.ParseMediaType(v.text); err != nil || !strings.Contains(v.text, "/") {
				r.errorAt(v, "%q is no content type", v.text)
			}
		}
	}
}
