package expr

import (
	"encoding/json"
	"errors"
	"strconv"

	"stafett/internal/expr/decimal"
)

// numberFunctions calculate exactly; null counts as 0.
var numberFunctions = map[string]*function{
	"plus":     {params: nums, min: 1, max: unlimited, run: calculation(decimal.Add)},
	"minus":    {params: nums, min: 2, max: 2, run: calculation(decimal.Sub)},
	"multiply": {params: nums, min: 1, max: unlimited, run: calculation(decimal.Mul)},
	"divide":   {params: nums, min: 2, max: 2, run: calculation(decimal.Div)},
	"round":    {params: nums, min: 1, max: 2, run: round},
	"sum":      {params: anything, min: 1, max: 1, run: sum},
	"average":  {params: []Kind{Any, Number}, min: 2, max: 2, run: average},
	"count":    {params: anything, min: 1, max: 1, run: count},
}

// numeral gives the text of a number, "0" for null.
func numeral(v Value) string {
	if n, ok := v.(json.Number); ok {
		return string(n)
	}
	return "0"
}

func calculation(step func(a, b string) (string, error)) func(Context, []Value) (Value, error) {
	return func(_ Context, args []Value) (Value, error) {
		result := numeral(args[0])
		for _, v := range args[1:] {
			var err error
			result, err = step(result, numeral(v))
			if errors.Is(err, decimal.ErrDivideByZero) {
				return nil, errorf("The second argument is 0, cannot divide by 0")
			}
			if err != nil {
				return nil, err
			}
		}
		return json.Number(result), nil
	}
}

// round gives a text with as many decimals as asked for, as JavaScript's toFixed.
func round(_ Context, args []Value) (Value, error) {
	decimals := 0
	if len(args) == 2 {
		decimals = decimal.Int(numeral(args[1]))
	}
	if decimals < 0 || decimals > 100 {
		return nil, errorf("Number of decimals must be between 0 and 100, got %d", decimals)
	}
	return decimal.Fixed(numeral(args[0]), decimals), nil
}

// listIn gives the list that v is; anything else, null too, is an error.
func listIn(v Value) ([]any, error) {
	list, ok := unwrapped(v).([]any)
	if !ok {
		return nil, wrongArgument("list", v)
	}
	return list, nil
}

// numbersIn gives the numbers of a list, without its nulls.
func numbersIn(v Value) ([]Value, error) {
	list, err := listIn(v)
	if err != nil {
		return nil, err
	}
	numbers := make([]Value, 0, len(list))
	for _, item := range list {
		value, err := fromOutside(item)
		if err != nil {
			return nil, err
		}
		n, err := cast(unwrapped(value), Number)
		if err != nil {
			return nil, err
		}
		if n != nil {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

func sum(_ Context, args []Value) (Value, error) {
	numbers, err := numbersIn(args[0])
	if err != nil {
		return nil, err
	}
	return total(numbers)
}

func total(numbers []Value) (Value, error) {
	result := "0"
	for _, n := range numbers {
		var err error
		if result, err = decimal.Add(result, numeral(n)); err != nil {
			return nil, err
		}
	}
	return json.Number(result), nil
}

// average gives the mean of the numbers that are there, or the second argument when none is.
func average(_ Context, args []Value) (Value, error) {
	numbers, err := numbersIn(args[0])
	if err != nil || len(numbers) == 0 {
		return args[1], err
	}
	sum, err := total(numbers)
	if err != nil {
		return nil, err
	}
	mean, err := decimal.Div(numeral(sum), strconv.Itoa(len(numbers)))
	return json.Number(mean), err
}

func count(_ Context, args []Value) (Value, error) {
	list, err := listIn(args[0])
	return json.Number(strconv.Itoa(len(list))), err
}
