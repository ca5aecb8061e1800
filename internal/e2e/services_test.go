package e2e_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/services"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/promtest"
)

const (
	// serviceFactor divides the durations of rules and routes. The exporter polls Sentry and
	// UptimeRobot once a minute at most, which takes most of the test's time.
	serviceFactor = 60
	// serviceLimit is the longest time from a change to its notification: two polls, and a busy
	// machine.
	serviceLimit = 4 * time.Minute
)

// TestServiceFaultsNotify breaks each simulated service. Faults that a poll once a
// minute shows begin before the exporter starts, and end as soon as their alert has arrived.
func TestServiceFaultsNotify(t *testing.T) {
	t.Parallel()
	c, external := startServices(t)
	external.Sentry.SetThrottled(true)
	external.UptimeRobot.SetLying(true)
	c.startMonitored(t, external)

	require.NoError(t, external.Website.LetExpire())
	require.NoError(t, external.Stripe.OpenDispute())
	external.Stripe.FailDeliveries()
	external.Stripe.PayUnrecorded()
	c.arrives(t, "P1", "SourceFailing")
	external.Sentry.SetThrottled(false)
	external.Sentry.BeginSpike() // the next poll of Sentry shows it
	c.arrives(t, "P2", "OutsideDisagrees")
	external.UptimeRobot.SetLying(false)
	external.Website.SetDown(true)
	c.arrives(t, "P0", "WebsiteDown")
	external.Website.SetDown(false)
	c.arrives(t, "P1", "CertificateExpiringSoon")
	require.NoError(t, external.Website.Renew())
	c.arrives(t, "P2", "DisputeOpened")
	external.Stripe.WinDispute()
	c.arrives(t, "P0", "StripeEndpointDisabled")
	c.arrives(t, "P1", "StripeDeliveriesFailing")
	external.Stripe.ResendDeliveries()
	c.arrives(t, "P1", "ReconciliationDrift")
	require.NoError(t, external.Stripe.RecordPayments(t.Context()))
	c.arrives(t, "P0", "SentryFatalIssue")
	external.Sentry.EndSpike()

	for _, alert := range []string{
		"SourceFailing", "OutsideDisagrees", "WebsiteDown", "CertificateExpiringSoon", "DisputeOpened",
		"StripeEndpointDisabled", "StripeDeliveriesFailing", "ReconciliationDrift", "SentryFatalIssue",
	} {
		c.awaitIn(t, []string{"Slack"}, time.Now(), serviceLimit, true, alert)
	}
}

// arrives waits for an alert in the channels of its severity, except for those of P0 that
// TestFaultsNotifyOnCall covers.
func (c *chain) arrives(t *testing.T, severity, alert string) {
	t.Helper()
	channels := []string{"Slack"}
	if severity != "P2" {
		channels = append(channels, "PagerDuty")
	}
	got := c.awaitIn(t, channels, time.Now(), serviceLimit, false, alert)
	require.Contains(t, got["Slack"].text, severity)
	require.Contains(t, got["Slack"].text, runbooks+alert+".md")
}

// startServices starts a marketplace with payments from some minutes ago, and the services.
func startServices(t *testing.T) (*chain, *services.Services) {
	t.Helper()
	c := &chain{postgres: startMarketplace(t)}
	c.postgres.Exec(t, database, `
		INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "currency", "status", "payment_provider", "paid_at")
		SELECT 'earlier-' || n, u."id", p."id", 12.5, 'USD', 'PAID', 'stripe', timezone('UTC', now()) - interval '10 minutes'
		FROM (SELECT "id" FROM "User" LIMIT 1) u, (SELECT "id" FROM "Product" LIMIT 1) p, generate_series(1, 5) n`)
	external, err := services.Start(t.Context(), services.Options{
		DatabaseURL: c.postgres.URL(database, pgserver.Superuser), Dir: t.TempDir(), ProbeInterval: time.Second,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, external.Close()) })
	return c, external
}

// startMonitored starts the exporter with the services, and alerting. The window of DisputeOpened is
// 90 seconds instead of an hour.
func (c *chain) startMonitored(t *testing.T, external *services.Services) {
	t.Helper()
	queries, err := filepath.Abs("../../deploy/exporter/sentry-queries.example.yml")
	require.NoError(t, err)
	flags, err := external.Flags(queries)
	require.NoError(t, err)
	metrics, inbound := startExporter(t, c.postgres.URL(database, "marketplace_exporter:secret"), flags...)
	run(t, func(ctx context.Context) error {
		external.Run(ctx, "http://"+inbound.String())
		return nil
	})
	rules := promtest.ScaleRules(t, "../../rules/*.yml", serviceFactor)
	stripe := filepath.Join(filepath.Dir(rules), "stripe.yml")
	text, err := os.ReadFile(stripe)
	require.NoError(t, err)
	const disputes = `marketplace_stripe_disputes_total{event="created", mode="live"}`
	require.Contains(t, string(text), disputes+"[1h]")
	require.NoError(t, os.WriteFile(stripe, []byte(strings.ReplaceAll(string(text), disputes+"[1h]", disputes+"[90s]")), 0o600))
	c.startAlerting(t, metrics, rules, shortestInterval, serviceFactor)
}
