package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/core"
)

// ErrTest is the error of a patch whose test does not hold: somebody else has changed the field.
var ErrTest = errors.New("a test of the patch does not hold")

// Operation is one operation of a JSON Patch (RFC 6902).
type Operation struct {
	Op, Path, From string
	Value          any
	hasValue       bool
}

// ReadPatch reads a JSON Patch from a value of a parsed document: a list of operations.
func ReadPatch(v any) ([]Operation, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, errors.New("the patch is not a list")
	}
	var out []Operation
	for i, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("operation %d is not an object", i)
		}
		var op Operation
		op.Op, _ = o["op"].(string)
		op.Path, ok = o["path"].(string)
		op.From, _ = o["from"].(string)
		op.Value, op.hasValue = o["value"]
		if !ok {
			return nil, fmt.Errorf("operation %d has no path", i)
		}
		out = append(out, op)
	}
	return out, nil
}

// Patch applies the operations to a copy of the document, all or none. The error is ErrTest, or
// tells which operation has no place; it holds no value.
func Patch(doc core.Document, operations []Operation) (core.Document, error) {
	var root any = map[string]any(Clone(doc))
	for i, op := range operations {
		var err error
		if root, err = op.apply(root); err != nil {
			return nil, fmt.Errorf("operation %d: %w", i, err)
		}
	}
	out, ok := root.(map[string]any)
	if !ok {
		return nil, errors.New("the patch leaves no object")
	}
	return out, nil
}

var errNoPlace = errors.New("the path leads nowhere")

func (op Operation) apply(root any) (any, error) {
	path, err := pointer(op.Path)
	if err != nil {
		return nil, err
	}
	if slices.Contains([]string{"add", "replace", "test"}, op.Op) && !op.hasValue {
		return nil, errors.New("the value is missing")
	}
	switch op.Op {
	case "add":
		return edit(root, path, inserted(clone(op.Value)))
	case "replace":
		return edit(root, path, replaced(clone(op.Value)))
	case "remove":
		return edit(root, path, removed)
	case "test":
		if got, ok := at(root, path); !ok || !reflect.DeepEqual(got, op.Value) {
			return nil, ErrTest
		}
		return root, nil
	case "move", "copy":
		return op.transfer(root, path)
	}
	return nil, errors.New("the operation is unknown")
}

func (op Operation) transfer(root any, path []string) (any, error) {
	from, err := pointer(op.From)
	if err != nil {
		return nil, err
	}
	v, ok := at(root, from)
	if !ok {
		return nil, errNoPlace
	}
	v = clone(v)
	if op.Op == "move" {
		if op.Path == op.From {
			return root, nil
		}
		if strings.HasPrefix(op.Path, op.From+"/") {
			return nil, errors.New("a value cannot be moved into itself")
		}
		if root, err = edit(root, from, removed); err != nil {
			return nil, err
		}
	}
	return edit(root, path, inserted(v))
}

// pointer reads a JSON pointer (RFC 6901).
func pointer(s string) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	if s[0] != '/' {
		return nil, errors.New("the path is no JSON pointer")
	}
	parts := strings.Split(s[1:], "/")
	for i, p := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(p)
	}
	return parts, nil
}

func at(v any, path []string) (any, bool) {
	for _, name := range path {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[name]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, ok := rowIndex(name, len(in)-1)
			if !ok {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// rowIndex reads an array index of at most last, in its one canonical writing.
func rowIndex(s string, last int) (int, bool) {
	i, err := strconv.Atoi(s)
	return i, err == nil && strconv.Itoa(i) == s && i >= 0 && i <= last
}

// change changes a member of an object or array, and gives the container that came of it.
type change func(in any, name string) (any, error)

// edit goes down to what holds the path's last name, and puts back what the change makes of it.
func edit(v any, path []string, do change) (any, error) {
	switch len(path) {
	case 0:
		return do(nil, "")
	case 1:
		return do(v, path[0])
	}
	child, ok := at(v, path[:1])
	if !ok {
		return nil, errNoPlace
	}
	child, err := edit(child, path[1:], do)
	if err != nil {
		return nil, err
	}
	return replaced(child)(v, path[0])
}

func inserted(value any) change {
	return func(in any, name string) (any, error) {
		switch in := in.(type) {
		case nil:
			return value, nil
		case map[string]any:
			in[name] = value
			return in, nil
		case []any:
			if name == "-" {
				return append(in, value), nil
			}
			if i, ok := rowIndex(name, len(in)); ok {
				return slices.Insert(in, i, value), nil
			}
		}
		return nil, errNoPlace
	}
}

func replaced(value any) change {
	return func(in any, name string) (any, error) {
		switch in := in.(type) {
		case nil:
			return value, nil
		case map[string]any:
			if _, ok := in[name]; ok {
				in[name] = value
				return in, nil
			}
		case []any:
			if i, ok := rowIndex(name, len(in)-1); ok {
				in[i] = value
				return in, nil
			}
		}
		return nil, errNoPlace
	}
}

func removed(in any, name string) (any, error) {
	switch in := in.(type) {
	case map[string]any:
		if _, ok := in[name]; ok {
			delete(in, name)
			return in, nil
		}
	case []any:
		if i, ok := rowIndex(name, len(in)-1); ok {
			return slices.Delete(in, i, i+1), nil
		}
	}
	return nil, errNoPlace
}
