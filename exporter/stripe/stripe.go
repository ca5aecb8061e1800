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
	*api.Poller
	config   Config
	client   *client
	poll     *poll
	webhooks *webhooks
	secrets  *inbound.Secrets // nil without webhooks
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Polled   = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

func newSource(config Config, key *api.Token, zone *time.Location) *Source {
	known := &currencies{}
	c := newClient(config, key)
	p := newPoll(c, zone, known, config.Currencies)
	periodic := source.Every(config.Interval, config.MaxAge, p)
	return &Source{
		Poller: api.NewPoller(periodic, c.transport, key), config: config, client: c, poll: p,
		webhooks: newWebhooks(known, config.Currencies),
	}
}

// Name implements source.Source.
func (*Source) Name() string { return "stripe" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return append(s.Poller.Descs(), s.webhooks.Descs()...) }

// Enabled reports whether polling or webhooks are configured.
func (s *Source) Enabled() bool { return s.Poller.Enabled() || s.secrets != nil }

// Reload reads the key and the secrets again. If one of the files is invalid, its previous content
// stays in force.
func (s *Source) Reload() error {
	if s.secrets == nil {
		return s.Poller.Reload()
	}
	return errors.Join(s.Poller.Reload(), s.secrets.Reload())
}

// Collect implements source.Source.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	if s.secrets != nil {
		s.webhooks.Collect(ch)
	}
	return s.Poller.Collect(ctx, ch)
}
