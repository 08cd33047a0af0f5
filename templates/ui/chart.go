package ui

import (
	"context"
	"io"
	"strconv"
)

// Chart is a picture of columns, one group of them for each point in time. It is a help to the eye:
// the same numbers must stand in a table on the page, and Text says in words
// what the picture shows.
type Chart struct {
	ID, Title, Text string
	// Series names the columns of a group, two at most; the second is drawn as an outline, so that
	// it is told from the first without colour.
	Series []string
	Groups []ChartGroup
}

// ChartGroup is a group of columns, with one value for each of the chart's series.
type ChartGroup struct {
	// Label stands under the group, where there is room; Name is what it is called in full.
	Label, Name string
	Values      []int
}

// Render draws the chart.
func (c Chart) Render(ctx context.Context, w io.Writer) error { return chart(c).Render(ctx, w) }

// The measures of a chart, in its own units: about a pixel on a phone.
const (
	chartWidth, chartHeight = 360.0, 190.0
	chartLeft, chartTop     = 36.0, 10.0
	chartFloor              = 164.0
	// chartLabels is how many labels there is room for.
	chartLabels = 13
)

// top is the value at the top of the scale: half of it is a whole number too.
func (c Chart) top() int {
	most := 2
	for _, g := range c.Groups {
		for _, v := range g.Values {
			most = max(most, v)
		}
	}
	for unit := 1; ; unit *= 10 {
		for _, n := range []int{2, 4, 6, 8} {
			if n*unit >= most {
				return n * unit
			}
		}
	}
}

// chartLine is a line of the scale.
type chartLine struct{ Y, TextY, Text string }

func (c Chart) lines() []chartLine {
	top := c.top()
	var out []chartLine
	for _, v := range []int{0, top / 2, top} {
		y := c.y(v)
		out = append(out, chartLine{units(y), units(y + 4), strconv.Itoa(v)})
	}
	return out
}

func (c Chart) y(v int) float64 {
	return chartFloor - (chartFloor-chartTop)*float64(v)/float64(c.top())
}

// chartBar is one column.
type chartBar struct{ X, Y, Width, Height, Class, Title string }

func (c Chart) bars() []chartBar {
	var out []chartBar
	room := c.room()
	width := room * 0.8 / float64(max(len(c.Series), 1))
	for i, g := range c.Groups {
		for j, v := range g.Values {
			x := chartLeft + room*(float64(i)+0.1) + width*float64(j)
			out = append(out, chartBar{
				X: units(x), Y: units(c.y(v)), Width: units(width), Height: units(chartFloor - c.y(v)),
				Class: "chart__" + strconv.Itoa(j+1),
				Title: g.Name + ": " + strconv.Itoa(v) + " " + c.Series[j],
			})
		}
	}
	return out
}

// room is how wide a group may be.
func (c Chart) room() float64 {
	return (chartWidth - chartLeft) / float64(max(len(c.Groups), 1))
}

// chartLabel is a word under a group.
type chartLabel struct{ X, Text string }

// labels are those there is room for; the last group always has one.
func (c Chart) labels() []chartLabel {
	each := (len(c.Groups) + chartLabels - 1) / chartLabels
	var out []chartLabel
	for i, g := range c.Groups {
		if (len(c.Groups)-1-i)%max(each, 1) == 0 {
			out = append(out, chartLabel{units(chartLeft + c.room()*(float64(i)+0.5)), g.Label})
		}
	}
	return out
}

func units(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
