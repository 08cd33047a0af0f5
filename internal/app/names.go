package app

import (
	"strings"

	"stafett/internal/text"
)

// index makes the lookup of prefill names.
func (m *Model) index() {
	fields := m.Schema.Fields()
	m.names = make(map[string]string, len(fields))
	for _, f := range fields {
		m.names[prefillName(f.Path)] = f.Path
	}
}

// prefillName is the form in which names of a prefill map are compared: in any case, without
// hyphens (FORMAT.md 1.3).
func prefillName(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "-", ""))
}

// PrefillPath gives the field that a prefill map's key means; false when there is none.
func (m *Model) PrefillPath(key string) (string, bool) {
	path, ok := m.names[prefillName(key)]
	return path, ok
}

// TaskText names a task to people: the text task.<id>, else the name in the process.
func (d *Definition) TaskText(lang, task string) string {
	if s, ok := d.Texts.Lookup(lang, "task."+task, nil); ok {
		return text.Plain(s)
	}
	if d.Process != nil {
		if t, ok := d.Process.Task(task); ok && t.Name != "" {
			return t.Name
		}
	}
	return task
}

// ActionText names a button: the text action.<task>.<action>, else our own text for the action.
// The empty action is the task's own way on.
func (d *Definition) ActionText(lang, task, action string) string {
	if action == "" {
		action = "next"
	}
	if s, ok := d.Texts.Lookup(lang, "action."+task+"."+action, nil); ok {
		return text.Plain(s)
	}
	if key := "app.action." + action; text.Has(key) {
		return text.T(lang, key)
	}
	return action
}

// StatusText tells how it stands with an instance in a task, or at an end event: the text
// status.<id>, else the task's own name.
func (d *Definition) StatusText(lang, at string) string {
	if s, ok := d.Texts.Lookup(lang, "status."+at, nil); ok {
		return text.Plain(s)
	}
	return d.TaskText(lang, at)
}

// TaskTextTo is TaskText to a reader of a page; see To.
func (d *Definition) TaskTextTo(reader, task string) string {
	return d.To(reader, d.TaskText(reader, task))
}

// ActionTextTo is ActionText to a reader of a page; see To.
func (d *Definition) ActionTextTo(reader, task, action string) string {
	return d.To(reader, d.ActionText(reader, task, action))
}

// StatusTextTo is StatusText to a reader of a page; see To.
func (d *Definition) StatusTextTo(reader, at string) string {
	return d.To(reader, d.StatusText(reader, at))
}

// To gives one of the app's texts to a reader of a page, with the language that the app comes in to
// them where that is another than their own.
func (d *Definition) To(reader, s string) string { return text.In(d.Texts.Nearest(reader), reader, s) }
