package sentry

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source polls Sentry and counts its webhooks. Either may be off.
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

func newSource(config Config) (*Source, error) {
	token, err := config.token()
	if err != nil {
		return nil, err
	}
	c := &client{
		transport: api.New("sentry", maxBody, listIssues, readStats, readSessions, readEvents),
		token:     token, url: config.URL, organization: config.Organization,
		projects: config.Projects, environment: config.Environment,
	}
	p := &poll{client: c, metrics: newMetrics(), maxPages: config.MaxPages, projects: newProjects(config.Projects)}
	queries, err := readQueries(config.QueriesFile)
	if err != nil {
		return nil, err
	}
	p.queries.Store(&queries)
	periodic := source.Every(config.Interval, config.MaxAge, p)
	return &Source{
		Poller: api.NewPoller(periodic, c.transport, token), config: config, client: c, poll: p,
		webhooks: newWebhooks(config.Projects),
	}, nil
}

// Name implements source.Source.
func (*Source) Name() string { return "sentry" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return append(s.Poller.Descs(), s.webhooks.Descs()...) }

// Enabled reports whether polling or webhooks are configured.
func (s *Source) Enabled() bool { return s.Poller.Enabled() || s.secrets != nil }

// Reload reads the token, the queries and the secrets again. If one of the files is invalid, its
// previous content stays in force.
func (s *Source) Reload() error {
	failed := []error{s.Poller.Reload()}
	queries, err := readQueries(s.config.QueriesFile)
	if failed = append(failed, err); err == nil {
		s.poll.queries.Store(&queries)
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
	return s.Poller.Collect(ctx, ch)
}

// Check implements source.Checker. It polls once.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{Status: check.Note, Subject: "issues", Detail: "off: --sentry.token-file is not set"}}
	}
	var findings []check.Finding
	if s.secrets != nil {
		findings = append(findings, check.Finding{Subject: "webhooks", Detail: fmt.Sprintf("%d secrets in %s", s.secrets.Len(), s.config.WebhookSecretFile)})
	}
	if !s.Poller.Enabled() {
		return findings
	}
	parts, err := source.CollectParts(ctx, s.poll.Parts()...)
	for _, f := range failure.All(err) {
		findings = append(findings, check.Finding{
			Status: check.Broken, Subject: "issues", Detail: f.Error(),
			Hint: "the token needs the scopes event:read and org:read, and --sentry.organization and --sentry.project are slugs",
		})
	}
	if err == nil {
		findings = append(findings, check.Finding{Subject: "issues", Detail: fmt.Sprintf("%d parts", len(parts))})
	}
	return findings
}
