package app

import "encoding/json"

// TypeAddress is the canonical name of an address.
const TypeAddress = "Address"

func init() {
	Register(TypeAddress, ComponentType{
		Aliases: []string{"AddressComponent"}, Needs: []string{"address", "zipCode", "postPlace"},
		Props: addressProps,
	})
}

// AddressProps are those of Address. Its questions are its children, each an Input of its own.
type AddressProps struct {
	// Simplified leaves out care-of and house number.
	Simplified bool
	// Zip and Place are the children for postcode and postal place.
	Zip, Place *Component
}

func addressProps(p Properties) any {
	return &AddressProps{Simplified: p.Flag("simplified", true)}
}

// postcodeDigits is how long a Norwegian postcode is.
const postcodeDigits = 4

// addressParts are an address' questions in the order they are asked. An app may name them by
// its own text binding; autocomplete is the HTML token.
var addressParts = []struct {
	binding, title, own, autocomplete string
	must, full                        bool
}{
	{"address", "addressTitle", "field.address", "address-line1", true, false},
	{"careOf", "careOfTitle", "field.care_of", "", false, true},
	{"zipCode", "zipCodeTitle", "field.postcode", "postal-code", true, false},
	{"postPlace", "postPlaceTitle", "field.postal_place", "address-level2", true, false},
	{"houseNumber", "houseNumberTitle", "field.house_number", "", false, true},
}

// addressChildren makes the questions of an address, as if they were written in the layout.
func (r *reader) addressChildren(d *Definition, c *Component, v *value) (made []*Component, at []*value) {
	props, ok := c.Props.(*AddressProps)
	if !ok {
		return nil, nil
	}
	for _, part := range addressParts {
		binding := v.get("dataModelBindings").get(part.binding)
		if binding == nil || part.full && props.Simplified {
			continue
		}
		one := part.binding
		item := madeObject(v, map[string]*value{
			"id": madeText(v, c.ID+"-"+one), "type": madeText(v, TypeInput),
			"dataModelBindings": madeObject(binding, map[string]*value{BindingSimple: binding}),
			"grid":              partGrid(v, one),
		})
		if title := v.get("textResourceBindings").get(part.title); title != nil {
			item.add("textResourceBindings", madeObject(title, map[string]*value{"title": title}))
		}
		if part.autocomplete != "" {
			item.add("autocomplete", madeText(v, part.autocomplete))
		}
		if required := v.get("required"); required != nil && part.must {
			item.add("required", required)
		}
		child := r.component(d, item)
		child.own = part.own
		r.tieAddress(props, child, one)
		c.childRefs = append(c.childRefs, item.get("id"))
		made, at = append(made, child), append(at, item)
	}
	return made, at
}

func (r *reader) tieAddress(props *AddressProps, child *Component, binding string) {
	switch binding {
	case "zipCode":
		props.Zip = child
		child.Props.(*InputProps).Digits = postcodeDigits
	case "postPlace":
		props.Place = child
	}
}

// partGrid puts postcode and postal place beside each other.
func partGrid(at *value, binding string) *value {
	widths := map[string]string{"zipCode": "4", "postPlace": "8"}
	if widths[binding] == "" {
		return madeObject(at, nil)
	}
	n := &value{file: at.file, line: at.line, kind: kindNumber, text: widths[binding]}
	return madeObject(at, map[string]*value{"md": n})
}

// madeText and madeObject are values that no file has; findings about them tell where at stands.
func madeText(at *value, s string) *value {
	// A text can always be written as JSON.
	raw, _ := json.Marshal(s)
	return &value{file: at.file, line: at.line, kind: kindText, text: s, raw: raw}
}

func madeObject(at *value, members map[string]*value) *value {
	v := &value{file: at.file, line: at.line, kind: kindObject, index: map[string]int{}}
	for key, item := range members {
		v.add(key, item)
	}
	return v
}

func (v *value) add(key string, item *value) {
	v.index[key] = len(v.keys)
	v.keys, v.items = append(v.keys, key), append(v.items, item)
}
