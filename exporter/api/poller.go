package api

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Poller polls an API at an interval and exports the metrics about its requests. Without a token it
// is off. Sources embed it.
type Poller struct {
	periodic  *source.Periodic
	transport *Transport
	token     *Token // nil: off
}

// NewPoller returns a poller whose requests use the transport and the token.
func NewPoller(periodic *source.Periodic, transport *Transport, token *Token) *Poller {
	return &Poller{periodic: periodic, transport: transport, token: token}
}

// Enabled reports whether there is a token.
func (p *Poller) Enabled() bool { return p.token != nil }

// Descs implements source.Source.
func (p *Poller) Descs() []metric.Desc { return append(p.periodic.Descs(), p.transport.Descs()...) }

// Run implements source.Runner.
func (p *Poller) Run(ctx context.Context) {
	if p.Enabled() {
		p.periodic.Run(ctx)
	}
}

// LastSuccess implements source.Polled. A source that only receives webhooks is always current.
func (p *Poller) LastSuccess() time.Time {
	if !p.Enabled() {
		return time.Now()
	}
	return p.periodic.LastSuccess()
}

// Reload reads the token again.
func (p *Poller) Reload() error {
	if !p.Enabled() {
		return nil
	}
	return p.token.Reload()
}

// Collect implements source.Source.
func (p *Poller) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	if !p.Enabled() {
		return nil
	}
	p.transport.Collect(ch)
	return p.periodic.Collect(ctx, ch)
}
