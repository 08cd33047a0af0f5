package policy

import (
	"strings"

	"stafett/internal/policy/function"
)

// designator names an attribute of the request.
type designator struct {
	category           category
	categoryID, issuer string
	attribute          string
	kind               function.Type
	// must makes a missing attribute Indeterminate instead of no match.
	must bool
	// loose takes text of any declared type, as Altinn's comparisons of strings do.
	loose bool
}

// match compares one literal of the policy with the values that a request has for an attribute.
type match struct {
	designator
	function *function.Function
	literal  function.Value
	// plain is a comparison of text, which fold makes blind to case and any to what it says.
	plain, fold, any bool
}

// value is the literal as the policy writes it.
func (m *match) value() string { return m.literal.Text() }

// alternative is one AllOf, or the part of one that is of one category: every match must fit.
type alternative []match

// group is one AnyOf, or in Altinn's reading every AnyOf seen by one category: one alternative
// must fit.
type group struct {
	// of is the category, as Altinn reads it.
	of           category
	categoryID   string
	alternatives []alternative
}

// target is the groups that must all fit. A category without a group fits everything.
type target []group

// of gives a category's alternatives.
func (t target) of(c category) []alternative {
	for i := range t {
		if t[i].of == c {
			return t[i].alternatives
		}
	}
	return nil
}

// without gives the target open to everything of a category.
func (t target) without(c category) target {
	var out target
	for _, g := range t {
		if g.of != c {
			out = append(out, g)
		}
	}
	return out
}

// fit is whether something fits a request; unknown when an attribute that must be there is not.
type fit int

const (
	no fit = iota
	unknown
	yes
)

// fits is yes when every group fits, no when one does not, and else unknown.
func (t target) fits(e *evaluation) fit {
	result := yes
	for i := range t {
		best := no
		for _, a := range t[i].alternatives {
			if best = max(best, a.fits(e)); best == yes {
				break
			}
		}
		if result = min(result, best); result == no {
			return no
		}
	}
	return result
}

func (a alternative) fits(e *evaluation) fit {
	result := yes
	for i := range a {
		if result = min(result, a[i].fits(e)); result == no {
			return no
		}
	}
	return result
}

func (m *match) fits(e *evaluation) fit {
	if e.document != nil || !m.plain {
		return m.computed(e)
	}
	if m.category == action {
		// The action is one value, not a bag: no slice is made for it.
		if m.attribute == attrAction && e.request.Action != "" {
			return fitOf(m.equal(e.request.Action))
		}
		return m.missing(e)
	}
	values := e.request.values(m.category, m.attribute)
	if len(values) == 0 {
		return m.missing(e)
	}
	for _, v := range values {
		if m.equal(v) {
			return yes
		}
	}
	return no
}

// computed is fits by the match's function: yes where any value fits, unknown where none does
// and one could not be compared.
func (m *match) computed(e *evaluation) fit {
	bag, ok := e.bag(&m.designator)
	if !ok {
		return unknown
	}
	result := no
	for _, v := range bag {
		fits, err := m.function.Matches(m.literal, v)
		switch {
		case fits:
			return yes
		case err != nil:
			e.fail(StatusProcessingError, err.Error())
			result = unknown
		}
	}
	return result
}

// found gives the first value of the request that fits.
func (m *match) found(e *evaluation) string {
	for _, v := range e.request.values(m.category, m.attribute) {
		if m.plain && m.equal(v) {
			return v
		}
		if m.plain {
			continue
		}
		if read, err := function.Parse(m.kind, v); err == nil {
			if fits, err := m.function.Matches(m.literal, read); fits && err == nil {
				return v
			}
		}
	}
	return ""
}

func (m *match) equal(v string) bool {
	if m.fold {
		return strings.EqualFold(v, m.literal.Text())
	}
	return m.any || v == m.literal.Text()
}

func (m *match) missing(e *evaluation) fit {
	if m.must {
		e.fail(StatusMissingAttribute, m.attribute)
		return unknown
	}
	return no
}

func fitOf(ok bool) fit {
	if ok {
		return yes
	}
	return no
}
