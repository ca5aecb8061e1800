// Package source defines the interface of a source of metrics and collects from all sources.
//
// A [Source] reads from one place. A [Set] collects from several sources for a scrape, in parallel
// and with a deadline; [Every] collects from a source at an interval of its own instead. Neither
// depends on the kind of source, and no source depends on another.
package source

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// Source collects metrics from one system, such as a database.
type Source interface {
	// Name is the value of the source label: one lower-case word that does not change.
	Name() string

	// Descs returns the descriptors of all metrics that Collect can send. A metric without one is
	// dropped and counted as a failure.
	Descs() []metric.Desc

	// Collect sends the metrics that it can get before ctx ends, and returns when ctx ends. Metrics
	// are exported even if Collect returns an error. A source that could not read one of its parts returns
	// [failure.OfPart], several of them joined by errors.Join, and stays up. Any other error means
	// that the whole source failed.
	Collect(ctx context.Context, ch chan<- prometheus.Metric) error
}
