package policy

import (
	"strconv"
	"strings"

	"stafett/internal/policy/function"
	"stafett/internal/policy/tree"
)

// The obligations that an app's policy may set, by the Category of their assignments: the ids of
// obligations and of their attributes are arbitrary in Altinn's files.
const (
	minLevelCategory    = "urn:altinn:minimum-authenticationlevel"
	minLevelOrgCategory = "urn:altinn:minimum-authenticationlevel-org"
)

// levels takes the levels that a Permit is tied to. An obligation that is not understood would
// have to be met by someone, so it is refused (XACML 3.0 section 7.2).
func (p *Policy) levels(e *tree.Element) error {
	for _, o := range e.Children {
		if err := expect(o, "ObligationExpression"); err != nil {
			return err
		}
		switch on := o.Attrs["FulfillOn"]; on {
		case "Permit":
		case "Deny":
			continue
		default:
			return o.Errorf("FulfillOn is %q", on)
		}
		for _, a := range o.Children {
			if err := p.level(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// level takes one assignment; where several set the same level, the highest holds.
func (p *Policy) level(e *tree.Element) error {
	if err := expect(e, "AttributeAssignmentExpression"); err != nil {
		return err
	}
	level := &p.minLevel
	switch c := e.Attrs["Category"]; c {
	case minLevelCategory:
	case minLevelOrgCategory:
		level = &p.minLevelOrg
	default:
		return e.Errorf("the obligation %q is not supported", c)
	}
	v := e.Children[0]
	n, err := strconv.Atoi(strings.TrimSpace(v.Text))
	if err != nil || n < 0 || len(e.Children) != 1 || v.Name != "AttributeValue" {
		return e.Errorf("the authentication level must be one whole number, not %q", v.Text)
	}
	*level = max(*level, n)
	return nil
}

// advice takes advice, but for an app, where nobody would hear it (7.18: it may be left alone).
func (c *compiler) advice(e *tree.Element, into *[]duty) error {
	if c.mode == App {
		return nil
	}
	return c.duties(e, into)
}

// duties takes the children of ObligationExpressions or AdviceExpressions.
func (c *compiler) duties(e *tree.Element, into *[]duty) error {
	name := strings.TrimSuffix(e.Name, "s")
	advice := name == "AdviceExpression"
	idAttr, onAttr := "ObligationId", "FulfillOn"
	if advice {
		idAttr, onAttr = "AdviceId", "AppliesTo"
	}
	for _, child := range e.Children {
		if child.Name != name {
			return child.Errorf("found %s where %s was expected", child.Name, name)
		}
		d := duty{id: child.Attrs[idAttr], advice: advice}
		switch on := child.Attrs[onAttr]; on {
		case "Permit":
			d.on = Permit
		case "Deny":
			d.on = Deny
		default:
			return child.Errorf("%s is %q", onAttr, on)
		}
		for _, a := range child.Children {
			value, err := c.assignment(a)
			if err != nil {
				return err
			}
			d.values = append(d.values, value)
		}
		*into = append(*into, d)
	}
	return nil
}

func (c *compiler) assignment(e *tree.Element) (assigned, error) {
	a := assigned{attribute: e.Attrs["AttributeId"], category: e.Attrs["Category"],
		issuer: e.Attrs["Issuer"]}
	if err := expect(e, "AttributeAssignmentExpression"); err != nil {
		return a, err
	}
	if len(e.Children) != 1 {
		return a, e.Errorf("an assignment must hold one expression")
	}
	var err error
	if a.value, err = c.expression(e.Children[0]); err != nil {
		return a, err
	}
	if a.value.kind == (function.Kind{}) {
		return a, e.Errorf("the assignment has no type")
	}
	return a, nil
}
