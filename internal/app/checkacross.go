package app

import (
	"path"
	"slices"
	"strings"

	"stafett/internal/policy"
	"stafett/internal/text"
)

// checkAcross checks what can be told only when all of an app's files are read.
func (r *reader) checkAcross(d *Definition, s *source) {
	if d.Texts == nil {
		return
	}
	r.checkTrees()
	r.checkFlow(d, s)
	r.checkPolicy(d)
	r.checkRoleUse(d)
	r.checkTypesUsed(d, s)
	r.checkTitles(d, s)
	r.checkVariables(d)
	r.checkOptionsUsed(d)
	r.checkRings(d)
	r.checkMetadataSpelling(s)
	for _, set := range d.Sets {
		for _, page := range set.Pages {
			r.checkPage(d, page)
			for c := range page.All {
				r.checkFit(d, c)
				r.checkSpelling(c.at, componentProperties)
				r.checkSpelling(c.at.get("textResourceBindings"), textBindings)
			}
		}
	}
}

// checkPolicy checks that the rules are about this app and its process.
func (r *reader) checkPolicy(d *Definition) {
	if d.Policy == nil || d.Process == nil {
		return
	}
	at := func(l policy.Named) *value { return &value{file: r.path(policyFile), line: l.Line} }
	for attribute, own := range map[string]string{
		policy.AttrOrg: d.Ref.Org, policy.AttrApp: d.Ref.App,
	} {
		for _, l := range d.Policy.Resources(attribute) {
			if !strings.EqualFold(l.Value, own) && !strings.HasPrefix(l.Value, "[") && !d.placeholder {
				r.tell("policy-resource", at(l), SeverityWarning,
					"the rule is about %s, and this is %s: it lets nobody in", l.Value, own)
			}
		}
	}
	var tasks []string
	for _, t := range d.Process.Tasks() {
		tasks = append(tasks, t.ID)
	}
	for _, l := range d.Policy.Organisations() {
		if !strings.EqualFold(l.Value, d.Ref.Org) && !strings.HasPrefix(l.Value, "[") && !d.placeholder {
			r.tell("policy-organisation", at(l), SeverityWarning, "the rule is about the organisation "+
				"%s, and the app is %s's: change it, unless both are meant", l.Value, d.Ref.Org)
		}
	}
	r.checkPolicyActions(d)
	r.checkPolicyField(d)
	ends := d.Process.EndEvents()
	for _, l := range d.Policy.Resources(policy.AttrTask) {
		if !slices.Contains(tasks, l.Value) {
			r.tell("policy-task", at(l), SeverityWarning, "the process has no task %s%s", l.Value,
				suggestion(l.Value, tasks))
		}
	}
	for _, l := range d.Policy.Resources(policy.AttrEndEvent) {
		if !slices.Contains(ends, l.Value) {
			r.tell("policy-task", at(l), SeverityWarning, "the process has no end event %s%s", l.Value,
				suggestion(l.Value, ends))
		}
	}
}

// checkTypesUsed tells of form data that no task fills in, and of an app that starts with none.
func (r *reader) checkTypesUsed(d *Definition, s *source) {
	made, forms := false, 0
	for _, t := range d.Meta.DataTypes {
		if !t.Form {
			continue
		}
		forms++
		made = made || t.AutoCreate
		used := slices.ContainsFunc(d.Sets, func(set *LayoutSet) bool { return r.uses(set, t.ID) })
		if t.Task == "" && !used {
			r.tell("data-type-unused", s.dataTypes[t.ID], SeverityWarning,
				"no task and no layout set uses the data type %s", t.ID)
		}
	}
	if forms > 0 && !made && len(d.Sets) > 0 {
		r.tell("data-type-never-made", s.metadata.get("dataTypes"), SeverityWarning,
			"no form data type has autoCreate: an instance starts without form data")
	}
}

// uses tells whether a set is of a data type, or has a component that is bound to it.
func (r *reader) uses(set *LayoutSet, dataType string) bool {
	if set.DataType == dataType {
		return true
	}
	for b := range set.byField {
		if b.DataType == dataType {
			return true
		}
	}
	return false
}

// checkTitles tells of a language that the app has texts in and no name.
func (r *reader) checkTitles(d *Definition, s *source) {
	if len(d.Meta.Title) == 0 {
		return
	}
	for _, lang := range text.Languages {
		if len(d.Texts.Languages()) > 1 && slices.Contains(d.Texts.Languages(), lang) &&
			d.Meta.Title[lang] == "" {
			r.tell("title-missing", s.metadata.get("title"), SeverityWarning,
				"the app has texts in %s, but no title", lang)
		}
	}
}

// checkOptionsUsed tells of options that no question uses. Settings may name them in code that
// does not run here, so it is for information.
func (r *reader) checkOptionsUsed(d *Definition) {
	used := map[string]bool{}
	for _, set := range d.Sets {
		for _, page := range set.Pages {
			for c := range page.All {
				if id := c.at.get("optionsId"); id != nil {
					used[id.text] = true
				}
			}
		}
	}
	for _, name := range r.dir(optionsFolder, false) {
		id := strings.TrimSuffix(name, ".json")
		if path.Ext(name) == ".json" && len(d.Sets) > 0 && !used[id] {
			r.tell("options-unused", &value{file: r.path(optionsFolder + "/" + name), line: 1},
				SeverityInfo, "no question uses these options")
		}
	}
}

// checkPage tells of a page without a title of its own.
func (r *reader) checkPage(d *Definition, page *Page) {
	if len(d.Texts.Keys()) > 0 && page.ID != legacyPage && !d.Texts.Has(page.ID) {
		r.tell("page-title", &value{file: page.File, line: 1}, SeverityInfo,
			"there is no text %s: the page is called by its id, or as the app where it stands alone",
			page.ID)
	}
}

// checkRings tells of fields that are calculated from themselves, directly or through others.
func (r *reader) checkRings(d *Definition) {
	for dataType, m := range d.Models {
		from := map[string][]string{}
		for _, c := range m.Calculations {
			for _, ref := range c.Expression.Paths() {
				if ref.DataModel != "" && (ref.DataType == "" || ref.DataType == dataType) {
					from[c.Path] = append(from[c.Path], plainPath(ref.DataModel))
				}
			}
		}
		for _, c := range m.Calculations {
			if reaches(from, c.Path, c.Path, map[string]bool{}) {
				r.tell("calculation-ring",
					&value{file: r.path("models/" + dataType + ".calculation.json"), line: c.line},
					SeverityWarning, "%s is calculated from itself", c.Path)
			}
		}
	}
}

func reaches(from map[string][]string, at, target string, seen map[string]bool) bool {
	for _, next := range from[at] {
		if next == target {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(from, next, target, seen) {
				return true
			}
		}
	}
	return false
}
