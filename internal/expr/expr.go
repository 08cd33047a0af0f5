package expr

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"sync"
)

// Limits on what Parse takes: they are far above what any app has, and keep a hostile one from
// costing memory or stack.
const (
	maxSize  = 64 << 10 // bytes
	maxDepth = 64       // calls within calls
)

// Expr is a compiled expression. It is never changed, so any number of requests may share it.
// A nil Expr and the zero Expr are absent: they have no value, and defaults are used.
type Expr struct {
	root *node
	refs []Reference
}

// node is a literal, when fn is nil, or a call of the function of that name.
type node struct {
	fn    *function
	name  string
	value Value
	args  []*node
	// kind is what the surrounding call wants, and done tells that a literal already is that.
	kind Kind
	done bool
}

// Reference names something that an expression reads: a path in the data model of a type (""
// is the default one), or a component's value.
type Reference struct {
	DataModel, DataType, Component string
}

// Parse compiles a literal or a call, ["function", argument, …]. Nothing at all gives a nil
// Expr: a property that is not there. Unknown functions, wrong numbers of arguments and what
// must be literal but is not are errors; values of wrong types show when they are evaluated.
func Parse(raw json.RawMessage) (*Expr, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if len(raw) > maxSize {
		return nil, errorf("Invalid expression: larger than %d bytes", maxSize)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, errorf("Invalid expression: %v", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errorf("Invalid expression: text after its end")
	}
	root, err := compile(tree, 0)
	if err != nil {
		return nil, errorf("Invalid expression: %v", err)
	}
	return &Expr{root: root, refs: references(root, nil)}, nil
}

// Literal makes an expression that is always v: nil, bool, string, or a number. Anything else
// is null.
func Literal(v any) *Expr {
	value, err := fromOutside(v)
	if err != nil {
		value = nil
	}
	return &Expr{root: &node{value: value}}
}

// IsLiteral gives the value of a literal; false for calls and absent expressions.
func (e *Expr) IsLiteral() (any, bool) {
	if e.absent() || e.root.fn != nil {
		return nil, false
	}
	return unwrapped(e.root.value), true
}

// Tree gives the expression for whoever puts it into words: a literal, or a list of a function's
// name and its arguments. An absent one is nil.
func (e *Expr) Tree() any {
	if e.absent() {
		return nil
	}
	return e.root.tree()
}

func (n *node) tree() any {
	if n.fn == nil {
		return unwrapped(n.value)
	}
	list := []any{n.name}
	for _, a := range n.args {
		list = append(list, a.tree())
	}
	return list
}

// Paths gives each data model path and component that the expression names, once, in order of
// appearance. Paths and ids that are computed when it is evaluated cannot be told and are left
// out. The caller must not change the slice.
func (e *Expr) Paths() []Reference {
	if e == nil {
		return nil
	}
	return e.refs
}

func (e *Expr) absent() bool { return e == nil || e.root == nil }

// Eval gives the value, cast to a kind; nil for an absent expression. A Date is given as the
// text that it was written as. Every argument of every call is evaluated: an error anywhere is
// an error of the whole, as in Altinn's back end.
func (e *Expr) Eval(c Context, as Kind) (Value, error) {
	if e.absent() {
		return nil, nil
	}
	v, err := run(e.root, c)
	if err != nil {
		return nil, err
	}
	if v, err = cast(v, as); err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case date:
		return x.text, nil
	case dataTree:
		return nil, nil
	}
	return v, nil
}

// Bool gives the value as a boolean: dflt for null, for an absent expression, and, beside the
// error, when it cannot be evaluated.
func (e *Expr) Bool(c Context, dflt bool) (bool, error) {
	v, err := e.Eval(c, Boolean)
	if b, ok := v.(bool); ok {
		return b, err
	}
	return dflt, err
}

// Text gives the value as text, with dflt as in Bool. A literal text is given as it stands:
// "True" and "null" are words there.
func (e *Expr) Text(c Context, dflt string) (string, error) {
	if v, ok := e.IsLiteral(); ok {
		if s, ok := v.(string); ok {
			return s, nil
		}
	}
	v, err := e.Eval(c, String)
	if s, ok := v.(string); ok {
		return s, err
	}
	return dflt, err
}

// machine evaluates one expression at a time. Arguments live on its stack, so that a call
// allocates nothing.
type machine struct {
	context Context
	stack   []Value
}

var machines = sync.Pool{New: func() any { return &machine{stack: make([]Value, 0, 32)} }}

func run(root *node, c Context) (Value, error) {
	if root.fn == nil {
		return root.value, nil
	}
	m := machines.Get().(*machine)
	m.context = c
	v, err := m.call(root)
	m.context = nil
	machines.Put(m)
	return v, err
}

// call evaluates the arguments of n and then n. What it leaves on the stack it clears, since
// the values may be personal data and the machine lives on.
func (m *machine) call(n *node) (Value, error) {
	base := len(m.stack)
	defer func() {
		clear(m.stack[base:])
		m.stack = m.stack[:base]
	}()
	for _, arg := range n.args {
		v, err := m.argument(arg)
		if err != nil {
			return nil, err
		}
		m.stack = append(m.stack, v)
	}
	return n.fn.run(m.context, m.stack[base:])
}

func (m *machine) argument(n *node) (Value, error) {
	v := n.value
	if n.fn != nil {
		var err error
		if v, err = m.call(n); err != nil {
			return nil, err
		}
	}
	if n.done {
		return v, nil
	}
	return cast(v, n.kind)
}

// references collects what n reads, without repeats.
func references(n *node, found []Reference) []Reference {
	if n.fn == nil {
		return found
	}
	if n.fn.reads != nil {
		if r, ok := n.fn.reads(n.args); ok && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	for _, arg := range n.args {
		found = references(arg, found)
	}
	return found
}
