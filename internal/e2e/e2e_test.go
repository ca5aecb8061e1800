// Package e2e_test tests the whole chain of alerting: Postgres and an application, the exporter,
// Prometheus with the shipped rules, and Alertmanager with the shipped configuration. Only the
// receivers are local.
//
// `go test` divides the chain's times by 10. `make e2e-realtime` runs it in production times.
package e2e_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/internal/pgserver"
)

// TestMain runs four chains at the same time even on two processors: they wait most of the time.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

const (
	// response is the guide's limit: someone works on a P0 incident within 5 minutes of the fault.
	response = 5 * time.Minute
	// resolution is the longest time from the end of the fault to the notification of
	// DatabaseDown's end: a scrape, an evaluation, keep_firing_for, another evaluation and a
	// group_interval; and 45 seconds for a busy machine.
	resolution = 15*time.Second + 15*time.Second + 2*time.Minute + 15*time.Second + time.Minute + 45*time.Second

	// requestRate is a tenth of the demo's. LoginFailing needs a number of logins, which take a
	// scaled time at a scaled rate only.
	requestRate = 30

	runbooks = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/"
)

// TestFaultsNotifyOnCall has one chain for each fault: alerts of all faults would join one incident
// in PagerDuty.
func TestFaultsNotifyOnCall(t *testing.T) {
	t.Parallel()
	t.Run("database stopped", func(t *testing.T) {
		t.Parallel()
		databaseStopped(t, startChain(t, requestRate))
	})
	t.Run("payments failing", func(t *testing.T) {
		t.Parallel()
		paymentsFailing(t, startChain(t, requestRate))
	})
	t.Run("logins failing", func(t *testing.T) {
		t.Parallel()
		loginsFailing(t, startChain(t, requestRate*float64(factor())))
	})
}

func databaseStopped(t *testing.T, c chain) {
	const alert = "DatabaseDown"
	stopped := time.Now()
	require.NoError(t, c.postgres.Stop(t.Context(), pgserver.Fast))
	requireContent(t, c.await(t, stopped, atMost(response), false, alert), alert)
	for channel, all := range c.notices() {
		require.Len(t, all, 1, "%s got notifications of alerts that DatabaseDown inhibits", channel)
	}
	heartbeats := len(c.got.Heartbeats.All())

	started := time.Now()
	require.NoError(t, c.postgres.Start(t.Context()))
	c.await(t, started, atMost(resolution), true, alert)
	events := c.got.PagerDuty.All()
	require.Equal(t, events[0].DedupKey, events[1].DedupKey, "the resolve event belongs to another incident")
	require.Greater(t, len(c.got.Heartbeats.All()), heartbeats, "the Watchdog stopped")
}

// paymentsFailing inserts failed payments of one provider.
func paymentsFailing(t *testing.T, c chain) {
	const alert = "PaymentSuccessCritical"
	failed := time.Now()
	c.postgres.Exec(t, database, `
		INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "createdAt", "updatedAt")
		SELECT 'failed-' || n, o."id", 'stripe', 10, 'USD', 'FAILED', timezone('UTC', now()), timezone('UTC', now())
		FROM (SELECT "id" FROM "Order" LIMIT 1) o, generate_series(1, 100) n`)
	requireContent(t, c.await(t, failed, atMost(response), false, alert), alert)
}

// loginsFailing breaks the application, which only drains report.
func loginsFailing(t *testing.T, c chain) {
	const alert = "LoginFailing"
	broken := time.Now()
	c.website.Begin(drains.LoginBroken)
	got := c.await(t, broken, atMost(response), false, alert)
	requireContent(t, got, alert)
	require.Regexp(t, `\d+(\.\d+)?% of logins returned 5xx over 5 minutes.*\(origin: drains\); the limit is 5%`, got["mail"].text)
}

// requireContent checks that each notification of an alert has its severity and a link to its
// runbook. A text message of 160 characters has no room for the link.
func requireContent(t *testing.T, got map[string]notice, alert string) {
	t.Helper()
	for channel, n := range got {
		require.Contains(t, n.text, "P0", channel)
		if channel != "SMS" {
			require.Contains(t, n.text, runbooks+alert+".md", channel)
		}
	}
}
