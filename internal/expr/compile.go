package expr

import "strconv"

// function is one function of the language.
type function struct {
	// params are the kinds of the parameters; the last one stands for all that follow.
	params []Kind
	// min and max bound the number of arguments; max unlimited is no bound.
	min, max int
	// check, when set, tests what run cannot: that arguments which must be literals are.
	check func(args []*node) error
	// counts tells that check tests the number of arguments too, in words of its own.
	counts bool
	// reads, when set, tells what a call reads, where that is written in literals.
	reads func(args []*node) (Reference, bool)
	// run gets as many arguments as check and the bounds allow, each cast to its kind. It must
	// not keep the slice.
	run func(c Context, args []Value) (Value, error)
}

const unlimited = -1

// compile makes nodes of decoded JSON.
func compile(tree any, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errorf("more than %d calls within each other", maxDepth)
	}
	switch x := tree.(type) {
	case []any:
		return compileCall(x, depth)
	case map[string]any:
		return nil, errorf(`Invalid type "object"`)
	}
	value, err := fromOutside(tree)
	return &node{value: value}, err
}

func compileCall(list []any, depth int) (*node, error) {
	if len(list) == 0 {
		return nil, errorf("Missing function name in expression")
	}
	name, ok := list[0].(string)
	if !ok {
		return nil, errorf("Function name in expression should be string")
	}
	fn, ok := functions[name]
	if !ok {
		return nil, errorf("Function %q not implemented", name)
	}
	n := &node{fn: fn, name: name, args: make([]*node, 0, len(list)-1)}
	for i, item := range list[1:] {
		arg, err := compile(item, depth+1)
		if err != nil {
			return nil, err
		}
		arg.kind = fn.kind(i)
		if arg.fn == nil {
			// A literal is cast once. One that cannot be is left for evaluation to complain
			// of: the app then loses a property, not the whole page.
			if v, err := cast(arg.value, arg.kind); err == nil {
				arg.value, arg.done = v, true
			}
		}
		n.args = append(n.args, arg)
	}
	return n, fn.accepts(name, n.args)
}

// kind gives the kind of parameter i.
func (f *function) kind(i int) Kind {
	if len(f.params) == 0 {
		return Any
	}
	return f.params[min(i, len(f.params)-1)]
}

// Wants gives the kind that a function casts an argument to, the first being 0; Any for a function
// that is none.
func Wants(name string, i int) Kind {
	fn, ok := functions[name]
	if !ok {
		return Any
	}
	return fn.kind(i)
}

// accepts checks a call's arguments as far as can be done before evaluation.
func (f *function) accepts(name string, args []*node) error {
	if !f.counts && (len(args) < f.min || f.max != unlimited && len(args) > f.max) {
		return errorf("Expected %s argument(s), got %d in %q", f.bounds(), len(args), name)
	}
	if f.check != nil {
		return f.check(args)
	}
	return nil
}

func (f *function) bounds() string {
	switch f.max {
	case f.min:
		return strconv.Itoa(f.min)
	case unlimited:
		return strconv.Itoa(f.min) + "+"
	}
	return strconv.Itoa(f.min) + "-" + strconv.Itoa(f.max)
}

// word gives a literal text.
func (n *node) word() (string, bool) {
	s, ok := n.value.(string)
	return s, ok && n.fn == nil
}
