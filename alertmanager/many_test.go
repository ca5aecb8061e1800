package alertmanager_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/receivers"
)

func TestManyAlertsAreTruncated(t *testing.T) {
	chain := startChain(t, speedup)
	alerts := make([]postedAlert, 30)
	for i := range alerts {
		alerts[i] = with(alert("SourceFailing", "P0", "monitoring"), "source", fmt.Sprintf("source-%02d", i))
		alerts[i].Annotations["description"] = strings.Repeat("매우 긴 설명 ", 200)
	}
	chain.send(t, alerts...)

	mail := await(t, &chain.got.Mails, 1)[0]
	require.Equal(t, "[P0] SourceFailing ×30 (monitoring)", mail.Subject)
	for _, body := range []string{mail.Text, mail.HTML} {
		require.Equal(t, 10, strings.Count(body, "Summary of SourceFailing"))
		require.Contains(t, body, "and 20 more")
		require.NotContains(t, body, strings.Repeat("매우 긴 설명 ", 63), "descriptions are cut at 500 characters")
	}
	slack := await(t, &chain.got.Slack, 1)[0].Attachments[0]
	require.Equal(t, "P0: SourceFailing ×30 (monitoring)", slack.Title)
	require.Equal(t, 5, strings.Count(slack.Text, "Summary of SourceFailing"))
	require.Contains(t, slack.Text, "_and 25 more_")

	require.Contains(t, slack.TitleLink, "https://grafana.aimarketplace.com/d/marketplace-database?viewPanel=1&from=")
	require.Equal(t, "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/SourceFailing.md", slack.Actions[0].URL)

	event := await(t, &chain.got.PagerDuty, 1)[0]
	require.Contains(t, event.Payload.Summary, "SourceFailing ×30")
	require.Contains(t, event.Payload.CustomDetails["firing"], "and 20 more")

	require.Equal(t, "P0 SourceFailing x30 (monitoring): Summary of SourceFailing", await(t, &chain.got.Texts, 1)[0].Message)
}

func TestPartlyResolvedGroup(t *testing.T) {
	chain := startChain(t, speedup)
	primary := with(alert("ReplicaLost", "P0", "database"), "replica", "a")
	primary.Annotations["summary"] = "Replica a is lost"
	other := with(alert("ReplicaLost", "P0", "database"), "replica", "b")
	other.Annotations["summary"] = "Replica b is lost"
	chain.send(t, primary, other)
	await(t, &chain.got.Slack, 1)
	chain.send(t, resolved(primary))

	slack := await(t, &chain.got.Slack, 2)[1].Attachments[0]
	require.Equal(t, "P0: ReplicaLost (database)", slack.Title, "one alert is still firing")
	require.Equal(t, "#b3261e", slack.Color)
	_, resolvedText, _ := strings.Cut(slack.Text, "*Resolved:*")
	require.Contains(t, resolvedText, "Replica a is lost")
	require.Contains(t, await(t, &chain.got.Mails, 2)[1].Text, "Resolved:")
	require.Equal(t, "P0 ReplicaLost (database): Replica b is lost", await(t, &chain.got.Texts, 2)[1].Message)
	require.Contains(t, await(t, &chain.got.PagerDuty, 2)[1].Payload.Summary, "Replica b is lost")
}

func TestSMSFitsIntoOneMessage(t *testing.T) {
	chain := startChain(t, 20*speedup)
	long := strings.Repeat("very long ", 100)
	cases := map[string]postedAlert{
		"long name":      alert(strings.Repeat("Name", 100), "P0", "database"),
		"long component": alert("LongComponent", "P0", long),
		"long summary":   withSummary("LongSummary", long),
		"Korean":         withSummary("Korean", strings.Repeat("데이터베이스가 응답하지 않습니다 ", 40)),
		"non-GSM":        withSummary("Signs", "[a] {b} ~c ^d |e \\f `g €h ⚠️ “i” …"),
		"lines":          withSummary("Lines", "one\ntwo\r\n\tthree"),
		"exactly 160":    withSummary("Exactly", strings.Repeat("x", 160-len("P0 Exactly (database): "))),
		"no alertname":   {Labels: map[string]string{"severity": "P0"}},
	}
	var messages []string
	for _, sent := range cases { // one after another: P0 alerts that fire together share an SMS
		before := len(chain.got.Texts.All())
		chain.send(t, sent)
		got := await(t, &chain.got.Texts, before+1)[before]
		require.LessOrEqual(t, len(got.Message), 160, got.Message)
		require.Regexp(t, `^P0 [A-Za-z0-9 @$_!"#%&'()*+,./:;<=>?-]+$`, got.Message)
		messages = append(messages, got.Message)
		chain.send(t, resolved(sent))
		await(t, &chain.got.Texts, before+2)
	}
	for _, want := range []string{
		("P0 LongSummary (database): " + long)[:157] + "...",
		"P0 Exactly (database): " + cases["exactly 160"].Annotations["summary"],
		"P0 Lines (database): one two three",
		"P0 Signs (database): ?a? b? c ?d ?e ?f ?g ?h ? i?",
		"P0 Korean (database): ?",
		"P0 unnamed alert (?): no summary",
	} {
		require.Contains(t, messages, want)
	}
}

