// Package schema holds the data models of apps: it reads an app's JSON Schema, tells which
// fields it has, checks form data against it, and turns what people type into values of the
// right type. It also reads, writes and edits the form data itself, by paths such as
// budsjett.poster[0].belop. It gives codes and paths, not texts, and it knows nothing of layouts,
// of required components or of hidden fields. Only this package knows which library validates.
package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is one data model. It never changes after Load, so any number of requests share it.
type Schema struct {
	compiled *jsonschema.Schema
	root     *node
	// closed tells that the schema limits which properties an object may have.
	closed bool
	xml    xmlHints
}

// Field is one place in the data model.
type Field struct {
	// Path has no indexes: budsjett.poster.belop.
	Path string
	// Type is string, integer, number, boolean, object or array.
	Type string
	// ItemType is the type of an array's elements: object for rows.
	ItemType string
	// Nullable tells that null is a value of the field.
	Nullable bool
	// Required tells that the object that holds the field must have it.
	Required bool
	// Repeated tells that the field lies in the rows of an array.
	Repeated bool
	// Format is the format that is checked (date, email, …), Pattern a regular expression.
	Format, Pattern string
	// Title and Description are the schema's own words, seldom written for people.
	Title, Description string
	// The limits; 0 is none. Lengths are in characters, items in rows.
	MinLength, MaxLength, MinItems, MaxItems int
	// The bounds; nil is none.
	Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum *json.Number
	// Enum are the values allowed; Const is the only one. Nil is no limit.
	Enum  []any
	Const any
}

// node is one object of the schema with all that $ref, allOf and oneOf bring in. Nodes form a
// graph, not a tree: a schema may refer to itself.
type node struct {
	Field
	properties []property
	// index gives a property's place in properties.
	index map[string]int
	items *node
}

type property struct {
	name     string
	required bool
	xml      xmlKind
	node     *node
}

// rowID stands for the property that every row may have.
var rowID = &property{name: RowID, node: &node{Field: Field{Type: "string"}}}

func (n *node) property(name string) *property {
	if i, ok := n.index[name]; ok {
		return &n.properties[i]
	}
	return nil
}

// place is where a path leads in the model.
type place struct {
	node               *node
	required, repeated bool
}

// find follows a path, with or without indexes, through the model.
func (s *Schema) find(path string) (place, bool) {
	at := place{node: s.root}
	inRow := false
	for rest, more := path, true; more; {
		var step Step
		var ok bool
		if step, rest, more, ok = cut(rest); !ok {
			return place{}, false
		}
		p := at.node.property(step.Name)
		if p == nil && inRow && step.Name == RowID {
			p = rowID
		}
		if p == nil {
			return place{}, false
		}
		at.node, at.required, inRow = p.node, p.required, false
		// A path without indexes goes through the rows; with one, it may also end at a row.
		if at.node.items != nil && (more || step.Index >= 0) {
			at.node, at.repeated, at.required, inRow = at.node.items, true, false, true
		} else if step.Index >= 0 {
			return place{}, false
		}
	}
	return at, true
}

// Field gives the field at a path; indexes in the path are passed over. In rows, RowID is
// always a field.
func (s *Schema) Field(path string) (Field, bool) {
	at, ok := s.find(path)
	if !ok {
		return Field{}, false
	}
	return at.field(withoutIndexes(path)), true
}

func (p place) field(path string) Field {
	f := p.node.Field
	f.Path, f.Required, f.Repeated = path, p.required, p.repeated
	if p.node.items != nil {
		f.ItemType = p.node.items.Type
	}
	return f
}

func withoutIndexes(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	var b strings.Builder
	for rest, more := path, true; more; {
		var step Step
		step, rest, more, _ = cut(rest)
		b.WriteString(step.Name)
		if more {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// maxFields bounds Fields: a model that refers to itself again and again has more places than
// anyone will look at.
const maxFields = 10_000

// Fields gives every leaf of the model, in the schema's order: fields that hold a value, and
// arrays of values. Where the schema refers back to itself, the inner one is left out.
func (s *Schema) Fields() []Field {
	var out []Field
	visits := 0
	var walk func(p place, path string, above []*node)
	walk = func(p place, path string, above []*node) {
		n := p.node
		if visits++; visits > maxFields {
			return
		}
		if n.items != nil && n.items.properties != nil {
			n, p.repeated = n.items, true
		}
		if len(n.properties) == 0 {
			if path != "" {
				out = append(out, p.field(path))
			}
			return
		}
		if slices.Contains(above, n) {
			return
		}
		above = append(above, n)
		for _, child := range n.properties {
			at := child.name
			if path != "" {
				at = path + "." + at
			}
			walk(place{child.node, child.required, p.repeated}, at, above)
		}
	}
	walk(place{node: s.root}, "", nil)
	return out
}
