package schema

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"stafett/internal/core"
)

// place of a property in XML, by the schema's hints @xsdAttribute and @xsdText.
type xmlKind int

const (
	xmlElement xmlKind = iota
	xmlAttribute
	xmlText
)

// xmlHints are what the schema file says of the document's XML as a whole.
type xmlHints struct{ root, namespace string }

// xmlHints reads @xsdRootElement and the target namespace of @xsdSchemaAttributes. The root is
// else named as the definition that holds the model, or "data".
func (l *loader) xmlHints(pointer string) xmlHints {
	h := xmlHints{root: pointer[strings.LastIndexByte(pointer, '/')+1:]}
	if name, ok := l.root.members["@xsdRootElement"].(string); ok {
		h.root = name
	}
	if h.root == "" {
		h.root = "data"
	}
	if attributes, ok := l.root.members["@xsdSchemaAttributes"].(*object); ok {
		for _, key := range attributes.keys {
			if strings.EqualFold(key, "targetNamespace") {
				h.namespace, _ = attributes.members[key].(string)
			}
		}
	}
	return h
}

// xmlKind tells where a property's own schema puts it.
func (o *object) xmlKind() xmlKind {
	if o == nil {
		return xmlElement
	}
	said := func(key string) bool {
		v := o.members[key]
		return v == true || v == "true"
	}
	switch {
	case said("@xsdAttribute"):
		return xmlAttribute
	case said("@xsdText"):
		return xmlText
	}
	return xmlElement
}

// EncodeXML writes form data as the XML that the schema's hints describe (FORMAT.md 1.2): one
// element for each property in the schema's order, rows as repeated elements, nothing for what is
// empty. What the schema does not know is left out.
func (s *Schema) EncodeXML(doc core.Document) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	start := xml.StartElement{Name: xml.Name{Local: s.xml.root}}
	if s.xml.namespace != "" {
		start.Attr = []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: s.xml.namespace}}
	}
	if err := encodeObject(e, s.root, start, doc); err != nil {
		return nil, err
	}
	if err := e.Close(); err != nil {
		return nil, fmt.Errorf("form data as XML: %w", err)
	}
	return b.Bytes(), nil
}

func encodeObject(e *xml.Encoder, n *node, start xml.StartElement, o map[string]any) error {
	text := ""
	for _, p := range n.properties {
		v, there := o[p.name]
		if !there || v == nil || p.xml == xmlElement {
			continue
		}
		if p.xml == xmlText {
			text = xmlValue(v)
			continue
		}
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: p.name}, Value: xmlValue(v)})
	}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	if err := e.EncodeToken(xml.CharData(text)); err != nil {
		return err
	}
	for _, p := range n.properties {
		if p.xml != xmlElement {
			continue
		}
		if err := encodeValue(e, p.node, p.name, o[p.name]); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

func encodeValue(e *xml.Encoder, n *node, name string, v any) error {
	start := xml.StartElement{Name: xml.Name{Local: name}}
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		return encodeObject(e, n, start, v)
	case []any:
		items := n.items
		if items == nil {
			return nil
		}
		for _, item := range v {
			if err := encodeValue(e, items, name, item); err != nil {
				return err
			}
		}
		return nil
	}
	return e.EncodeElement(xmlValue(v), start)
}

func xmlValue(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}

// ParseXML reads form data from XML as strictly as Parse reads JSON: the schema's root element
// and only elements that it knows, no document type, no more than MaxDepth deep and MaxRows in an
// array. Namespaces are not told apart. Errors hold paths and no values.
func (s *Schema) ParseXML(raw []byte) (core.Document, error) {
	d := xmlReader{xml.NewDecoder(bytes.NewReader(raw))}
	start, err := d.start()
	if err != nil {
		return nil, err
	}
	if start.Name.Local != s.xml.root {
		return nil, fmt.Errorf("the root element is not %s", s.xml.root)
	}
	doc, err := d.object(s.root, start, "", 1)
	if err != nil {
		return nil, err
	}
	if _, err := d.start(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one root element")
	}
	return doc, nil
}

type xmlReader struct{ *xml.Decoder }

