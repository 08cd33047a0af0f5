package form

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// DrawnName is the name that a form carries its page's base under.
const DrawnName = "drawn"

// Base tells what a page showed when it was drawn: a mark of each answer that its controls held, by
// posted name. What has no answer has no mark.
type Base map[string]string

// Clash is a question that two have answered otherwise since the page was drawn.
type Clash struct {
	// Name is the posted name, as it is now.
	Name string
	// Mine is what was posted, Theirs what is stored.
	Mine, Theirs []string
	// Gone tells that the question, or its row, is no longer there to be answered.
	Gone bool
}

// Settle merges two versions of a page that were made from the same base, field by field: mine is
// what was posted, theirs what is stored and can be answered now. It gives what of mine is to be
// stored, and where the two collide; there theirs stays. A field that only one of them has changed
// is that one's. A name that mine lacks was not on the page, and stays as it is.
func Settle(base Base, mine, theirs url.Values) (url.Values, []Clash) {
	out := url.Values{}
	var clashes []Clash
	for _, name := range slices.Sorted(maps.Keys(mine)) {
		was, answered := base[name], mark(mine[name])
		stored, there := theirs[name]
		switch now := mark(stored); {
		case answered == was, there && answered == now:
			// Nothing of mine, or nothing new.
		case there && now == was:
			out[name] = mine[name]
		case there || answered != "":
			clashes = append(clashes, Clash{
				Name: name, Mine: plainValues(mine[name]), Theirs: plainValues(stored), Gone: !there,
			})
		}
	}
	return out, clashes
}

// After is the base of a page that stays as it is on the screen while what was posted from it is
// stored: its controls hold what was posted. Where it collides they are still to be judged by what
// they were drawn with, and what could not be stored is nothing.
func (b Base) After(posted url.Values, clashes []Clash, unstored map[string]string) Base {
	out := maps.Clone(b)
	if out == nil {
		out = Base{}
	}
	for name, values := range posted {
		_, refused := unstored[name]
		if control(name) || slices.ContainsFunc(clashes, func(c Clash) bool { return c.Name == name }) {
			continue
		}
		if m := mark(values); m == "" || refused {
			delete(out, name)
		} else {
			out[name] = m
		}
	}
	return out
}

// String writes a base so that a form can carry it.
func (b Base) String() string {
	var s strings.Builder
	for _, name := range slices.Sorted(maps.Keys(b)) {
		s.WriteString(name + "=" + b[name] + ";")
	}
	return s.String()
}

// ParseBase reads what a form carried. What it cannot read it leaves out: that is as if the page
// had shown no answer there, and what is stored is not overwritten by it.
func ParseBase(s string) Base {
	out := Base{}
	for part := range strings.SplitSeq(s, ";") {
		if at := strings.LastIndexByte(part, '='); at > 0 {
			out[part[:at]] = part[at+1:]
		}
	}
	return out
}

// mark is a short digest of an answer; "" for none.
func mark(values []string) string {
	values = plainValues(values)
	if len(values) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(values, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// plainValues are the values of a field as they are compared: browsers write lines their own way,
// and a group of boxes posts an empty value before those that are ticked.
func plainValues(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" {
			out = append(out, v)
		}
	}
	return out
}
