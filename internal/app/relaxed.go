package app

// relaxed takes out of a JSON file what Altinn's readers pass over and JSON does not have:
// comments, and commas after a list's last item. Lines stay where they are; changed tells
// whether there was anything.
func relaxed(raw []byte) (out []byte, changed bool) {
	r := relaxer{in: raw, out: append([]byte(nil), raw...), comma: -1}
	for r.at < len(raw) {
		r.step()
	}
	return r.out, r.changed
}

type relaxer struct {
	in, out []byte
	at      int
	// comma is where a comma stands that nothing but space has followed; -1 for none.
	comma   int
	changed bool
}

func (r *relaxer) step() {
	switch c := r.in[r.at]; {
	case c == '"':
		r.comma = -1
		r.text()
	case r.starts("//"):
		r.blank("\n", 0)
	case r.starts("/*"):
		r.blank("*/", 2)
	case c == ',':
		r.comma = r.at
		r.at++
	case c == '}' || c == ']':
		if r.comma >= 0 {
			r.out[r.comma], r.changed = ' ', true
		}
		r.comma = -1
		r.at++
	default:
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			r.comma = -1
		}
		r.at++
	}
}

func (r *relaxer) starts(with string) bool {
	return r.at+len(with) <= len(r.in) && string(r.in[r.at:r.at+len(with)]) == with
}

// text passes over a text.
func (r *relaxer) text() {
	for r.at++; r.at < len(r.in); r.at++ {
		switch r.in[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return
		}
	}
}

// blank writes spaces over a comment that ends at a mark, and over so much of the mark.
func (r *relaxer) blank(end string, ofEnd int) {
	for ; r.at < len(r.in) && !r.starts(end); r.at++ {
		if r.in[r.at] != '\n' && r.in[r.at] != '\r' {
			r.out[r.at] = ' '
		}
	}
	for i := 0; i < ofEnd && r.at < len(r.in); i++ {
		r.out[r.at] = ' '
		r.at++
	}
	r.changed = true
}
