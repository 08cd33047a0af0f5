package app

import (
	"slices"
	"strings"
)

const (
	layoutSetsFile = "ui/layout-sets.json"
	settingsFile   = "Settings.json"
	// legacyPage is the one layout file of the oldest apps.
	legacyPage = "FormLayout"
)

// setSource is a layout set with where its parts stand in the files.
type setSource struct {
	set    *LayoutSet
	folder string
	// at is where the set is declared; nil for the oldest generation, which declares none.
	at       *value
	settings *value
}

// readSets reads the layout sets of whichever generation the folder is: v8's layout-sets.json,
// v9's folder for each task, or the flat folder from before there were sets.
func (r *reader) readSets(d *Definition) []*setSource {
	var sets []*setSource
	if v := r.json(layoutSetsFile); v != nil {
		sets = r.declaredSets(v)
	} else if folders := r.taskFolders(); len(folders) > 0 {
		sets = r.folderSets(d, folders)
	} else if set := r.flatSet(d); set != nil {
		sets = []*setSource{set}
	}
	for _, s := range sets {
		r.checkSet(d, s)
		d.Sets = append(d.Sets, s.set)
	}
	return sets
}

func (r *reader) declaredSets(v *value) []*setSource {
	var out []*setSource
	seen := map[string]bool{}
	for _, item := range r.array(v.get("sets"), "sets") {
		set := &LayoutSet{
			ID:       r.text(item.get("id"), "id"),
			DataType: r.text(item.get("dataType"), "dataType"),
			Tasks:    r.strings(item.get("tasks"), "tasks"),
			Subform:  r.text(item.get("type"), "type") == "subform",
		}
		if set.ID == "" {
			r.errorAt(item, "a layout set needs an id")
			continue
		}
		if seen[set.ID] {
			r.errorAt(item, "the layout set %s stands twice", set.ID)
			continue
		}
		seen[set.ID] = true
		out = append(out, &setSource{set: set, folder: "ui/" + set.ID, at: item})
	}
	return out
}

// taskFolders gives the folders under ui that have settings of their own.
func (r *reader) taskFolders() []string {
	var out []string
	for _, name := range r.dir("ui", true) {
		if slices.Contains(r.dir("ui/"+name, false), settingsFile) {
			out = append(out, name)
		}
	}
	return out
}

func (r *reader) folderSets(d *Definition, folders []string) []*setSource {
	var out []*setSource
	for _, name := range folders {
		s := &setSource{set: &LayoutSet{ID: name}, folder: "ui/" + name}
		s.settings = r.json(s.folder + "/" + settingsFile)
		s.at = s.settings
		s.set.DataType = r.text(s.settings.get("defaultDataType"), "defaultDataType")
		s.set.Subform = r.text(s.settings.get("type"), "type") == "subform"
		if !s.set.Subform {
			s.set.Tasks = []string{name}
		}
		if s.set.DataType == "" {
			s.set.DataType = formDataType(d, name)
		}
		out = append(out, s)
	}
	return out
}

// flatSet gives the one set of an app from before there were sets: it serves every data task.
func (r *reader) flatSet(d *Definition) *setSource {
	one := slices.Contains(r.dir("ui", false), legacyPage+".json")
	if !one && len(r.dir("ui/layouts", false)) == 0 {
		return nil
	}
	set := &LayoutSet{ID: "form", DataType: formDataType(d, "")}
	if d.Process != nil {
		for _, t := range d.Process.Tasks() {
			if t.Type == "data" {
				set.Tasks = append(set.Tasks, t.ID)
			}
		}
	}
	return &setSource{set: set, folder: "ui"}
}

// formDataType gives the form data type of a task, or the first there is.
func formDataType(d *Definition, task string) string {
	first := ""
	for _, t := range d.Meta.DataTypes {
		if !t.Form {
			continue
		}
		if t.Task == task {
			return t.ID
		}
		if first == "" {
			first = t.ID
		}
	}
	return first
}

