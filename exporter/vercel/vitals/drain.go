// Package vitals counts what browsers measured of pages, as the drain of Speed Insights tells.
package vitals

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
)

// Drain is the drain of Speed Insights: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	*rows.Drain[measurement]
	*metrics
}

// New returns a drain that has counted nothing.
func New(options rows.Options) *Drain {
	m := newMetrics()
	return &Drain{metrics: m, Drain: rows.New(rows.Kind[measurement]{
		Name: "speed_insights", Path: "/vercel/speed-insights",
		NewReader: func() rows.Reader[measurement] { return &reader{} },
		Count:     func(v measurement, _ *bound.Lists) { m.observe(v) },
	}, options)}
}
