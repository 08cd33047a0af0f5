package relaytest

import (
	"encoding/json"
	"strings"
)

// Expr is a value of a mapping, as an expression in Altinn's language and as what it means.
type Expr struct {
	// Op is "path", "literal", or one of the language's functions.
	Op      string
	Path    string
	Literal any
	Args    []*Expr
}

func path(p place) *Expr      { return &Expr{Op: "path", Path: p.path} }
func literal(value any) *Expr { return &Expr{Op: "literal", Literal: value} }

// MarshalJSON writes it as handover.json has it.
func (e *Expr) MarshalJSON() ([]byte, error) {
	switch e.Op {
	case "path":
		return json.Marshal([]string{"dataModel", e.Path})
	case "literal":
		return json.Marshal(e.Literal)
	case "if":
		return json.Marshal([]any{"if", e.Args[0], e.Args[1], "else", e.Args[2]})
	}
	all := []any{e.Op}
	for _, a := range e.Args {
		all = append(all, a)
	}
	return json.Marshal(all)
}

// eval tells what it means for a document; nil is no value.
func (e *Expr) eval(doc map[string]any) any {
	switch e.Op {
	case "path":
		return at(doc, e.Path)
	case "literal":
		return e.Literal
	case "concat":
		var out strings.Builder
		for _, a := range e.Args {
			out.WriteString(written(a.eval(doc)))
		}
		return out.String()
	case "if":
		if e.Args[0].eval(doc) == true {
			return e.Args[1].eval(doc)
		}
		return e.Args[2].eval(doc)
	}
	a, b := e.Args[0].eval(doc), e.Args[1].eval(doc)
	same := (a == nil) == (b == nil) && written(a) == written(b)
	return same == (e.Op == "equals")
}

// at gives what stands at a path that goes through objects; nil where nothing does.
func at(doc map[string]any, path string) any {
	name, rest, more := strings.Cut(path, ".")
	if !more {
		return doc[name]
	}
	inner, _ := doc[name].(map[string]any)
	return at(inner, rest)
}

// put stores a value at a path that goes through objects.
func put(doc map[string]any, path string, value any) {
	name, rest, more := strings.Cut(path, ".")
	if !more {
		doc[name] = value
		return
	}
	inner, ok := doc[name].(map[string]any)
	if !ok {
		inner = map[string]any{}
		doc[name] = inner
	}
	put(inner, rest, value)
}

// written is a single value as a text; nothing is an empty one.
func written(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// as gives a value in the type of the target's field.
func as(k Kind, value any) any {
	if k == Text && value != nil {
		return written(value)
	}
	return value
}
