package expr

import (
	"stafett/internal/expr/jmespath"
)

// treeFunctions make and read lists and objects.
var treeFunctions = map[string]*function{
	"list":     {max: unlimited, run: list},
	"object":   {max: unlimited, check: checkObject, run: object},
	"jmespath": {params: anything, min: 2, max: 2, run: search},
}

func list(_ Context, args []Value) (Value, error) {
	out := make([]any, len(args))
	for i, v := range args {
		out[i] = unwrapped(v)
	}
	return out, nil
}

func checkObject(args []*node) error {
	if len(args)%2 != 0 {
		return errorf("Expected an even number of arguments, got %d", len(args))
	}
	return nil
}

// object takes keys and values by turns.
func object(_ Context, args []Value) (Value, error) {
	out := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		key, err := cast(args[i], String)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			return nil, wrongArgument("string", key)
		}
		out[name] = unwrapped(args[i+1])
	}
	return out, nil
}

func search(_ Context, args []Value) (Value, error) {
	text, ok := args[1].(string)
	if !ok {
		return nil, wrongArgument("string", args[1])
	}
	query, err := jmespath.Compile(text)
	if err != nil {
		return nil, errorf("Jmespath error: %v", err)
	}
	found, err := query.Search(unwrapped(args[0]))
	if err != nil {
		return nil, errorf("Jmespath error: %v", err)
	}
	value, err := fromOutside(found)
	return unwrapped(value), err
}
