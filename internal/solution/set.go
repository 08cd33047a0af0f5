package solution

import "math"

const (
	// gapLeast and gapMost are how much room lines have between two layers, by how far they go.
	gapLeast, gapMost = 26, 78
	// headLength is the length of an arrow's head.
	headLength = 9
	// loopOut is how far an arrow to its own node goes out from it.
	loopOut = 40
)

// set gives every item its place from above and draws the lines.
func (g *group) set(nodes []int) sheet {
	tops, bottoms := g.heights()
	left, right := math.Inf(1), math.Inf(-1)
	for _, t := range g.items {
		left, right = min(left, t.x-t.w/2), max(right, t.x+t.w/2)
	}
	s := sheet{nodes: nodes, width: right - left, height: bottoms[len(bottoms)-1]}
	for i := range g.items {
		g.items[i].x -= left
	}
	for _, t := range g.items {
		if t.node >= 0 {
			s.boxes = append(s.boxes, Box{t.x - t.w/2, tops[t.layer], t.core,
				bottoms[t.layer] - tops[t.layer]})
		}
	}
	for i, e := range g.edges {
		s.arrows = append(s.arrows, e.arrow)
		s.lines = append(s.lines, g.line(i, tops, bottoms))
	}
	g.setLoops(&s)
	return s
}

// heights are the upper and lower edge of each layer.
func (g *group) heights() (tops, bottoms []float64) {
	far := make([]float64, len(g.layers))
	for _, l := range g.links {
		far[g.items[l.upper].layer] = max(far[g.items[l.upper].layer],
			math.Abs(g.items[l.upper].x+l.upAt-g.items[l.lower].x-l.downAt))
	}
	y := 0.0
	for k, layer := range g.layers {
		tall := 0.0
		for _, t := range layer {
			tall = max(tall, g.items[t].h)
		}
		tops, bottoms = append(tops, y), append(bottoms, y+tall)
		y += tall + min(gapLeast+far[k]/7, gapMost)
	}
	return tops, bottoms
}

// line takes an edge through its items, from where it leaves to where it ends.
func (g *group) line(i int, tops, bottoms []float64) Line {
	e, chain := g.edges[i], g.chains[i]
	first, last := g.between(chain[0], chain[1]), g.between(chain[len(chain)-2], chain[len(chain)-1])
	points := []Point{{g.items[chain[0]].x + first.upAt, bottoms[g.items[chain[0]].layer]}}
	l := Line{}
	for _, t := range chain[1 : len(chain)-1] {
		it := g.items[t]
		points = append(points, Point{it.x, tops[it.layer]}, Point{it.x, bottoms[it.layer]})
		if !it.passes() {
			middle := (tops[it.layer] + bottoms[it.layer]) / 2
			l.Label = Box{it.x - it.w/2, middle - it.h/2, it.w, it.h}
		}
	}
	end := g.items[chain[len(chain)-1]]
	points = append(points, Point{end.x + last.downAt, tops[end.layer]})
	if e.back {
		for a, b := 0, len(points)-1; a < b; a, b = a+1, b-1 {
			points[a], points[b] = points[b], points[a]
		}
	}
	l.Start, l.Tip = points[0], points[len(points)-1]
	head := float64(-headLength)
	if e.back {
		head = headLength
	}
	points[len(points)-1].Y += head
	for k, p := range points[1:] {
		middle := (points[k].Y + p.Y) / 2
		l.Curves = append(l.Curves, Curve{Point{points[k].X, middle}, Point{p.X, middle}, p})
	}
	return l
}

// between is the link between two items of one edge; two edges never share both.
func (g *group) between(upper, lower int) link {
	for _, l := range g.items[upper].down {
		if g.links[l].lower == lower {
			return g.links[l]
		}
	}
	return link{}
}

// setLoops draws the arrows from a node to itself, on its right under each other.
func (g *group) setLoops(s *sheet) {
	y := map[int]float64{}
	for k, e := range g.loops {
		b, label := s.boxes[e.from], g.labels[len(g.edges)+k]
		from := b.Y + y[e.from] + apart/2
		to := from + label.H
		y[e.from] += label.H + apart
		out := b.right() + loopOut - labelPad
		label.X, label.Y = b.right()+loopOut, from
		s.arrows = append(s.arrows, e.arrow)
		s.lines = append(s.lines, Line{
			Start: Point{b.right(), from}, Tip: Point{b.right(), to}, Label: label,
			Curves: []Curve{{Point{out, from}, Point{out, to}, Point{b.right() + headLength, to}}},
		})
	}
}
