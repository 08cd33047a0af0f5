package function

import (
	"errors"
	"fmt"
	"slices"
)

// Kind is what a parameter or a result is: one value of a type, or a bag of them.
type Kind struct {
	Type Type
	Bag  bool
}

// String names the kind in a message.
func (k Kind) String() string {
	name := short[k.Type]
	if k.Bag {
		return "bag of " + name
	}
	return name
}

// Function is one function.
type Function struct {
	ID     string
	Params []Kind
	Result Kind
	// least is how many arguments there must be of a function whose last parameter repeats (none:
	// not even one); 0 for one that takes just its Params.
	least int
	call  func(args []Bag) (Bag, error)
}

// Lookup gives the function with the id.
func Lookup(id string) (*Function, bool) {
	f, ok := functions[id]
	return f, ok
}

// Check tells what is wrong with the arguments' kinds.
func (f *Function) Check(args []Kind) error {
	if len(args) < f.least || f.least == 0 && len(args) != len(f.Params) {
		return fmt.Errorf("%s does not take %d arguments", f.ID, len(args))
	}
	for i, arg := range args {
		if want := f.Params[min(i, len(f.Params)-1)]; arg != want {
			return fmt.Errorf("argument %d of %s is a %s, not a %s", i+1, f.ID, arg, want)
		}
	}
	return nil
}

// Call computes. The arguments must have passed Check; one value is a bag of one.
func (f *Function) Call(args []Bag) (Bag, error) {
	out, err := f.call(args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.ID, err)
	}
	return out, nil
}

// Matches calls a function of two values that says yes or no, as a Match does.
func (f *Function) Matches(literal, value Value) (bool, error) {
	out, err := f.Call([]Bag{{literal}, {value}})
	return err == nil && True(out), err
}

// CanMatch tells whether the function may stand in a Match.
func (f *Function) CanMatch() bool {
	return len(f.Params) == 2 && f.least == 0 && !f.Params[0].Bag && !f.Params[1].Bag &&
		f.Result == Kind{Type: Boolean}
}

// True tells whether a result is the one value true.
func True(b Bag) bool { return len(b) == 1 && b[0].v == true }

// Bool makes a boolean value.
func Bool(b bool) Bag {
	text := "false"
	if b {
		text = "true"
	}
	return Bag{{Type: Boolean, text: text, v: b}}
}

var errNotOne = errors.New("there is not exactly one value")

const (
	v1 = "urn:oasis:names:tc:xacml:1.0:function:"
	v2 = "urn:oasis:names:tc:xacml:2.0:function:"
	v3 = "urn:oasis:names:tc:xacml:3.0:function:"
)

// functions are all, by id.
var functions = func() map[string]*Function {
	all := slices.Concat(equality(), order(), arithmetic(), logic(), texts(), conversions(),
		calendar(), bags(), sets(), patterns())
	m := make(map[string]*Function, len(all))
	for _, f := range all {
		m[f.ID] = &f
	}
	return m
}()

// one is the kind of a single value.
func one(t Type) Kind { return Kind{Type: t} }

// same gives n parameters of one type.
func same(t Type, n int) []Kind { return slices.Repeat([]Kind{one(t)}, n) }

// test is a function of values that says yes or no.
func test(id string, params []Kind, says func(a []any) bool) Function {
	return Function{ID: id, Params: params, Result: one(Boolean),
		call: func(args []Bag) (Bag, error) { return Bool(says(raw(args))), nil }}
}

// raw gives the Go values of arguments that are single values.
func raw(args []Bag) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a[0].v
	}
	return out
}

// equalValues is the equality of a type (A.3.1).
func equalValues(a, b Value) bool {
	switch x := a.v.(type) {
	case moment:
		return x.at.Equal(b.v.(moment).at)
	case name:
		return x.equal(b.v.(name))
	}
	c, ordered := compare(a.v, b.v)
	if ordered {
		return c == 0
	}
	return a.v == b.v
}
