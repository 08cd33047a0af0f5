package schema

import (
	"cmp"
	"errors"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"stafett/internal/core"
)

// The codes of violations. Const counts as an enum of one value. CodeOther stands for what no
// form in use has: oneOf with several branches, not, contains and their like.
const (
	CodeRequired         = "required"
	CodeType             = "type"
	CodeFormat           = "format"
	CodeMaxLength        = "maxLength"
	CodeMinLength        = "minLength"
	CodeMinimum          = "minimum"
	CodeMaximum          = "maximum"
	CodeExclusiveMinimum = "exclusiveMinimum"
	CodeExclusiveMaximum = "exclusiveMaximum"
	CodeMultipleOf       = "multipleOf"
	CodeEnum             = "enum"
	CodePattern          = "pattern"
	CodeMinItems         = "minItems"
	CodeMaxItems         = "maxItems"
	CodeUniqueItems      = "uniqueItems"
	CodeUnknown          = "unknown"
	CodeOther            = "other"
)

// Violation is one way in which form data does not fit its model. It holds no value.
type Violation struct {
	// Path has indexes: budsjett.poster[0].belop. It is empty for the document itself.
	Path string
	// Code is one of the Code constants.
	Code string
	// Limit is what the model says: a number, a format's name, a pattern, the types that would
	// do (with commas between). Empty where there is nothing to say.
	Limit string
}

// Check tells how a document does not fit the model, in the model's order. A property that is
// null where the model does not allow it counts as missing. RowID is allowed in every row.
func (s *Schema) Check(doc core.Document) []Violation {
	v, _ := s.clean(s.root, map[string]any(doc), false)
	err := s.compiled.Validate(v)
	if err == nil {
		return nil
	}
	c := checker{root: s.root, doc: v}
	if e, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		c.collect(e)
	} else {
		c.add(nil, CodeOther, "")
	}
	slices.SortStableFunc(c.found, func(a, b finding) int {
		return cmp.Or(slices.Compare(a.rank, b.rank), cmp.Compare(a.Code, b.Code))
	})
	out := make([]Violation, len(c.found))
	for i, f := range c.found {
		out[i] = f.Violation
	}
	return slices.Compact(out)
}

// clean gives the value without what Check passes over; it copies only where there is such.
func (s *Schema) clean(n *node, v any, inRow bool) (cleaned any, changed bool) {
	switch v := v.(type) {
	case map[string]any:
		var out map[string]any
		for name, x := range v {
			p := n.property(name)
			if s.passesOver(p, name, x, inRow) {
				out = copyOf(out, v)
				delete(out, name)
				continue
			}
			if p == nil {
				continue
			}
			if y, changed := s.clean(p.node, x, false); changed {
				out = copyOf(out, v)
				out[name] = y
			}
		}
		if out != nil {
			return out, true
		}
	case []any:
		if n.items == nil {
			return v, false
		}
		var out []any
		for i, x := range v {
			if y, changed := s.clean(n.items, x, true); changed {
				if out == nil {
					out = slices.Clone(v)
				}
				out[i] = y
			}
		}
		if out != nil {
			return out, true
		}
	}
	return v, false
}

// passesOver tells whether a member of an object is left out of the check: a null that counts as
// missing, or a row's id where the schema would not have it.
func (s *Schema) passesOver(p *property, name string, v any, inRow bool) bool {
	if p == nil {
		return s.closed && inRow && name == RowID
	}
	return v == nil && !p.node.Nullable
}

func copyOf(out, from map[string]any) map[string]any {
	if out != nil {
		return out
	}
	return maps.Clone(from)
}

// finding is a violation with its rank: the places, in the model's order, of the steps to it.
type finding struct {
	Violation
	rank []int
}

// checker turns the validator's errors into violations.
type checker struct {
	root  *node
	doc   any
	found []finding
}

func (c *checker) add(at []string, code, limit string) {
	path, rank := c.path(at)
	c.found = append(c.found, finding{Violation{path, code, limit}, rank})
}

