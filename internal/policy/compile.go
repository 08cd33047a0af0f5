package policy

import "stafett/internal/policy/tree"

// Error is why a policy was not taken.
type Error = tree.Error

// Mode is how a policy is read.
type Mode int

const (
	// App is for the policy of an app: Altinn's reading, and nothing that no app's policy needs and
	// that a change of it could hide behind: no conditions, no sets, no obligation that is not
	// understood, no way of combining that lets in whoever is not denied.
	App Mode = iota
	// Altinn takes everything, with Altinn's reading of a rule's target.
	Altinn
	// Standard takes everything, as XACML 3.0 says.
	Standard
)

// Parse reads an app's policy. Every error is an *Error; a policy that is refused must count as
// one that lets nobody in.
func Parse(raw []byte) (*Policy, error) { return ParseAs(raw, App) }

// ParseAs reads a policy or, but for an app, a set of policies.
func ParseAs(raw []byte, mode Mode) (*Policy, error) {
	root, err := tree.Read(raw)
	if err != nil {
		return nil, err
	}
	c := compiler{mode: mode}
	compile := c.policy
	switch {
	case root.Name == "PolicySet" && mode != App:
		compile = c.set
	case root.Name != "Policy":
		return nil, root.Errorf("%s is not supported: the root must be a Policy", root.Name)
	}
	p, err := compile(root)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// compiler makes a policy of its elements.
type compiler struct {
	mode Mode
	// definitions are the VariableDefinitions of the policy, expressions what they became.
	definitions map[string]*tree.Element
	expressions map[string]*expression
}

func (c *compiler) set(root *tree.Element) (*Policy, error) {
	p := &Policy{id: root.Attrs["PolicySetId"]}
	id, known := root.Attrs["PolicyCombiningAlgId"], false
	if p.combining, known = algorithmOf(id, "policy"); !known {
		return nil, root.Errorf("the policy combining algorithm %q is not supported", id)
	}
	return p, c.children(root, p, c.member)
}

// member compiles a set's own children.
func (c *compiler) member(p *Policy, e *tree.Element) (err error) {
	var child *Policy
	switch e.Name {
	case "PolicySetDefaults":
		return nil
	case "PolicySet":
		child, err = c.set(e)
	case "Policy":
		child, err = (&compiler{mode: c.mode}).policy(e)
	default:
		return e.Errorf("%s is not supported", e.Name)
	}
	p.members = append(p.members, child)
	return err
}

func (c *compiler) policy(root *tree.Element) (*Policy, error) {
	p := &Policy{id: root.Attrs["PolicyId"]}
	id, known := root.Attrs["RuleCombiningAlgId"], false
	p.combining, known = algorithmOf(id, "rule")
	if !known || c.mode == App && p.combining == permitUnlessDeny {
		return nil, root.Errorf("the rule combining algorithm %q is not supported", id)
	}
	c.definitions, c.expressions = map[string]*tree.Element{}, map[string]*expression{}
	for _, e := range root.Children {
		if e.Name != "VariableDefinition" || c.mode == App {
			continue
		}
		name := e.Attrs["VariableId"]
		if _, twice := c.definitions[name]; twice || name == "" || len(e.Children) != 1 {
			return nil, e.Errorf("the variable %q is not defined once, by one expression", name)
		}
		c.definitions[name] = e
	}
	if err := c.children(root, p, c.ruleOrVariable); err != nil {
		return nil, err
	}
	return p, c.checkDataFields(p, root)
}

func (c *compiler) ruleOrVariable(p *Policy, e *tree.Element) error {
	switch {
	case e.Name == "Rule":
		r, err := c.rule(e)
		p.rules = append(p.rules, r)
		return err
	case e.Name == "VariableDefinition" && c.mode != App:
		_, err := c.variable(e.Attrs["VariableId"], e)
		return err
	case e.Name == "PolicyDefaults":
		return nil
	}
	return e.Errorf("%s is not supported", e.Name)
}

// children compiles what policies and sets have in common, and the rest with own. Descriptions
// say nothing to a machine; anything unknown might change the decision.
func (c *compiler) children(
	root *tree.Element, p *Policy, own func(*Policy, *tree.Element) error,
) error {
	targets := 0
	for _, e := range root.Children {
		var err error
		switch e.Name {
		case "Description":
		case "Target":
			if targets++; targets > 1 {
				return root.Errorf("the policy has more than one Target")
			}
			p.target, err = c.target(e, false)
		case "ObligationExpressions":
			if c.mode == App {
				err = p.levels(e)
				break
			}
			err = c.duties(e, &p.duties)
		case "AdviceExpressions":
			err = c.advice(e, &p.duties)
		default:
			err = own(p, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) rule(e *tree.Element) (rule, error) {
	r := rule{id: e.Attrs["RuleId"], line: e.Line}
	if r.id == "" {
		return r, e.Errorf("the rule has no RuleId")
	}
	switch effect := e.Attrs["Effect"]; effect {
	case "Permit":
	case "Deny":
		r.deny = true
	default:
		return r, e.Errorf("rule %s has the effect %q", r.id, effect)
	}
	seen := map[string]bool{}
	for _, child := range e.Children {
		if seen[child.Name] {
			return r, child.Errorf("rule %s has more than one %s", r.id, child.Name)
		}
		seen[child.Name] = true
		if err := c.part(&r, child); err != nil {
			return r, err
		}
	}
	return r, nil
}

// part compiles one child of a rule.
func (c *compiler) part(r *rule, e *tree.Element) (err error) {
	switch {
	case e.Name == "Description":
		r.about = e.Text
	case e.Name == "Target":
		r.target, err = c.target(e, c.mode != Standard)
	case e.Name == "AdviceExpressions":
		err = c.advice(e, &r.duties)
	case e.Name == "Condition" && c.mode != App:
		r.condition, err = c.condition(e)
	case e.Name == "ObligationExpressions" && c.mode != App:
		err = c.duties(e, &r.duties)
	default:
		err = e.Errorf("%s in a rule is not supported", e.Name)
	}
	return err
}

// expect refuses an element of another name and one that is empty: an empty AnyOf or AllOf has
// no agreed meaning.
func expect(e *tree.Element, name string) error {
	if e.Name != name {
		return e.Errorf("found %s where %s was expected", e.Name, name)
	}
	if len(e.Children) == 0 {
		return e.Errorf("%s is empty", name)
	}
	return nil
}
