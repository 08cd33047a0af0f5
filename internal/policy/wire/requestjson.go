package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"stafett/internal/policy"
	"stafett/internal/policy/function"
)

// shortCategories are the JSON profile's own names of categories.
var shortCategories = map[string]string{
	"accesssubject":       "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject",
	"recipientsubject":    "urn:oasis:names:tc:xacml:1.0:subject-category:recipient-subject",
	"intermediarysubject": "urn:oasis:names:tc:xacml:1.0:subject-category:intermediary-subject",
	"codebase":            "urn:oasis:names:tc:xacml:1.0:subject-category:codebase",
	"requestingmachine":   "urn:oasis:names:tc:xacml:1.0:subject-category:requesting-machine",
	"resource":            "urn:oasis:names:tc:xacml:3.0:attribute-category:resource",
	"action":              "urn:oasis:names:tc:xacml:3.0:attribute-category:action",
	"environment":         "urn:oasis:names:tc:xacml:3.0:attribute-category:environment",
}

// list is one thing, or a list of them: the profile lets either stand.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	if string(raw) == "null" {
		return nil
	}
	var single T
	if err := json.Unmarshal(raw, &single); err != nil {
		return err
	}
	*l = list[T]{single}
	return nil
}

type jsonCategory struct {
	CategoryID string `json:"CategoryId"`
	ID         string `json:"Id"`
	Attribute  list[jsonAttribute]
}

type jsonAttribute struct {
	AttributeID     string `json:"AttributeId"`
	Issuer          string
	DataType        string
	IncludeInResult bool
	Value           list[json.RawMessage]
}

type jsonReferences struct {
	RequestReference list[struct {
		ReferenceID list[string] `json:"ReferenceId"`
	}]
}

func (r *Request) readJSON(raw []byte) error {
	var outer struct {
		Request json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&outer); err != nil {
		return located(raw, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value in the file")
	}
	members, err := objectOf(outer.Request)
	if err != nil {
		return fmt.Errorf("the Request: %w", err)
	}
	for _, m := range members {
		if err := r.member(m); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// located says on which line the JSON breaks.
func located(raw []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := raw[:min(int(syntax.Offset), len(raw))]
		return fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
	}
	return err
}

type member struct {
	name  string
	value json.RawMessage
}

// objectOf gives an object's members in their order, which is that of the questions.
func objectOf(raw []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("an object was expected")
	}
	var members []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{}
		m.name, _ = name.(string)
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// member takes one member of the Request. Names are taken without regard to case, as Altinn's
// clients write them both ways; what is not known says nothing about attributes.
func (r *Request) member(m member) error {
	name := strings.ToLower(m.name)
	category, isShort := shortCategories[name]
	switch {
	case isShort || name == "category":
		var groups list[jsonCategory]
		if err := json.Unmarshal(m.value, &groups); err != nil {
			return err
		}
		for _, g := range groups {
			if isShort {
				g.CategoryID = category
			}
			if err := r.category(g); err != nil {
				return err
			}
		}
	case name == "multirequests":
		var refs jsonReferences
		if err := json.Unmarshal(m.value, &refs); err != nil {
			return err
		}
		for _, ref := range refs.RequestReference {
			r.references = append(r.references, ref.ReferenceID)
		}
	case name == "combineddecision":
		return json.Unmarshal(m.value, &r.Combined)
	}
	return nil
}

func (r *Request) category(c jsonCategory) error {
	g := group{id: c.ID, category: c.CategoryID}
	if full, ok := shortCategories[strings.ToLower(g.category)]; ok {
		g.category = full
	}
	for _, a := range c.Attribute {
		attribute := policy.Attribute{ID: a.AttributeID, Issuer: a.Issuer, Include: a.IncludeInResult}
		for _, v := range a.Value {
			text, err := textOf(v)
			if err != nil {
				return fmt.Errorf("%s: %w", a.AttributeID, err)
			}
			attribute.Values = append(attribute.Values,
				policy.Value{DataType: function.Expand(a.DataType), Text: text})
		}
		g.attributes = append(g.attributes, attribute)
	}
	return r.add(g)
}

// textOf gives a value as text; the type of a number or a boolean is left to who reads it.
func textOf(raw json.RawMessage) (string, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", errors.New("a value must be a text, a number or true or false")
}
