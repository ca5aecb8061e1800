// Package chart draws time series as SVG without scripts, styles or external files, so that mail
// clients and browsers show the same picture.
package chart

import (
	"math"
	"time"

	"github.com/aimarketplace/monitoring/report/unit"
)

// Chart is a time series chart.
type Chart struct {
	Title string    `json:"title"`
	Unit  unit.Unit `json:"unit"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	// Step is the distance of points. Longer gaps interrupt a line.
	Step   time.Duration `json:"-"`
	Series []Series      `json:"series"`
	Limit  *Limit        `json:"limit,omitempty"`
	// Marks are vertical lines, and Span is a highlighted part.
	Marks []Mark `json:"marks,omitempty"`
	Span  *Span  `json:"span,omitempty"`
}

// Series is one line.
type Series struct {
	Name   string  `json:"name"`
	Points []Point `json:"points"`
}

// Point is a value at a time.
type Point struct {
	Time  time.Time `json:"time"`
	Value float64   `json:"value"`
}

// Limit is a horizontal line.
type Limit struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Mark is a vertical line, such as a deployment.
type Mark struct {
	Time time.Time `json:"time"`
	Name string    `json:"name"`
}

// Span is a highlighted part of the time axis.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// maximum returns the largest value to draw.
func (c Chart) maximum() float64 {
	highest := 0.0
	if c.Limit != nil {
		highest = c.Limit.Value
	}
	for _, s := range c.Series {
		for _, p := range s.Points {
			highest = max(highest, p.Value)
		}
	}
	return highest
}

// minimum returns the smallest value to draw. It is 0 unless the values are far from 0 and differ
// by 5 to 20 %. Ratios may differ by less, as success ratios do, since they have enough digits.
func (c Chart) minimum(highest float64) float64 {
	lowest := highest
	if c.Limit != nil {
		lowest = math.Min(lowest, c.Limit.Value)
	}
	for _, s := range c.Series {
		for _, p := range s.Points {
			lowest = min(lowest, p.Value)
		}
	}
	difference := highest - lowest
	if lowest > 0 && (difference == 0 || difference > highest/5 || difference < highest/20 && c.Unit != unit.Ratio) {
		return 0
	}
	return lowest
}

// Range returns the minimum, the maximum and the mean of the points. Without points, they are NaN.
func (s Series) Range() (low, high, mean float64) {
	if len(s.Points) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range s.Points {
		low, high, mean = math.Min(low, p.Value), math.Max(high, p.Value), mean+p.Value
	}
	return low, high, mean / float64(len(s.Points))
}
