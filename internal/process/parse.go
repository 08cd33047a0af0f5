package process

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"stafett/internal/expr"
)

const (
	// maxSize, in bytes, and maxDepth keep a hostile file from costing memory; the largest
	// known file has 30 kB and is nested 7 deep.
	maxSize  = 1 << 20
	maxDepth = 64

	bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL"
)

// Error is what is wrong with a BPMN file, and on which line; line 0 is the file as a whole.
type Error struct {
	Line int
	Msg  string
}

// Error gives the line and the message.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Msg
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Msg)
}

func wrong(line int, format string, args ...any) error {
	return &Error{Line: line, Msg: fmt.Sprintf(format, args...)}
}

// xmlElement is an event, a task or a gateway as it is written. The nested structs are needed:
// a path of names in one tag cannot change namespace on its way.
type xmlElement struct {
	ID       string   `xml:"id,attr"`
	Name     string   `xml:"name,attr"`
	Default  string   `xml:"default,attr"`
	OldType  string   `xml:"http://altinn.no tasktype,attr"`
	Outgoing []string `xml:"http://www.omg.org/spec/BPMN/20100524/MODEL outgoing"`

	Extensions struct {
		Task struct {
			Type    string `xml:"http://altinn.no/process taskType"`
			Actions struct {
				List []struct {
					Type string `xml:"type,attr"`
					ID   string `xml:",chardata"`
				} `xml:"http://altinn.no/process action"`
			} `xml:"http://altinn.no/process actions"`
		} `xml:"http://altinn.no/process taskExtension"`
		Gateway struct {
			DataType string `xml:"http://altinn.no/process connectedDataTypeId"`
		} `xml:"http://altinn.no/process gatewayExtension"`
	} `xml:"http://www.omg.org/spec/BPMN/20100524/MODEL extensionElements"`
}

type xmlFlow struct {
	ID        string `xml:"id,attr"`
	Source    string `xml:"sourceRef,attr"`
	Target    string `xml:"targetRef,attr"`
	OldKind   string `xml:"http://altinn.no flowtype,attr"`
	Condition string `xml:"http://www.omg.org/spec/BPMN/20100524/MODEL conditionExpression"`
}

// Parse reads a BPMN file and checks that every step that can be reached can be left. Its
// errors are *Error. A DOCTYPE is refused, as is a file over 1 MiB or nested over 64 deep.
func Parse(raw []byte) (*Definition, error) {
	if len(raw) > maxSize {
		return nil, wrong(0, "the file is larger than %d bytes", maxSize)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if err := guard(raw); err != nil {
		return nil, err
	}
	r := &reader{decoder: xml.NewDecoder(bytes.NewReader(raw)), outgoing: map[*element][]string{}}
	if err := r.file(); err != nil {
		return nil, err
	}
	return r.definition()
}

// guard goes through the whole file once, before anything is built from it.
func guard(raw []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	for depth := 0; ; {
		token, err := decoder.Token()
		line, _ := decoder.InputPos()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return malformed(line, err)
		}
		switch token.(type) {
		case xml.Directive:
			return wrong(line, "a DOCTYPE is not allowed")
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth {
			return wrong(line, "nested more than %d deep", maxDepth)
		}
	}
}

func malformed(line int, err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return wrong(syntax.Line, "%s", syntax.Msg)
	}
	return wrong(line, "%v", err)
}

// reader collects what the file holds, in its order.
type reader struct {
	decoder   *xml.Decoder
	processes int
	elements  []*element
	// outgoing are the ids that the elements name as their flows.
	outgoing map[*element][]string
	flows    []*flow
}

var kinds = map[string]elementKind{"startEvent": startEvent, "endEvent": endEvent,
	"task": taskElement, "serviceTask": taskElement, "exclusiveGateway": gateway}

// file reads the process; the drawing and all else that BPMN knows is passed over.
func (r *reader) file() error {
	for {
		// Text between elements is a token of its own, so this is where the element starts.
		line, _ := r.decoder.InputPos()
		token, err := r.decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return malformed(line, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if err := r.begin(start, line); err != nil {
			return err
		}
	}
}

func (r *reader) begin(start xml.StartElement, line int) error {
	if start.Name.Space != bpmn {
		return r.pass(line)
	}
	kind, known := kinds[start.Name.Local]
	switch name := start.Name.Local; {
	case name == "definitions":
		return nil
	case name == "process":
		if r.processes++; r.processes > 1 {
			return wrong(line, "more than one process")
		}
		return nil
	case name == "sequenceFlow":
		return r.flow(start, line)
	case known:
		return r.element(start, kind, line)
	}
	return r.pass(line)
}

func (r *reader) pass(line int) error {
	if err := r.decoder.Skip(); err != nil {
		return malformed(line, err)
	}
	return nil
}

func (r *reader) element(start xml.StartElement, kind elementKind, line int) error {
	var x xmlElement
	if err := r.decoder.DecodeElement(&x, &start); err != nil {
		return malformed(line, err)
	}
	e := &element{kind: kind, fallback: x.Default,
		dataType: strings.TrimSpace(x.Extensions.Gateway.DataType)}
	e.task = Task{ID: x.ID, Name: x.Name, Line: line,
		Service: start.Name.Local == "serviceTask", Type: taskType(x)}
	for _, a := range x.Extensions.Task.Actions.List {
		action := Action{ID: strings.TrimSpace(a.ID), Server: a.Type == "serverAction"}
		e.task.Actions = append(e.task.Actions, action)
	}
	r.elements = append(r.elements, e)
	r.outgoing[e] = x.Outgoing
	return nil
}

// taskType reads the type where files of today have it, or where those of version 7 have it.
func taskType(x xmlElement) string {
	t := strings.TrimSpace(x.Extensions.Task.Type)
	if t == "" {
		t = strings.TrimSpace(x.OldType)
	}
	if t == "confirm" {
		return "confirmation"
	}
	return t
}

func (r *reader) flow(start xml.StartElement, line int) error {
	var x xmlFlow
	if err := r.decoder.DecodeElement(&x, &start); err != nil {
		return malformed(line, err)
	}
	condition, err := expr.Parse([]byte(strings.TrimSpace(x.Condition)))
	if err != nil {
		return wrong(line, "condition of flow %q: %v", x.ID, err)
	}
	r.flows = append(r.flows, &flow{id: x.ID, source: x.Source, target: x.Target,
		condition: condition, written: strings.TrimSpace(x.Condition), line: line,
		abandons: strings.HasPrefix(x.OldKind, "Abandon")})
	return nil
}
