package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/internal/pgserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// response is the guide's: somebody is at work on a P0 within 5 minutes of the fault.
	response = 5 * time.Minute
	// farewell is the worst for the end of DatabaseDown: a scrape, an evaluation, 2 minutes of keep_firing_for, another
	// evaluation and a group_interval; and a busy machine.
	farewell = 15*time.Second + 15*time.Second + 2*time.Minute + 15*time.Second + time.Minute + 45*time.Second

	runbooks = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/"
)

// TestFaultsReachPeople breaks three marketplaces at a time: a database that is down would inhibit all other alerts.
func TestFaultsReachPeople(t *testing.T) {
	exporter := buildExporter(t)
	t.Run("database stopped", func(t *testing.T) {
		t.Parallel()
		databaseStopped(t, startChain(t, exporter))
	})
	t.Run("payments failing", func(t *testing.T) {
		t.Parallel()
		paymentsFailing(t, startChain(t, exporter))
	})
	t.Run("logins failing", func(t *testing.T) {
		t.Parallel()
		loginsFailing(t, startChain(t, exporter))
	})
}

func databaseStopped(t *testing.T, c chain) {
	const alert, summary = "DatabaseDown", "Database marketplace is down"
	stopped := time.Now()
	require.NoError(t, c.postgres.Stop(t.Context(), pgserver.Fast))
	requireContent(t, c.await(t, stopped, response, false, summary), alert)
	for channel, all := range c.notices() {
		require.Len(t, all, 1, "%s is told of what follows from the fault, too", channel)
	}
	beats := len(c.got.Heartbeats.All())

	started := time.Now()
	require.NoError(t, c.postgres.Start(t.Context()))
	c.await(t, started, farewell, true, summary)
	events := c.got.PagerDuty.All()
	require.Equal(t, events[0].DedupKey, events[1].DedupKey, "the end of this incident, not of another")
	require.Greater(t, len(c.got.Heartbeats.All()), beats, "the watchdog's next beats")
}

// paymentsFailing has a customer try a card again and again that works no more.
func paymentsFailing(t *testing.T, c chain) {
	const alert, summary = "PaymentSuccessCritical", "Payments by stripe fail"
	failed := time.Now()
	c.postgres.Exec(t, database, `
		INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "createdAt", "updatedAt")
		SELECT 'failed-' || n, o."id", 'stripe', 10, 'USD', 'FAILED', timezone('UTC', now()), timezone('UTC', now())
		FROM (SELECT "id" FROM "Order" LIMIT 1) o, generate_series(1, 100) n`)
	requireContent(t, c.await(t, failed, response, false, summary), alert)
}

// loginsFailing begins within the website, of which only drains tell.
func loginsFailing(t *testing.T, c chain) {
	const alert, summary = "LoginFailing", "Logins fail"
	broken := time.Now()
	c.website.Begin(drains.LoginBroken)
	got := c.await(t, broken, response, false, summary)
	requireContent(t, got, alert)
	require.Contains(t, got["mail"].text, "of the logins are answered with 5xx, by drains; the limit is 5%")
}

// requireContent checks that who is woken knows what it is, how bad it is and where to read on; 160 characters have no
// room for a link.
func requireContent(t *testing.T, got map[string]notice, alert string) {
	t.Helper()
	for channel, n := range got {
		require.Contains(t, n.text, "P0", channel)
		require.Contains(t, n.text, alert, channel)
		if channel != "SMS" {
			require.Contains(t, n.text, runbooks+alert+".md", channel)
		}
	}
}
