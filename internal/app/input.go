package app

import "strings"

// InputProps are those of Input and TextArea.
type InputProps struct {
	Formatting Formatting
	// MaxLength is the counter's limit: soft, 0 is none.
	MaxLength int
	// Autocomplete is an HTML autocomplete token.
	Autocomplete string
	// Search makes it a field to search in.
	Search bool
	// Digits is how many digits the answer must be; 0 is anything.
	Digits int
}

// Formatting says how a number is shown. Thousands and decimals are written as the reader's
// language has it, whatever sign an app names: what is shown must mean the same when it is
// posted back.
type Formatting struct {
	// Currency is an ISO 4217 code, Unit a word such as percent; both may be empty.
	Currency, Unit string
	// Prefix and Suffix are written before and after, without space round them.
	Prefix, Suffix string
	// UnitFirst puts the unit or the currency before the number.
	UnitFirst bool
	// Thousands tells that thousands are set apart.
	Thousands bool
	// Pattern has a # for each digit, such as "+47 ### ## ###"; empty for none.
	Pattern string
	// Decimals is the most decimals that are shown; -1 is all.
	Decimals int
	// Align is left, center or right; empty is as other fields.
	Align string
}

// Amount tells whether it is an amount of something, which can be summed.
func (f Formatting) Amount() bool { return f.Currency != "" || f.Suffix != "" }

func inputProps(p Properties) any {
	props := &InputProps{
		MaxLength:    p.Number("maxLength", 0),
		Autocomplete: p.Text("autocomplete"),
		Formatting:   formatting(p),
	}
	switch variant := p.Text("variant"); variant {
	case "", "text":
	case "search":
		props.Search = true
	default:
		p.Warnf("variant", "variant must be text or search, not %q", variant)
	}
	return props
}

func formatting(p Properties) Formatting {
	f := p.Object("formatting")
	n := f.Object("number")
	out := Formatting{
		Currency:  f.Text("currency"),
		Unit:      f.Text("unit"),
		UnitFirst: f.Text("position") == "prefix",
		Prefix:    strings.TrimSpace(n.Text("prefix")),
		Suffix:    strings.TrimSpace(n.Text("suffix")),
		Thousands: n.separates() || f.Has("currency"),
		Pattern:   n.Text("format"),
		Decimals:  n.Number("decimalScale", -1),
		Align:     f.Text("align"),
	}
	if out.Pattern == "" {
		out.Pattern = n.Text("pattern")
	}
	switch out.Align {
	case "", "left", "center", "right":
	default:
		f.Warnf("align", "formatting.align must be left, center or right, not %q", out.Align)
		out.Align = ""
	}
	return out
}

// separates tells whether thousands are set apart: by a sign that is named, or by true.
func (p Properties) separates() bool {
	v := p.v.get("thousandSeparator")
	return v != nil && (v.kind != kindBool || v.truth)
}
