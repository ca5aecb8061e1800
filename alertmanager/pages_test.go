package alertmanager_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
)

// production returns an alert of production.
func production(name, severity, component string) postedAlert {
	return with(alert(name, severity, component), "environment", "production")
}

func TestOneOutageIsOnePage(t *testing.T) {
	chain := startChain(t, speedup)
	down, login := production("DatabaseDown", "P0", "database"), production("LoginFailing", "P0", "api")
	charge := production("PaymentEndpointFailing", "P0", "payments")
	chain.send(t, down, login)
	await(t, &chain.got.Slack, 2)
	await(t, &chain.got.Mails, 2)
	event := await(t, &chain.got.PagerDuty, 1)[0]
	require.Equal(t, "P0 DatabaseDown, LoginFailing ×2 (several components): Summary of DatabaseDown", event.Payload.Summary)
	require.Equal(t, "critical", event.Payload.Severity)
	require.Equal(t, "DatabaseDown, LoginFailing", event.Payload.Class)
	require.Contains(t, event.Links[0].Href, "/DatabaseDown.md")
	require.Equal(t, chain.URL()+`/#/alerts?filter={environment="production"}`, unescaped(t, event.Links[3].Href), "no form that silences all P0")
	const runbooks = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/"
	require.Equal(t, runbooks+"DatabaseDown.md\n"+runbooks+"LoginFailing.md\n", event.Payload.CustomDetails["runbooks"])
	require.Equal(t, "P0 DatabaseDown, LoginFailing x2 (production): Summary of DatabaseDown", await(t, &chain.got.Texts, 1)[0].Message)

	chain.send(t, charge) // joins the incident, and sends an SMS
	require.Contains(t, await(t, &chain.got.Texts, 2)[1].Message, "PaymentEndpointFailing")
	chain.send(t, resolved(down), resolved(login), resolved(charge))
	for n := 3; ; n++ {
		events := await(t, &chain.got.PagerDuty, n)
		require.Equal(t, events[0].DedupKey, events[n-1].DedupKey, "one incident")
		if events[n-1].EventAction == "resolve" {
			break
		}
	}
}

// CoreRowsLost fires for hours. In the incident of all P0 alerts it would take up later outages.
func TestLongAlertHasItsOwnIncident(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, production("CoreRowsLost", "P0", "database"), production("ChecksumFailures", "P0", "database"), production("LoginFailing", "P0", "api"))
	incidents := map[string]bool{}
	for _, event := range await(t, &chain.got.PagerDuty, 3) {
		incidents[event.DedupKey] = true
	}
	require.Len(t, incidents, 3)
}

func TestOtherEnvironmentsReachSlackOnly(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, with(alert("DatabaseDown", "P0", "database"), "environment", "staging"), with(alert("LockQueue", "P1", "database"), "environment", "preview"),
		production("Last", "P2", "uploads"))
	messages := map[string]string{}
	for _, message := range await(t, &chain.got.Slack, 3) {
		messages[message.Attachments[0].Title] = message.Text
	}
	require.Equal(t, map[string]string{
		"[staging] P0: DatabaseDown (database)": "", "[preview] P1: LockQueue (database)": "", "P2: Last (uploads)": "",
	}, messages, "no mention")
	require.Empty(t, chain.got.PagerDuty.All())
	require.Empty(t, chain.got.Texts.All())
	require.Empty(t, chain.got.Mails.All())
}

func TestUrgencyOfP1FollowsTheTimeOfDay(t *testing.T) {
	wednesday := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		clock time.Time
		want  []string // severities; the second one raises the urgency of the same incident
	}{
		"Wednesday noon":  {wednesday.Add(12 * time.Hour), []string{"warning"}},
		"Wednesday 18:02": {wednesday.Add(18*time.Hour + 2*time.Minute), []string{"error", "warning"}},
		"Wednesday 18:07": {wednesday.Add(18*time.Hour + 7*time.Minute), []string{"error"}},
		"Wednesday 03:00": {wednesday.Add(3 * time.Hour), []string{"error"}},
		"Wednesday 08:57": {wednesday.Add(8*time.Hour + 57*time.Minute), []string{"error", "warning"}},
		"Sunday noon":     {wednesday.AddDate(0, 0, 4).Add(12 * time.Hour), []string{"error"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, speedup, "ZONEINFO="+fakeSeoul(t, c.clock))
			chain.send(t, production("LockQueue", "P1", "database"), production("Last", "P2", "uploads"))
			await(t, &chain.got.Slack, 2)
			await(t, &chain.got.Mails, 1)
			var got []string
			events := await(t, &chain.got.PagerDuty, len(c.want))
			for _, event := range events {
				got = append(got, event.Payload.Severity)
				require.Equal(t, events[0].DedupKey, event.DedupKey, "one incident")
			}
			require.ElementsMatch(t, c.want, got)
			require.Empty(t, chain.got.Texts.All())

			chain.send(t, resolved(production("LockQueue", "P1", "database")))
			events = await(t, &chain.got.PagerDuty, len(c.want)+1)
			require.Equal(t, "resolve", events[len(c.want)].EventAction)
			require.Equal(t, events[0].DedupKey, events[len(c.want)].DedupKey)
		})
	}
}

func TestSlackOnlySendsEverythingToSlack(t *testing.T) {
	chain := startWith(t, amserver.Options{Faster: 4 * speedup, SlackOnly: true})
	chain.send(t, production("DatabaseDown", "P0", "database"), production("LockQueue", "P1", "database"), production("DiskForecastFull", "P2", "database"),
		production("UnusedIndexes", "P3", "database"), production("Watchdog", "P3", "monitoring"), production("Typing", "p1", "api"),
		with(alert("LoginFailing", "P0", "api"), "environment", "preview"))
	messages := map[string]string{}
	for _, message := range await(t, &chain.got.Slack, 7) {
		require.Equal(t, "#alerts", message.Channel)
		messages[message.Attachments[0].Title] = message.Text
	}
	require.Equal(t, map[string]string{
		"P0: DatabaseDown (database)": "<!channel> P0: DatabaseDown (database): Summary of DatabaseDown", "P1: LockQueue (database)": "", "P2: DiskForecastFull (database)": "",
		"P3: UnusedIndexes (database)": "", "P3: Watchdog (monitoring)": "", "p1: Typing (api)": "", "[preview] P0: LoginFailing (api)": "",
	}, messages)
	chain.send(t, resolved(production("Watchdog", "P3", "monitoring"))) // as when Prometheus stops
	eventually(t, func() bool {
		return slices.ContainsFunc(chain.got.Slack.All(), func(m receivers.SlackMessage) bool {
			return m.Attachments[0].Title == "P3 resolved: Watchdog (monitoring)"
		})
	}, "the end of the Watchdog")
	require.Empty(t, chain.got.PagerDuty.All())
	require.Empty(t, chain.got.Texts.All())
	require.Empty(t, chain.got.Mails.All())
	require.Empty(t, chain.got.Heartbeats.All())
}