// checkSet checks what a set refers to outside the layout files.
func (r *reader) checkSet(d *Definition, s *setSource) {
	if s.at == nil {
		return
	}
	if t, ok := d.DataType(s.set.DataType); s.set.DataType != "" && (!ok || !t.Form) {
		r.errorAt(s.at, "layout set %s: there is no form data type %q", s.set.ID, s.set.DataType)
	}
	if d.Process == nil {
		return
	}
	for _, task := range s.set.Tasks {
		if _, ok := d.Process.Task(task); !ok && task != "CustomReceipt" {
			r.errorAt(s.at, "layout set %s: the process has no task %q", s.set.ID, task)
		}
	}
}

// readPages reads the settings and the layout files of a set.
func (r *reader) readPages(d *Definition, s *setSource) {
	if s.settings == nil {
		s.settings = r.json(s.folder + "/" + settingsFile)
	}
	pages := s.settings.get("pages")
	r.checkSpelling(pages, pagesProperties)
	s.set.ExcludePages = r.strings(pages.get("excludeFromPdf"), "excludeFromPdf")
	s.set.ExcludeComponents =
		r.strings(s.settings.get("components").get("excludeFromPdf"), "excludeFromPdf")
	files := r.layoutFiles(s)
	for _, at := range r.pageOrder(s, files) {
		file, ok := files[at.text]
		if !ok {
			r.errorAt(at, "there is no page %s: %s/layouts/%s.json is missing",
				at.text, r.path(s.folder), at.text)
			continue
		}
		if page := r.readPage(d, s, at.text, file); page != nil {
			s.set.Pages = append(s.set.Pages, page)
		}
	}
	if len(s.set.Pages) == 0 && len(files) == 0 && s.at != nil {
		r.errorAt(s.at, "layout set %s has no pages in %s/layouts", s.set.ID, r.path(s.folder))
	}
}

// layoutFiles gives the set's layout files by page id.
func (r *reader) layoutFiles(s *setSource) map[string]string {
	out := map[string]string{}
	for _, name := range r.dir(s.folder+"/layouts", false) {
		if id, ok := strings.CutSuffix(name, ".json"); ok {
			out[id] = s.folder + "/layouts/" + name
		}
	}
	if len(out) == 0 && slices.Contains(r.dir(s.folder, false), legacyPage+".json") {
		out[legacyPage] = s.folder + "/" + legacyPage + ".json"
	}
	return out
}

// pageOrder gives the pages in the order of the settings, with where each is named; all files
// by name where there is no order. What an order leaves out is never shown.
func (r *reader) pageOrder(s *setSource, files map[string]string) []*value {
	pages := s.settings.get("pages")
	order := r.array(pages.get("order"), "order")
	for _, group := range r.array(pages.get("groups"), "groups") {
		order = append(order, r.array(group.get("order"), "order")...)
	}
	order = slices.DeleteFunc(order, func(v *value) bool { return !r.is(v, kindText, "a page") })
	if len(order) > 0 {
		r.checkOrder(s, order, files)
		return order
	}
	for id, file := range files {
		order = append(order, &value{file: r.path(file), kind: kindText, text: id})
	}
	slices.SortFunc(order, func(a, b *value) int { return strings.Compare(a.text, b.text) })
	return order
}

func (r *reader) checkOrder(s *setSource, order []*value, files map[string]string) {
	listed := map[string]bool{}
	for _, v := range order {
		if listed[v.text] {
			r.errorAt(v, "the page %s stands twice", v.text)
		}
		listed[v.text] = true
	}
	pdf := s.settings.get("pages").get("pdfLayoutName")
	for id, file := range files {
		if !listed[id] && (pdf == nil || pdf.text != id) {
			r.add(r.path(file), 0, SeverityWarning,
				"the page %s is not in the order of %s: it is never shown", id, settingsFile)
		}
	}
}
