package checklist

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/report/alerts"
	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/unit"
)

// Practice: an alert that fired this often, was short every time and was never followed by a
// deployment or a silence demands attention without a need to act.
const (
	noisyTimes = 5
	noisyShort = 15 * time.Minute
	// Practice: an alert that fires for this share of the time is not read any more.
	alwaysFiring = 0.5
)

// criticalAlerts lists the P0 and P1 alerts. A P0 alert, or one that still fires, needs attention.
func criticalAlerts(_ context.Context, r *run, s *document.Section) (document.Verdict, error) {
	episodes, before := r.current(func(e alerts.Episode) bool { return e.Severity() == "P0" || e.Severity() == "P1" })
	s.Text = append(s.Text, countText("P0 and P1 alerts", len(episodes), before))
	s.Tables = append(s.Tables, r.episodeTable(episodes))
	if slices.ContainsFunc(episodes, func(e alerts.Episode) bool { return e.Severity() == "P0" || e.Ongoing }) {
		return document.Attention, nil
	}
	return document.OK, nil
}

func securityAlertNames() []string {
	return []string{
		"RowSecurityMissing", "LoginsRejected", "RateLimitedHigh", "DeliveriesRejected", "CertificateExpiring", "CertificateExpiringSoon",
	}
}

// securityAlerts lists the alerts on access and credentials.
func securityAlerts(_ context.Context, r *run, s *document.Section) (document.Verdict, error) {
	episodes, before := r.current(func(e alerts.Episode) bool { return slices.Contains(securityAlertNames(), e.Name()) })
	s.Text = append(s.Text, countText("Security alerts", len(episodes), before))
	s.Tables = append(s.Tables, r.episodeTable(episodes))
	if len(episodes) > 0 {
		return document.Attention, nil
	}
	return document.OK, nil
}

func countText(what string, now, before int) string {
	return what + ": " + unit.Count.Format(float64(now)) + ", in the period before: " + unit.Count.Format(float64(before)) + "."
}

func (r *run) episodeTable(episodes []alerts.Episode) document.Table {
	table := document.Table{Columns: []string{"Alert", "Severity", "Labels", "Firing since", "Duration"}}
	slices.Reverse(episodes) // the latest first
	for _, e := range episodes[:min(len(episodes), maxRows)] {
		duration := document.Duration(e.Duration())
		if e.Ongoing {
			duration += ", still firing"
		}
		table.Rows = append(table.Rows, []document.Cell{
			r.links.Runbook(e.Name()), document.Text(e.Severity()), document.Text(e.Subject()),
			document.Text(document.Time(e.Firing, r.services.Location)), document.Text(duration),
		})
	}
	return table
}

// incidents lists the groups of P0 and P1 alerts, each with the command that writes its report.
func incidents(_ context.Context, r *run, s *document.Section) (document.Verdict, error) {
	episodes, _ := r.current(func(alerts.Episode) bool { return true })
	table := document.Table{Columns: []string{"Start", "Duration", "Severity", "Components", "Alerts", "Report"}}
	verdict := document.OK
	for _, i := range alerts.Incidents(episodes) {
		duration := document.Duration(i.End.Sub(i.Start))
		if i.Ongoing {
			duration += ", not resolved"
		}
		table.Rows = append(table.Rows, []document.Cell{
			document.Text(document.Time(i.Start, r.services.Location)), document.Text(duration), document.Text(i.Severity()),
			document.Text(strings.Join(i.Components(), ", ")), document.Text(strings.Join(i.Alerts(), ", ")),
			{Text: "marketplace_report incident --at " + i.Episodes[0].Firing.UTC().Format(time.RFC3339), Code: true},
		})
		if i.Severity() == "P0" {
			verdict = document.Attention
		}
	}
	s.Tables = append(s.Tables, table)
	return verdict, nil
}

// noise sums up the episodes of one alert.
type noise struct {
	name, severity                 string
	times, before, atNight, passed int // passed without an action
	total                          time.Duration
	durations                      []time.Duration
}

// noisyAlerts lists all alerts of the period, the most frequent first.
func noisyAlerts(_ context.Context, r *run, s *document.Section) (document.Verdict, error) {
	table := document.Table{Columns: []string{"Alert", "Severity", "Times", "Before", "Total", "Median", "At night", "Without action", "Suggestion"}}
	verdict := document.OK
	for _, n := range r.noises() {
		advice := n.advice(r.window.Span())
		if advice != "" {
			verdict = document.Attention
		}
		median := n.durations[len(n.durations)/2]
		table.Rows = append(table.Rows, []document.Cell{
			r.links.Runbook(n.name), document.Text(n.severity), number(n.times), number(n.before),
			document.Text(document.Duration(n.total)), document.Text(document.Duration(median)), number(n.atNight), number(n.passed),
			document.Text(advice),
		})
	}
	s.Text = append(s.Text, `"Without action" counts the times that ended without a deployment and without a silence of the alert.`)
	s.Tables = append(s.Tables, table)
	return verdict, nil
}

func number(n int) document.Cell {
	value := float64(n)
	return document.Cell{Text: unit.Count.Format(value), Value: &value}
}

func (r *run) noises() []*noise {
	byName := map[string]*noise{}
	for _, e := range r.episodes {
		n := byName[e.Name()]
		if n == nil {
			n = &noise{name: e.Name(), severity: e.Severity()}
			byName[e.Name()] = n
		}
		if !e.End.After(r.window.From) {
			n.before++
			continue
		}
		if alerts.AtNight(e, r.services.Location) {
			n.atNight++
		}
		if !e.Ongoing && !r.actions.Followed(e) {
			n.passed++
		}
		if e.Firing.Before(r.window.From) {
			e.Firing = r.window.From
		}
		n.times++
		n.total += e.Duration()
		n.durations = append(n.durations, e.Duration())
	}
	var all []*noise
	for _, n := range byName {
		if n.times > 0 {
			slices.Sort(n.durations)
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b *noise) int {
		return cmp.Or(cmp.Compare(b.times, a.times), cmp.Compare(b.total, a.total), cmp.Compare(a.name, b.name))
	})
	return all
}

// advice suggests a change of the rule, or nothing.
func (n *noise) advice(span time.Duration) string {
	switch {
	case n.total >= time.Duration(alwaysFiring*float64(span)):
		return "fires for most of the time: fix the cause or change the limit"
	case n.times >= noisyTimes && n.passed == n.times && n.durations[len(n.durations)-1] <= noisyShort:
		return "short and without action every time: increase its `for` or its limit"
	}
	return ""
}
