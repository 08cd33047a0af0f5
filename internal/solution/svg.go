package solution

import (
	_ "embed"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
)

// The ids of the drawing's own title and description: a page that shows one draws one.
const (
	TitleID       = "solution-title"
	DescriptionID = "solution-description"
)

// style colours a drawing that is a file; a page has a style sheet of its own for the classes.
//
//go:embed drawing.css
var style string

// FileStyle is the style of a page around such a drawing that stands alone too.
//
//go:embed file.css
var FileStyle string

// WriteSVG writes the drawing as an element of a page. Its colours are classes of the page's style
// sheet. Where nodes lead somewhere it is a group of links, else one image.
func (d Drawing) WriteSVG(out io.Writer) error { return d.write(out, "") }

// WriteFile writes the drawing as a file that stands alone, light or dark as its reader's screen.
func (d Drawing) WriteFile(out io.Writer) error {
	return d.write(out, "<style>"+style+"</style>")
}

func (d Drawing) write(out io.Writer, style string) error {
	w := &svg{}
	w.add(`<svg xmlns="http://www.w3.org/2000/svg" class="solution" viewBox="0 0 `, d.Width, " ",
		d.Height+legendHeight, `" width="`, d.Width, `" height="`, d.Height+legendHeight,
		`" role="`, d.role(), `" aria-labelledby="`, TitleID, " ", DescriptionID,
		`" font-family="'Inter Variable', Inter, 'Segoe UI', Roboto, Arial, sans-serif">`)
	w.add(`<title id="`, TitleID, `">`).text(d.Title()).add(`</title><desc id="`, DescriptionID, `">`)
	w.text(d.Description()).add("</desc>", style)
	w.add(`<rect class="sol-ground" width="100%" height="100%"/>`)
	w.add(`<g class="sol-arrows" aria-hidden="true" stroke-width="1.75" stroke-linecap="round">`)
	for i, a := range d.Arrows {
		w.line(d.Lines[i], a)
	}
	w.add(`</g><g class="sol-labels" aria-hidden="true" font-size="`, labelSize, `">`)
	for i, a := range d.Arrows {
		w.label(d.Lines[i].Label, d.labels[i], a)
	}
	w.add("</g>")
	for i, n := range d.Nodes {
		w.node(d.Boxes[i], d.faces[i], n)
	}
	d.legend(w)
	w.add("</svg>")
	_, err := io.WriteString(out, w.String())
	return err
}

// role is that of a picture, unless there is something in it to go to.
func (d Drawing) role() string {
	for _, n := range d.Nodes {
		if n.URL != "" {
			return "group"
		}
	}
	return "img"
}

// svg is markup as it is written.
type svg struct{ strings.Builder }

// add writes markup and numbers; numbers are rounded to a tenth.
func (w *svg) add(parts ...any) *svg {
	for _, p := range parts {
		switch x := p.(type) {
		case string:
			w.WriteString(x)
		case int:
			w.WriteString(strconv.Itoa(x))
		case float64:
			w.WriteString(strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64))
		}
	}
	return w
}

// text writes what was typed by people.
func (w *svg) text(s string) *svg { return w.add(html.EscapeString(s)) }

func (w *svg) line(l Line, a Arrow) {
	w.add(`<path class="sol-line sol-line--`, string(a.Way), `" fill="none"`, dashes(a), ` d="M`,
		l.Start.X, " ", l.Start.Y)
	from := l.Start
	for _, c := range l.Curves {
		if math.Abs(from.X-c.End.X) < 0.5 && math.Abs(c.A.X-c.End.X) < 0.5 {
			w.add("L", c.End.X, " ", c.End.Y)
		} else {
			w.add("C", c.A.X, " ", c.A.Y, " ", c.B.X, " ", c.B.Y, " ", c.End.X, " ", c.End.Y)
		}
		from = c.End
	}
	w.add(`"/><path class="sol-head sol-head--`, string(a.Way), `" d="M`, l.Tip.X, " ", l.Tip.Y)
	// The head's foot stands across the way that the line comes in by.
	x, y := (l.Tip.X-from.X)/headLength, (l.Tip.Y-from.Y)/headLength
	const half = headLength / 2
	w.add("L", from.X-y*half, " ", from.Y+x*half, "L", from.X+y*half, " ", from.Y-x*half, `Z"/>`)
}

