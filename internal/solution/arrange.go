package solution

import (
	"cmp"
	"slices"
)

// sweeps is how often the layers are put in order from above and from below.
const sweeps = 12

// arrange puts each layer in an order in which few lines cross: each item to the middle of those
// that it is tied to, from above and from below in turn; then neighbours change places where that
// helps. The best order met is kept.
func (g *group) arrange() {
	best, fewest := g.order(), g.crossings()
	for i := range sweeps {
		if i%2 == 0 {
			for k := 1; k < len(g.layers); k++ {
				g.sort(k, true)
			}
		} else {
			for k := len(g.layers) - 2; k >= 0; k-- {
				g.sort(k, false)
			}
		}
		g.swap()
		if n := g.crossings(); n < fewest {
			best, fewest = g.order(), n
		}
	}
	g.layers = best
}

func (g *group) order() [][]int {
	out := make([][]int, len(g.layers))
	for i, layer := range g.layers {
		out[i] = slices.Clone(layer)
	}
	return out
}

// others are the places of the items that an item is tied to, above or below.
func (g *group) others(t int, above bool, place []int) []int {
	var out []int
	if above {
		for _, l := range g.items[t].up {
			out = append(out, place[g.links[l].upper])
		}
		return out
	}
	for _, l := range g.items[t].down {
		out = append(out, place[g.links[l].lower])
	}
	return out
}

func (g *group) sort(layer int, above bool) {
	place := g.places()
	middle := map[int]float64{}
	for i, t := range g.layers[layer] {
		others := g.others(t, above, place)
		middle[t] = float64(i)
		if len(others) > 0 {
			sum := 0
			for _, o := range others {
				sum += o
			}
			middle[t] = float64(sum) / float64(len(others))
		}
	}
	slices.SortStableFunc(g.layers[layer], func(a, b int) int {
		return cmp.Compare(middle[a], middle[b])
	})
}

// swap lets neighbours change places as long as fewer lines cross by it.
func (g *group) swap() {
	place := g.places()
	for _, layer := range g.layers {
		for i := range len(layer) - 1 {
			a, b := layer[i], layer[i+1]
			now, then := 0, 0
			for _, above := range []bool{true, false} {
				left, right := g.others(a, above, place), g.others(b, above, place)
				now += crossed(left, right)
				then += crossed(right, left)
			}
			if then < now {
				layer[i], layer[i+1] = b, a
				place[a], place[b] = i+1, i
			}
		}
	}
}

// crossed counts the pairs of lines that cross when what is tied to left stands before what is
// tied to right.
func crossed(left, right []int) int {
	n := 0
	for _, l := range left {
		for _, r := range right {
			if r < l {
				n++
			}
		}
	}
	return n
}

// crossings counts all lines that cross.
func (g *group) crossings() int {
	place := g.places()
	n := 0
	for _, layer := range g.layers {
		var ends []int
		for _, t := range layer {
			mine := g.others(t, false, place)
			n += crossed(ends, mine)
			ends = append(ends, mine...)
		}
	}
	return n
}
