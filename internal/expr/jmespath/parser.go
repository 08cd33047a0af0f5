package jmespath

import (
	"errors"
	"fmt"
	"strconv"
)

// maxDepth and maxQuery bound what a query can cost to read.
const (
	maxDepth = 64
	maxQuery = 4096
)

// part is one compiled piece of a query: it takes the current value and gives the next.
type part func(value any) (any, error)

// Query is a compiled query. It may be used by any number of goroutines. Queries are part of an
// app's definition and are trusted not to multiply their data: what a query may take to run is
// not bounded.
type Query struct{ run part }

// Compile reads a JMESPath query of at most 4096 bytes, nested at most 64 deep.
func Compile(query string) (*Query, error) {
	if len(query) > maxQuery {
		return nil, errors.New("query is too long")
	}
	list, err := tokens(query)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: list}
	run, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != endOfQuery {
		return nil, p.unexpected()
	}
	return &Query{run: run}, nil
}

// Search runs the query on JSON data: nil, bool, string, json.Number, []any, map[string]any.
// The result is data of the same kinds.
func (q *Query) Search(data any) (any, error) {
	return q.run(data)
}

// binding tells how tightly a token holds what stands to its left.
var binding = map[kind]int{
	pipe: 1, or: 2, and: 3, compare: 5, flatten: 9, star: 20, filter: 21, dot: 40, not: 45,
	lbrace: 50, lbracket: 55, lparen: 60,
}

// projectionStop is the binding under which a projection ends: of what follows, only tokens
// that bind tighter are done to each element; the others see the whole list.
const projectionStop = 10

type parser struct {
	tokens []token
	at     int
	depth  int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != endOfQuery {
		p.at++
	}
	return t
}

