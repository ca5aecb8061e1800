package alertmanager_test

import (
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/receivers"
)

func TestNotificationsOfOneAlert(t *testing.T) {
	chain := startChain(t, speedup)
	down := with(with(alert("DatabaseDown", "P0", "database"), "environment", "production"), "server", "primary")
	down.StartsAt = time.Now().Add(-90 * time.Second)
	down.Annotations["description"] = `pg_up is 0 < 1 & <!channel> <script>`
	chain.send(t, down)
	await(t, &chain.got.Mails, 1)
	await(t, &chain.got.Slack, 1)
	await(t, &chain.got.PagerDuty, 1)
	await(t, &chain.got.Texts, 1)
	chain.send(t, resolved(down))

	silence := chain.URL() + `/#/silences/new?filter={alertname="DatabaseDown",environment="production",server="primary"}`
	const runbook = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/DatabaseDown.md"
	const dashboard = "https://grafana.aimarketplace.com/d/marketplace-database?viewPanel=1&from="
	const query = "https://prometheus.aimarketplace.com/graph?g0.expr=max+without+%28pod%29+%28pg_up%7Ba%3D%22b%22%7D%29+%3D%3D+0&g0.tab=0&g0.range_input=2h&g0.end_input="

	t.Run("email", func(t *testing.T) {
		got := await(t, &chain.got.Mails, 2)
		require.Equal(t, "alerts@aimarketplace.com", got[0].From)
		require.Equal(t, []string{"devops@aimarketplace.com"}, got[0].To)
		require.Equal(t, "[P0] DatabaseDown (database)", got[0].Subject)
		require.Equal(t, "[P0] DatabaseDown (database) resolved", got[1].Subject)
		require.NotEmpty(t, got[0].Header.Get("References"))
		require.Equal(t, got[0].Header.Get("References"), got[1].Header.Get("References"), "firing and resolved emails form one thread")

		for _, want := range []string{
			"Summary of DatabaseDown", "pg_up is 0 < 1 & <!channel> <script>", " KST", "environment=production",
			"Runbook:   " + runbook, "Dashboard: " + dashboard, "Query:     " + query, "server=primary",
		} {
			require.Contains(t, got[0].Text, want)
		}
		for _, want := range []string{
			"Summary of DatabaseDown", "pg_up is 0 &lt; 1 &amp; &lt;!channel&gt; &lt;script&gt;", " KST",
			"#b3261e", `href="` + runbook + `"`,
		} {
			require.Contains(t, got[0].HTML, want)
		}
		for _, want := range []string{dashboard, query} {
			require.Contains(t, html.UnescapeString(got[0].HTML), `href="`+want)
		}
		require.Equal(t, silence, unescaped(t, between(got[0].HTML, `href="`+chain.URL()+"/#", `"`)))
		require.Contains(t, got[1].Text, "resolved after 1m 3")
		require.Contains(t, got[1].HTML, "#2e7d32")
		require.NotContains(t, got[1].HTML, "#b3261e")
	})
	t.Run("Slack", func(t *testing.T) {
		got := await(t, &chain.got.Slack, 2)
		require.Equal(t, "#alerts", got[0].Channel)
		firing, end := got[0].Attachments[0], got[1].Attachments[0]
		require.Equal(t, "P0: DatabaseDown (database)", firing.Title)
		require.Equal(t, "P0 resolved: DatabaseDown (database)", end.Title)
		require.Equal(t, []string{"#b3261e", "#2e7d32"}, []string{firing.Color, end.Color})
		require.Equal(t, "*Summary of DatabaseDown*\npg_up is 0 &lt; 1 &amp; &lt;!channel&gt; &lt;script&gt;\n`server=primary`\n", firing.Text)
		require.Equal(t, []string{"<!channel> P0: DatabaseDown (database): Summary of DatabaseDown", ""}, []string{got[0].Text, got[1].Text})
		require.Equal(t, "P0: DatabaseDown (database): Summary of DatabaseDown", firing.Fallback)
		require.Contains(t, firing.Footer, "production · since ")
		require.Contains(t, firing.TitleLink, dashboard)
		requireTimes(t, firing.Actions[1].URL, firing.Actions[2].URL, down.StartsAt, time.Now())
		requireTimes(t, end.Actions[1].URL, end.Actions[2].URL, down.StartsAt, time.Now())
		firing.Actions[1].URL, firing.Actions[2].URL = prefix(dashboard, firing.Actions[1].URL), prefix(query, firing.Actions[2].URL)
		firing.Actions[3].URL = unescaped(t, firing.Actions[3].URL)
		require.Equal(t, []receivers.SlackButton{
			{Type: "button", Text: "Runbook", URL: runbook},
			{Type: "button", Text: "Dashboard", URL: dashboard},
			{Type: "button", Text: "Query", URL: query},
			{Type: "button", Text: "Silence", URL: silence},
		}, firing.Actions)
	})
	t.Run("PagerDuty", func(t *testing.T) {
		got := await(t, &chain.got.PagerDuty, 2)
		require.Equal(t, []string{"trigger", "resolve"}, []string{got[0].EventAction, got[1].EventAction})
		require.Equal(t, got[0].DedupKey, got[1].DedupKey, "the resolve event belongs to the same incident")
		payload := got[0].Payload
		details := payload.CustomDetails
		payload.CustomDetails = nil
		require.Equal(t, receivers.PagerDutyPayload{
			Summary: "P0 DatabaseDown (database): Summary of DatabaseDown", Source: "production", Severity: "critical",
			Component: "database", Group: "production", Class: "DatabaseDown",
		}, payload)
		require.Contains(t, details["firing"], "pg_up is 0 < 1 & <!channel> <script>")
		require.Equal(t, "none", details["resolved"])
		require.Equal(t, runbook+"\n", details["runbooks"])
		links := got[0].Links
		links[1].Href, links[2].Href = prefix(dashboard, links[1].Href), prefix(query, links[2].Href)
		links[3].Href = unescaped(t, links[3].Href)
		require.Equal(t, []receivers.PagerDutyLink{
			{Text: "Runbook", Href: runbook}, {Text: "Dashboard", Href: dashboard}, {Text: "Query", Href: query}, {Text: "Silence", Href: silence},
		}, links)
	})
	t.Run("SMS", func(t *testing.T) {
		got := await(t, &chain.got.Texts, 2)
		require.Equal(t, receivers.TextMessage{
			Phone: chain.got.Access().Phone, Message: "P0 DatabaseDown (database): Summary of DatabaseDown",
			Attributes: map[string]string{"AWS.SNS.SMS.SMSType": "Transactional"},
		}, got[0])
		require.Equal(t, "P0 RESOLVED DatabaseDown (database): Summary of DatabaseDown", got[1].Message)
	})
}

