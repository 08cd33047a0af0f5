package ui

import "testing"

func TestOutline_LeavesOutNoLevel(t *testing.T) {
	t.Parallel()
	o := Under(1)
	asked, want := []int{4, 3, 4, 2, 4, 2, 2}, []int{2, 3, 4, 2, 3, 2, 2}
	for i, level := range asked {
		if got := o.Next(level); got != want[i] {
			t.Errorf("heading %d: asked for %d, got %d, want %d", i, level, got, want[i])
		}
	}
	o.Next(2)
	got := o.within("<h5>A</h5><p>x</p><h3>B</h3><h6>C <em>c</em></h6>")
	const size = ` class="ds-heading" data-size="2xs">`
	if want := "<h3" + size + "A</h3><p>x</p><h3" + size + "B</h3><h4" + size + "C <em>c</em></h4>"; got != want {
		t.Errorf("in a text: got %s, want %s", got, want)
	}
	var none *Outline
	if none.Next(4) != 4 || none.within("<h5>A</h5>") != "<h5>A</h5>" {
		t.Error("without an outline a level is changed")
	}
}
