package schema

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// object is an object of the schema file with its keys in order: the model's fields are shown
// and written in the order in which the file has them.
type object struct {
	keys    []string
	members map[string]any
	offset  int
}

// maxSchemaDepth is how deep a schema file may be nested.
const maxSchemaDepth = 100

// builder makes the graph of nodes from the file.
type builder struct {
	root  *object
	nodes map[*object]*node
	// fail makes an error at a JSON pointer, in or under the object.
	fail func(at *object, pointer, msg string) error
}

// node gives the node of an object of the schema; what only refers has its target's.
func (b *builder) node(o *object, pointer string) (*node, error) {
	for range maxSchemaDepth {
		if !o.onlyRefers() {
			break
		}
		var err error
		if o, pointer, err = b.resolve(o, pointer, o.members["$ref"].(string)); err != nil {
			return nil, err
		}
	}
	if n, ok := b.nodes[o]; ok {
		return n, nil
	}
	n := &node{index: map[string]int{}}
	b.nodes[o] = n
	if err := b.merge(n, o, pointer, map[*object]bool{}); err != nil {
		return nil, err
	}
	n.infer()
	return n, nil
}

// merge adds to n what o says itself, and what it brings in by reference or combination. What
// is said first holds; the validator holds data to all of it.
func (b *builder) merge(n *node, o *object, pointer string, seen map[*object]bool) error {
	if seen[o] {
		return nil
	}
	seen[o] = true
	n.keywords(o)
	if err := b.children(n, o, pointer); err != nil {
		return err
	}
	if ref, ok := o.members["$ref"].(string); ok {
		target, at, err := b.resolve(o, pointer, ref)
		if err != nil {
			return err
		}
		if err := b.merge(n, target, at, seen); err != nil {
			return err
		}
	}
	if err := b.all(n, o, pointer, seen); err != nil {
		return err
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		if err := b.choice(n, o, pointer, key, seen); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) all(n *node, o *object, pointer string, seen map[*object]bool) error {
	list, _ := o.members["allOf"].([]any)
	for i, v := range list {
		branch, ok := v.(*object)
		if !ok {
			continue
		}
		if err := b.merge(n, branch, pointer+"/allOf/"+strconv.Itoa(i), seen); err != nil {
			return err
		}
	}
	return nil
}

// choice takes oneOf and anyOf. A branch that says only "null" makes the field nullable. One
// branch left is the field itself, as in the models that Altinn Studio makes; of several, only
// their properties are taken, for each limit holds in its own branch alone.
func (b *builder) choice(
	n *node, o *object, pointer, key string, seen map[*object]bool,
) error {
	list, _ := o.members[key].([]any)
	var branches []*object
	var pointers []string
	for i, v := range list {
		branch, ok := v.(*object)
		if !ok {
			continue
		}
		if branch.members["type"] == "null" {
			n.Nullable = true
			continue
		}
		branches = append(branches, branch)
		pointers = append(pointers, pointer+"/"+key+"/"+strconv.Itoa(i))
	}
	if len(branches) == 1 {
		return b.merge(n, branches[0], pointers[0], seen)
	}
	for i, branch := range branches {
		part, err := b.node(branch, pointers[i])
		if err != nil {
			return err
		}
		if n.Type == "" {
			n.Type = part.Type
		}
		for _, p := range part.properties {
			n.add(property{name: p.name, node: p.node})
		}
		if n.items == nil {
			n.items = part.items
		}
	}
	return nil
}

// children adds properties and items.
func (b *builder) children(n *node, o *object, pointer string) error {
	if properties, ok := o.members["properties"].(*object); ok {
		for _, name := range properties.keys {
			at := pointer + "/properties/" + escape(name)
			child, err := b.child(properties.members[name], at)
			if err != nil {
				return err
			}
			if child != nil {
				hint, _ := properties.members[name].(*object)
				n.add(property{name: name, node: child, xml: hint.xmlKind()})
			}
		}
	}
	if list, ok := o.members["required"].([]any); ok {
		for _, v := range list {
			name, _ := v.(string)
			if p := n.property(name); p != nil {
				p.required = true
			}
		}
	}
	if items, ok := o.members["items"]; ok && n.items == nil {
		var err error
		n.items, err = b.child(items, pointer+"/items")
		return err
	}
	return nil
}

// child gives the node of a subschema: an object, or true for anything. What is neither (false,
// or a list for a tuple) is no field.
func (b *builder) child(v any, pointer string) (*node, error) {
	switch v := v.(type) {
	case *object:
		return b.node(v, pointer)
	case bool:
		if v {
			return &node{Field: Field{Type: "string"}}, nil
		}
	}
	return nil, nil
}

func (n *node) add(p property) {
	if _, there := n.index[p.name]; there {
		return
	}
	n.index[p.name] = len(n.properties)
	n.properties = append(n.properties, p)
}

// resolve finds what a $ref points at. Only the file itself is looked in: nothing is fetched.
func (b *builder) resolve(o *object, pointer, ref string) (*object, string, error) {
	fragment, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil, "", b.fail(o, pointer+"/$ref", "refers to another file, which is not fetched")
	}
	at, err := url.PathUnescape(fragment)
	if err != nil {
		return nil, "", b.fail(o, pointer+"/$ref", "is not a JSON pointer")
	}
	target, ok := b.root.at(at)
	if !ok {
		return nil, "", b.fail(o, pointer+"/$ref", "points at nothing in the file")
	}
	return target, at, nil
}

