// Package wire reads XACML requests and writes responses, in XACML 3.0's XML and in its JSON
// profile (version 1.1). It decides nothing.
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"stafett/internal/policy"
)

// Request is a request as it came: one question or several.
type Request struct {
	// XML tells the form; the answer has the same.
	XML bool
	// Combined asks for one answer to all the questions.
	Combined bool
	// Questions are what is to be decided, in order.
	Questions []*policy.Document

	groups     []group
	references [][]string
}

// group is one Attributes element, or one category object.
type group struct {
	id, category string
	attributes   []policy.Attribute
}

// maxQuestions bounds what one request may ask.
const maxQuestions = 1000

// Read reads a request in either form. Now is what time it is to policies that ask.
func Read(raw []byte, now time.Time) (*Request, error) {
	r := &Request{}
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff")))
	read := r.readJSON
	if r.XML = bytes.HasPrefix(trimmed, []byte("<")); r.XML {
		read = r.readXML
	}
	if err := read(trimmed); err != nil {
		return nil, err
	}
	questions, err := r.questions()
	if err != nil {
		return nil, err
	}
	for _, groups := range questions {
		doc := &policy.Document{Now: now}
		for _, g := range groups {
			doc.Attributes = append(doc.Attributes, g.attributes...)
		}
		r.Questions = append(r.Questions, doc)
	}
	return r, nil
}

// questions gives each question's groups: by reference, or else one for every choice of one
// group per category (Multiple Decision Profile 2.2 and 2.3).
func (r *Request) questions() ([][]group, error) {
	if len(r.references) > 0 {
		return r.referred()
	}
	questions := [][]group{nil}
	for _, alternatives := range r.byCategory() {
		if len(questions)*len(alternatives) > maxQuestions {
			return nil, fmt.Errorf("the request asks more than %d questions", maxQuestions)
		}
		var next [][]group
		for _, q := range questions {
			for _, g := range alternatives {
				next = append(next, append(slices.Clone(q), g))
			}
		}
		questions = next
	}
	return questions, nil
}

func (r *Request) byCategory() [][]group {
	var out [][]group
	for _, g := range r.groups {
		same := func(gs []group) bool { return gs[0].category == g.category }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = append(out[i], g)
		} else {
			out = append(out, []group{g})
		}
	}
	return out
}

func (r *Request) referred() ([][]group, error) {
	if len(r.references) > maxQuestions {
		return nil, fmt.Errorf("the request asks more than %d questions", maxQuestions)
	}
	var questions [][]group
	for _, ids := range r.references {
		var q []group
		for _, id := range ids {
			i := slices.IndexFunc(r.groups, func(g group) bool { return g.id == id })
			if i < 0 || id == "" {
				return nil, fmt.Errorf("the reference %q is to nothing in the request", id)
			}
			q = append(q, r.groups[i])
		}
		questions = append(questions, q)
	}
	return questions, nil
}

// add takes one group; its attributes learn their category.
func (r *Request) add(g group) error {
	if g.category == "" {
		return errors.New("a group of attributes has no category")
	}
	for i := range g.attributes {
		if g.attributes[i].ID == "" {
			return fmt.Errorf("an attribute of %s has no AttributeId", g.category)
		}
		g.attributes[i].Category = g.category
	}
	r.groups = append(r.groups, g)
	return nil
}
