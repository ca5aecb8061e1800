package stripe

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source counts Stripe's webhooks and polls its API. Either may be off.
type Source struct {
	config   Config
	client   *client
	poll     *poll
	poller   *source.Periodic
	webhooks *webhooks
	secrets  *inbound.Secrets // nil without webhooks
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

func newSource(config Config, key *api.Token, zone *time.Location) *Source {
	known := &currencies{}
	c := newClient(config, key)
	p := newPoll(c, zone, known, config.Currencies)
	return &Source{config: config, client: c, poll: p, poller: source.Every(config.Interval, config.MaxAge, p), webhooks: newWebhooks(known, config.Currencies)}
}

// Name implements source.Source.
func (*Source) Name() string { return "stripe" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc {
	descs := append(s.poll.Descs(), s.client.transport.Descs()...)
	return append(descs, s.webhooks.Descs()...)
}

// Enabled reports whether polling or webhooks are configured.
func (s *Source) Enabled() bool { return s.polls() || s.secrets != nil }

func (s *Source) polls() bool { return s.client.key != nil }

// Run implements source.Runner.
func (s *Source) Run(ctx context.Context) {
	if s.polls() {
		s.poller.Run(ctx)
	}
}

// Reload reads the key and the secrets again. If one of the files is invalid, its previous content
// stays in force.
func (s *Source) Reload() error {
	var failed []error
	if s.polls() {
		failed = append(failed, s.client.key.Reload())
	}
	if s.secrets != nil {
		failed = append(failed, s.secrets.Reload())
	}
	return errors.Join(failed...)
}

// Collect implements source.Source.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	if s.secrets != nil {
		s.webhooks.Collect(ch)
	}
	if !s.polls() {
		return nil
	}
	s.client.transport.Collect(ch)
	return s.poller.Collect(ctx, ch)
}
