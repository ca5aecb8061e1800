package uptimerobot

import (
	"context"
	"fmt"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source polls the list of monitors.
type Source struct {
	*api.Poller
	client *client
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Polled   = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

func newSource(config Config, key *api.Token) *Source {
	c := &client{
		transport: api.New("uptimerobot", maxBody, operationList),
		key:       key, url: config.URL, version: config.Version, max: config.MaxMonitors,
	}
	periodic := source.Every(config.Interval, config.MaxAge, &poll{client: c, metrics: newMetrics()})
	return &Source{Poller: api.NewPoller(periodic, c.transport, key), client: c}
}

// Name implements source.Source.
func (*Source) Name() string { return "uptimerobot" }

// Check implements source.Checker.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
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
