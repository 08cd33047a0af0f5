package expr

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"stafett/internal/expr/decimal"
)

// lookupFunctions read the surroundings.
var lookupFunctions = map[string]*function{
	"dataModel": {params: texts, min: 1, max: 2, check: checkDataModel, reads: readsModel,
		run: dataModel},
	"component": {params: texts, min: 1, max: 1, reads: readsComponent, run: component},
	"displayValue": {params: texts, min: 1, max: 1, reads: readsComponent,
		run: displayValue},
	"optionLabel": {params: []Kind{String, Any}, min: 2, max: 2, check: checkOptionLabel,
		run: optionLabel},
	"text":              {params: texts, min: 1, max: 1, run: text},
	"language":          {run: language},
	"instanceContext":   {params: texts, min: 1, max: 1, run: instanceContext},
	"frontendSettings":  {params: texts, min: 1, max: 1, run: frontendSettings},
	"authContext":       {params: texts, min: 1, max: 1, run: authContext},
	"countDataElements": {params: texts, min: 1, max: 1, run: countDataElements},
	"externalApi":       {params: texts, min: 2, max: 2, run: externalAPI},
	"argv":              {params: nums, min: 1, max: 1, run: argument},
	"value":             {params: texts, max: 1, run: value},
	"gatewayAction":     {run: gatewayAction},
	"linkToPage": {params: []Kind{String, String, Boolean}, min: 2, max: 3,
		run: link(Context.LinkToPage)},
	"linkToComponent": {params: []Kind{String, String, Boolean}, min: 2, max: 3,
		run: link(Context.LinkToComponent)},
	"_experimentalSelectAndMap": {params: []Kind{String, String, String, String, Boolean},
		min: 2, max: 5, reads: readsRows, run: selectAndMap},
}

// literalOrNull tells that a call's argument is written out and not computed.
func literalOrNull(n *node) bool {
	_, isText := n.word()
	return isText || n.fn == nil && n.value == nil
}

func checkDataModel(args []*node) error {
	if len(args) == 2 && !literalOrNull(args[1]) {
		return errorf("The data type must be a string (expressions cannot be used here)")
	}
	return nil
}

func checkOptionLabel(args []*node) error {
	if _, ok := args[0].word(); !ok {
		return errorf("The first argument must be a string (expressions cannot be used here)")
	}
	return nil
}

func readsModel(args []*node) (Reference, bool) {
	path, ok := args[0].word()
	r := Reference{DataModel: path}
	if len(args) == 2 {
		r.DataType, _ = args[1].word()
	}
	return r, ok
}

// readsRows is for _experimentalSelectAndMap, whose second argument is a property.
func readsRows(args []*node) (Reference, bool) { return readsModel(args[:1]) }

func readsComponent(args []*node) (Reference, bool) {
	id, ok := args[0].word()
	return Reference{Component: id}, ok
}

func dataModel(c Context, args []Value) (Value, error) {
	path, ok := args[0].(string)
	if !ok {
		return nil, errorf("Cannot lookup dataModel null")
	}
	dataType := ""
	if len(args) == 2 {
		dataType, _ = args[1].(string)
	}
	return outside(c.DataModel(path, dataType))
}

// outside makes a value of a Context's answer.
func outside(v any, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return fromOutside(v)
}

// single is outside for answers that are never lists or objects: those become null.
func single(v any, err error) (Value, error) {
	v, err = outside(v, err)
	if _, ok := v.(dataTree); ok {
		return nil, err
	}
	return v, err
}

// component gives lists whole: the values of a component with several bindings in one.
func component(c Context, args []Value) (Value, error) {
	id, ok := args[0].(string)
	if !ok {
		return nil, errorf("Cannot lookup component null")
	}
	v, err := outside(c.Component(id))
	return unwrapped(v), err
}

func displayValue(c Context, args []Value) (Value, error) {
	id, ok := args[0].(string)
	if !ok {
		return nil, errorf("Cannot lookup component null")
	}
	return single(c.DisplayValue(id))
}

func optionLabel(c Context, args []Value) (Value, error) {
	id, ok := args[0].(string)
	if !ok {
		return nil, errorf("Expected an options id")
	}
	return single(c.OptionLabel(id, unwrapped(args[1])))
}

