package app

import (
	"iter"

	"stafett/internal/expr"
)

// Properties are a component's own JSON properties, as a ComponentType reads them. A property
// that is not there gives the zero value; one of the wrong kind becomes a finding with its line.
type Properties struct {
	r  *reader
	d  *Definition
	v  *value
	id string
}

func (p Properties) what(name string) string { return p.id + ": " + name }

// Has tells whether the property is there.
func (p Properties) Has(name string) bool { return p.v.get(name) != nil }

// Text reads a text.
func (p Properties) Text(name string) string { return p.r.text(p.v.get(name), p.what(name)) }

// Flag reads true or false; dflt where the property is not there.
func (p Properties) Flag(name string, dflt bool) bool {
	if v := p.v.get(name); v != nil {
		return p.r.flag(v, p.what(name))
	}
	return dflt
}

// Number reads a whole number; dflt where the property is not there.
func (p Properties) Number(name string, dflt int) int {
	return p.r.number(p.v.get(name), p.what(name), dflt)
}

// Texts reads a list of texts.
func (p Properties) Texts(name string) []string { return p.r.strings(p.v.get(name), p.what(name)) }

// Expr reads an expression or a literal; nil where the property is not there.
func (p Properties) Expr(name string) *expr.Expr {
	return p.r.expression(p.v.get(name), p.what(name))
}

// Object reads an object; its properties are all absent where it is not there.
func (p Properties) Object(name string) Properties {
	p.v = p.r.object(p.v.get(name), p.what(name))
	return p
}

// Members gives the object's own properties whose values are objects, in file order.
func (p Properties) Members() iter.Seq2[string, Properties] {
	return func(yield func(string, Properties) bool) {
		for key, item := range p.v.members {
			if item.kind == kindObject && !yield(key, Properties{p.r, p.d, item, p.id}) {
				return
			}
		}
	}
}

// Options reads a list of options that is written out in the layout.
func (p Properties) Options(name string) []Option {
	v := p.v.get(name)
	if v == nil || !p.r.is(v, kindArray, p.what(name)) {
		return nil
	}
	return p.r.options(p.d, v)
}

// Errorf tells of something wrong with the property, or with the component where the property
// is not there.
func (p Properties) Errorf(name, format string, args ...any) {
	p.r.errorAt(p.at(name), "%s: "+format, append([]any{p.id}, args...)...)
}

// Warnf tells of something about the property that does not stop the app.
func (p Properties) Warnf(name, format string, args ...any) {
	p.r.warnAt(p.at(name), "%s: "+format, append([]any{p.id}, args...)...)
}

func (p Properties) at(name string) *value {
	if v := p.v.get(name); v != nil {
		return v
	}
	return p.v
}