// prefix returns the part of a link before the times.
func prefix(want, link string) string { return link[:min(len(want), len(link))] }

// requireTimes requires that a board shows an alert from an hour before its start until a quarter
// of an hour after its end, and that a query of 2 hours ends there. An alert that fires has not
// ended before the notification.
func requireTimes(t *testing.T, board, query string, start, end time.Time) {
	t.Helper()
	const delay = 30 * time.Second // since the notification
	parsed, err := url.Parse(board)
	require.NoError(t, err)
	for name, want := range map[string]time.Time{"from": start.Add(-time.Hour), "to": end.Add(15 * time.Minute)} {
		got, err := strconv.ParseInt(parsed.Query().Get(name), 10, 64)
		require.NoError(t, err, board)
		require.WithinDuration(t, want, time.UnixMilli(got), delay, name)
	}
	parsed, err = url.Parse(query)
	require.NoError(t, err)
	got, err := time.Parse(time.DateTime, parsed.Query().Get("g0.end_input"))
	require.NoError(t, err, query)
	require.WithinDuration(t, end, got, delay)
}

// between returns the text from the first start to the next end, without the attribute name of
// start.
func between(text, start, end string) string {
	_, rest, _ := strings.Cut(text, start)
	inside, _, _ := strings.Cut(rest, end)
	return strings.TrimPrefix(start, `href="`) + inside
}

// unescaped decodes a link as Alertmanager's UI does, which does not decode "+" to a space.
func unescaped(t *testing.T, link string) string {
	t.Helper()
	text, err := url.PathUnescape(link)
	require.NoError(t, err)
	return text
}
