package solution_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"stafett/internal/core"
	"stafett/internal/solution"
)

// random gives a solution of n apps with so many arrows, of every kind, rings and arrows to the
// same app among them.
func random(r *rand.Rand, n, arrows int) solution.Picture {
	kinds := []solution.Kind{solution.KindForm, solution.KindCase, solution.KindReply,
		solution.KindLetter, solution.KindElsewhere}
	ways := []solution.Way{solution.WayMakes, solution.WayMakes, solution.WayAdds, solution.WayTells}
	words := []string{"Søknad", "om", "Grunnskoletilsynsvurderingsmelding", "til", "WWWWW", "<&>"}
	p := solution.Picture{Lang: "nb"}
	for i := range n {
		node := solution.Node{Ref: core.AppRef{Org: "o", App: fmt.Sprint(i)}, Kind: kinds[r.IntN(5)]}
		for range 1 + r.IntN(5) {
			node.Title += " " + words[r.IntN(len(words))]
		}
		for range r.IntN(4) {
			node.Roles = append(node.Roles, solution.Role{Name: node.Title, Read: true,
				Write: r.IntN(2) == 0})
		}
		p.Nodes = append(p.Nodes, node)
	}
	for range arrows {
		a := solution.Arrow{From: r.IntN(n), To: r.IntN(n), Way: ways[r.IntN(4)],
			Handovers: []string{"a"}, Fields: r.IntN(60), PDF: r.IntN(2) == 0}
		for range r.IntN(3) {
			a.Files, a.Conditions = append(a.Files, "f"), append(a.Conditions, "c")
		}
		p.Arrows = append(p.Arrows, a)
	}
	return p
}

func TestDraw_NothingCoversAnything(t *testing.T) {
	t.Parallel()
	drawn, boxes := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		n := 1 + r.IntN(30)
		p := random(r, n, r.IntN(2*n+1))
		d := solution.Draw(p)
		if again := solution.Draw(p); !reflect.DeepEqual(d, again) {
			t.Errorf("seed %d: two drawings of one picture differ", seed)
		}
		boxes += apart(t, seed, d)
		drawn++
	}
	t.Logf("%d drawings, %d boxes", drawn, boxes)
	if boxes == 0 {
		t.Fatal("nothing was drawn")
	}
}

// apart checks that nodes and labels stand beside each other, and that a line goes from its own
// node to its own node and runs over no other node and no other's label.
func apart(t *testing.T, seed uint64, d solution.Drawing) int {
	t.Helper()
	all := append([]solution.Box{}, d.Boxes...)
	for _, l := range d.Lines {
		all = append(all, l.Label)
	}
	for i, b := range all {
		if b.W <= 0 || b.H <= 0 || b.X < 0 || b.Y < 0 || b.X+b.W > d.Width || b.Y+b.H > d.Height {
			t.Errorf("seed %d: box %d is %+v on a plane of %v × %v", seed, i, b, d.Width, d.Height)
		}
		for j, other := range all[:i] {
			if b.X < other.X+other.W && other.X < b.X+b.W && b.Y < other.Y+other.H &&
				other.Y < b.Y+b.H {
				t.Errorf("seed %d: box %d %+v covers box %d %+v", seed, i, b, j, other)
			}
		}
	}
	for i, l := range d.Lines {
		from, to := d.Boxes[d.Arrows[i].From], d.Boxes[d.Arrows[i].To]
		if !touches(from, l.Start) || !touches(to, l.Tip) {
			t.Errorf("seed %d: arrow %d goes from %+v to %+v, not from %+v to %+v", seed, i, l.Start,
				l.Tip, from, to)
		}
		for j, b := range all {
			if j != len(d.Boxes)+i && runsOver(l, b) {
				t.Errorf("seed %d: arrow %d runs over box %d", seed, i, j)
			}
		}
	}
	return len(all)
}

func touches(b solution.Box, p solution.Point) bool {
	const near = 0.01
	return p.X >= b.X-near && p.X <= b.X+b.W+near && p.Y >= b.Y-near && p.Y <= b.Y+b.H+near
}

