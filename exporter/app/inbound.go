package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// inboundSource makes the inbound listener a source, so that scrapes report its metrics and whether
// it still works. The App runs the listener itself, because deliveries end before collections do.
type inboundSource struct{ server *inbound.Server }

var (
	_ source.Source   = inboundSource{}
	_ source.Optional = inboundSource{}
	_ source.Checker  = inboundSource{}
	_ source.Closer   = inboundSource{}
)

// Name implements source.Source.
func (inboundSource) Name() string { return "inbound" }

// Descs implements source.Source.
func (s inboundSource) Descs() []metric.Desc { return s.server.Descs() }

// Collect implements source.Source. It fails if the listener has stopped.
func (s inboundSource) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	s.server.Collect(ch)
	return s.server.Err()
}

// Enabled implements source.Optional.
func (s inboundSource) Enabled() bool { return s.server.Enabled() }

// Check implements source.Checker.
func (s inboundSource) Check(ctx context.Context) []check.Finding { return s.server.Check(ctx) }

// Close implements source.Closer.
func (s inboundSource) Close() { s.server.Close() }
