package services

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/demo/services/sentry"
)

// Flags writes the secrets and the configuration of the exporter, and returns its flags.
func (s *Services) Flags(sentryQueries string) ([]string, error) {
	probes, err := yaml.Marshal(map[string]any{"targets": []any{
		s.target("website", "website", "/api/health", true), s.target("prompts", "api", "/api/prompts", false),
	}})
	if err != nil {
		return nil, fmt.Errorf("writing the configuration of the probes: %w", err)
	}
	for name, content := range map[string][]byte{
		"probe.yml": probes, "authority.pem": s.Website.AuthorityPEM(),
		"stripe-key": []byte(s.secrets.stripeKey), "stripe-webhook-secret": []byte(s.secrets.stripeWebhook),
		"sentry-token": []byte(s.secrets.sentryToken), "sentry-webhook-secret": []byte(s.secrets.sentryWebhook),
		"uptimerobot-key": []byte(s.secrets.uptimeRobotKey),
	} {
		if err := os.WriteFile(s.file(name), content, 0o600); err != nil {
			return nil, fmt.Errorf("writing the secrets of the services: %w", err)
		}
	}
	return []string{
		"--probe.config-file=" + s.file("probe.yml"),
		"--stripe.api-url=" + s.url, "--stripe.api-key-file=" + s.file("stripe-key"), "--stripe.webhook-secret-file=" + s.file("stripe-webhook-secret"),
		"--stripe.interval=30s", "--stripe.max-pages=50", "--stripe.currency=USD", "--stripe.currency=EUR",
		"--sentry.url=" + s.url, "--sentry.token-file=" + s.file("sentry-token"), "--sentry.webhook-secret-file=" + s.file("sentry-webhook-secret"),
		"--sentry.organization=" + sentry.Organization, "--sentry.project=" + sentry.Project, "--sentry.interval=1m", "--sentry.queries-file=" + sentryQueries,
		"--uptimerobot.api-url=" + s.url, "--uptimerobot.api-key-file=" + s.file("uptimerobot-key"),
	}, nil
}

func (s *Services) file(name string) string { return filepath.Join(s.opts.Dir, name) }

// target returns a target of the probes, with the certificate authority of the website.
func (s *Services) target(name, component, path string, health bool) map[string]any {
	const timeout = 10 * time.Second
	return map[string]any{
		"name": name, "component": component, "environment": "production", "url": s.Website.URL(path), "health": health,
		"interval": s.opts.ProbeInterval.String(), "allow_private_addresses": true,
		"module": map[string]any{
			"prober": "http", "timeout": timeout.String(),
			"http": map[string]any{"valid_status_codes": []int{200}, "tls_config": map[string]any{"ca_file": s.file("authority.pem")}},
		},
	}
}
