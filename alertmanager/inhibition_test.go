package alertmanager_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/amserver"
)

func TestInhibition(t *testing.T) {
	cases := map[string]struct {
		sent []amserver.Alert
		told []string // on Slack
		held []string
	}{
		"the database is down": {
			sent: []amserver.Alert{
				alert("DatabaseDown", "P0", "database"),
				alert("CoreRowsLost", "P0", "database"),
				alert("ConnectionsHigh", "P2", "database"),
				alert("PaymentSuccessCritical", "P0", "payments"),
				alert("EmailQueueStuck", "P1", "email"),
				alert("DailyActiveUsersLow", "P2", "business"),
				with(alert("SourceFailing", "P1", "monitoring"), "source", "postgres"),
				// These say something that DatabaseDown does not.
				alert("ExporterDown", "P1", "monitoring"),
				with(alert("SourceStale", "P1", "monitoring"), "source", "sentry"),
				alert("WebsiteDown", "P0", "website"),
			},
			told: []string{"DatabaseDown", "ExporterDown", "SourceStale", "WebsiteDown"},
			held: []string{
				"CoreRowsLost", "ConnectionsHigh", "PaymentSuccessCritical", "EmailQueueStuck", "DailyActiveUsersLow", "SourceFailing",
			},
		},
		"KPIs grow old without the database": {
			sent: []amserver.Alert{alert("DatabaseDown", "P0", "database"), with(alert("KPIStale", "P2", "monitoring"), "kpi", "orders")},
			told: []string{"DatabaseDown"},
			held: []string{"KPIStale"},
		},
		"charges fail while the database is down": {
			sent: []amserver.Alert{
				alert("DatabaseDown", "P0", "database"), alert("PaymentEndpointFailing", "P0", "payments"),
				alert("PaymentSuccessCritical", "P0", "payments"),
			},
			told: []string{"DatabaseDown", "PaymentEndpointFailing"},
			held: []string{"PaymentSuccessCritical"},
		},
		"webhooks fail while the database is down": {
			sent: []amserver.Alert{
				alert("DatabaseDown", "P0", "database"), alert("PaymentWebhookFailing", "P1", "payments"),
				alert("NoPaidOrders", "P1", "payments"),
			},
			told: []string{"DatabaseDown", "PaymentWebhookFailing"},
			held: []string{"NoPaidOrders"},
		},
		"somebody guesses passwords, which slows the API": {
			sent: []amserver.Alert{
				alert("LatencyP99High", "P0", "api"), alert("LatencyP95High", "P1", "api"), alert("LoginsRefused", "P1", "api"),
			},
			told: []string{"LatencyP99High", "LoginsRefused"},
			held: []string{"LatencyP95High"},
		},
		"somebody guesses passwords for a day": {
			sent: []amserver.Alert{
				alert("LoginsRefused", "P1", "api"), alert("ThirdPartyFailing", "P2", "api"),
			},
			told: []string{"LoginsRefused", "ThirdPartyFailing"},
		},
		"the worse of one component": {
			sent: []amserver.Alert{
				alert("A", "P0", "payments"), alert("B", "P1", "payments"), alert("C", "P2", "payments"),
				alert("D", "P1", "api"), alert("E", "P2", "api"),
				alert("F", "P2", "email"),
			},
			told: []string{"A", "D", "F"},
			held: []string{"B", "C", "E"},
		},
		"no component is no common component": {
			sent: []amserver.Alert{
				without(alert("A", "P0", ""), "component"), without(alert("B", "P1", ""), "component"), without(alert("C", "P2", ""), "component"),
				alert("D", "P1", "api"),
			},
			told: []string{"A", "B", "C", "D"},
		},
		"staging is not production": {
			sent: []amserver.Alert{
				with(alert("DatabaseDown", "P0", "database"), "environment", "staging"),
				with(alert("LockQueue", "P1", "database"), "environment", "staging"),
				with(alert("LockQueue", "P1", "database"), "environment", "production"),
				with(alert("NoPaidOrders", "P1", "payments"), "environment", "production"),
			},
			told: []string{"DatabaseDown", "LockQueue", "NoPaidOrders"},
			held: []string{"LockQueue"}, // that of staging
		},
		"two of a kind": {
			sent: []amserver.Alert{
				with(alert("DatabaseDown", "P0", "database"), "datname", "a"), with(alert("DatabaseDown", "P0", "database"), "datname", "b"),
			},
			told: []string{"DatabaseDown ×2"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, quick)
			// Sent with the others, it has waited as long as any of them: when it is told, so is all that will be.
			last := alert("Last", "P2", "uploads")
			chain.send(t, append(c.sent, last)...)
			c.told = append(c.told, "Last")
			await(t, &chain.got.Slack, len(c.told))
			require.ElementsMatch(t, c.told, chain.toldOnSlack())
			require.ElementsMatch(t, c.held, chain.inhibited(t))
		})
	}
}

// inhibited are the names of the alerts that others hold back.
func (c chain) inhibited(t *testing.T) []string {
	t.Helper()
	states, err := c.States(t.Context())
	require.NoError(t, err)
	var names []string
	for _, state := range states {
		if len(state.Status.InhibitedBy) > 0 {
			names = append(names, state.Labels["alertname"])
		}
	}
	return names
}

// toldOnSlack are the names of the alerts that people read there.
func (c chain) toldOnSlack() []string {
	var names []string
	for _, message := range c.got.Slack.All() {
		_, rest, _ := strings.Cut(message.Attachments[0].Title, ": ")
		name, _, _ := strings.Cut(rest, " (")
		names = append(names, name)
	}
	return names
}

func TestTheWatchdogBeatsWhateverHappens(t *testing.T) {
	chain := startChain(t, quick)
	chain.send(t, alert("DatabaseDown", "P0", "database"), alert("ExporterDown", "P0", "monitoring"), alert("Watchdog", "P3", "monitoring"))
	beats := await(t, &chain.got.Heartbeats, 3)
	require.Equal(t, "dead-mans-switch", beats[0].Receiver)
	require.Equal(t, "Watchdog", beats[0].Alerts[0].Labels["alertname"])
	for _, message := range chain.got.Slack.All() {
		require.NotContains(t, message.Attachments[0].Title, "Watchdog")
	}
}
