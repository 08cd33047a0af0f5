package schema

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"stafett/internal/core"
)

// Error is why a schema was not taken.
type Error struct {
	// Pointer is the JSON pointer of the place: "" is the whole file.
	Pointer string
	// Line is the line on which that place, or the object around it, begins, from 1.
	Line int
	Msg  string
}

// Error gives `line 12: #/properties/belop: …`.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d: #%s: %s", e.Line, e.Pointer, e.Msg)
}

// address is what the compiler knows the file by; nothing is there, and nothing is fetched.
const address = "https://model.invalid/model.schema.json"

// Load reads a JSON Schema (drafts 2020-12 and 07) and finds the model in it (FORMAT.md 1.2):
// where info.rootNode points, else the property that info.meldingsnavn names, else the
// definition with the class's name (className may be a full C# name), else the file's root.
// Formats are checked, patterns are RE2. Errors are *Error.
func Load(raw []byte, className string) (*Schema, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	l := loader{raw: raw}
	if err := l.read(); err != nil {
		return nil, err
	}
	pointer := l.model(className)
	root, ok := l.root.at(pointer)
	if !ok {
		return nil, l.fail(l.root, "/info/rootNode", "points at nothing in the file")
	}
	b := builder{root: l.root, nodes: map[*object]*node{}, fail: l.fail}
	n, err := b.node(root, pointer)
	if err != nil {
		return nil, err
	}
	compiled, err := l.compile(pointer)
	if err != nil {
		return nil, err
	}
	// Looking for the words is enough: a schema that has them for nothing costs a copy per check.
	closed := bytes.Contains(raw, []byte(`Properties"`)) ||
		bytes.Contains(raw, []byte(`"propertyNames"`))
	return &Schema{compiled: compiled, root: n, closed: closed, xml: l.xmlHints(pointer)}, nil
}

type loader struct {
	raw  []byte
	root *object
}

func (l *loader) read() error {
	r := reader{raw: l.raw, depth: maxSchemaDepth}
	r.object = func(keys []string, members map[string]any, offset int) any {
		return &object{keys, members, offset}
	}
	v, err := r.whole()
	if err != nil {
		return &Error{Line: l.line(r.pos), Msg: err.Error()}
	}
	root, ok := v.(*object)
	if !ok {
		return &Error{Line: 1, Msg: "the schema is not an object"}
	}
	l.root = root
	return nil
}

// line gives the line of an offset in the file.
func (l *loader) line(offset int) int {
	return 1 + bytes.Count(l.raw[:offset], []byte("\n"))
}

func (l *loader) fail(at *object, pointer, msg string) error {
	return &Error{Pointer: pointer, Line: l.line(at.offset), Msg: msg}
}

// model gives the JSON pointer of the data model.
func (l *loader) model(className string) string {
	info, _ := l.root.members["info"].(*object)
	if info != nil {
		if root, ok := info.members["rootNode"].(string); ok {
			return strings.TrimPrefix(root, "#")
		}
		if name, _ := info.members["meldingsnavn"].(string); name != "" {
			if pointer := "/properties/" + escape(name); l.has(pointer) {
				return pointer
			}
		}
	}
	class := className[strings.LastIndexByte(className, '.')+1:]
	for _, group := range []string{"$defs", "definitions"} {
		if pointer := "/" + group + "/" + escape(class); class != "" && l.has(pointer) {
			return pointer
		}
	}
	return ""
}

func (l *loader) has(pointer string) bool {
	_, ok := l.root.at(pointer)
	return ok
}

func (l *loader) compile(pointer string) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.UseLoader(noFetch{})
	c.UseRegexpEngine(compilePattern)
	for _, f := range formats {
		c.RegisterFormat(f)
	}
	if err := c.AddResource(address, plain(l.root)); err != nil {
		return nil, l.explain(err)
	}
	fragment := (&url.URL{Fragment: pointer}).EscapedFragment()
	compiled, err := c.Compile(address + "#" + fragment)
	if err != nil {
		return nil, l.explain(err)
	}
	return compiled, nil
}

// noFetch is the loader of a compiler that must not load anything.
type noFetch struct{}

var errNotFetched = errors.New("refers to another file, which is not fetched")

func (noFetch) Load(string) (any, error) { return nil, errNotFetched }

