package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// Reasons for which the panels of this board have no data.
const (
	noProbe       = "no target is configured"
	noHealth      = "no health endpoint is configured"
	noUptimeRobot = "no key of UptimeRobot is configured"
	noCertificate = "no target uses TLS"
)

const probeLegend = "{{target}} {{environment}}"

func uptimeBoard() Board {
	return Board{
		UID: uptimeUID, Title: "Marketplace / Uptime", TimeFrom: "now-24h",
		Description: "The website as probes of the exporter, its own health endpoint and UptimeRobot report it.",
		Variables: []Variable{{
			Name: "environment", Label: "Environment", Metric: "probe_success", FromLabel: "environment", Default: "production",
			Description: "Environment of the probed targets. Select All if targets are not labeled.",
			EmptyReason: noProbe,
		}},
		AlertMatcher: `component=~".+",target=~".+"`,
		Rows: []Row{
			row(1000, "Overview", uptimeTargets(), uptimeTimes()),
			collapsedRow(1001, "Application", uptimeHealth()),
			collapsedRow(1002, "UptimeRobot", uptimeOutside()),
			collapsedRow(1003, "Components", componentUptime(), componentMaintenance()),
		},
	}
}

func uptimeTargets() []Panel {
	return grid(3, 7,
		statusPanel(100, "Targets", []Mapping{{"1", "Up", "green"}, {"0", "Down", "red"}},
			"Whether the latest probe succeeded, from at least one exporter.",
			query(gauge("probe_success"), probeLegend).emptyIf(noProbe),
		),
		statPanel(101, "Availability", units.PercentUnit,
			"Share of the selected time range in which probes succeeded. Periods without probes are not counted.",
			query(dedupe("avg_over_time("+series("probe_success")+"[$__range])"), probeLegend).emptyIf(noProbe),
		),
		timeSeriesPanel(1, "Failed probes in a row", units.Short,
			"Failed probes since the last successful one, as the exporter reports that sees the target best. A website "+
				"is down from the limit on.",
			query(fewest("marketplace_probe_consecutive_failures"), probeLegend).emptyIf(noProbe),
			threshold("probe_failures:count", "limit"),
		),
	)
}

func uptimeTimes() []Panel {
	return grid(3, 8,
		timeSeriesPanel(2, "Response time", units.Seconds,
			"Mean duration of a probe over 5 minutes. Failed probes are as long as their timeout.",
			query("min without (instance, pod) (avg_over_time("+series("probe_duration_seconds")+"[5m]))", probeLegend).
				emptyIf(noProbe),
			threshold("probe_duration:seconds", "limit"),
		),
		timeSeriesPanel(110, "Response time by phase", units.Seconds,
			"Phases of HTTP probes. Processing is the wait for the first byte.",
			query(gauge("probe_http_duration_seconds"), "{{target}} {{phase}} {{environment}}").emptyIf(noProbe),
		).manySeries(),
		timeSeriesPanel(3, "Certificate expiry", units.Seconds,
			"Time until the first certificate of the target expires, its own or one of its chain.",
			query(fewest("probe_ssl_earliest_cert_expiry")+" - time()", probeLegend).emptyIf(noCertificate),
			threshold("probe_certificate:seconds", "P2 limit", `severity="P2"`),
			threshold("probe_certificate:seconds", "P1 limit", `severity="P1"`),
		),
	)
}

func uptimeHealth() []Panel {
	return grid(3, 8,
		timeSeriesPanel(4, "Reported health", units.Short,
			"State that the health endpoint reports (1), and whether the application reaches its database. A degraded "+
				"application responds with 200.",
			query(gauge("marketplace_health_status", `state!="healthy"`), "{{target}} {{state}} {{environment}}").emptyIf(noHealth),
			query("1 - "+gauge("marketplace_health_database_up"), "{{target}} database down {{environment}}").emptyIf(noHealth),
			query("1 - "+gauge("marketplace_health_valid"), "{{target}} invalid response {{environment}}").emptyIf(noHealth),
		),
		timeSeriesPanel(120, "Database latency of the application", units.Seconds,
			"Latency that the health endpoint reports. The application is degraded above a second.",
			query(gauge("marketplace_health_database_latency_seconds"), probeLegend).emptyIf(noHealth),
		),
		tablePanel(121, "Versions",
			"Versions of the application that health endpoints report, and the time since their deployment if it was "+
				"within an hour.",
			column(maxBy("environment, version", series("marketplace_app_info")), "reported", units.Short).emptyIf(noHealth),
			column("1000 * "+series("environment:marketplace_app_deployed:timestamp"), "deployed", units.DateTimeFromNow).
				emptyIf("no deployment within an hour"),
		).sortedBy("reported"),
	)
}

func uptimeOutside() []Panel {
	const monitor = "{{target}}"
	return grid(3, 8,
		timeSeriesPanel(5, "UptimeRobot and own probes", units.Short,
			"1 if the target is up. Monitors and targets with the same name are compared.",
			query(fewest("probe_success"), "own {{target}} {{environment}}").emptyIf(noProbe),
			query("min by (target) ("+series("marketplace_uptimerobot_monitor_up")+")", "outside "+monitor).emptyIf(noUptimeRobot),
		).manySeries(),
		timeSeriesPanel(130, "Uptime by UptimeRobot", units.PercentUnit,
			"Share of the last 1, 7 and 30 days in which a monitor was up. API v3 only reports the day.",
			query(maxBy("target, window", series("marketplace_uptimerobot_monitor_uptime_ratio")), monitor+" {{window}}").
				emptyIf(noUptimeRobot),
		).manySeries(),
		timeSeriesPanel(131, "Response time by UptimeRobot", units.Seconds,
			"Mean response time of the recent checks. Only API v2 reports it.",
			query(maxBy("target", series("marketplace_uptimerobot_monitor_response_seconds")), monitor).
				emptyIf("only API v2 reports it"),
		),
		timeSeriesPanel(132, "Monitors by status", units.Short, "Number of monitors at UptimeRobot.",
			query(maxBy("status", series("marketplace_uptimerobot_monitors")), "{{status}}").emptyIf(noUptimeRobot),
		).width(12),
		timeSeriesPanel(133, "Requests to UptimeRobot", units.OpsPerSecond,
			"Requests of the exporter to the API, by outcome. Throttled ones exceed the limit of the plan.",
			query(sumRate("outcome", "marketplace_uptimerobot_api_requests_total"), "requests {{outcome}}").
				emptyIf(noUptimeRobot),
		).width(12),
	)
}

// fewest returns the lowest value that redundant exporters report.
func fewest(metric string) string { return "min without (instance, pod) (" + series(metric) + ")" }
