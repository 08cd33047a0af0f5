package form

import (
	"stafett/internal/app"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// addressGroup is a group of its questions.
func (b *builder) addressGroup(c *app.Component) Node {
	n := b.labelled(c, KindGroup)
	n.Children = b.nodes(c.Children)
	return n
}

// lookedUp tells whether the register gives the answer to a postal place, so that nobody has to.
func (v *view) lookedUp(c *app.Component) bool { return v.registered(c) != "" }

// registered gives what the register says to a postal place; "" for anything else, for a
// postcode that is not in use, and without a register.
func (v *view) registered(c *app.Component) string {
	if v.in.PostalPlace == nil || c.Parent == nil {
		return ""
	}
	p, ok := c.Parent.Props.(*app.AddressProps)
	if !ok || p.Place != c || p.Zip == nil {
		return ""
	}
	return v.in.PostalPlace(asText(v.value(p.Zip)))
}

// placeOf puts the postal place in when the postcode is stored, and takes the one of the postcode
// before out again when the register does not know the new one.
func (b *binder) placeOf(zip *app.Component, before any) {
	if zip.Parent == nil {
		return
	}
	p, ok := zip.Parent.Props.(*app.AddressProps)
	if !ok || p.Zip != zip || p.Place == nil {
		return
	}
	stored := asText(b.value(p.Place))
	switch place := b.registered(p.Place); {
	case place != "":
		b.put(p.Place, place)
	case b.in.PostalPlace != nil && stored != "" && b.in.PostalPlace(asText(before)) == stored:
		b.put(p.Place, nil)
	}
}

// digits checks an answer that must be a certain number of digits: a postcode.
func (c *checker) digits(x *app.Component, value any) bool {
	p, ok := x.Props.(*app.InputProps)
	if !ok || p.Digits == 0 || empty(value) || onlyDigits(asText(value), p.Digits) {
		return false
	}
	c.add(x, schema.CodePattern, text.T(c.lang, "core.error.postcode"))
	return true
}

func onlyDigits(s string, n int) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) == n
}
