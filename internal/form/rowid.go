package form

import (
	"strconv"

	"github.com/google/uuid"

	"stafett/internal/app"
	"stafett/internal/core"
	"stafett/internal/schema"
)

// rowID gives a row's id: the stored one, or for a row that came without (from a handover or a
// system) the one that it will be given when it is stored next.
func (v *view) rowID(group *app.Component, index int, row map[string]any) string {
	if id, ok := row[schema.RowID].(string); ok && id != "" {
		return id
	}
	return derivedID(v.in.Instance.ID, group.Source.DataType, v.listPath(group), index, 0)
}

// listPath gives the list's path; the view may stand in one of its rows.
func (v *view) listPath(group *app.Component) string {
	return v.indexed(group.Source.DataType, group.Source.Field, group.Steps)
}

// derivedID makes the id of a row without one. It follows from the row's place alone, so that a
// page that is drawn now and a post that comes later agree on it.
func derivedID(instance uuid.UUID, dataType, list string, index, try int) string {
	place := dataType + ":" + list + "[" + strconv.Itoa(index) + "]" + strconv.Itoa(try)
	return uuid.NewSHA1(instance, []byte(place)).String()
}

// identifier gives ids to the rows of one document.
type identifier struct {
	instance uuid.UUID
	dataType string
}

// identify gives every row in the document an id.
func identify(dataType string, doc core.Document, instance uuid.UUID) {
	identifier{instance, dataType}.in(map[string]any(doc), "")
}

func (id identifier) in(object map[string]any, path string) {
	for name, value := range object {
		at := name
		if path != "" {
			at = path + "." + name
		}
		switch x := value.(type) {
		case map[string]any:
			id.in(x, at)
		case []any:
			id.rows(x, at)
		}
	}
}

func (id identifier) rows(rows []any, path string) {
	taken := map[string]bool{}
	for _, row := range rows {
		if object, ok := row.(map[string]any); ok {
			stored, _ := object[schema.RowID].(string)
			taken[stored] = true
		}
	}
	for i, row := range rows {
		object, ok := row.(map[string]any)
		if !ok {
			continue
		}
		if stored, _ := object[schema.RowID].(string); stored == "" {
			stored = derivedID(id.instance, id.dataType, path, i, 0)
			for try := 1; taken[stored]; try++ {
				stored = derivedID(id.instance, id.dataType, path, i, try)
			}
			taken[stored] = true
			object[schema.RowID] = stored
		}
		id.in(object, path+"["+strconv.Itoa(i)+"]")
	}
}

// FindRow finds the row with an id in the set's documents and gives the name of its place, as a
// page posts it: the path with its index, and before it the data type where that is not the
// set's own.
func FindRow(set *app.LayoutSet, data map[string]core.Document, rowID string) (string, bool) {
	for _, dataType := range set.DataTypes() {
		if path, ok := RowPath(data[dataType], rowID); ok {
			return fieldName(set, dataType, path), true
		}
	}
	return "", false
}

// RowPath finds the row with an id anywhere in a document and gives its path, with its index.
func RowPath(doc core.Document, rowID string) (string, bool) {
	if rowID == "" {
		return "", false
	}
	return findRow(map[string]any(doc), "", rowID)
}

func findRow(object map[string]any, path, rowID string) (string, bool) {
	for name, value := range object {
		at := name
		if path != "" {
			at = path + "." + name
		}
		switch x := value.(type) {
		case map[string]any:
			if found, ok := findRow(x, at, rowID); ok {
				return found, true
			}
		case []any:
			for i, row := range x {
				inner, ok := row.(map[string]any)
				if !ok {
					continue
				}
				here := at + "[" + strconv.Itoa(i) + "]"
				if inner[schema.RowID] == rowID {
					return here, true
				}
				if found, ok := findRow(inner, here, rowID); ok {
					return found, true
				}
			}
		}
	}
	return "", false
}

// WithoutRowIDs gives a copy of a document without the ids that rows have while they are
// edited: what other systems are given.
func WithoutRowIDs(doc core.Document) core.Document {
	out := schema.Clone(doc)
	dropRowIDs(map[string]any(out))
	return out
}

func dropRowIDs(value any) {
	switch x := value.(type) {
	case map[string]any:
		delete(x, schema.RowID)
		for _, inner := range x {
			dropRowIDs(inner)
		}
	case []any:
		for _, inner := range x {
			dropRowIDs(inner)
		}
	}
}
