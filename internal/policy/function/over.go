package function

import (
	"fmt"
	"slices"
	"strings"
)

// Over is a function of a function and of values and bags (A.3.12).
type Over struct {
	name string
}

// LookupOver gives the function of functions with the id.
func LookupOver(id string) (Over, bool) {
	for _, version := range []string{v1, v3} {
		if name, ok := strings.CutPrefix(id, version); ok && slices.Contains(overs, name) {
			return Over{name}, true
		}
	}
	return Over{}, false
}

var overs = []string{
	"any-of", "all-of", "any-of-any", "all-of-any", "any-of-all", "all-of-all", "map",
}

// Check tells what is wrong with the function and the arguments, and gives the result's kind.
func (o Over) Check(f *Function, args []Kind) (Kind, error) {
	values, bags := slices.Clone(args), 0
	for i := range values {
		if values[i].Bag {
			bags++
		}
		values[i].Bag = false
	}
	if err := f.Check(values); err != nil {
		return Kind{}, err
	}
	switch o.name {
	case "any-of", "all-of", "map":
		if bags != 1 {
			return Kind{}, fmt.Errorf("%s takes one bag, not %d", o.name, bags)
		}
	case "any-of-any":
	default:
		if bags != 2 || len(args) != 2 {
			return Kind{}, fmt.Errorf("%s takes two bags", o.name)
		}
	}
	if o.name == "map" {
		return Kind{Type: f.Result.Type, Bag: true}, nil
	}
	if f.Result != one(Boolean) {
		return Kind{}, fmt.Errorf("%s needs a function that says yes or no", o.name)
	}
	return one(Boolean), nil
}

// maxCalls bounds the product of bags.
const maxCalls = 100_000

// Call computes.
func (o Over) Call(f *Function, args []Bag) (Bag, error) {
	calls := 1
	for _, a := range args {
		if calls *= max(1, len(a)); calls > maxCalls {
			return nil, fmt.Errorf("%s: the bags are too large", o.name)
		}
	}
	switch o.name {
	case "map":
		return collect(f, args)
	case "any-of", "any-of-any":
		return some(f, args)
	case "all-of", "all-of-all":
		return every(args, f.Call)
	case "all-of-any":
		return every(args[:1], func(one []Bag) (Bag, error) {
			return some(f, []Bag{one[0], args[1]})
		})
	default: // any-of-all: some value of the first, for every one of the second
		for _, v := range args[0] {
			all, err := every([]Bag{{v}, args[1]}, f.Call)
			if err != nil || True(all) {
				return all, err
			}
		}
		return Bool(false), nil
	}
}

// each calls do with every choice of one value from each argument, until it says stop.
func each(args []Bag, do func(one []Bag) (stop bool, err error)) error {
	chosen := make([]Bag, len(args))
	var from func(i int) (bool, error)
	from = func(i int) (bool, error) {
		if i == len(args) {
			return do(chosen)
		}
		for j := range args[i] {
			chosen[i] = args[i][j : j+1]
			if stop, err := from(i + 1); stop || err != nil {
				return stop, err
			}
		}
		return false, nil
	}
	_, err := from(0)
	return err
}

func some(f *Function, args []Bag) (Bag, error) {
	found := false
	err := each(args, func(one []Bag) (bool, error) {
		out, err := f.Call(one)
		found = True(out)
		return found, err
	})
	return Bool(found), err
}

func every(args []Bag, says func(one []Bag) (Bag, error)) (Bag, error) {
	all := true
	err := each(args, func(one []Bag) (bool, error) {
		out, err := says(one)
		all = err == nil && True(out)
		return !all, err
	})
	return Bool(all), err
}

func collect(f *Function, args []Bag) (Bag, error) {
	out := Bag{}
	err := each(args, func(one []Bag) (bool, error) {
		v, err := f.Call(one)
		out = append(out, v...)
		return false, err
	})
	return out, err
}