// plain gives the file as the compiler takes it.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		out := make(map[string]any, len(v.members))
		for k, x := range v.members {
			out[k] = plain(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = plain(x)
		}
		return out
	default:
		return v
	}
}

// explain gives the compiler's error our form, with the place in the file.
func (l *loader) explain(err error) error {
	if e, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		at, msg := e.URL, "is not a valid schema"
		if v, ok := errors.AsType[*jsonschema.ValidationError](e.Err); ok {
			leaf := deepest(v)
			for _, token := range leaf.InstanceLocation {
				at += "/" + escape(token)
			}
			msg = leaf.Error()
			if _, detail, ok := strings.Cut(msg, "': "); ok {
				msg = detail
			}
		}
		return l.located(at, msg)
	}
	draft, _ := l.root.members["$schema"].(string)
	if e, ok := errors.AsType[*jsonschema.LoadURLError](err); ok && e.URL == draft {
		return l.located("#/$schema", "names a draft that is not supported")
	}
	return l.located("", err.Error())
}

func deepest(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	for len(e.Causes) > 0 {
		e = e.Causes[0]
	}
	return e
}

// located gives an error at the fragment of a URL.
func (l *loader) located(at, msg string) error {
	_, fragment, _ := strings.Cut(at, "#")
	pointer, err := url.PathUnescape(fragment)
	if err != nil {
		pointer = fragment
	}
	around := l.root
	for end := len(pointer); end > 0; end = strings.LastIndexByte(pointer[:end], '/') {
		if o, ok := l.root.at(pointer[:end]); ok {
			around = o
			break
		}
	}
	return l.fail(around, pointer, msg)
}

// compilePattern compiles a pattern. JSON Schema's are JavaScript's: the one thing of theirs
// that RE2 writes differently is \u00e5. What RE2 does not have, such as looking ahead, is an
// error: it is what keeps matching linear (SECURITY.md V1.3.12).
func compilePattern(pattern string) (jsonschema.Regexp, error) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] != '\\' || i+1 == len(pattern):
			b.WriteByte(pattern[i])
		case pattern[i+1] == 'u' && isHex(pattern, i+2, 4):
			b.WriteString(`\x{` + pattern[i+2:i+6] + `}`)
			i += 5
		default:
			b.WriteString(pattern[i : i+2])
			i++
		}
	}
	compiled, err := regexp.Compile(b.String())
	return expression{compiled, pattern}, err
}

// expression is a pattern that is still shown as the schema writes it.
type expression struct {
	*regexp.Regexp
	source string
}

// String gives the pattern as it stands in the schema.
func (e expression) String() string { return e.source }

func isHex(s string, from, n int) bool {
	if len(s) < from+n {
		return false
	}
	return strings.Trim(s[from:from+n], "0123456789abcdefABCDEF") == ""
}

// The formats of Norwegian numbers, which are ours: digits only, with the right check digits.
// Altinn passes over formats that it does not know.
const (
	FormatAccount      = "no-account-number"
	FormatOrganisation = "no-organisation-number"
	FormatPerson       = "no-national-identity-number"
)

// formats are Altinn's own (FORMAT.md 1.2), idn-email, which the validator does not know, and ours.
var formats = []*jsonschema.Format{
	{Name: FormatAccount, Validate: idNumber(core.ValidAccountNumber)},
	{Name: FormatOrganisation, Validate: idNumber(core.ValidOrganisationNumber)},
	{Name: FormatPerson, Validate: idNumber(core.ValidPersonNumber)},
	{Name: "year", Validate: layout("2006")},
	{Name: "year-month", Validate: layout("2006-01")},
	{Name: "idn-email", Validate: idnEmail},
}

var errFormat = errors.New("has the wrong format")

func idNumber(valid func(string) bool) func(any) error {
	return func(v any) error {
		if s, ok := v.(string); ok && s != "" && !valid(s) {
			return errFormat
		}
		return nil
	}
}

func layout(layout string) func(any) error {
	return func(v any) error {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		if _, err := time.Parse(layout, s); err != nil {
			return errFormat
		}
		return nil
	}
}

// idnEmail takes an address with letters outside ASCII (RFC 6531) in broad terms: whether it is
// one is known when a letter to it arrives.
func idnEmail(v any) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > 254 || strings.ContainsAny(s, " \t\r\n<>") {
		return errFormat
	}
	return nil
}
