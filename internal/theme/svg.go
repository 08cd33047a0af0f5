package theme

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxLogo is how large a drawing may be, in bytes: a first visit has room for no more (DESIGN.md
// section 9).
const MaxLogo = 8 << 10

// maxNested is deeper than any drawing of that size needs.
const maxNested = 32

// The shape of a logo, width to height: taller ones are too small to see, wider ones push the menu
// away on a phone.
const (
	minRatio = 0.5
	maxRatio = 3.0
)

// maxSide is larger than any drawing's units; what is no number is not less.
const maxSide = 1e6

const svgSpace = "http://www.w3.org/2000/svg"

// drawn are the elements of a drawing that may be used. What runs, moves, loads, links, styles or
// shows other documents is not among them, nor use, which can draw without end.
var drawn = []string{
	"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs",
	"linearGradient", "radialGradient", "stop", "clipPath", "mask",
}

// unseen are elements that may stand in the file and are left out, with what is in them: an image
// shows nothing of them.
var unseen = []string{"title", "desc", "metadata"}

// shaped are the attributes that may be used: they say where and in which colour, and no more.
var shaped = []string{
	"id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width",
	"height", "points", "pathLength", "transform", "viewBox", "preserveAspectRatio",
	"fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
	"stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
	"stroke-opacity", "opacity", "color", "clip-path", "clip-rule", "mask", "maskUnits",
	"maskContentUnits", "clipPathUnits", "gradientUnits", "gradientTransform", "spreadMethod",
	"offset", "stop-color", "stop-opacity", "vector-effect", "paint-order",
}

// passed are attributes that tell a program about the file, and are left out.
var passed = []string{"version", "xmlns", "baseProfile"}

// reference is the only address that may stand in a drawing: of a part of itself.
var reference = regexp.MustCompile(`^url\(#[A-Za-z_][\w.-]*\)$`)

// Drawing is a logo that is safe to show: written anew from what was understood.
type Drawing struct {
	SVG []byte
	// Width and Height are the sides of its box, in its own units.
	Width, Height float64
}

// DrawingError is what is wrong with a drawing, and in which line.
type DrawingError struct {
	Line   int
	Reason string
}

// Error tells the reason and the line.
func (e *DrawingError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// ReadDrawing takes from an SVG file the elements and attributes that only draw, and gives them as a
// file of their own; what a browser might read otherwise than we did is in no answer of ours. Anything
// else is a DrawingError: script, style, text, links, references to other files, declarations.
func ReadDrawing(raw []byte) (Drawing, error) {
	if len(raw) > MaxLogo {
		return Drawing{}, &DrawingError{0, fmt.Sprintf("a logo may have %d bytes, and this one has %d", MaxLogo, len(raw))}
	}
	p := drawingReader{dec: xml.NewDecoder(bytes.NewReader(raw))}
	for {
		token, err := p.dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Drawing{}, p.wrong("not XML: %v", err)
		}
		if err := p.take(token); err != nil {
			return Drawing{}, err
		}
	}
	if p.drawing.Width == 0 || len(p.open) > 0 {
		return Drawing{}, p.wrong("there is no whole svg element")
	}
	p.drawing.SVG = p.out.Bytes()
	return p.drawing, nil
}

// drawingReader reads a drawing and writes it anew.
type drawingReader struct {
	dec     *xml.Decoder
	out     bytes.Buffer
	open    []string
	ids     []string
	skipped int // how deep in an element that is left out
	drawing Drawing
}

func (p *drawingReader) wrong(format string, args ...any) error {
	line, _ := p.dec.InputPos()
	return &DrawingError{line, fmt.Sprintf(format, args...)}
}

func (p *drawingReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return p.start(t)
	case xml.EndElement:
		return p.end(t.Name)
	case xml.CharData:
		if p.skipped == 0 && len(bytes.TrimSpace(t)) > 0 {
			return p.wrong("text is not drawn: draw the letters as paths")
		}
	case xml.Directive:
		return p.wrong("a declaration (<!…>) may not stand in a logo")
	case xml.ProcInst:
		if t.Target != "xml" {
			return p.wrong("an instruction (<?%s …?>) may not stand in a logo", t.Target)
		}
	}
	return nil
}

