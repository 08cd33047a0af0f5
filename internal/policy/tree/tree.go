// Package tree reads an XACML document, a policy or a request, as a tree of elements that know
// their lines. It refuses what such a document never needs and an attacker or a mistake might
// bring: DOCTYPE and with it entities of its own, other namespaces, attributes given twice, text
// between elements, more than one root, elements without end.
package tree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Error is why a document was not taken: the line in the file, from 1, and what is wrong there.
type Error struct {
	Line int
	Msg  string
}

// Error gives "line 12: …".
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// Namespace is XACML 3.0's; every element belongs to it.
const Namespace = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17"

// MaxDepth is more than any element of a real document lies deep; what walks the tree may recur.
const MaxDepth = 64

// content is the element of a request that holds XML of any kind, for paths that are not
// supported: it is passed over.
const content = "Content"

// Element is one element of the file. It is kept as a tree because the file is small and the
// compiler can then ask for what it needs and refuse the rest.
type Element struct {
	Name     string
	Line     int
	Attrs    map[string]string
	Text     string
	Children []*Element
}

// Errorf gives an *Error at the element's line.
func (e *Element) Errorf(format string, args ...any) error {
	return &Error{Line: e.Line, Msg: fmt.Sprintf(format, args...)}
}

// Read makes the tree. Every error is an *Error.
func Read(raw []byte) (*Element, error) {
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
		return nil, &Error{Line: 1, Msg: "there is no element in the file"}
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
	root *Element
	// open are the elements that have begun and not ended.
	open []*Element
	text [][]byte
}

func (r *reader) take(t xml.Token, line int) error {
	if n := len(r.open); n > 0 && r.open[n-1].Name == content {
		return r.pass(t)
	}
	switch t := t.(type) {
	case xml.StartElement:
		return r.begin(t, line)
	case xml.EndElement:
		return r.end()
	case xml.CharData:
		return r.characters(t, line)
	case xml.Directive:
		return &Error{Line: line, Msg: "DOCTYPE and other declarations are not allowed"}
	}
	return nil
}

// pass leaves out what stands in a Content element. Declarations can only stand before the root.
func (r *reader) pass(t xml.Token) error {
	switch t.(type) {
	case xml.StartElement:
		return r.dec.Skip()
	case xml.EndElement:
		return r.end()
	}
	return nil
}

func (r *reader) begin(t xml.StartElement, line int) error {
	switch {
	case t.Name.Space != Namespace:
		return &Error{Line: line, Msg: fmt.Sprintf("%s is not an element of XACML 3.0", t.Name.Local)}
	case len(r.open) == 0 && r.root != nil:
		return &Error{Line: line, Msg: "there is more than one root element"}
	case len(r.open) == MaxDepth:
		return &Error{Line: line, Msg: "elements are nested too deep"}
	}
	e := &Element{Name: t.Name.Local, Line: line, Attrs: map[string]string{}}
	for _, a := range t.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		if _, twice := e.Attrs[name]; twice {
			return e.Errorf("%s has the attribute %s twice", e.Name, name)
		}
		e.Attrs[name] = a.Value
	}
	if len(r.open) == 0 {
		r.root = e
	} else {
		parent := r.open[len(r.open)-1]
		parent.Children = append(parent.Children, e)
	}
	r.open = append(r.open, e)
	r.text = append(r.text, nil)
	return nil
}

func (r *reader) end() error {
	last := len(r.open) - 1
	e := r.open[last]
	e.Text = string(r.text[last])
	r.open, r.text = r.open[:last], r.text[:last]
	if len(e.Children) > 0 && strings.TrimSpace(e.Text) != "" {
		return e.Errorf("%s has text between its elements", e.Name)
	}
	return nil
}

func (r *reader) characters(text []byte, line int) error {
	if len(r.open) > 0 {
		r.text[len(r.open)-1] = append(r.text[len(r.open)-1], text...)
		return nil
	}
	if len(bytes.TrimSpace(text)) > 0 {
		return &Error{Line: line, Msg: "there is text outside the root element"}
	}
	return nil
}
