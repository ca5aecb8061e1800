package stripe

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
	minInterval = 30 * time.Second
	maxPages    = 50 // of a list in a poll; Stripe's pages have 100 objects
)

// Config is the configuration of the source.
type Config struct {
	WebhookSecretFile string        // empty: no webhooks
	WebhookTolerance  time.Duration // age of a signature
	KeyFile           string        // empty: no polling
	URL               *url.URL
	Interval          time.Duration
	MaxAge            time.Duration // of the data that scrapes get
	MaxPages          int
	TimeZone          string   // of the days of reconciliation
	Currencies        []string // ISO codes whose counters start at 0
}

var _ source.Module = (*Config)(nil)

// Register adds the --stripe.* flags to app.
func (c *Config) Register(app *kingpin.Application) {
	app.Flag("stripe.webhook-secret-file", "Path to a file with the signing secret of the webhook endpoint in Stripe, whsec_…. "+
		"During a roll of the secret, add the new one on another line. Webhooks are off if empty. Read again at a reload.").
		StringVar(&c.WebhookSecretFile)
	app.Flag("stripe.webhook-tolerance", "Maximum age of a webhook's signature.").Default("5m").DurationVar(&c.WebhookTolerance)
	app.Flag("stripe.api-key-file", "Path to a file with a restricted key of Stripe that can read Events, PaymentIntents, Webhook Endpoints and "+
		"Balance. Stripe is not polled if empty. Read again at a reload.").StringVar(&c.KeyFile)
	app.Flag("stripe.api-url", "Address of Stripe's API.").Default("https://api.stripe.com").URLVar(&c.URL)
	app.Flag("stripe.interval", "Interval of polling Stripe, at least 30s.").Default("1m").DurationVar(&c.Interval)
	app.Flag("stripe.max-age", "How long the last data of Stripe are exported while it does not respond.").Default("10m").DurationVar(&c.MaxAge)
	app.Flag("stripe.max-pages", "Maximum number of pages of 100 objects of a list in a poll, at most 50.").Default("10").IntVar(&c.MaxPages)
	app.Flag("stripe.timezone", "Time zone of the days by which payments are compared with the database. Set that of --kpi.timezone.").
		Default("UTC").StringVar(&c.TimeZone)
	app.Flag("stripe.currency", "Currency that the marketplace accepts, such as USD. Its counters exist before the first payment. Repeatable.").
		Default("USD").StringsVar(&c.Currencies)
}

// Open implements source.Module.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	zone, err := c.validate()
	if err != nil {
		return nil, err
	}
	var key *api.Token
	if c.KeyFile != "" {
		if key, err = api.LoadToken("stripe.api-key-file", c.KeyFile); err != nil {
			return nil, err
		}
	}
	s := newSource(*c, key, zone)
	if c.WebhookSecretFile == "" {
		return s, nil
	}
	if s.secrets, err = inbound.LoadSecrets("stripe.webhook-secret-file", c.WebhookSecretFile); err != nil {
		return nil, err
	}
	verifier := signature{secrets: s.secrets, tolerance: c.WebhookTolerance}
	if err := deps.Inbound.Register(s.webhooks.endpoint(verifier, deps.Inbound.Dedupe())); err != nil {
		return nil, fmt.Errorf("checking --stripe.webhook-secret-file: %w", err)
	}
	return s, nil
}

func (c *Config) validate() (*time.Location, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	switch {
	case err != nil:
		return nil, fmt.Errorf("checking --stripe.timezone: %q is not a time zone; hint: Asia/Seoul", c.TimeZone)
	case c.WebhookTolerance <= 0:
		return nil, fmt.Errorf("checking --stripe.webhook-tolerance: %s is not a positive duration; hint: 5m", c.WebhookTolerance)
	case c.Interval < minInterval:
		return nil, fmt.Errorf("checking --stripe.interval: %s is below %s; hint: 1m", c.Interval, minInterval)
	case c.MaxAge < c.Interval:
		return nil, fmt.Errorf("checking --stripe.max-age: %s is below the interval of %s; hint: 10m", c.MaxAge, c.Interval)
	case c.MaxPages <= 0 || c.MaxPages > maxPages:
		return nil, fmt.Errorf("checking --stripe.max-pages: %d is not between 1 and %d; hint: 10", c.MaxPages, maxPages)
	case !api.ValidURL(c.URL):
		return nil, errors.New("checking --stripe.api-url: it is not an HTTP URL; hint: https://api.stripe.com")
	}
	return zone, nil
}