// token gives the next token that matters; a document type is refused (SECURITY.md V1.5.1).
func (d xmlReader) token() (xml.Token, error) {
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, errors.New("the XML is not well formed")
		}
		switch t := t.(type) {
		case xml.Directive:
			return nil, errors.New("a document type is not taken")
		case xml.StartElement, xml.EndElement, xml.CharData:
			return t, nil
		}
	}
}

// start gives the next root element.
func (d xmlReader) start() (xml.StartElement, error) {
	for {
		t, err := d.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t, nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, errors.New("text outside the root element")
			}
		}
	}
}

func (d xmlReader) object(
	n *node, start xml.StartElement, path string, depth int,
) (map[string]any, error) {
	if depth > MaxDepth {
		return nil, errors.New("the XML is nested too deep")
	}
	o := map[string]any{}
	if err := n.attributes(o, start, path); err != nil {
		return nil, err
	}
	text := ""
	for {
		t, err := d.token()
		if err != nil {
			return nil, errors.New("the XML ends early")
		}
		switch t := t.(type) {
		case xml.CharData:
			text += string(t)
		case xml.EndElement:
			return o, n.text(o, text, path)
		case xml.StartElement:
			if err := d.child(n, o, t, path, depth); err != nil {
				return nil, err
			}
		}
	}
}

func (n *node) attributes(o map[string]any, start xml.StartElement, path string) error {
	for _, a := range start.Attr {
		if a.Name.Space != "" || a.Name.Local == "xmlns" {
			continue // xmlns:… and xsi:…
		}
		p := n.property(a.Name.Local)
		if p == nil || p.xml != xmlAttribute {
			return fmt.Errorf("%s: an attribute that the model does not have", path)
		}
		v, err := xmlScalar(p.node, a.Value, join(path, p.name))
		if err != nil {
			return err
		}
		o[p.name] = v
	}
	return nil
}

// text takes the text of an element that has children or attributes.
func (n *node) text(o map[string]any, text, path string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	for _, p := range n.properties {
		if p.xml == xmlText {
			v, err := xmlScalar(p.node, text, join(path, p.name))
			o[p.name] = v
			return err
		}
	}
	return fmt.Errorf("%s: text where elements are wanted", path)
}

func (d xmlReader) child(
	n *node, o map[string]any, start xml.StartElement, path string, depth int,
) error {
	name := start.Name.Local
	p := n.property(name)
	if p == nil || p.xml != xmlElement {
		return fmt.Errorf("%s: an element that the model does not have", path)
	}
	at := join(path, name)
	if p.node.items == nil {
		if _, twice := o[name]; twice {
			return fmt.Errorf("%s is there twice", at)
		}
		v, err := d.value(p.node, start, at, depth)
		if v != nil {
			o[name] = v
		}
		return err
	}
	rows, _ := o[name].([]any)
	if len(rows) >= MaxRows {
		return fmt.Errorf("%s: more than %d rows", at, MaxRows)
	}
	v, err := d.value(p.node.items, start, at, depth)
	o[name] = append(rows, v)
	return err
}

func (d xmlReader) value(
	n *node, start xml.StartElement, path string, depth int,
) (any, error) {
	if n.properties != nil {
		return d.object(n, start, path, depth+1)
	}
	text := ""
	for {
		t, err := d.token()
		if err != nil {
			return nil, errors.New("the XML ends early")
		}
		switch t := t.(type) {
		case xml.CharData:
			text += string(t)
		case xml.EndElement:
			return xmlScalar(n, text, path)
		case xml.StartElement:
			return nil, fmt.Errorf("%s: elements where a value is wanted", path)
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

var (
	xmlInteger = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,27})$`)
	xmlNumber  = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,27})(\.[0-9]{1,27})?$`)
)

// xmlScalar gives the value that a text stands for; nothing for an empty element.
func xmlScalar(n *node, text, path string) (any, error) {
	if n.Type == "string" || n.Type == "" {
		if text == "" {
			return nil, nil
		}
		return text, nil
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, nil
	case n.Type == "boolean" && (text == "true" || text == "1"):
		return true, nil
	case n.Type == "boolean" && (text == "false" || text == "0"):
		return false, nil
	case n.Type == "integer" && xmlInteger.MatchString(text),
		n.Type == "number" && xmlNumber.MatchString(text):
		return json.Number(text), nil
	}
	return nil, fmt.Errorf("%s is no %s", path, n.Type)
}
