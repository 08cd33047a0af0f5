package solution

import (
	"cmp"
	"slices"
)

// item is something that has a place of its own in a layer: a node, a label, or a line that only
// passes. Nodes stand in the even layers, labels in the odd ones, so that there is one between the
// ends of every line.
type item struct {
	// node and arrow are places in the group; -1 for none.
	node, arrow int
	layer       int
	// w and h are its size; of a node with arrows to itself, w has room for them on its right.
	w, h float64
	// core is the width of the node alone.
	core float64
	// x is its middle.
	x float64
	// up and down are the links to the layers beside.
	up, down []int
}

func (t *item) passes() bool { return t.w == 0 }

// link is a piece of a line between two items in layers beside each other. upAt and downAt are how
// far from the middle of the upper and of the lower item it stands.
type link struct {
	upper, lower int
	upAt, downAt float64
}

// group is apps that hang together, on their way to a sheet.
type group struct {
	edges  []edge
	loops  []edge
	items  []item
	links  []link
	layers [][]int
	// chains are the items that each edge passes, from the top.
	chains [][]int
	labels []Box // by place in edges, then in loops
}

// sheet is a group set out: its boxes and lines in the order of nodes and arrows.
type sheet struct {
	nodes, arrows []int
	boxes         []Box
	lines         []Line
	width, height float64
}

// sheet sets a group out.
func (d *Drawing) sheet(nodes []int) sheet {
	g := d.group(nodes)
	g.arrange()
	g.ports()
	g.spread()
	return g.set(nodes)
}

// group makes the items of the nodes and of the arrows between them.
func (d *Drawing) group(nodes []int) *group {
	g := &group{}
	at := map[int]int{}
	for i, n := range nodes {
		at[n] = i
	}
	for i, a := range d.Arrows {
		if _, ok := at[a.From]; !ok {
			continue
		}
		e := edge{arrow: i, from: at[a.From], to: at[a.To], way: a.Way}
		if e.from == e.to {
			g.loops = append(g.loops, e)
		} else {
			g.edges = append(g.edges, e)
		}
	}
	rows := rank(len(nodes), g.edges)
	for i, n := range nodes {
		g.add(item{node: i, arrow: -1, layer: 2 * rows[i], core: nodeWidth, w: nodeWidth,
			h: d.faces[n].height()})
	}
	g.widen(d)
	g.thread(d)
	return g
}

// widen makes nodes wide enough for their lines, and gives arrows to themselves room beside them.
func (g *group) widen(d *Drawing) {
	up, down := make([]int, len(g.items)), make([]int, len(g.items))
	for _, e := range g.edges {
		down[e.upper()]++
		up[e.lower()]++
	}
	for i := range g.items {
		t := &g.items[i]
		t.core = max(t.core, float64(max(up[i], down[i]))*portsApart+2*nodePad)
		t.w = t.core
	}
	for _, e := range g.loops {
		t, label := &g.items[e.from], labelBox(d.labels[e.arrow])
		t.w = max(t.w, t.core+loopOut+label.W)
		g.labels = append(g.labels, label)
	}
	for i := range g.items {
		tall := 0.0
		for k, e := range g.loops {
			if e.from == i {
				tall += g.labels[k].H + apart
			}
		}
		g.items[i].h = max(g.items[i].h, tall)
	}
}

func (g *group) add(t item) int {
	g.items = append(g.items, t)
	for len(g.layers) <= t.layer {
		g.layers = append(g.layers, nil)
	}
	g.layers[t.layer] = append(g.layers[t.layer], len(g.items)-1)
	return len(g.items) - 1
}

// thread takes each edge through the layers between its ends; its label stands in the one with
// most room.
func (g *group) thread(d *Drawing) {
	wide := map[int]float64{}
	var labels []Box
	for i, e := range g.edges {
		label := labelBox(d.labels[e.arrow])
		labels = append(labels, label)
		first, last := g.items[e.upper()].layer+1, g.items[e.lower()].layer-1
		at := first
		for layer := first; layer <= last; layer += 2 {
			if wide[layer] < wide[at] {
				at = layer
			}
		}
		wide[at] += label.W + apart
		chain := []int{e.upper()}
		for layer := first; layer <= last; layer++ {
			t := item{node: -1, arrow: i, layer: layer}
			if layer == at {
				t.w, t.h = label.W, label.H
			}
			chain = append(chain, g.add(t))
		}
		g.chains = append(g.chains, append(chain, e.lower()))
	}
	for _, chain := range g.chains {
		for i := range chain[1:] {
			g.links = append(g.links, link{upper: chain[i], lower: chain[i+1]})
			g.items[chain[i]].down = append(g.items[chain[i]].down, len(g.links)-1)
			g.items[chain[i+1]].up = append(g.items[chain[i+1]].up, len(g.links)-1)
		}
	}
	g.labels = append(labels, g.labels...)
}

// ports sets the lines at each side of a node beside each other, in the order in which the items
// at their other ends stand.
func (g *group) ports() {
	place := g.places()
	for i := range g.items {
		t := &g.items[i]
		if t.node < 0 {
			continue
		}
		slices.SortStableFunc(t.down, func(a, b int) int {
			return cmp.Compare(place[g.links[a].lower], place[g.links[b].lower])
		})
		slices.SortStableFunc(t.up, func(a, b int) int {
			return cmp.Compare(place[g.links[a].upper], place[g.links[b].upper])
		})
		middle := (t.core - t.w) / 2
		for k, l := range t.down {
			g.links[l].upAt = middle + t.port(k, len(t.down))
		}
		for k, l := range t.up {
			g.links[l].downAt = middle + t.port(k, len(t.up))
		}
	}
}

// port is how far from the node's middle the line k of n stands.
func (t *item) port(k, n int) float64 {
	if n == 1 {
		return 0
	}
	step := min((t.core-2*nodePad)/float64(n-1), labelLongest/2)
	return (float64(k) - float64(n-1)/2) * step
}

// places says where in its layer each item stands.
func (g *group) places() []int {
	place := make([]int, len(g.items))
	for _, layer := range g.layers {
		for i, t := range layer {
			place[t] = i
		}
	}
	return place
}