func withSummary(name, summary string) postedAlert {
	a := alert(name, "P0", "database")
	a.Annotations["summary"] = summary
	return a
}

func TestSeverityColors(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, alert("A", "P0", "website"), alert("B", "P1", "api"), alert("C", "P2", "email"), alert("D", "p4", "uploads"))
	colors := map[string]string{}
	for _, message := range await(t, &chain.got.Slack, 4) {
		colors[message.Attachments[0].Title] = message.Attachments[0].Color
	}
	require.Equal(t, map[string]string{
		"P0: A (website)": "#b3261e", "P1: B (api)": "#c2410c", "P2: C (email)": "#8a6d00", "p4: D (uploads)": "#5b6472",
	}, colors)
}

// Labels of alerts become parts of expressions and links in the templates.
func TestUnusualLabelsReachEveryChannel(t *testing.T) {
	chain := startChain(t, speedup)
	unusual := with(with(alert("a(b[*+", "P0", "`&<"), "query", "`SELECT \"é\"`\n<!channel> %2B+ {}"), "server", "x=\"y\"")
	unusual.GeneratorURL = "http://x/graph?g0.expr=%"
	long := alert("Long", "P0", "api")
	long.GeneratorURL += "&" + strings.Repeat("x", 5000)
	chain.send(t, unusual, long)
	require.Equal(t, "P0 Long, a(b[*+ ×2 (several components): Summary of Long", await(t, &chain.got.PagerDuty, 1)[0].Payload.Summary)
	require.Len(t, await(t, &chain.got.Texts, 1), 1)
	require.Len(t, await(t, &chain.got.Mails, 2), 2)
	for _, message := range await(t, &chain.got.Slack, 2) {
		query := message.Attachments[0].Actions[2].URL
		require.Less(t, len(query), 3000, "Slack rejects longer links")
		if strings.Contains(message.Attachments[0].Title, "Long") {
			require.Contains(t, query, "g0.expr=ALERTS%7Balertname%3D%22Long%22%7D&")
			continue
		}
		require.Contains(t, message.Attachments[0].Text, "`query='SELECT \"é\"'\n&lt;!channel&gt; %2B+ {}` `server=x=\"y\"`\n")
		require.Equal(t, chain.URL()+"/#/silences/new?filter={alertname=\"a(b[*+\",query=\"`SELECT \\\"é\\\"`\\n<!channel> %2B+ {}\",server=\"x=\\\"y\\\"\"}",
			unescaped(t, message.Attachments[0].Actions[3].URL))
	}
}

func TestAlertWithoutSeverityAndAnnotations(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, postedAlert{Labels: map[string]string{"alertname": "Bare"}})
	slack := await(t, &chain.got.Slack, 1)[0].Attachments[0]
	require.Equal(t, "no severity: Bare (no component)", slack.Title)
	require.Equal(t, receivers.SlackButton{Type: "button", Text: "Runbook", URL: chain.URL()}, slack.Actions[0])
	require.Equal(t, receivers.SlackButton{Type: "button", Text: "Dashboard", URL: chain.URL()}, slack.Actions[1])
	require.Contains(t, slack.Actions[2].URL, "https://prometheus.aimarketplace.com/graph?g0.expr=ALERTS%7Balertname%3D%22Bare%22%7D&g0.tab=0")
	require.Equal(t, "[no severity] Bare (no component)", await(t, &chain.got.Mails, 1)[0].Subject)
	require.Empty(t, chain.got.PagerDuty.All())
}
