package policy

import (
	"time"

	"stafett/internal/policy/function"
)

// evaluation is one request on its way through a policy. Its methods are plain calls on plain
// types, so that a decision stays off the heap.
type evaluation struct {
	// The request, unless there is a document.
	request  Request
	document *Document
	// because is the rule that decided.
	because *rule
	// problem is the first thing that could not be evaluated.
	problem problem
	// steps counts what has been computed.
	steps int
	// collect asks for obligations.
	collect bool
	issued  []issued
}

type problem struct{ status, text string }

// issued is an obligation or advice that holds if the decision ends with the effect.
type issued struct {
	Obligation
	on     Effect
	advice bool
}

// fail notes the first problem; only an Indeterminate tells it.
func (e *evaluation) fail(status, text string) {
	if e.problem.status == "" {
		e.problem = problem{status, text}
	}
}

// verdict is an effect, with Indeterminate told apart by what it might have been (7.10).
type verdict uint8

const (
	notApplicable verdict = iota
	permit
	deny
	maybePermit
	maybeDeny
	maybeBoth
)

func (v verdict) effect() Effect {
	switch v {
	case notApplicable:
		return NotApplicable
	case permit:
		return Permit
	case deny:
		return Deny
	}
	return Indeterminate
}

// doubted is what a verdict becomes when it could not be told whether the policy applies at all
// (table 7).
func (v verdict) doubted() verdict {
	switch v {
	case permit:
		return maybePermit
	case deny:
		return maybeDeny
	}
	return v
}

func (e *evaluation) policy(p *Policy) verdict {
	fits := p.target.fits(e)
	if fits == no {
		return notApplicable
	}
	mark := len(e.issued)
	v := e.combine(p)
	if fits == unknown {
		v = v.doubted()
	}
	return e.settle(v, p.duties, mark)
}

func (e *evaluation) rule(r *rule) verdict {
	v, maybe := permit, maybePermit
	if r.deny {
		v, maybe = deny, maybeDeny
	}
	switch r.target.fits(e) {
	case no:
		return notApplicable
	case unknown:
		return maybe
	}
	if r.condition != nil {
		out, ok := e.compute(r.condition)
		switch {
		case !ok:
			return maybe
		case !function.True(out):
			return notApplicable
		}
	}
	if v = e.settle(v, r.duties, len(e.issued)); v == permit || v == deny {
		e.because = r
	}
	return v
}

// settle keeps, of the obligations issued since the mark, those of the verdict, and adds its own.
// Duties that cannot be computed make the verdict Indeterminate.
func (e *evaluation) settle(v verdict, duties []duty, mark int) verdict {
	if !e.collect {
		return v
	}
	kept := e.issued[:mark]
	for _, i := range e.issued[mark:] {
		if i.on == v.effect() {
			kept = append(kept, i)
		}
	}
	e.issued = kept
	for i := range duties {
		if duties[i].on != v.effect() {
			continue
		}
		o, ok := e.obligation(&duties[i])
		if !ok {
			e.issued = e.issued[:mark]
			return v.doubted()
		}
		e.issued = append(e.issued, issued{Obligation: o, on: v.effect(), advice: duties[i].advice})
	}
	return v
}

// bag gives the values of an attribute; ok is false when it must be there and is not, or when a
// value is not of its type.
func (e *evaluation) bag(d *designator) (function.Bag, bool) {
	bag, err := e.look(d)
	if err != nil {
		e.fail(StatusSyntaxError, d.attribute+": "+err.Error())
		return nil, false
	}
	if len(bag) == 0 && d.must {
		e.fail(StatusMissingAttribute, d.attribute)
		return nil, false
	}
	return bag, true
}

func (e *evaluation) look(d *designator) (function.Bag, error) {
	if e.document != nil {
		return e.document.look(d)
	}
	values := e.request.values(d.category, d.attribute)
	if d.category == action && d.attribute == attrAction && e.request.Action != "" {
		values = []string{e.request.Action}
	}
	bag := make(function.Bag, 0, len(values))
	for _, text := range values {
		v, err := function.Parse(d.kind, text)
		if err != nil {
			return nil, err
		}
		bag = append(bag, v)
	}
	return bag, nil
}

func (doc *Document) look(d *designator) (function.Bag, error) {
	var bag function.Bag
	for i := range doc.Attributes {
		a := &doc.Attributes[i]
		if a.Category != d.categoryID || a.ID != d.attribute ||
			d.issuer != "" && a.Issuer != d.issuer {
			continue
		}
		for _, v := range a.Values {
			if !d.takes(v.DataType) {
				continue
			}
			read, err := function.Parse(d.kind, v.Text)
			if err != nil {
				return nil, err
			}
			bag = append(bag, read)
		}
	}
	if len(bag) == 0 && d.issuer == "" {
		return doc.clock(d)
	}
	return bag, nil
}

// takes tells whether a value of a declared type counts.
func (d *designator) takes(dataType string) bool {
	if dataType == "" || d.loose {
		return true
	}
	t, ok := function.TypeOf(dataType)
	return ok && t == d.kind
}

const environment = "urn:oasis:names:tc:xacml:3.0:attribute-category:environment"

// clock gives the times that whoever decides has to know (10.2.5).
func (doc *Document) clock(d *designator) (function.Bag, error) {
	clocks := map[string]function.Type{
		"urn:oasis:names:tc:xacml:1.0:environment:current-time":     function.Time,
		"urn:oasis:names:tc:xacml:1.0:environment:current-date":     function.Date,
		"urn:oasis:names:tc:xacml:1.0:environment:current-dateTime": function.DateTime,
	}
	t, ok := clocks[d.attribute]
	if !ok || t != d.kind || d.categoryID != environment || doc.Now.Equal(time.Time{}) {
		return nil, nil
	}
	v, err := function.Moment(t, doc.Now)
	return function.Bag{v}, err
}
