package app

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/core"
)

// scenarioFolder holds an app's scenarios, one in each file.
const scenarioFolder = "scenarios"

// ReadScenarios reads the scenarios of an app's own folder. They are files of ours, so a key that
// they do not have is an error. A scenario with an error is left out.
func ReadScenarios(fsys fs.FS, ref core.AppRef) ([]*Scenario, []Finding) {
	r := &reader{fsys: fsys}
	if info, err := fs.Stat(fsys, "App"); err == nil && info.IsDir() {
		r.folder = "App"
	}
	var out []*Scenario
	for _, name := range r.dir(scenarioFolder, false) {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		before := r.wrong
		if s := r.scenario(scenarioFolder+"/"+name, ref); s != nil && r.wrong == before {
			out = append(out, s)
		}
	}
	found := r.sorted()
	for i := range found {
		found[i].App = ref
	}
	return out, found
}

func (r *reader) scenario(file string, ref core.AppRef) *Scenario {
	v := r.object(r.json(file), "the file")
	if v == nil {
		return nil
	}
	r.known(v, "scenario", "steps")
	s := &Scenario{Name: r.text(v.get("scenario"), "scenario"), File: v.file}
	if s.Name == "" {
		r.errorAt(v, "a scenario says in a sentence what it shows, as scenario")
	}
	for i, item := range r.array(v.get("steps"), "steps") {
		if r.object(item, "a step") == nil {
			continue
		}
		a := r.act(item)
		if i == 0 && a.Start == (core.AppRef{}) && a.At == "" {
			a.Start = ref
		}
		if (a.Start == core.AppRef{}) == (a.At == "") {
			r.errorAt(item, "a step must say either start or at")
		}
		s.Steps = append(s.Steps, a)
	}
	if len(s.Steps) == 0 {
		r.errorAt(v, "a scenario needs steps")
	}
	return s
}

func place(v *value) Place { return Place{File: v.file, Line: v.line} }

func (r *reader) act(v *value) *Act {
	r.known(v, "who", "for", "start", "at", "call", "language", "answers", "rows", "attachments",
		"do", "expect")
	a := &Act{
		Place: place(v), For: r.text(v.get("for"), "for"), At: r.text(v.get("at"), "at"),
		Call: r.text(v.get("call"), "call"), Do: r.text(v.get("do"), "do"),
		Language: "nb",
	}
	if v.get("who") == nil {
		r.errorAt(v, "a step must say who takes it")
	} else {
		a.Who = r.who(v.get("who"))
	}
	if start := v.get("start"); start != nil {
		a.Start = r.appRef(start)
	}
	if language := v.get("language"); language != nil {
		a.Language = r.text(language, "language")
		if !slices.Contains([]string{"nb", "nn", "en"}, a.Language) {
			r.errorAt(language, "language must be nb, nn or en")
		}
	}
	for path, item := range r.object(v.get("answers"), "answers").members {
		r.answer(&a.Fill, path, item)
	}
	for path, item := range r.object(v.get("rows"), "rows").members {
		r.rowsOf(&a.Fill, path, item)
	}
	for field, item := range r.object(v.get("attachments"), "attachments").members {
		r.attachments(&a.Fill, field, item)
	}
	if expect := r.object(v.get("expect"), "expect"); expect != nil {
		r.expectation(&a.Expect, expect)
	}
	return a
}

func (r *reader) appRef(v *value) core.AppRef {
	org, name, ok := strings.Cut(r.text(v, "an app"), "/")
	if !ok || org == "" || name == "" {
		r.errorAt(v, `an app is named "org/app"`)
	}
	return core.AppRef{Org: org, App: name}
}

func (r *reader) who(v *value) Who {
	w := Who{Place: place(v)}
	switch v.kind {
	case kindText:
		w.Person = v.text
	case kindObject:
		r.known(v, "person", "role", "of", "level")
		w.Person, w.Role = r.text(v.get("person"), "person"), r.text(v.get("role"), "role")
		w.Of, w.Level = r.text(v.get("of"), "of"), r.number(v.get("level"), "level", 0)
	}
	if (w.Person == "") == (w.Role == "") || w.Of != "" && w.Role == "" {
		r.errorAt(v, "who is a person's name, or a role")
	}
	if w.Level < 0 || w.Level > 4 {
		r.errorAt(v, "level is from 0 to 4")
	}
	return w
}

// answer reads what is given at a path; several values are boxes that are ticked.
func (r *reader) answer(f *Filling, path string, v *value) {
	a := Answer{Place: place(v), Path: path, Number: v.kind == kindNumber}
	items := []*value{v}
	if v.kind == kindArray {
		items = v.items
	}
	for _, item := range items {
		switch item.kind {
		case kindText, kindNumber:
			a.Values = append(a.Values, item.text)
		case kindBool:
			a.Values = append(a.Values, strconv.FormatBool(item.truth))
		default:
			r.errorAt(item, "an answer must be a text, a number, true or false, not %s", item.kind)
		}
	}
	f.Answers = append(f.Answers, a)
}

// rowsOf reads the rows of a list: each an object of answers, in which a list of objects is a
// list of rows again.
func (r *reader) rowsOf(f *Filling, path string, v *value) {
	rows := r.array(v, "rows")
	f.Rows = append(f.Rows, RowCount{Place: place(v), Path: path, Count: len(rows)})
	for i, row := range rows {
		for name, item := range r.object(row, "a row").members {
			at := path + "[" + strconv.Itoa(i) + "]." + name
			if item.kind == kindArray && len(item.items) > 0 && item.items[0].kind == kindObject {
				r.rowsOf(f, at, item)
			} else {
				r.answer(f, at, item)
			}
		}
	}
}

func (r *reader) attachments(f *Filling, field string, v *value) {
	for _, item := range r.array(v, "attachments") {
		a := Attachment{Place: place(item), Field: field}
		switch item.kind {
		case kindText:
			a.Name = item.text
		case kindObject:
			r.known(item, "name", "tag")
			a.Name, a.Tag = r.text(item.get("name"), "name"), r.text(item.get("tag"), "tag")
		}
		if a.Name == "" {
			r.errorAt(item, "an attachment is a file name, or an object with a name and a tag")
		}
		f.Files = append(f.Files, a)
	}
}
