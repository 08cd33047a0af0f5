package expr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Error is an error of the expression language, in the words that Altinn uses. It is for
// developers and logs; it may quote values, so it is never shown to people.
type Error struct{ message string }

// Error gives the message.
func (e *Error) Error() string { return e.message }

func errorf(format string, args ...any) error {
	return &Error{message: fmt.Sprintf(format, args...)}
}

// UnknownDataType is the error for a data type that the instance does not have.
func UnknownDataType(dataType string) error {
	return errorf("Data model with type %s not found", dataType)
}

// UnknownComponent is the error for a component that is not in reach.
func UnknownComponent(id string) error {
	return errorf("Unable to find component with identifier %s", id)
}

// NoSuchArgument is the error for a positional argument that was not given.
func NoSuchArgument(i int) error { return errorf("Index %d out of range", i) }

// UnknownKey is the error for a key that value() cannot read; valid are those it can.
func UnknownKey(key string, valid []string) error {
	return errorf("Unknown key %s, Valid keys are: %s", key, strings.Join(valid, ", "))
}

// wrongValue is the error for a value that cannot become what is asked for.
func wrongValue(want Kind, v Value) error {
	return errorf("Expected %s, got value %s", want, quoted(v))
}

// wrongArgument is the error for an argument of a type that is not taken at all.
func wrongArgument(want string, v Value) error {
	return errorf("Expected argument to be %s, got %s", want, typeName(v))
}

// quoted writes a value as JSON, for messages.
func quoted(v Value) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(unwrapped(v)); err != nil {
		return fmt.Sprintf("(%T)", v)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func typeName(v Value) string {
	switch unwrapped(v).(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "list"
	}
	return "object"
}
