package alertmanager_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInhibition(t *testing.T) {
	cases := map[string]struct {
		alerts    []postedAlert
		notified  []string // on Slack
		inhibited []string
	}{
		"database down": {
			alerts: []postedAlert{
				alert("DatabaseDown", "P0", "database"),
				alert("CoreRowsLost", "P0", "database"),
				alert("ConnectionsHigh", "P2", "database"),
				alert("PaymentSuccessCritical", "P0", "payments"),
				alert("EmailQueueStuck", "P1", "email"),
				alert("DailyActiveUsersLow", "P2", "business"),
				with(alert("SourceFailing", "P1", "monitoring"), "source", "postgres"),
				// Not symptoms of DatabaseDown.
				alert("ExporterDown", "P1", "monitoring"),
				with(alert("SourceStale", "P1", "monitoring"), "source", "sentry"),
				alert("WebsiteDown", "P0", "website"),
			},
			notified: []string{"DatabaseDown", "ExporterDown", "SourceStale", "WebsiteDown"},
			inhibited: []string{
				"CoreRowsLost", "ConnectionsHigh", "PaymentSuccessCritical", "EmailQueueStuck", "DailyActiveUsersLow", "SourceFailing",
			},
		},
		"stale KPIs while the database is down": {
			alerts:    []postedAlert{alert("DatabaseDown", "P0", "database"), with(alert("KPIStale", "P2", "monitoring"), "kpi", "orders")},
			notified:  []string{"DatabaseDown"},
			inhibited: []string{"KPIStale"},
		},
		"charges fail while the database is down": {
			alerts: []postedAlert{
				alert("DatabaseDown", "P0", "database"), alert("PaymentEndpointFailing", "P0", "payments"),
				alert("PaymentSuccessCritical", "P0", "payments"),
			},
			notified:  []string{"DatabaseDown", "PaymentEndpointFailing"},
			inhibited: []string{"PaymentSuccessCritical"},
		},
		"webhooks fail while the database is down": {
			alerts: []postedAlert{
				alert("DatabaseDown", "P0", "database"), alert("PaymentWebhookFailing", "P1", "payments"),
				alert("NoPaidOrders", "P1", "payments"),
			},
			notified:  []string{"DatabaseDown", "PaymentWebhookFailing"},
			inhibited: []string{"NoPaidOrders"},
		},
		"credential stuffing slows down the API": {
			alerts: []postedAlert{
				alert("LatencyP99High", "P0", "api"), alert("LatencyP95High", "P1", "api"), alert("LoginsRejected", "P1", "api"),
			},
			notified:  []string{"LatencyP99High", "LoginsRejected"},
			inhibited: []string{"LatencyP95High"},
		},
		"credential stuffing hides nothing else": {
			alerts: []postedAlert{
				alert("LoginsRejected", "P1", "api"), alert("ThirdPartyFailing", "P2", "api"),
			},
			notified: []string{"LoginsRejected", "ThirdPartyFailing"},
		},
		"higher severity of the same component": {
			alerts: []postedAlert{
				alert("A", "P0", "payments"), alert("B", "P1", "payments"), alert("C", "P2", "payments"),
				alert("D", "P1", "api"), alert("E", "P2", "api"),
				alert("F", "P2", "email"),
			},
			notified:  []string{"A", "D", "F"},
			inhibited: []string{"B", "C", "E"},
		},
		"alerts without a component": {
			alerts: []postedAlert{
				without(alert("A", "P0", ""), "component"), without(alert("B", "P1", ""), "component"), without(alert("C", "P2", ""), "component"),
				alert("D", "P1", "api"),
			},
			notified: []string{"A", "B", "C", "D"},
		},
		"environments are separate": {
			alerts: []postedAlert{
				with(alert("DatabaseDown", "P0", "database"), "environment", "staging"),
				with(alert("LockQueue", "P1", "database"), "environment", "staging"),
				with(alert("LockQueue", "P1", "database"), "environment", "production"),
				with(alert("NoPaidOrders", "P1", "payments"), "environment", "production"),
			},
			notified:  []string{"DatabaseDown", "LockQueue", "NoPaidOrders"},
			inhibited: []string{"LockQueue"}, // the one of staging
		},
		"two alerts of one group": {
			alerts: []postedAlert{
				with(alert("DatabaseDown", "P0", "database"), "datname", "a"), with(alert("DatabaseDown", "P0", "database"), "datname", "b"),
			},
			notified: []string{"DatabaseDown ×2"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, speedup)
			// P2 has the longest group_wait: by the time this alert is notified, all others have
			// been.
			last := alert("Last", "P2", "uploads")
			chain.send(t, append(c.alerts, last)...)
			c.notified = append(c.notified, "Last")
			await(t, &chain.got.Slack, len(c.notified))
			require.ElementsMatch(t, c.notified, chain.notifiedOnSlack())
			require.ElementsMatch(t, c.inhibited, chain.inhibited(t))
		})
	}
}

// inhibited returns the names of the inhibited alerts.
func (c chain) inhibited(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, state := range c.states(t) {
		if len(state.Status.InhibitedBy) > 0 {
			names = append(names, state.Labels["alertname"])
		}
	}
	return names
}

// notifiedOnSlack returns the names of the alerts in Slack messages.
func (c chain) notifiedOnSlack() []string {
	var names []string
	for _, message := range c.got.Slack.All() {
		_, rest, _ := strings.Cut(message.Attachments[0].Title, ": ")
		name, _, _ := strings.Cut(rest, " (")
		names = append(names, name)
	}
	return names
}

func TestWatchdogIsNeverInhibited(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, alert("DatabaseDown", "P0", "database"), alert("ExporterDown", "P0", "monitoring"), alert("Watchdog", "P3", "monitoring"))
	heartbeats := await(t, &chain.got.Heartbeats, 3)
	require.Equal(t, "dead-mans-switch", heartbeats[0].Receiver)
	require.Equal(t, "Watchdog", heartbeats[0].Alerts[0].Labels["alertname"])
	for _, message := range chain.got.Slack.All() {
		require.NotContains(t, message.Attachments[0].Title, "Watchdog")
	}
}
