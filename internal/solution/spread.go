package solution

// rounds is how often the items of all layers are moved towards what they are tied to.
const rounds = 150

// spread gives each item its place from left to right: as near to straight above and below what it
// is tied to as the order in its layer and the room between items allow.
func (g *group) spread() {
	for _, layer := range g.layers {
		x := 0.0
		for i, t := range layer {
			if i > 0 {
				x += g.distance(layer[i-1], t)
			}
			g.items[t].x = x
		}
		for _, t := range layer {
			g.items[t].x -= x / 2
		}
	}
	for range rounds / 8 {
		for k := 1; k < len(g.layers); k++ {
			g.draw(g.layers[k], true, false)
		}
		for k := len(g.layers) - 2; k >= 0; k-- {
			g.draw(g.layers[k], false, true)
		}
	}
	for range rounds {
		for k := range g.layers {
			g.draw(g.layers[k], true, true)
		}
	}
}

// distance is how far apart the middles of two neighbours must be.
func (g *group) distance(left, right int) float64 {
	a, b := &g.items[left], &g.items[right]
	room := float64(apart)
	if a.passes() || b.passes() {
		room = lineApart
	}
	return a.w/2 + room + b.w/2
}

// draw moves a layer's items towards those above, below or both.
func (g *group) draw(layer []int, up, down bool) {
	wanted, weight := make([]float64, len(layer)), make([]float64, len(layer))
	shift := 0.0
	for i, t := range layer {
		if i > 0 {
			shift += g.distance(layer[i-1], t)
		}
		x, n := g.pull(t, up, down)
		if n == 0 {
			x, n = g.items[t].x, 1
		}
		weight[i], wanted[i] = n, x-shift
	}
	shift = 0
	for i, x := range ascending(wanted, weight) {
		if i > 0 {
			shift += g.distance(layer[i-1], layer[i])
		}
		g.items[layer[i]].x = x + shift
	}
}

// pull is where an item's lines would be straight, in the middle, and what that weighs.
func (g *group) pull(t int, up, down bool) (x, weight float64) {
	add := func(at, w float64) { x, weight = x+at*w, weight+w }
	if up {
		for _, l := range g.items[t].up {
			k := g.links[l]
			add(g.items[k.upper].x+k.upAt-k.downAt, g.weight(k))
		}
	}
	if down {
		for _, l := range g.items[t].down {
			k := g.links[l]
			add(g.items[k.lower].x+k.downAt-k.upAt, g.weight(k))
		}
	}
	return x / max(weight, 1), weight
}

// weight is how much it counts that a link is straight: most where a long line passes.
func (g *group) weight(k link) float64 {
	switch {
	case g.items[k.upper].node >= 0 && g.items[k.lower].node >= 0:
		return 1
	case g.items[k.upper].node >= 0 || g.items[k.lower].node >= 0:
		return 2
	}
	return 40
}

// ascending gives the numbers that never fall and are nearest to the wanted ones, by weight:
// neighbours that stand in each other's way are moved together to their middle.
func ascending(wanted, weight []float64) []float64 {
	type block struct {
		at, weight float64
		n          int
	}
	var blocks []block
	for i, w := range wanted {
		blocks = append(blocks, block{w, weight[i], 1})
		for len(blocks) > 1 {
			a, b := &blocks[len(blocks)-2], blocks[len(blocks)-1]
			if a.at <= b.at {
				break
			}
			sum := a.weight + b.weight
			*a = block{(a.at*a.weight + b.at*b.weight) / sum, sum, a.n + b.n}
			blocks = blocks[:len(blocks)-1]
		}
	}
	var out []float64
	for _, b := range blocks {
		for range b.n {
			out = append(out, b.at)
		}
	}
	return out
}
