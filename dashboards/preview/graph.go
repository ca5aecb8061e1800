package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// graph is a time series panel in pixels.
type graph struct {
	Width, Height            int
	Left, Right, Top, Bottom float64 // of the lines
	Values, Times            []tick
	Grid                     []float64
	Lines                    []line
}

// tick is a label at an axis.
type tick struct {
	X, Y          float64
	Label, Anchor string
}

// line is a series and its entry in the legend.
type line struct {
	Name, Color, Path, Area string
	Opacity                 float64
	Dashed                  bool
}

// newGraph draws what a panel's queries found.
func newGraph(p panel, found []series, span period, width, height int) *graph {
	g := &graph{Width: width, Height: height - legendLines(found, width)*18, Top: 6}
	g.Bottom = float64(g.Height) - 20
	axes := g.place(p, found)
	for i, a := range axes {
		if i == 0 {
			for _, t := range a.ticks {
				g.Grid = append(g.Grid, a.y(t))
			}
		}
		g.Values = append(g.Values, a.labels()...)
	}
	g.Times = clock(span, g.Left, g.Right)
	below := map[float64]float64{}
	for i, s := range found {
		a := axes[slices.IndexFunc(axes, func(a *axis) bool { return a.unit == p.unit(s.RefID, s.Name) })]
		g.Lines = append(g.Lines, g.line(p, s, palette(i), a, span, below))
	}
	return g
}

// place gives each unit an axis, at the left and the right in turns, and the lines the space in between.
func (g *graph) place(p panel, found []series) []*axis {
	var axes []*axis
	g.Left, g.Right = 2, float64(g.Width)-8
	for _, s := range found {
		unit := p.unit(s.RefID, s.Name)
		if slices.ContainsFunc(axes, func(a *axis) bool { return a.unit == unit }) {
			continue
		}
		a := newAxis(unit, valuesOf(p, found, unit))
		a.top, a.bottom, a.onTheRight = g.Top, g.Bottom, len(axes)%2 == 1
		if a.onTheRight {
			a.left, a.right = g.Right-a.width(), g.Right
			g.Right = a.left
		} else {
			a.left, a.right = g.Left, g.Left+a.width()
			g.Left = a.right
		}
		axes = append(axes, a)
	}
	return axes
}

// valuesOf are all heights that a unit's lines reach.
func valuesOf(p panel, found []series, unit string) []float64 {
	var values []float64
	sums := map[float64]float64{}
	for _, s := range found {
		if p.unit(s.RefID, s.Name) != unit {
			continue
		}
		for _, at := range s.Points {
			value := at.Value
			if p.isStacked() && !p.isLimit(s.RefID) {
				sums[at.Time] += value
				value = sums[at.Time]
			}
			values = append(values, value)
		}
	}
	return values
}

// line draws a series, on top of what is below it where the panel is stacked, and breaks where points are missing.
func (g *graph) line(p panel, s series, color string, a *axis, span period, below map[float64]float64) line {
	drawn := line{Name: s.Name, Color: color, Opacity: 0.08, Dashed: p.isLimit(s.RefID)}
	if drawn.Dashed {
		drawn.Color = shade("red")
	}
	stacked := p.isStacked() && !drawn.Dashed
	if stacked {
		drawn.Opacity = 0.3
	}
	var path, area strings.Builder
	for _, run := range runs(s.Points, 1.5*span.step().Seconds()) {
		var tops, bases []string
		for _, at := range run {
			x := g.x(at.Time, span)
			tops = append(tops, fmt.Sprintf("%.1f %.1f", x, a.y(at.Value+below[at.Time])))
			bases = append(bases, fmt.Sprintf("%.1f %.1f", x, a.y(below[at.Time])))
			if stacked {
				below[at.Time] += at.Value
			}
		}
		slices.Reverse(bases)
		path.WriteString("M" + strings.Join(tops, "L"))
		area.WriteString("M" + strings.Join(append(tops, bases...), "L") + "Z")
	}
	drawn.Path = path.String()
	if !drawn.Dashed {
		drawn.Area = area.String()
	}
	return drawn
}

// x is where a time is.
func (g *graph) x(seconds float64, span period) float64 {
	begin := float64(span.End.Add(-span.Length).Unix())
	return g.Left + (seconds-begin)/span.Length.Seconds()*(g.Right-g.Left)
}

// runs are the points that belong together, with no more than a gap in between and without those that are no numbers.
func runs(points []point, gap float64) [][]point {
	var all [][]point
	before := math.Inf(-1)
	for _, at := range points {
		if math.IsNaN(at.Value) || math.IsInf(at.Value, 0) {
			continue
		}
		if at.Time-before > gap {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], at)
		before = at.Time
	}
	return all
}

// legendLines is how many lines the names of all series need.
func legendLines(found []series, width int) int {
	lines, used := 1, 0.0
	for _, s := range found {
		entry := float64(len([]rune(s.Name)))*letter + 32
		if used > 0 && used+entry > float64(width) {
			lines, used = lines+1, 0
		}
		used += entry
	}
	return min(lines, 3)
}
