// Package source is the frame that every source of metrics stands in.
//
// A [Source] knows how to ask one place. A [Set] runs several of them for a scrape, in parallel and under the
// scrape's own deadline; [Every] gives one its own clock instead. Neither knows what is being measured, and no
// source knows another.
package source

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// Source is one place that metrics come from.
type Source interface {
	// Name is the value of the source label: lower case, stable, one word.
	Name() string

	// Describe sends every descriptor that Collect may use, so that a pedantic registry accepts the source.
	Describe(ch chan<- *prometheus.Desc)

	// Collect sends what can be had before ctx ends, and returns when ctx does. What was sent counts, whatever
	// the error: a source that lost one of its parts reports the loss with [failure.OfPart] (several of them joined
	// by errors.Join), and the rest is served. Any other error means that the source as a whole failed.
	Collect(ctx context.Context, ch chan<- prometheus.Metric) error
}