func (p *parser) accept(k kind) bool {
	if p.peek().kind != k {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(k kind) error {
	if !p.accept(k) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) unexpected() error {
	t := p.peek()
	if t.kind == endOfQuery {
		return errors.New("unexpected end of query")
	}
	return fmt.Errorf("unexpected token at position %d", t.at)
}

// expression reads everything that binds tighter than the given binding (Pratt's method).
func (p *parser) expression(tighterThan int) (part, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, fmt.Errorf("query is nested more than %d deep", maxDepth)
	}
	left, err := p.prefix()
	for err == nil && binding[p.peek().kind] > tighterThan {
		left, err = p.infix(left)
	}
	return left, err
}

// prefix reads what can start an expression.
func (p *parser) prefix() (part, error) {
	switch t := p.take(); t.kind {
	case identifier:
		if p.accept(lparen) {
			return p.call(t.text)
		}
		return field(t.text), nil
	case quoted:
		return field(t.text), nil
	case literal:
		return constant(t.value), nil
	case current:
		return itself, nil
	case star:
		return p.project(itself, objectValues, binding[star])
	case flatten:
		return p.project(itself, flattened, binding[flatten])
	case filter:
		return p.filtered(itself)
	case lbracket:
		return p.bracket(itself, true)
	case lbrace:
		return p.hash()
	case not:
		operand, err := p.expression(binding[not])
		return negated(operand), err
	case lparen:
		inner, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return inner, p.expect(rparen)
	case endOfQuery:
	default:
		p.at--
	}
	return nil, p.unexpected()
}

// infix reads what continues an expression that starts with left.
func (p *parser) infix(left part) (part, error) {
	switch t := p.take(); t.kind {
	case dot:
		if p.accept(star) {
			return p.project(left, objectValues, binding[dot])
		}
		right, err := p.afterDot(binding[dot])
		return join(t, left, right), err
	case pipe, or, and, compare:
		right, err := p.expression(binding[t.kind])
		return join(t, left, right), err
	case flatten:
		return p.project(left, flattened, binding[flatten])
	case filter:
		return p.filtered(left)
	case lbracket:
		return p.bracket(left, false)
	}
	p.at--
	return nil, p.unexpected()
}

// afterDot reads what a dot leads to.
func (p *parser) afterDot(tighterThan int) (part, error) {
	switch p.peek().kind {
	case identifier, quoted, star:
		return p.expression(tighterThan)
	case lbracket:
		p.take()
		return p.list()
	case lbrace:
		p.take()
		return p.hash()
	}
	return nil, p.unexpected()
}

// project reads the rest of a projection: what is done to each element that each gives.
func (p *parser) project(left part, each func(any) []any, tighterThan int) (part, error) {
	right, err := p.rest(tighterThan)
	return projection(left, each, right), err
}

// rest reads what follows a projection; itself when nothing does.
func (p *parser) rest(tighterThan int) (part, error) {
	switch k := p.peek().kind; {
	case k == dot:
		p.take()
		return p.afterDot(tighterThan)
	case k == lbracket || k == filter:
		return p.expression(tighterThan)
	case binding[k] < projectionStop:
		return itself, nil
	}
	return nil, p.unexpected()
}

func (p *parser) filtered(left part) (part, error) {
	condition, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect(rbracket); err != nil {
		return nil, err
	}
	right, err := p.rest(binding[filter])
	return projection(left, elements, kept(condition, right)), err
}

// bracket reads what follows "[": an index, a slice, [*], or, where listAllowed, a list of
// expressions.
func (p *parser) bracket(left part, listAllowed bool) (part, error) {
	switch p.peek().kind {
	case number, colon:
		return p.indexOrSlice(left)
	case star:
		if p.tokens[p.at+1].kind == rbracket {
			p.at += 2
			return p.project(left, elements, binding[star])
		}
	}
	if !listAllowed {
		return nil, p.unexpected()
	}
	return p.list()
}

func (p *parser) indexOrSlice(left part) (part, error) {
	var bounds [3]*int
	place := 0
	for !p.accept(rbracket) {
		switch t := p.take(); {
		case t.kind == colon && place < 2:
			place++
		case t.kind == number && bounds[place] == nil:
			n, err := strconv.Atoi(t.text)
			if err != nil {
				return nil, fmt.Errorf("reading index %s: %w", t.text, err)
			}
			bounds[place] = &n
		default:
			return nil, errors.New("malformed index or slice")
		}
	}
	if place == 0 {
		return index(left, *bounds[0]), nil
	}
	if bounds[2] != nil && *bounds[2] == 0 {
		return nil, errors.New("a slice's step cannot be 0")
	}
	return p.project(left, slicer(bounds), binding[star])
}

func (p *parser) list() (part, error) {
	parts, err := p.separated(rbracket, func() (part, error) { return p.expression(0) })
	return multiList(parts), err
}

func (p *parser) hash() (part, error) {
	var keys []string
	parts, err := p.separated(rbrace, func() (part, error) {
		key := p.take()
		if key.kind != identifier && key.kind != quoted {
			return nil, errors.New("a key must be an identifier")
		}
		keys = append(keys, key.text)
		if err := p.expect(colon); err != nil {
			return nil, err
		}
		return p.expression(0)
	})
	return multiHash(keys, parts), err
}

// separated reads one or more items with commas between, up to the closing token.
func (p *parser) separated(closing kind, item func() (part, error)) ([]part, error) {
	var parts []part
	for {
		one, err := item()
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		if p.accept(closing) {
			return parts, nil
		}
		if err := p.expect(comma); err != nil {
			return nil, err
		}
	}
}

func (p *parser) call(name string) (part, error) {
	f, known := functions[name]
	if !known {
		return nil, fmt.Errorf("unknown function %q", name)
	}
	var args []part
	if !p.accept(rparen) {
		var err error
		if args, err = p.separated(rparen, p.argument); err != nil {
			return nil, err
		}
	}
	if len(args) < f.min || f.max >= 0 && len(args) > f.max {
		return nil, fmt.Errorf("wrong number of arguments to %s", name)
	}
	return call(name, f, args), nil
}

// argument reads one argument of a function: an expression, or &expression.
func (p *parser) argument() (part, error) {
	if !p.accept(expref) {
		return p.expression(0)
	}
	inner, err := p.expression(0)
	return constant(inner), err
}