func dashes(a Arrow) string {
	if a.Way == WayTells {
		return ` stroke-dasharray="5 5"`
	}
	return ""
}

func (w *svg) label(b Box, lines []string, a Arrow) {
	class := "sol-label"
	if a.Live.any() && a.Live.Parked > 0 {
		class += " sol-label--parked"
	}
	w.add(`<rect class="`, class, `" x="`, b.X, `" y="`, b.Y, `" width="`, b.W, `" height="`, b.H,
		`" rx="6"/><text class="sol-label-text" text-anchor="middle">`)
	for i, l := range lines {
		y := b.Y + labelPad/2 + float64(i)*labelLead + labelLead*0.76
		w.add(`<tspan x="`, b.X+b.W/2, `" y="`, y, `">`).text(l).add("</tspan>")
	}
	w.add("</text>")
}

func (w *svg) node(b Box, f face, n Node) {
	if n.URL != "" {
		w.add(`<a href="`).text(n.URL).add(`" class="sol-link" id="node-`).text(n.Ref.Org).add("-").
			text(n.Ref.App).add(`">`)
	}
	w.add(`<g class="sol-node sol-node--`, string(n.Kind), `"><rect class="sol-box" x="`, b.X, `" y="`,
		b.Y, `" width="`, b.W, `" height="`, b.H, `" rx="10"/><rect class="sol-bar" x="`, b.X, `" y="`,
		b.Y+12, `" width="5" height="`, b.H-24, `" rx="2.5"/>`)
	y := b.Y + nodePad - 4
	y = w.lines(b.X+nodePad, y, titleLead, f.title,
		`<text class="sol-name" font-weight="600" font-size="`, titleSize, `">`)
	y = w.lines(b.X+nodePad, y+3, textLead, f.kind,
		`<text class="sol-kind" aria-hidden="true" font-size="`, textSize, `">`)
	for _, lines := range f.facts {
		y = w.lines(b.X+nodePad, y+6, textLead, lines,
			`<text class="sol-fact" aria-hidden="true" font-size="`, textSize, `">`)
	}
	w.add("</g>")
	if n.URL != "" {
		w.add("</a>")
	}
}

// lines writes a text of several lines and gives where the next one begins.
func (w *svg) lines(x, y, lead float64, lines []string, open ...any) float64 {
	w.add(open...)
	for i, l := range lines {
		if i > 0 {
			// Else the words of two lines would be one.
			w.add(" ")
		}
		y += lead
		w.add(`<tspan x="`, x, `" y="`, y, `">`).text(l).add("</tspan>")
	}
	w.add("</text>")
	return y
}

// legendHeight is the room under the drawing for what the lines mean.
const legendHeight = 40

func (d Drawing) legend(w *svg) {
	w.add(`<g class="sol-legend" font-size="`, textSize, `" aria-hidden="true">`)
	x, y := float64(margin), d.Height+legendHeight/2
	for _, a := range []Arrow{{Way: WayMakes}, {Way: WayTells}} {
		words := d.T("solution.line_solid")
		if a.Way == WayTells {
			words = d.T("solution.line_dashed")
		}
		w.add(`<path class="sol-line sol-line--`, string(a.Way), `" stroke-width="1.75"`, dashes(a),
			` d="M`, x, " ", y-4, "h36", `"/><text class="sol-fact" x="`, x+46, `" y="`, y, `">`).
			text(words).add("</text>")
		x += 46 + width(words, textSize) + apart
	}
	w.add("</g>")
}
