package solution

import (
	"slices"
	"strings"
)

// The measures of the drawing, in the units of its view box: pixels at its own size.
const (
	nodeWidth    = 236
	nodePad      = 16
	titleSize    = 16
	titleLead    = 21
	textSize     = 12.5
	textLead     = 17
	labelSize    = 12
	labelLead    = 16
	labelPad     = 8
	apart        = 22 // between boxes beside each other
	lineApart    = 14 // between a line that passes and what it passes
	portsApart   = 24 // least, between lines at one side of a node
	labelLongest = 128
	margin       = 12
	// pageWidth is where independent groups of apps go on in a new row.
	pageWidth = 1200
	// roleLines is how many lines who may do one thing takes at most; the words have all.
	roleLines = 4
)

// Box is a rectangle on the plane; X and Y are its upper left corner.
type Box struct{ X, Y, W, H float64 }

func (b Box) right() float64 { return b.X + b.W }

// Point is a place on the plane.
type Point struct{ X, Y float64 }

// Drawing is a picture set out on a plane.
type Drawing struct {
	Picture
	Width, Height float64
	// Boxes are the nodes', Lines the arrows', in the picture's order.
	Boxes []Box
	Lines []Line

	faces  []face
	labels [][]string
}

// Line is an arrow's way: from Start, by each curve in turn, and straight to the Tip of its head.
type Line struct {
	Start  Point
	Curves []Curve
	Tip    Point
	Label  Box
}

// Curve goes on from where the one before ended to End; A and B are its control points.
type Curve struct{ A, B, End Point }

// face is what is written in a node, broken into lines.
type face struct {
	title, kind []string
	facts       [][]string
}

// Draw sets a picture out: what hands over stands above what it hands to, so that lines down are
// the way on, and lines up the way back. The same picture always gives the same drawing. No node
// and no label covers another, and no line but a label's own runs under it.
func Draw(p Picture) Drawing {
	d := Drawing{Picture: p, Boxes: make([]Box, len(p.Nodes)), Lines: make([]Line, len(p.Arrows))}
	for _, n := range p.Nodes {
		d.faces = append(d.faces, p.face(n))
	}
	for _, a := range p.Arrows {
		d.labels = append(d.labels, brokenAll(p.short(a), labelSize, labelLongest))
	}
	d.pack(d.groups())
	return d
}

func (p Picture) face(n Node) face {
	const room = nodeWidth - 2*nodePad
	f := face{
		title: broken(n.Title, titleSize*boldness, room), kind: broken(p.kind(n), textSize, room),
	}
	for _, fact := range p.facts(n)[1:] {
		lines := broken(fact.Term+": "+fact.Text, textSize, room)
		if len(lines) > roleLines {
			lines = lines[:roleLines]
			lines[roleLines-1] = strings.TrimRight(lines[roleLines-1], ", ") + " …"
		}
		f.facts = append(f.facts, lines)
	}
	return f
}

func (f face) height() float64 {
	h := 2*float64(nodePad) + 3 + float64(len(f.title))*titleLead + float64(len(f.kind))*textLead
	for _, lines := range f.facts {
		h += 6 + float64(len(lines))*textLead
	}
	return h
}

func labelBox(lines []string) Box {
	b := Box{H: float64(len(lines))*labelLead + labelPad}
	for _, l := range lines {
		b.W = max(b.W, width(l, labelSize)+2*labelPad)
	}
	return b
}

// groups gives the nodes that hang together, each in the picture's order.
func (d *Drawing) groups() [][]int {
	leader := make([]int, len(d.Nodes))
	for i := range leader {
		leader[i] = i
	}
	find := func(i int) int {
		for leader[i] != i {
			leader[i] = leader[leader[i]]
			i = leader[i]
		}
		return i
	}
	for _, a := range d.Arrows {
		from, to := find(a.From), find(a.To)
		leader[max(from, to)] = min(from, to)
	}
	var out [][]int
	at := map[int]int{}
	for i := range d.Nodes {
		first := find(i)
		if _, ok := at[first]; !ok {
			at[first] = len(out)
			out = append(out, nil)
		}
		out[at[first]] = append(out[at[first]], i)
	}
	return out
}

// pack sets each group out and puts them beside each other, in rows.
func (d *Drawing) pack(groups [][]int) {
	var sheets []sheet
	for _, g := range groups {
		sheets = append(sheets, d.sheet(g))
	}
	// What hangs together comes first, single apps last.
	slices.SortStableFunc(sheets, func(a, b sheet) int {
		return min(len(b.nodes), 2) - min(len(a.nodes), 2)
	})
	wide := float64(pageWidth)
	for _, s := range sheets {
		wide = max(wide, s.width)
	}
	x, y, tall := 0.0, 0.0, 0.0
	for _, s := range sheets {
		if x > 0 && x+s.width > wide {
			x, y, tall = 0, y+tall+2*apart, 0
		}
		d.place(s, x+margin, y+margin)
		d.Width = max(d.Width, x+s.width+2*margin)
		x, tall = x+s.width+2*apart, max(tall, s.height)
	}
	d.Height = y + tall + 2*margin
}

// place moves what a sheet holds to its place on the plane.
func (d *Drawing) place(s sheet, x, y float64) {
	for i, n := range s.nodes {
		b := s.boxes[i]
		d.Boxes[n] = Box{b.X + x, b.Y + y, b.W, b.H}
	}
	for i, a := range s.arrows {
		d.Lines[a] = s.lines[i].moved(x, y)
	}
}

func (l Line) moved(x, y float64) Line {
	move := func(p Point) Point { return Point{p.X + x, p.Y + y} }
	out := Line{Start: move(l.Start), Tip: move(l.Tip),
		Label: Box{l.Label.X + x, l.Label.Y + y, l.Label.W, l.Label.H}}
	for _, c := range l.Curves {
		out.Curves = append(out.Curves, Curve{move(c.A), move(c.B), move(c.End)})
	}
	return out
}
