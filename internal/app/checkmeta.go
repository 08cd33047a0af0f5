package app

import (
	"errors"

	"stafett/internal/policy"
	"stafett/internal/process"
)

// lineOf gives the line that an error of one of the engines names; 0 for none.
func lineOf(err error) int {
	if e, ok := errors.AsType[*policy.Error](err); ok {
		return e.Line
	}
	if e, ok := errors.AsType[*process.Error](err); ok {
		return e.Line
	}
	return 0
}

// checkMetadata checks what the metadata names in the process and the models.
func (r *reader) checkMetadata(d *Definition, s *source) {
	for _, t := range d.Meta.DataTypes {
		if t.Task == "" || d.Process == nil {
			continue
		}
		if _, ok := d.Process.Task(t.Task); !ok {
			r.errorAt(s.dataTypes[t.ID].get("taskId"), "the process has no task %q", t.Task)
		}
	}
	r.checkHidden(d, s)
	r.checkAutoDelete(d, s)
	r.checkValueFields(d, s.metadata.get("presentationFields"), d.Meta.Presentation)
	r.checkValueFields(d, s.metadata.get("dataFields"), d.Meta.Data)
	if d.Meta.Org != d.Ref.Org {
		r.errorAt(s.metadata.get("org"), "org is %q, but the id says %q", d.Meta.Org, d.Ref.Org)
	}
}

func (r *reader) checkValueFields(d *Definition, v *value, fields []ValueField) {
	for _, item := range v.list() {
		for _, f := range fields {
			if text := item.get("id"); text != nil && text.text == f.ID {
				r.field(d, f.DataType, f.Path, item.get("path"))
			}
		}
	}
}

// checkHidden checks the tasks in which instances are left out of people's lists.
func (r *reader) checkHidden(d *Definition, s *source) {
	hidden := s.metadata.get("messageBoxConfig").get("hideSettings").get("hideOnTask")
	for _, v := range hidden.list() {
		if d.Process == nil || v.kind != kindText {
			continue
		}
		if _, ok := d.Process.Task(v.text); !ok {
			r.errorAt(v, "the process has no task %q", v.text)
		}
	}
}

// checkAutoDelete tells of what is to go when the process ends, in an app that hands over: a
// delivery needs the instance as it was sent.
func (r *reader) checkAutoDelete(d *Definition, s *source) {
	if len(d.Handovers)+len(d.Reports) == 0 {
		return
	}
	const key = "autoDeleteOnProcessEnd"
	const format = "an instance that hands something over is kept, with all that is in it"
	if d.Meta.AutoDeleteOnProcessEnd {
		r.warnAt(s.metadata.get(key), format)
	}
	for _, t := range d.Meta.DataTypes {
		if t.AutoDelete {
			r.warnAt(s.dataTypes[t.ID].get("appLogic").get(key), format)
		}
	}
}
