package policy

import (
	"slices"

	"stafett/internal/policy/function"
	"stafett/internal/policy/tree"
)

var categoryIDs = map[string]category{
	"urn:oasis:names:tc:xacml:1.0:subject-category:access-subject": subject,
	"urn:oasis:names:tc:xacml:3.0:attribute-category:resource":     resource,
	"urn:oasis:names:tc:xacml:3.0:attribute-category:action":       action,
}

// plainMatches are the comparisons of text; true means without regard to case. anyURI-equal
// compares code points (XACML 3.0 A.3.1), so it is string-equal.
var plainMatches = map[string]bool{
	"urn:oasis:names:tc:xacml:1.0:function:string-equal":             false,
	"urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case": true,
	"urn:oasis:names:tc:xacml:1.0:function:anyURI-equal":             false,
}

// target compiles a Target. In Altinn's reading of a rule (FORMAT.md 3.3), every AllOf of every
// AnyOf is projected onto each category: an AllOf counts in a category with its matches of that
// category, and not at all where it has none. That makes several AnyOf of one category
// alternatives, as existing policies rely on.
func (c *compiler) target(e *tree.Element, project bool) (target, error) {
	var t target
	for _, anyOf := range e.Children {
		if err := expect(anyOf, "AnyOf"); err != nil {
			return t, err
		}
		g := group{of: other}
		for _, allOf := range anyOf.Children {
			a, err := c.alternative(allOf)
			if err != nil {
				return t, err
			}
			if project {
				t.project(a)
			} else {
				g.alternatives = append(g.alternatives, a)
			}
		}
		if !project {
			t = append(t, g)
		}
	}
	return t, nil
}

// project adds each part of an AllOf to the group of its category.
func (t *target) project(a alternative) {
	for len(a) > 0 {
		id, of := a[0].categoryID, a[0].category
		var part, rest alternative
		for _, m := range a {
			if m.categoryID == id {
				part = append(part, m)
			} else {
				rest = append(rest, m)
			}
		}
		a = rest
		i := slices.IndexFunc(*t, func(g group) bool { return g.categoryID == id })
		if i < 0 {
			*t, i = append(*t, group{of: of, categoryID: id}), len(*t)
		}
		(*t)[i].alternatives = append((*t)[i].alternatives, part)
	}
}

func (c *compiler) alternative(e *tree.Element) (alternative, error) {
	if err := expect(e, "AllOf"); err != nil {
		return nil, err
	}
	var a alternative
	for _, child := range e.Children {
		m, err := c.match(child)
		if err != nil {
			return nil, err
		}
		a = append(a, m)
	}
	return a, nil
}

func (c *compiler) match(e *tree.Element) (match, error) {
	var m match
	if err := expect(e, "Match"); err != nil {
		return m, err
	}
	id, known := e.Attrs["MatchId"], false
	m.function, known = function.Lookup(id)
	if !known || !m.function.CanMatch() {
		return m, e.Errorf("the MatchId %q is not supported", id)
	}
	m.fold, m.plain = plainMatches[id]
	if len(e.Children) != 2 || e.Children[0].Name != "AttributeValue" ||
		e.Children[1].Name != "AttributeDesignator" {
		return m, e.Errorf("a Match must hold an AttributeValue and an AttributeDesignator")
	}
	literal, err := c.literal(e.Children[0], m.function.Params[0].Type)
	if err != nil {
		return m, err
	}
	m.literal = literal
	if m.designator, err = c.designator(e.Children[1], m.function.Params[1].Type); err != nil {
		return m, err
	}
	m.loose = c.mode != Standard && m.kind == function.String
	if c.mode == App {
		return m, dataFieldMatch(&m, id, e)
	}
	return m, nil
}

// literal reads an AttributeValue of the wanted type; None takes the type that it declares. An
// app's empty one is refused: it would fit whoever carries an attribute without content.
func (c *compiler) literal(e *tree.Element, want function.Type) (function.Value, error) {
	if e.Name != "AttributeValue" || len(e.Children) > 0 || e.Text == "" && c.mode == App {
		return function.Value{}, e.Errorf("an AttributeValue with text was expected")
	}
	t, err := c.declared(e, want)
	if err != nil {
		return function.Value{}, err
	}
	v, err := function.Parse(t, e.Text)
	if err != nil {
		return v, e.Errorf("%v", err)
	}
	return v, nil
}

// declared gives the type that an element is of. By the standard what it declares must be what
// is wanted; Altinn compares by the function alone, whatever is declared.
func (c *compiler) declared(e *tree.Element, want function.Type) (function.Type, error) {
	id := e.Attrs["DataType"]
	t, known := function.TypeOf(id)
	switch {
	case want != function.None && (c.mode != Standard || id == ""):
		return want, nil
	case !known:
		return t, e.Errorf("the DataType %q is not supported", id)
	case want != function.None && t != want:
		return t, e.Errorf("the DataType must be %s", want.URI())
	}
	return t, nil
}

// designator takes what an AttributeDesignator says about which attribute is meant.
func (c *compiler) designator(e *tree.Element, want function.Type) (designator, error) {
	d := designator{categoryID: e.Attrs["Category"], attribute: e.Attrs["AttributeId"],
		issuer: e.Attrs["Issuer"], category: other}
	if of, known := categoryIDs[d.categoryID]; known {
		d.category = of
	} else if c.mode == App || d.categoryID == "" {
		return d, e.Errorf("the category %q is not supported", d.categoryID)
	}
	if d.attribute == "" {
		return d, e.Errorf("the AttributeDesignator has no AttributeId")
	}
	if d.issuer != "" && c.mode == App {
		return d, e.Errorf("an Issuer is not supported")
	}
	switch must := e.Attrs["MustBePresent"]; must {
	case "", "false", "0":
	case "true", "1":
		d.must = true
	default:
		return d, e.Errorf("MustBePresent is %q", must)
	}
	var err error
	d.kind, err = c.declared(e, want)
	return d, err
}