func (p *drawingReader) start(t xml.StartElement) error {
	name := t.Name.Local
	p.open = append(p.open, written(t.Name))
	if len(p.open) > maxNested {
		return p.wrong("elements stand %d deep in each other", maxNested+1)
	}
	if p.skipped > 0 {
		p.skipped++
		return nil
	}
	if root := len(p.open) == 1; root != (name == "svg") || root && p.out.Len() > 0 {
		return p.wrong("there must be one svg element, and the rest in it")
	}
	if t.Name.Space == "" && slices.Contains(unseen, name) {
		p.skipped++
		return nil
	}
	if t.Name.Space != "" || !slices.Contains(drawn, name) {
		return p.wrong("the element %s may not stand in a logo: it may be %s", written(t.Name), strings.Join(drawn, ", "))
	}
	p.out.WriteString("<" + name)
	if name == "svg" {
		p.out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	for _, a := range t.Attr {
		if err := p.attribute(name, a); err != nil {
			return err
		}
	}
	p.out.WriteString(">")
	if name == "svg" && p.drawing.Width == 0 {
		return p.wrong("the svg element needs a viewBox")
	}
	return nil
}

func (p *drawingReader) attribute(element string, a xml.Attr) error {
	name := written(a.Name)
	switch {
	case name == "xmlns" && a.Value != svgSpace:
		return p.wrong("the elements must be SVG's own (%s), not of %s", svgSpace, a.Value)
	case slices.Contains(passed, name), a.Name.Space == "xmlns", name == "xml:space":
		return nil
	case element == "svg" && (name == "width" || name == "height"):
		return nil // the page says how large
	case !slices.Contains(shaped, name):
		return p.wrong("the attribute %s may not stand in a logo: colours and lines are attributes such as fill and stroke", name)
	case strings.ContainsAny(a.Value, "(\\") && name != "transform" && name != "gradientTransform" &&
		!reference.MatchString(a.Value):
		return p.wrong("%s=%q: a logo may refer to its own parts alone, as url(#name), and has its colours as #rrggbb",
			name, a.Value)
	case name == "viewBox":
		if err := p.box(a.Value); err != nil {
			return err
		}
	case name == "id":
		if slices.Contains(p.ids, a.Value) {
			return p.wrong("the id %q stands twice", a.Value)
		}
		p.ids = append(p.ids, a.Value)
	}
	p.out.WriteString(" " + name + `="`)
	if err := xml.EscapeText(&p.out, []byte(a.Value)); err != nil {
		return p.wrong("%s: %v", name, err)
	}
	p.out.WriteString(`"`)
	return nil
}

// box reads the drawing's box.
func (p *drawingReader) box(value string) error {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	if len(parts) != 4 {
		return p.wrong("viewBox must be four numbers, not %q", value)
	}
	var n [4]float64
	for i, part := range parts {
		var err error
		if n[i], err = strconv.ParseFloat(part, 64); err != nil || !(math.Abs(n[i]) < maxSide) {
			return p.wrong("viewBox must be four numbers, not %q", value)
		}
	}
	if n[2] <= 0 || n[3] <= 0 || n[2]/n[3] < minRatio || n[2]/n[3] > maxRatio {
		return p.wrong("a logo is from half as wide as it is high to three times as wide, not %g by %g", n[2], n[3])
	}
	p.drawing.Width, p.drawing.Height = n[2], n[3]
	return nil
}

func (p *drawingReader) end(name xml.Name) error {
	if len(p.open) == 0 || p.open[len(p.open)-1] != written(name) {
		return p.wrong("</%s> ends nothing", written(name))
	}
	p.open = p.open[:len(p.open)-1]
	if p.skipped > 0 {
		p.skipped--
		return nil
	}
	p.out.WriteString("</" + name.Local + ">")
	return nil
}

// written is a name as it stands in the file.
func written(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}
