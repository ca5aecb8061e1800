package sentry

import (
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// windows are the windows of events, users and new issues.
func windows() []string { return []string{"1h", "1d"} }

// period returns a window as Sentry's parameter statsPeriod.
func period(window string) string {
	if window == "1d" {
		return "24h"
	}
	return window
}

// metrics are those of one poll.
type metrics struct {
	unresolved, truncated, oldest, firstSeen metric.Desc
	events, users, outcomes                  metric.Desc
	crashFreeSessions                        metric.Desc
	queryEvents, queryUsers                  metric.Desc
}

func newMetrics() metrics {
	const prefix = "marketplace_sentry_"
	return metrics{
		unresolved: metric.NewGauge(prefix+"unresolved_issues", "Unresolved issues.", "project", "level", "substatus"),
		truncated: metric.NewGauge(prefix+"issues_truncated",
			"Whether Sentry has more issues than --sentry.max-pages pages, so that the counts are lower bounds.", "list"),
		oldest: metric.NewGauge(prefix+"oldest_unresolved_timestamp_seconds",
			"Time at which the oldest unresolved issue of level error or fatal was first seen.", "project"),
		firstSeen: metric.NewGauge(prefix+"new_issues", "Issues that were first seen in the window, also resolved ones.", "project", "level", "window"),
		events:    metric.NewGauge(prefix+"events", "Error events in the window.", "project", "window"),
		users:     metric.NewGauge(prefix+"affected_users", "Users with error events in the window.", "project", "window"),
		outcomes:  metric.NewGauge(prefix+"events_by_outcome", "Error events that Sentry received in the window, by outcome.", "outcome", "window"),
		crashFreeSessions: metric.NewGauge(prefix+"crash_free_ratio",
			"Share of the sessions or users without a crash in the last day.", "of"),
		queryEvents: metric.NewGauge(prefix+"query_events", "Error events that match a query of --sentry.queries-file in the window.", "query", "window"),
		queryUsers:  metric.NewGauge(prefix+"query_affected_users", "Users with such events in the window.", "query", "window"),
	}
}

func (m metrics) descs() []metric.Desc {
	return []metric.Desc{
		m.unresolved, m.truncated, m.oldest, m.firstSeen, m.events, m.users, m.outcomes, m.crashFreeSessions, m.queryEvents, m.queryUsers,
	}
}

// outcomeValues are the allowed values of the label outcome; others become other.
func outcomeValues() []string {
	return []string{"accepted", "filtered", "rate_limited", "invalid", "abuse", "client_discard", "cardinality_limited"}
}