// path writes the validator's location as a path. Its tokens do not tell indexes from names, so
// the document is followed along.
func (c *checker) path(at []string) (string, []int) {
	var b strings.Builder
	var rank []int
	v, n := c.doc, c.root
	for _, token := range at {
		if rows, ok := v.([]any); ok {
			i, _ := strconv.Atoi(token)
			b.WriteString("[" + token + "]")
			rank = append(rank, i)
			v = nil
			if i < len(rows) {
				v = rows[i]
			}
			n = n.itemNode()
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
		object, _ := v.(map[string]any)
		v = object[token]
		place, next := n.step(token)
		rank, n = append(rank, place), next
	}
	return b.String(), rank
}

func (n *node) itemNode() *node {
	if n == nil {
		return nil
	}
	return n.items
}

// step gives a property's place among its fellows, after all of them where it is not known.
func (n *node) step(name string) (int, *node) {
	if n == nil {
		return 0, nil
	}
	if i, ok := n.index[name]; ok {
		return i, n.properties[i].node
	}
	return len(n.properties), nil
}

func (c *checker) collect(e *jsonschema.ValidationError) {
	at := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			c.add(append(slices.Clone(at), name), CodeRequired, "")
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			c.add(append(slices.Clone(at), name), CodeUnknown, "")
		}
	case *kind.FalseSchema:
		c.add(at, CodeUnknown, "")
	case *kind.OneOf:
		c.choice(e, len(k.Subschemas) > 0)
	case *kind.AnyOf:
		c.choice(e, false)
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference:
		for _, cause := range e.Causes {
			c.collect(cause)
		}
	default:
		code, limit := leaf(e.ErrorKind)
		c.add(at, code, limit)
	}
}

// choice explains a oneOf or anyOf of which no branch fits by its one branch that is not "null",
// where it has only one: that is how models are wrapped. Of several it cannot be told which was
// meant.
func (c *checker) choice(e *jsonschema.ValidationError, several bool) {
	isNull := func(cause *jsonschema.ValidationError) bool {
		t, ok := cause.ErrorKind.(*kind.Type)
		return ok && slices.Equal(t.Want, []string{"null"})
	}
	causes := slices.DeleteFunc(slices.Clone(e.Causes), isNull)
	if several || len(causes) != 1 {
		c.add(e.InstanceLocation, CodeOther, "")
		return
	}
	c.collect(causes[0])
}

// leaf gives code and limit of an error that has no causes.
func leaf(k jsonschema.ErrorKind) (code, limit string) {
	switch k := k.(type) {
	case *kind.Type:
		return CodeType, strings.Join(k.Want, ",")
	case *kind.Enum, *kind.Const:
		return CodeEnum, ""
	case *kind.Format:
		return CodeFormat, k.Want
	case *kind.Pattern:
		return CodePattern, k.Want
	case *kind.MinLength:
		return CodeMinLength, strconv.Itoa(k.Want)
	case *kind.MaxLength:
		return CodeMaxLength, strconv.Itoa(k.Want)
	case *kind.MinItems:
		return CodeMinItems, strconv.Itoa(k.Want)
	case *kind.MaxItems:
		return CodeMaxItems, strconv.Itoa(k.Want)
	case *kind.UniqueItems:
		return CodeUniqueItems, ""
	}
	return bound(k)
}

func bound(k jsonschema.ErrorKind) (code, limit string) {
	switch k := k.(type) {
	case *kind.Minimum:
		return CodeMinimum, decimal(k.Want)
	case *kind.Maximum:
		return CodeMaximum, decimal(k.Want)
	case *kind.ExclusiveMinimum:
		return CodeExclusiveMinimum, decimal(k.Want)
	case *kind.ExclusiveMaximum:
		return CodeExclusiveMaximum, decimal(k.Want)
	case *kind.MultipleOf:
		return CodeMultipleOf, decimal(k.Want)
	default:
		return CodeOther, ""
	}
}

// decimal writes a number of the schema, which is always a finite decimal.
func decimal(r *big.Rat) string {
	places, _ := r.FloatPrec()
	return r.FloatString(places)
}

// Unknown gives the paths, with indexes and sorted, of the properties that the model does not
// have. What lies under such a property is not listed again. RowID is known in every row.
func (s *Schema) Unknown(doc core.Document) []string {
	var out []string
	unknown(s.root, map[string]any(doc), "", false, &out)
	slices.Sort(out)
	return out
}

func unknown(n *node, v any, path string, inRow bool, out *[]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			at := name
			if path != "" {
				at = path + "." + name
			}
			if p := n.property(name); p != nil {
				unknown(p.node, x, at, false, out)
			} else if !inRow || name != RowID {
				*out = append(*out, at)
			}
		}
	case []any:
		items := n.items
		if items == nil {
			items = &node{}
		}
		for i, x := range v {
			unknown(items, x, path+"["+strconv.Itoa(i)+"]", true, out)
		}
	}
}
