package uptimerobot

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source polls the list of monitors.
type Source struct {
	poller  *source.Periodic
	client  *client
	enabled bool
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

func newSource(config Config, key *api.Token) *Source {
	c := &client{
		transport: api.New("uptimerobot", maxBody, operationList),
		key:       key, url: config.URL, version: config.Version, max: config.MaxMonitors,
	}
	return &Source{
		poller: source.Every(config.Interval, config.MaxAge, &poll{client: c, metrics: newMetrics()}),
		client: c, enabled: key != nil,
	}
}

// Name implements source.Source.
func (s *Source) Name() string { return "uptimerobot" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc {
	return append(s.poller.Descs(), s.client.transport.Descs()...)
}

// Enabled reports whether a key is configured.
func (s *Source) Enabled() bool { return s.enabled }

// Run implements source.Runner.
func (s *Source) Run(ctx context.Context) { s.poller.Run(ctx) }

// Reload reads the key again.
func (s *Source) Reload() error {
	if !s.enabled {
		return nil
	}
	return s.client.key.Reload()
}

// Collect implements source.Source.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	s.client.transport.Collect(ch)
	return s.poller.Collect(ctx, ch)
}

// Check implements source.Checker.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.enabled {
		return []check.Finding{{Status: check.Note, Subject: "monitors", Detail: "off: --uptimerobot.api-key-file is not set"}}
	}
	monitors, dropped, err := s.client.list(ctx)
	if err != nil {
		return []check.Finding{{
			Status: check.Broken, Subject: "monitors", Detail: err.Error(),
			Hint: "check the key in --uptimerobot.api-key-file and whether this host reaches " + s.client.url.Host,
		}}
	}
	findings := []check.Finding{{Status: check.OK, Subject: "monitors", Detail: fmt.Sprintf("%d found", len(monitors))}}
	if dropped > 0 {
		findings = append(findings, check.Finding{
			Status: check.Note, Subject: "limit", Detail: fmt.Sprintf("at least %d more monitors are not exported", dropped),
			Hint: "increase --uptimerobot.max-monitors",
		})
	}
	return findings
}
