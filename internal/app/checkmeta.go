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