func runsOver(l solution.Line, b solution.Box) bool {
	from := l.Start
	for _, c := range l.Curves {
		for i := range 17 {
			u := float64(i) / 16
			mix := func(p, q solution.Point) solution.Point {
				return solution.Point{X: p.X + (q.X-p.X)*u, Y: p.Y + (q.Y-p.Y)*u}
			}
			ab := mix(c.A, c.B)
			p := mix(mix(mix(from, c.A), ab), mix(ab, mix(c.B, c.End)))
			const inside = 0.5
			if p.X > b.X+inside && p.X < b.X+b.W-inside && p.Y > b.Y+inside && p.Y < b.Y+b.H-inside {
				return true
			}
		}
		from = c.End
	}
	return false
}

func TestDraw_EveryArrowIsDrawnOnceAndIsWellFormed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		p := random(rand.New(rand.NewPCG(seed, 7)), 8, 12)
		var out bytes.Buffer
		if err := solution.Draw(p).WriteFile(&out); err != nil {
			t.Fatal(err)
		}
		heads, boxes := 0, 0
		for in := xml.NewDecoder(&out); ; {
			token, err := in.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if e, ok := token.(xml.StartElement); ok {
				class := ""
				for _, a := range e.Attr {
					if a.Name.Local == "class" {
						class = a.Value
					}
				}
				heads += strings.Count(class, "sol-head ")
				boxes += strings.Count(class, "sol-box")
			}
		}
		if heads != 12 || boxes != 8 {
			t.Errorf("seed %d: %d heads and %d boxes, want 12 and 8", seed, heads, boxes)
		}
	}
}

func TestDraw_SmallAndOddPictures(t *testing.T) {
	t.Parallel()
	node := func(app string) solution.Node {
		return solution.Node{Ref: core.AppRef{Org: "o", App: app}, Title: app, Kind: solution.KindForm}
	}
	makes := func(from, to int) solution.Arrow {
		return solution.Arrow{From: from, To: to, Way: solution.WayMakes, Handovers: []string{"h"}}
	}
	cases := map[string]solution.Picture{
		"nothing":        {},
		"one app":        {Nodes: []solution.Node{node("a")}},
		"no handovers":   {Nodes: []solution.Node{node("a"), node("b"), node("c")}},
		"to itself":      {Nodes: []solution.Node{node("a")}, Arrows: []solution.Arrow{makes(0, 0), makes(0, 0)}},
		"ring of two":    {Nodes: []solution.Node{node("a"), node("b")}, Arrows: []solution.Arrow{makes(0, 1), makes(1, 0)}},
		"twice the same": {Nodes: []solution.Node{node("a"), node("b")}, Arrows: []solution.Arrow{makes(0, 1), makes(0, 1)}},
	}
	for name, p := range cases {
		d := solution.Draw(p)
		if n := apart(t, 0, d); n != len(p.Nodes)+len(p.Arrows) {
			t.Errorf("%s: %d boxes", name, n)
		}
	}
	d := solution.Draw(cases["ring of two"])
	if d.Boxes[0].Y >= d.Boxes[1].Y {
		t.Errorf("the beginning stands below: %+v", d.Boxes)
	}
	if a, b := d.Lines[0], d.Lines[1]; a.Tip.Y < a.Start.Y || b.Tip.Y > b.Start.Y {
		t.Errorf("the way on goes down and the way back up: %+v, %+v", a, b)
	}
}

// TestDraw_TimeGrowsWithTheSolution: a ring of apps, in which lines are as long as they can be.
func TestDraw_TimeGrowsWithTheSolution(t *testing.T) {
	p := random(rand.New(rand.NewPCG(1, 1)), 30, 45)
	began := time.Now()
	solution.Draw(p)
	took := time.Since(began)
	t.Logf("30 apps and 45 arrows in %v", took)
	if took > 3*time.Second {
		t.Errorf("30 apps took %v", took)
	}
}
