package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// deliveryPanels show what evaluates the rules and delivers the notifications. Most limits are
// zero, as in rules/delivery.yml.
func deliveryPanels() []Panel {
	return grid(3, 8,
		timeSeriesPanel(40, "Rule groups with failures", units.Short,
			"Evaluations that failed, such as by many-to-many matching, in each interval of the graph.",
			query(dedupe(increases("prometheus_rule_evaluation_failures_total"))+" > 0", "failed {{rule_group}}").
				emptyIf("no evaluation failed"),
			limit("vector(0)", "limit"),
		).manySeries().width(12),
		timeSeriesPanel(45, "Skipped evaluations", units.PercentUnit,
			"Share of evaluations that were skipped because the previous one took longer than the interval.",
			query(dedupe(rate(series("prometheus_rule_group_iterations_missed_total"))+" / "+
				rate(series("prometheus_rule_group_iterations_total")))+" > 0", "{{rule_group}}").
				emptyIf("no evaluation was skipped"),
			sharedThreshold("prometheus_rule_group_missed:ratio", "limit"),
		).manySeries().width(12),
		timeSeriesPanel(41, "Failed notifications", units.Short,
			"Notifications that Alertmanager gave up, and requests that failed and are retried, by integration, in each "+
				"interval of the graph.",
			query("sum by (integration) ("+increases("alertmanager_notifications_failed_total")+") > 0",
				"given up {{integration}}").emptyIf("no notification failed"),
			query("sum by (integration) ("+increases("alertmanager_notification_requests_failed_total")+") > 0",
				"requests {{integration}}").emptyIf("no request failed"),
			limit("vector(0)", "limit"),
		).manySeries(),
		timeSeriesPanel(42, "Alerts not sent to Alertmanager", units.Short,
			"Alerts that Prometheus could not send and that it dropped, in each interval of the graph.",
			query(dedupe(increases("prometheus_notifications_errors_total")), "errors {{alertmanager}}").
				emptyIf("no Alertmanager is configured"),
			query(dedupe(increases("prometheus_notifications_dropped_total")), "dropped {{alertmanager}}"),
			limit("vector(0)", "limit"),
		).manySeries(),
		timeSeriesPanel(44, "Requests without latency", units.RequestsPerSecond,
			"Requests per second of origins without classic histogram buckets, for which latency alerts cannot fire.",
			query(series("origin:http_requests:rate5m")+
				" unless on (environment, origin) "+series("origin:http_request_duration_seconds_bucket:rate5m"),
				requestLegend).
				emptyIf("all origins have buckets"),
			limit("vector(0)", "limit"),
		),
		tablePanel(171, "On call", "People on call. The IDs are those of the schedule.",
			column(maxBy("role, person", series("marketplace_oncall_info")), "on call", units.Short).
				emptyIf("no schedule is configured"),
		).hide("Value").width(12),
		tablePanel(172, "Next hand-over", "Time until another person takes over the role, within a year.",
			column(maxBy("role", series("marketplace_oncall_next_handover_timestamp_seconds"))+" - time()", "in", units.Seconds).
				emptyIf("no hand-over is planned"),
		).sortedBy("in").width(12),
		tablePanel(43, "Configurations",
			"Whether the latest reload succeeded (1). After a failed one, the previous configuration stays in effect.",
			column(reloaded("prometheus_config_last_reload_successful"), "Prometheus", units.Short),
			column(reloaded("alertmanager_config_last_reload_successful"), "Alertmanager", units.Short),
			column(reloaded("marketplace_exporter_config_last_reload_successful"), "exporter", units.Short),
		).sortedBy("instance").fullWidth(6),
	)
}

// increases returns the increase of a counter between two points of the graph.
func increases(metric string, matchers ...string) string {
	return "increase(" + series(metric, matchers...) + "[$__rate_interval])"
}

// reloaded keeps the labels that the table shows.
func reloaded(metric string) string { return maxBy("job, instance", series(metric)) }
