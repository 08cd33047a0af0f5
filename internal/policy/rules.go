package policy

// Rule is what one rule says, for those who tell it to people.
type Rule struct {
	// Number counts from 1 in the policy's order.
	Number    int
	ID, About string
	// Line is where the rule stands in the file.
	Line int
	Deny bool
	// Subjects, Resources and Actions are alternatives of which one must fit; none fits everything.
	Subjects, Resources, Actions []Literals
}

// Literals are what must all fit, in the policy's order.
type Literals []Literal

// Literal is a value that an attribute is compared with.
type Literal struct{ Attribute, Value string }

// Value gives the literal that the attribute is compared with.
func (l Literals) Value(attribute string) (string, bool) {
	for _, one := range l {
		if one.Attribute == attribute {
			return one.Value, true
		}
	}
	return "", false
}

// Levels gives the authentication levels that a Permit is tied to, for people and for
// organisations; 0 is none.
func (p *Policy) Levels() (person, organisation int) { return p.minLevel, p.minLevelOrg }

// Rules gives the policy's rules in its order.
func (p *Policy) Rules() []Rule {
	var out []Rule
	for i := range p.rules {
		r := &p.rules[i]
		out = append(out, Rule{
			Number: i + 1, ID: r.id, About: r.about, Line: r.line, Deny: r.deny,
			Subjects:  literalsOf(r.target.of(subject)),
			Resources: literalsOf(r.target.of(resource)),
			Actions:   literalsOf(r.target.of(action)),
		})
	}
	return out
}

func literalsOf(alternatives []alternative) []Literals {
	var out []Literals
	for _, a := range alternatives {
		var l Literals
		for i := range a {
			l = append(l, Literal{a[i].attribute, a[i].value()})
		}
		out = append(out, l)
	}
	return out
}

// Fitting gives the numbers of the rules of the decision's effect that fit the request: all that
// would have to go for the decision to change. None when the effect is not Permit or Deny.
func (p *Policy) Fitting(r Request) []int {
	effect := Decide(p, r).Effect
	if effect != Permit && effect != Deny {
		return nil
	}
	var numbers []int
	for i := range p.rules {
		e := evaluation{request: r}
		if p.rules[i].deny == (effect == Deny) && p.rules[i].target.fits(&e) == yes {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}
