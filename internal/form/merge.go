package form

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"stafett/internal/core"
	"stafett/internal/schema"
)

// Versions are two versions of what a document was made from, and the document as it is now.
type Versions struct {
	DataType string
	// Before and After are the two versions as they were sent.
	Before, After core.Document
	// Made is Before as the document began: with what was calculated then.
	Made core.Document
	// Now is the document.
	Now core.Document
	// Locked leaves all of it as it is.
	Locked bool
}

// Merge lays the new version over the document as it is now, and tells what differs between the
// two versions. What they have alike is not touched, nor what neither of them has. A field that
// stands as the old version left it gets the new value; one that somebody has changed since is
// left, and told as a conflict. A list of rows is one field: it is replaced whole or not at all.
func Merge(v Versions) (core.Document, []core.FieldChange) {
	out := schema.Clone(v.Now)
	var changes []core.FieldChange
	for _, path := range leaves(v.Before, v.After) {
		before, after := sent(v.Before, path), sent(v.After, path)
		if alike(before, after) {
			continue
		}
		change := core.FieldChange{DataType: v.DataType, Path: path, Before: before, After: after}
		now := sent(v.Now, path)
		switch untouched := alike(now, before) || alike(now, sent(v.Made, path)); {
		case alike(now, after):
		case v.Locked || !untouched || schema.Set(out, path, after) != nil:
			change.Conflict, change.Kept = true, now
		}
		changes = append(changes, change)
	}
	return out, changes
}

// leaves gives the paths of every value in the documents that is no object, in order.
func leaves(docs ...core.Document) []string {
	found := map[string]bool{}
	for _, doc := range docs {
		addLeaves(doc, "", found)
	}
	return slices.Sorted(maps.Keys(found))
}

func addLeaves(object map[string]any, prefix string, found map[string]bool) {
	for name, value := range object {
		if inner, ok := value.(map[string]any); ok {
			addLeaves(inner, prefix+name+".", found)
		} else {
			found[prefix+name] = true
		}
	}
}

// sent gives a value as other systems are sent it: without the ids of rows.
func sent(doc core.Document, path string) any {
	return WithoutRowIDs(core.Document{"sent": schema.Get(doc, path)})["sent"]
}

// alike tells whether two values say the same. Nothing and an empty answer do, and a number does
// however it is written.
func alike(a, b any) bool {
	if empty(a) || empty(b) {
		return empty(a) && empty(b)
	}
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		return ok && sameNumber(x.String(), y.String())
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, alike)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && sameObject(x, y)
	}
	return a == b
}

func sameObject(a, b map[string]any) bool {
	for name := range a {
		if !alike(a[name], b[name]) {
			return false
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok && !empty(b[name]) {
			return false
		}
	}
	return true
}

func sameNumber(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return a == b || ok && ok2 && x.Cmp(y) == 0
}

// Renamed gives a copy of a document in which every text that is a key of names is its value:
// for the ids of files that were copied.
func Renamed(doc core.Document, names map[string]string) core.Document {
	out := schema.Clone(doc)
	rename(map[string]any(out), names)
	return out
}

func rename(value any, names map[string]string) any {
	switch x := value.(type) {
	case string:
		if name, ok := names[x]; ok {
			return name
		}
	case []any:
		for i := range x {
			x[i] = rename(x[i], names)
		}
	case map[string]any:
		for name := range x {
			x[name] = rename(x[name], names)
		}
	}
	return value
}
