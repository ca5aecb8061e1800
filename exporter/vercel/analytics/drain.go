// Package analytics counts page views and custom events, as the drain of Web Analytics tells.
package analytics

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
)

// Drain is the drain of Web Analytics: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	*rows.Drain[action]
	*metrics
}

// New returns a drain that has counted nothing.
func New(options rows.Options) *Drain {
	m := newMetrics()
	return &Drain{metrics: m, Drain: rows.New(rows.Kind[action]{
		Name: "analytics", Path: "/vercel/analytics",
		NewReader: func() rows.Reader[action] { return &reader{} },
		Count:     func(a action, lists *bound.Lists) { m.count(a, lists.Events) },
	}, options)}
}
