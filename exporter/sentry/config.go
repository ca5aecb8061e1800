package sentry

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/source"
)

const (
	minInterval = time.Minute
	maxPages    = 20 // of a list; Sentry's pages have 100 issues
)

// Config is the configuration of the source.
type Config struct {
	TokenFile         string // empty: no polling
	URL               *url.URL
	Organization      string
	Projects          []string // slugs; empty for all
	Environment       string   // of the issues; empty for all
	Interval          time.Duration
	MaxAge            time.Duration // of the data that scrapes get
	MaxPages          int           // of a list of issues
	QueriesFile       string        // empty: no queries
	WebhookSecretFile string        // empty: no webhooks
}

var _ source.Module = (*Config)(nil)

// Register adds the --sentry.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("sentry.token-file", "Path to a file with a token of Sentry, with the scopes event:read and org:read. "+
		"Sentry is not polled if empty. Read again at a reload.").StringVar(&c.TokenFile)
	app.Flag("sentry.url", "Address of Sentry.").Default("https://sentry.io").URLVar(&c.URL)
	app.Flag("sentry.organization", "Slug of the organization in Sentry.").StringVar(&c.Organization)
	app.Flag("sentry.project", "Slug of a project in Sentry. Repeatable; all projects if empty.").StringsVar(&c.Projects)
	app.Flag("sentry.environment", "Environment of the issues in Sentry; all if empty.").Default("production").StringVar(&c.Environment)
	app.Flag("sentry.interval", "Interval of polling Sentry, at least 1m.").Default("5m").DurationVar(&c.Interval)
	app.Flag("sentry.max-age", "How long the last data of Sentry are exported while it does not respond.").Default("30m").DurationVar(&c.MaxAge)
	app.Flag("sentry.max-pages", "Maximum number of pages of 100 issues in a poll, at most 20.").Default("10").IntVar(&c.MaxPages)
	app.Flag("sentry.queries-file", "Path to a YAML file with queries of Sentry, whose names become label values. Read again at a reload.").
		StringVar(&c.QueriesFile)
	app.Flag("sentry.webhook-secret-file", "Path to a file with the client secret of the integration that sends webhooks. "+
		"Webhooks are off if empty. Read again at a reload.").StringVar(&c.WebhookSecretFile)
}

// Open implements source.Module.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	s, err := newSource(*c)
	if err != nil {
		return nil, err
	}
	if c.WebhookSecretFile == "" {
		return s, nil
	}
	if s.secrets, err = inbound.LoadSecrets("sentry.webhook-secret-file", c.WebhookSecretFile); err != nil {
		return nil, err
	}
	if err := deps.Inbound.Register(s.webhooks.endpoint(s.secrets, deps.Inbound.Dedupe())); err != nil {
		return nil, fmt.Errorf("checking --sentry.webhook-secret-file: %w", err)
	}
	return s, nil
}

func (c *Config) validate() error {
	switch {
	case c.TokenFile != "" && c.Organization == "":
		return errors.New("checking --sentry.organization: it is empty; hint: the slug in https://SLUG.sentry.io")
	case c.Interval < minInterval:
		return fmt.Errorf("checking --sentry.interval: %s is below 1m; hint: 5m", c.Interval)
	case c.MaxAge < c.Interval:
		return fmt.Errorf("checking --sentry.max-age: %s is below the interval of %s; hint: 30m", c.MaxAge, c.Interval)
	case c.MaxPages <= 0 || c.MaxPages > maxPages:
		return fmt.Errorf("checking --sentry.max-pages: %d is not between 1 and %d; hint: 10", c.MaxPages, maxPages)
	case !api.ValidURL(c.URL):
		return errors.New("checking --sentry.url: it is not an HTTP URL; hint: https://sentry.io")
	}
	return nil
}

// token loads the token, or returns nil if Sentry is not polled.
func (c *Config) token() (*api.Token, error) {
	if c.TokenFile == "" {
		return nil, nil //nolint:nilnil // no token is a valid configuration
	}
	return api.LoadToken("sentry.token-file", c.TokenFile)
}