func text(c Context, args []Value) (Value, error) {
	key, ok := args[0].(string)
	if !ok {
		return nil, nil
	}
	return c.Text(key), nil
}

func language(c Context, _ []Value) (Value, error) {
	if l := c.Language(); l != "" {
		return l, nil
	}
	return "nb", nil
}

var instanceKeys = []string{"instanceId", "appId", "instanceOwnerPartyId",
	"instanceOwnerPartyType", "instanceOwnerName"}

func instanceContext(c Context, args []Value) (Value, error) {
	key, ok := args[0].(string)
	if !ok {
		key = "null"
	}
	if !slices.Contains(instanceKeys, key) {
		return nil, errorf("Unknown Instance context property %s", key)
	}
	return single(c.Instance(key))
}

func frontendSettings(c Context, args []Value) (Value, error) {
	key, ok := args[0].(string)
	if !ok {
		return nil, errorf("Value cannot be null. (Parameter 'key')")
	}
	return single(c.Setting(key), nil)
}

func authContext(c Context, args []Value) (Value, error) {
	action, ok := args[0].(string)
	if !ok {
		return nil, errorf("Cannot lookup auth context property null")
	}
	return c.Auth(action), nil
}

func countDataElements(c Context, args []Value) (Value, error) {
	dataType, ok := args[0].(string)
	if !ok {
		return nil, errorf("Expected a data type, got null")
	}
	n, err := c.CountDataElements(dataType)
	if err != nil {
		return nil, err
	}
	return json.Number(strconv.Itoa(n)), nil
}

func externalAPI(c Context, args []Value) (Value, error) {
	id, ok := args[0].(string)
	path, _ := args[1].(string)
	if !ok || path == "" {
		return nil, nil
	}
	return single(c.ExternalAPI(id, path))
}

func argument(c Context, args []Value) (Value, error) {
	n, ok := args[0].(json.Number)
	if !ok {
		return nil, errorf("Expected number, got value null")
	}
	return outside(c.Arg(decimal.Int(string(n))))
}

func value(c Context, args []Value) (Value, error) {
	key := ""
	if len(args) == 1 {
		key, _ = args[0].(string)
	}
	return outside(c.Value(key))
}

func gatewayAction(c Context, _ []Value) (Value, error) {
	if action := c.GatewayAction(); action != "" {
		return action, nil
	}
	return nil, nil
}

// link makes linkToPage and linkToComponent: text, target, whether to offer a way back.
func link(write func(c Context, text, target string, back bool) (string, error)) func(
	Context, []Value) (Value, error) {
	return func(c Context, args []Value) (Value, error) {
		text, okText := args[0].(string)
		target, okTarget := args[1].(string)
		if !okText || !okTarget {
			return nil, errorf("Expected a text and a target, got null")
		}
		return write(c, text, target, len(args) == 3 && args[2] == true)
	}
}

// selectAndMap joins one property of every row at a path: path, property, text before, text
// after, whether the last one gets the text after too.
func selectAndMap(c Context, args []Value) (Value, error) {
	path, okPath := args[0].(string)
	property, okProperty := args[1].(string)
	if !okPath || !okProperty {
		return nil, errorf("Cannot lookup dataModel null")
	}
	found, err := c.DataModel(path, "")
	if err != nil {
		return nil, err
	}
	rows, _ := found.([]any)
	words := make([]string, 0, len(rows))
	for i, row := range rows {
		fields, _ := row.(map[string]any)
		word, err := selected(fields[property])
		if err != nil {
			return nil, err
		}
		last := i == len(rows)-1 && len(args) == 5 && args[4] == false
		words = append(words, around(word, args, last))
	}
	return strings.Join(words, " "), nil
}

func selected(field any) (string, error) {
	v, err := fromOutside(field)
	if err != nil {
		return "", err
	}
	v, err = cast(v, String)
	s, _ := v.(string)
	return s, err
}

func around(word string, args []Value, withoutEnd bool) string {
	if len(args) > 2 {
		before, _ := args[2].(string)
		word = before + word
	}
	if len(args) > 3 && !withoutEnd {
		after, _ := args[3].(string)
		word += after
	}
	return word
}
