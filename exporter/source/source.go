// Package source defines the interface of a source of metrics and collects from all sources.
//
// A [Source] reads from one place. A [Set] collects from several sources for a scrape, in parallel
// and with a deadline; [Every] polls a service at an interval of its own instead. Neither
// depends on the kind of source, and no source depends on another.
package source

import (
	"context"
	"log/slog"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/inbound"
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
	// are exported even if Collect returns an error. A source that could not read one of its parts
	// returns [failure.OfPart], several of them joined by errors.Join, and stays up. Any other
	// error means that the whole source failed.
	Collect(ctx context.Context, ch chan<- prometheus.Metric) error
}

// Deps holds the dependencies that the exporter provides to every source.
type Deps struct {
	Logger    *slog.Logger
	Databases database.Config
	Inbound   *inbound.Server // where senders of webhooks and drains register their endpoints
}

// Module is the configuration of a source. It registers the flags and opens the source.
type Module interface {
	// Register adds the flags of the source to app.
	Register(app *kingpin.Application)

	// Open returns the source that the flags configure. It does not connect. The error names the
	// flag or file at fault and never contains a secret.
	Open(deps Deps) (Source, error)
}

// The capabilities that a source may have beyond [Source]. A source asserts at compile time the
// ones it has:
//
//	var _ source.Runner = (*Source)(nil)
//
// A test in package app fails for a source with an exported method that is neither part of [Source]
// nor of a capability, so that a mistyped method cannot be ignored.
type (
	// Runner works in the background until ctx ends.
	Runner interface{ Run(ctx context.Context) }

	// Reloader reads its files again. If it fails, the previous configuration stays in effect.
	Reloader interface{ Reload() error }

	// Closer releases what the source holds, such as connections.
	Closer interface{ Close() }

	// Checker reports what works and what does not, for the command check.
	Checker interface {
		Check(ctx context.Context) []check.Finding
	}

	// Settler counts at shutdown what was waiting for more data. The channel is closed once a
	// collection has included everything that was counted.
	Settler interface{ Settle() <-chan struct{} }

	// Polled is a source whose collections send the data of an earlier success, whose time it
	// reports; zero before the first.
	Polled interface{ LastSuccess() time.Time }

	// Optional is a source that may be disabled. A disabled source is described and checked, but
	// neither run nor collected.
	Optional interface{ Enabled() bool }
)
