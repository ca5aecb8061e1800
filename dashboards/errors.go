package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const (
	noSentry       = "Sentry is not polled"
	noSentryEvents = "no webhooks of Sentry are received"
)

func errorsBoard() Board {
	return Board{
		UID: errorsUID, Title: "Marketplace / Errors", TimeFrom: "now-24h",
		Description:  "Errors as Sentry groups them, beside failed requests.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component="api"`,
		Rows: []Row{
			row(1000, "Overview", errorIssues(), errorVolumes()),
			collapsedRow(1001, "Issues", errorDetails()),
		},
	}
}

func errorIssues() []Panel {
	expected := series("project:marketplace_sentry_events:expected_count1h")
	return grid(4, 8,
		timeSeriesPanel(1, "New fatal issues", units.Short, "Fatal issues that Sentry first saw in the last hour.",
			query(gauge("marketplace_sentry_new_issues", `level="fatal"`, `window="1h"`), "new {{project}}").emptyIf(noSentry),
			threshold("marketplace_sentry_fatal_issues:count", "limit"),
		),
		timeSeriesPanel(2, "Regressed and escalating issues", units.Short,
			"Issues that came back or escalated in the last hour, and all that are in this state.",
			query(series("project:marketplace_sentry_regressions:increase1h"), "last hour {{project}}").emptyIf(noSentry),
			query(series("project:marketplace_sentry_recurring_issues:count"), "all {{project}}").emptyIf(noSentry),
			threshold("marketplace_sentry_regressions:count", "limit"),
		).manySeries(),
		timeSeriesPanel(3, "Affected users", units.Short, "Users with errors in the last hour.",
			query(gauge("marketplace_sentry_affected_users", `window="1h"`), "users {{project}}").emptyIf(noSentry),
			threshold("marketplace_sentry_affected_users:count", "limit"),
		),
		timeSeriesPanel(5, "Error events", units.Short,
			"Error events in the last hour, and those expected: the median of the same hour in up to three previous weeks, "+
				"in proportion if there are more requests. SentryErrorSpike fires if both limits are exceeded.",
			query(series("project:marketplace_sentry_events:count1h"), "{{project}}").emptyIf(noSentry),
			query(expected, "expected {{project}}").emptyIf(noWeek),
			threshold("marketplace_sentry_spike:count", "limit"),
			limit(expected+" * on (environment, server) group_left () threshold:marketplace_sentry_spike:factor",
				"limit from previous weeks {{project}}").emptyIf(noWeek),
		).manySeries(),
	)
}

func errorVolumes() []Panel {
	return grid(3, 8,
		timeSeriesPanel(6, "Time without error events", units.Seconds,
			"Time since the last error event. SentrySilent fires above both limits: the second is a multiple of the longest such "+
				"time in three weeks.",
			query(series("project:marketplace_sentry_silence:seconds"), "{{project}}").emptyIf(noSentry),
			threshold("marketplace_sentry_silence:seconds", "limit"),
			limit(series("project:marketplace_sentry_silence:max3w")+
				" * on (environment, server) group_left () threshold:marketplace_sentry_silence:factor",
				"limit from previous weeks {{project}}").emptyIf(noWeek),
		).manySeries(),
		timeSeriesPanel(101, "Failed requests", units.PercentUnit,
			"Share of the requests that failed, in 5 minutes. Errors that the application handles are in the log and in "+
				"this share, and only in Sentry if it captures them.",
			query(series("origin:http_request_errors:ratio_rate5m"), requestLegend),
		).manySeries(),
		timeSeriesPanel(4, "Dropped events", units.PercentUnit,
			"Share of the error events of an hour that Sentry drops because the quota or a rate limit is used up.",
			query(series("marketplace:sentry_dropped:ratio1h"), "dropped {{environment}}").emptyIf(noSentry),
			threshold("marketplace_sentry_dropped:ratio", "limit"),
		),
	)
}

func errorDetails() []Panel {
	return grid(3, 8,
		timeSeriesPanel(110, "Unresolved issues", units.Short, "Unresolved issues, by level.",
			query(dedupedSum("project, substatus", series("marketplace_sentry_unresolved_issues")), "{{level}}").emptyIf(noSentry),
		),
		timeSeriesPanel(111, "New issues", units.Short, "Issues of each level that Sentry first saw in the last day.",
			query(dedupedSum("project", series("marketplace_sentry_new_issues", `window="1d"`)), "{{level}}").emptyIf(noSentry),
		),
		timeSeriesPanel(112, "Age of the oldest unresolved error", units.Seconds,
			"Time since the first event of the oldest unresolved issue of level error or fatal.",
			query(age(gauge("marketplace_sentry_oldest_unresolved_timestamp_seconds")), "{{project}}").emptyIf(noSentry),
		),
		timeSeriesPanel(113, "Critical errors", units.Short, "Error events of the last hour that match a query of --sentry.queries-file.",
			query(gauge("marketplace_sentry_query_events", `window="1h"`), "{{query}}").emptyIf(noSentry),
		).manySeries(),
		timeSeriesPanel(114, "Resolution time", units.Seconds,
			"Median and 90th percentile of the time from the first event of an issue to its resolution, of the issues resolved in 7 days.",
			query(series("project:marketplace_sentry_issue_resolution_seconds:p50_7d"), "P50 {{project}}").emptyIf(noSentryEvents),
			query(series("project:marketplace_sentry_issue_resolution_seconds:p90_7d"), "P90 {{project}}").emptyIf(noSentryEvents),
		),
		timeSeriesPanel(115, "Crash-free sessions and users", units.PercentUnit, "Share without a crash in the last day.",
			query(gauge("marketplace_sentry_crash_free_ratio"), "{{of}}").emptyIf(noSentry),
		),
	)
}
