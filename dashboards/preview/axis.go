package main

import (
	"math"
	"time"
)

// letter is about how wide one is in an axis' or a legend's font, in pixels.
const letter = 6.3

// axis maps values of one unit to heights.
type axis struct {
	unit        string
	low, high   float64
	top, bottom float64 // in pixels
	left, right float64 // of the space for its labels
	ticks       []float64
	onTheRight  bool
}

// newAxis covers all values, and 0.
func newAxis(unit string, values []float64) *axis {
	a := &axis{unit: unit}
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			a.low, a.high = min(a.low, v), max(a.high, v)
		}
	}
	if a.low == a.high {
		a.high = a.low + 1
	}
	step := niceStep((a.high-a.low)/4, unit)
	a.low, a.high = math.Floor(a.low/step)*step, math.Ceil(a.high/step)*step
	for i := math.Round(a.low / step); i <= math.Round(a.high/step); i++ {
		a.ticks = append(a.ticks, i*step)
	}
	return a
}

// niceStep is the smallest round number that is not below the rough one.
func niceStep(rough float64, unit string) float64 {
	switch {
	case unit == "s" && rough > 1:
		return niceSeconds(rough)
	case unit == "bytes" && rough > 1:
		return math.Exp2(math.Ceil(math.Log2(rough)))
	}
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= rough*0.999 {
			return factor * power
		}
	}
	return 10 * power
}

// niceSeconds is the same for times, which do not count in tens.
func niceSeconds(rough float64) float64 {
	for _, step := range []float64{
		2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600,
		86400, 2 * 86400, 5 * 86400, 7 * 86400,
	} {
		if step >= rough {
			return step
		}
	}
	return math.Ceil(rough/(7*86400)) * 7 * 86400
}

func (a *axis) y(value float64) float64 {
	return a.bottom - (value-a.low)/(a.high-a.low)*(a.bottom-a.top)
}

// width is what its labels need.
func (a *axis) width() float64 {
	longest := 0
	for _, t := range a.ticks {
		longest = max(longest, len([]rune(formatValue(t, a.unit))))
	}
	return float64(longest)*letter + 8
}

// labels are the axis' ticks, and where its labels stand.
func (a *axis) labels() []tick {
	ticks := make([]tick, len(a.ticks))
	for i, t := range a.ticks {
		ticks[i] = tick{X: a.right - 4, Y: a.y(t), Anchor: "end", Label: formatValue(t, a.unit)}
		if a.onTheRight {
			ticks[i].X, ticks[i].Anchor = a.left+4, "start"
		}
	}
	return ticks
}

// clock are the times below a graph, as many as fit.
func clock(span period, left, right float64) []tick {
	const room = 64
	step := time.Duration(niceSeconds(span.Length.Seconds()/max(1, (right-left)/room))) * time.Second
	format := "15:04"
	if step < time.Minute {
		format = "15:04:05"
	}
	begin := span.End.Add(-span.Length)
	var ticks []tick
	for t := begin.Truncate(step).Add(step); !t.After(span.End); t = t.Add(step) {
		x := left + float64(t.Sub(begin))/float64(span.Length)*(right-left)
		ticks = append(ticks, tick{X: x, Label: t.Format(format), Anchor: "middle"})
	}
	return ticks
}
