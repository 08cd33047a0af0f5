package schema

import "stafett/internal/core"

// Get gives the value at a path; nil when the path is wrong or nothing is there.
func Get(doc core.Document, path string) any {
	var v any = map[string]any(doc)
	for more := true; more; {
		var step Step
		var ok bool
		if step, path, more, ok = cut(path); !ok {
			return nil
		}
		if v = child(v, step); v == nil {
			return nil
		}
	}
	return v
}

// child gives what a step leads to from v; nil when there is nothing.
func child(v any, step Step) any {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	v = object[step.Name]
	if step.Index < 0 {
		return v
	}
	rows, ok := v.([]any)
	if !ok || step.Index >= len(rows) {
		return nil
	}
	return rows[step.Index]
}

// Rows gives how many rows stand at a path; 0 when it is not an array.
func Rows(doc core.Document, path string) int {
	rows, _ := Get(doc, path).([]any)
	return len(rows)
}

// Set puts a value at a path and makes the objects and rows on the way. An index may be at most
// the number of rows there are: that appends one. A nil value deletes, like Delete. The error is
// a *PathError, and then nothing has changed.
func Set(doc core.Document, path string, v any) error {
	steps, err := SplitPath(path)
	if err != nil {
		return err
	}
	if doc == nil {
		return &PathError{path, "there is no document"}
	}
	if v == nil {
		remove(doc, steps)
		return nil
	}
	if msg := misfit(doc, steps); msg != "" {
		return &PathError{path, msg}
	}
	put(doc, steps, v)
	return nil
}

// misfit tells why the steps cannot be taken in the document; empty when they can.
func misfit(object map[string]any, steps []Step) string {
	for i, step := range steps {
		last := i == len(steps)-1
		v := object[step.Name]
		if step.Index >= 0 {
			rows, ok := v.([]any)
			if v != nil && !ok {
				return "there is something else than rows"
			}
			if step.Index > len(rows) {
				return "a row is skipped"
			}
			if v = nil; step.Index < len(rows) {
				v = rows[step.Index]
			}
		}
		if last {
			return ""
		}
		next, ok := v.(map[string]any)
		if v != nil && !ok {
			return "there is a value where an object is needed"
		}
		object = next
	}
	return ""
}

// put sets the value; misfit has said that it can.
func put(object map[string]any, steps []Step, v any) {
	for _, step := range steps[:len(steps)-1] {
		next, ok := child(object, step).(map[string]any)
		if !ok {
			next = map[string]any{}
			assign(object, step, next)
		}
		object = next
	}
	assign(object, steps[len(steps)-1], v)
}

func assign(object map[string]any, step Step, v any) {
	if step.Index < 0 {
		object[step.Name] = v
		return
	}
	rows, _ := object[step.Name].([]any)
	if step.Index == len(rows) {
		object[step.Name] = append(rows, v)
		return
	}
	rows[step.Index] = v
}

// Delete removes what stands at a path, and the objects and arrays that become empty by it. A
// row is removed only when the path names it: a row left without values stays, so that the rows
// after it keep their places. A wrong path removes nothing.
func Delete(doc core.Document, path string) {
	if steps, err := SplitPath(path); err == nil {
		remove(doc, steps)
	}
}

func remove(object map[string]any, steps []Step) {
	step := steps[0]
	if len(steps) == 1 {
		take(object, step)
		return
	}
	next, ok := child(object, step).(map[string]any)
	if !ok {
		return
	}
	remove(next, steps[1:])
	if len(next) == 0 && step.Index < 0 {
		delete(object, step.Name)
	}
}

// take removes one property, or one row and the array with its last row.
func take(object map[string]any, step Step) {
	if step.Index < 0 {
		delete(object, step.Name)
		return
	}
	rows, ok := object[step.Name].([]any)
	if !ok || step.Index >= len(rows) {
		return
	}
	if len(rows) == 1 {
		delete(object, step.Name)
		return
	}
	kept := make([]any, 0, len(rows)-1)
	kept = append(kept, rows[:step.Index]...)
	object[step.Name] = append(kept, rows[step.Index+1:]...)
}
