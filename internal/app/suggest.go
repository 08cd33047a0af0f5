package app

import (
	"maps"
	"slices"
	"strings"

	"stafett/internal/schema"
)

// suggestion gives ", did you mean X?" for the candidate that is nearest to a misspelt word;
// empty when none is near enough to be what was meant.
func suggestion(word string, candidates []string) string {
	if best := nearest(word, candidates); best != "" {
		return ": did you mean " + best + "?"
	}
	return ""
}

// Suggestion gives the path of a model's field that is nearest to a misspelt one; empty when none
// is near enough to be what was meant.
func (m *Model) Suggestion(path string) string { return nearest(path, fieldPaths(m.Schema)) }

// nearest gives the candidate that a word is most likely a misspelling of; empty for none. A
// third of the letters may be wrong, at most three.
func nearest(word string, candidates []string) string {
	limit := min(len(word)/3, 3)
	best := ""
	for _, c := range candidates {
		if d := distance(word, c, limit); c != word && d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// distance is how many letters must be added, taken out, changed or swapped with their
// neighbour to make one word of the other; limit+1 when it is more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		if slices.Min(row) > limit {
			return limit + 1
		}
		before, last = last, row
	}
	return last[len(y)]
}

// fieldPaths gives the path of every field of a model, groups and lists included.
func fieldPaths(s *schema.Schema) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range s.Fields() {
		for path := f.Path; path != "" && !seen[path]; {
			seen[path] = true
			out = append(out, path)
			path = path[:max(strings.LastIndexByte(path, '.'), 0)]
		}
	}
	return out
}

// ids gives the ids of a set's components, sorted.
func (s *LayoutSet) ids() []string { return slices.Sorted(maps.Keys(s.byID)) }
