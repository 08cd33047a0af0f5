package policy

import (
	"errors"

	"stafett/internal/policy/function"
	"stafett/internal/policy/tree"
)

var boolean = function.Kind{Type: function.Boolean}

func (c *compiler) condition(e *tree.Element) (*expression, error) {
	if len(e.Children) != 1 {
		return nil, e.Errorf("a Condition must hold one expression")
	}
	x, err := c.expression(e.Children[0])
	if err == nil && x.kind != boolean {
		err = e.Errorf("a Condition must be a boolean, not a %s", x.kind)
	}
	return x, err
}

func (c *compiler) expression(e *tree.Element) (*expression, error) {
	switch e.Name {
	case "AttributeValue":
		v, err := c.literal(e, function.None)
		return &expression{operation: opLiteral, kind: function.Kind{Type: v.Type},
			literal: function.Bag{v}}, err
	case "AttributeDesignator":
		d, err := c.designator(e, function.None)
		return &expression{operation: opAttribute, designator: d,
			kind: function.Kind{Type: d.kind, Bag: true}}, err
	case "VariableReference":
		return c.variable(e.Attrs["VariableId"], e)
	case "Apply":
		return c.apply(e)
	}
	return nil, e.Errorf("%s is not supported", e.Name)
}

// variable compiles a variable the first time that it is asked for. While it is being compiled
// its place holds nil: one that comes back to itself is refused.
func (c *compiler) variable(name string, e *tree.Element) (*expression, error) {
	if x, begun := c.expressions[name]; begun {
		if x == nil {
			return nil, e.Errorf("the variable %q is defined by itself", name)
		}
		return x, nil
	}
	definition, ok := c.definitions[name]
	if !ok {
		return nil, e.Errorf("the variable %q is not defined", name)
	}
	c.expressions[name] = nil
	x, err := c.expression(definition.Children[0])
	if err != nil {
		return nil, err
	}
	c.expressions[name] = x
	return x, nil
}

func (c *compiler) apply(e *tree.Element) (*expression, error) {
	x := &expression{}
	var kinds []function.Kind
	for _, child := range e.Children {
		if child.Name == "Description" {
			continue
		}
		if child.Name == "Function" {
			f, known := function.Lookup(child.Attrs["FunctionId"])
			if !known || x.function != nil || len(x.args) > 0 {
				return nil, child.Errorf("the function %q is not supported here", child.Attrs["FunctionId"])
			}
			x.function = f
			continue
		}
		arg, err := c.expression(child)
		if err != nil {
			return nil, err
		}
		x.args, kinds = append(x.args, arg), append(kinds, arg.kind)
	}
	if err := x.operate(e.Attrs["FunctionId"], kinds); err != nil {
		return nil, e.Errorf("%v", err)
	}
	return x, nil
}

const function1 = "urn:oasis:names:tc:xacml:1.0:function:"

// operate sets what the expression does with its arguments.
func (x *expression) operate(id string, kinds []function.Kind) (err error) {
	junctions := map[string]operation{
		function1 + "and": opAnd, function1 + "or": opOr, function1 + "n-of": opOf,
	}
	if op, ok := junctions[id]; ok && x.function == nil {
		x.operation, x.kind = op, boolean
		return checkJunction(id, op, kinds)
	}
	if over, ok := function.LookupOver(id); ok {
		if x.function == nil {
			return errors.New(id + " needs a Function")
		}
		x.operation, x.over = opOver, over
		x.kind, err = over.Check(x.function, kinds)
		return err
	}
	f, ok := function.Lookup(id)
	if !ok || x.function != nil {
		return errors.New("the function \"" + id + "\" is not supported")
	}
	x.operation, x.function, x.kind = opCall, f, f.Result
	return f.Check(kinds)
}

func checkJunction(id string, op operation, kinds []function.Kind) error {
	if op == opOf {
		if len(kinds) == 0 || kinds[0] != (function.Kind{Type: function.Integer}) {
			return errors.New(id + " needs a number first")
		}
		kinds = kinds[1:]
	}
	for _, k := range kinds {
		if k != boolean {
			return errors.New(id + " takes booleans, not a " + k.String())
		}
	}
	return nil
}
