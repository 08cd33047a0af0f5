package policy

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Error is why a policy was not taken: the line in the file, from 1, and what is wrong there.
type Error struct {
	Line int
	Msg  string
}

// Error gives "line 12: …".
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// namespace is XACML 3.0's; every element of a policy belongs to it.
const namespace = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17"

// maxDepth is more than any element of a policy lies deep.
const maxDepth = 16

// element is one element of the file. It is kept as a tree because the file is small and the
// compiler can then ask for what it needs and refuse the rest.
type element struct {
	name     string
	line     int
	attrs    map[string]string
	text     string
	children []*element
}

func (e *element) errorf(format string, args ...any) error {
	return &Error{Line: e.line, Msg: fmt.Sprintf(format, args...)}
}

// read makes the tree. It refuses what a policy never needs and an attacker or a mistake might
// bring: DOCTYPE, other namespaces, attributes given twice (which encoding/xml lets through),
// text between elements, more than one root.
func read(raw []byte) (*element, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	r := reader{dec: xml.NewDecoder(bytes.NewReader(raw))}
	for {
		line, _ := r.dec.InputPos()
		t, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.take(t, line)
		}
		if err != nil {
			return nil, located(err, line)
		}
	}
	if r.root == nil {
		return nil, &Error{Line: 1, Msg: "there is no Policy in the file"}
	}
	return r.root, nil
}

// located gives the decoder's own errors a line in our form.
func located(err error, line int) error {
	if _, ours := errors.AsType[*Error](err); ours {
		return err
	}
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return &Error{Line: syntax.Line, Msg: syntax.Msg}
	}
	return &Error{Line: line, Msg: err.Error()}
}

type reader struct {
	dec  *xml.Decoder
	root *element
	// open are the elements that have begun and not ended.
	open []*element
}

func (r *reader) take(t xml.Token, line int) error {
	switch t := t.(type) {
	case xml.StartElement:
		return r.begin(t, line)
	case xml.EndElement:
		return r.end()
	case xml.CharData:
		return r.characters(string(t), line)
	case xml.Directive:
		return &Error{Line: line, Msg: "DOCTYPE and other declarations are not allowed"}
	}
	return nil
}

func (r *reader) begin(t xml.StartElement, line int) error {
	switch {
	case t.Name.Space != namespace:
		return &Error{Line: line, Msg: fmt.Sprintf("%s is not an element of XACML 3.0", t.Name.Local)}
	case len(r.open) == 0 && r.root != nil:
		return &Error{Line: line, Msg: "there is more than one root element"}
	case len(r.open) == maxDepth:
		return &Error{Line: line, Msg: "elements are nested too deep"}
	}
	e := &element{name: t.Name.Local, line: line, attrs: map[string]string{}}
	for _, a := range t.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		if _, twice := e.attrs[name]; twice {
			return e.errorf("%s has the attribute %s twice", e.name, name)
		}
		e.attrs[name] = a.Value
	}
	if len(r.open) == 0 {
		r.root = e
	} else {
		parent := r.open[len(r.open)-1]
		parent.children = append(parent.children, e)
	}
	r.open = append(r.open, e)
	return nil
}

func (r *reader) end() error {
	e := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	if len(e.children) > 0 && strings.TrimSpace(e.text) != "" {
		return e.errorf("%s has text between its elements", e.name)
	}
	return nil
}

func (r *reader) characters(text string, line int) error {
	if len(r.open) > 0 {
		e := r.open[len(r.open)-1]
		e.text += text
		return nil
	}
	if strings.TrimSpace(text) != "" {
		return &Error{Line: line, Msg: "there is text outside the root element"}
	}
	return nil
}