// onlyRefers tells whether a $ref is all that the object says of its value. Annotations, such
// as @xsdMinOccurs, do not count.
func (o *object) onlyRefers() bool {
	_, refers := o.members["$ref"].(string)
	return refers && !slices.ContainsFunc(o.keys, func(key string) bool {
		return key != "$ref" && !strings.HasPrefix(key, "@")
	})
}

// at gives the object at a JSON pointer (RFC 6901).
func (o *object) at(pointer string) (*object, bool) {
	if pointer == "" {
		return o, true
	}
	if pointer[0] != '/' {
		return nil, false
	}
	var v any = o
	for _, token := range strings.Split(pointer[1:], "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch x := v.(type) {
		case *object:
			v = x.members[token]
		case []any:
			i, ok := index(token)
			if !ok || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	found, ok := v.(*object)
	return found, ok
}

// escape writes a name as a token of a JSON pointer.
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// keywords takes what an object of the schema says about its value.
func (n *node) keywords(o *object) {
	n.types(o.members["type"])
	for key, to := range map[string]*string{
		"format": &n.Format, "pattern": &n.Pattern,
		"title": &n.Title, "description": &n.Description,
	} {
		if v, ok := o.members[key].(string); ok && *to == "" {
			*to = v
		}
	}
	for key, to := range map[string]*int{
		"minLength": &n.MinLength, "maxLength": &n.MaxLength,
		"minItems": &n.MinItems, "maxItems": &n.MaxItems,
	} {
		if v, ok := o.members[key].(json.Number); ok && *to == 0 {
			// A limit that is no int is refused by the validator's check of the schema.
			i, _ := strconv.Atoi(string(v))
			*to = i
		}
	}
	for key, to := range map[string]**json.Number{
		"minimum": &n.Minimum, "maximum": &n.Maximum,
		"exclusiveMinimum": &n.ExclusiveMinimum, "exclusiveMaximum": &n.ExclusiveMaximum,
	} {
		if v, ok := o.members[key].(json.Number); ok && *to == nil {
			*to = &v
		}
	}
	if v, ok := o.members["enum"].([]any); ok && n.Enum == nil {
		n.Enum = v
	}
	if v, ok := o.members["const"]; ok && n.Const == nil {
		n.Const = v
	}
}

// types takes the type keyword: a name, or a list such as ["string", "null"].
func (n *node) types(v any) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, v := range list {
		switch name, _ := v.(string); {
		case name == "null":
			n.Nullable = true
		case n.Type == "":
			n.Type = name
		}
	}
}

// infer gives a type to a node whose schema names none.
func (n *node) infer() {
	if n.Type != "" {
		return
	}
	sample := n.Const
	if sample == nil && len(n.Enum) > 0 {
		sample = n.Enum[0]
	}
	switch {
	case len(n.properties) > 0:
		n.Type = "object"
	case n.items != nil:
		n.Type = "array"
	default:
		n.Type = typeOf(sample)
	}
}

func typeOf(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	default:
		return "string"
	}
}
