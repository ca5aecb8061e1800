package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func monitoringBoard() Board {
	return Board{
		UID: monitoringUID, Title: "Marketplace / Monitoring", TimeFrom: "now-6h",
		Description:  "Health of the monitoring itself: alerting, sources, drains, and its cost for the database.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component="monitoring"`,
		Rows: []Row{
			row(1000, "Overview", alertingPanels(), collectionPanels()),
			collapsedRow(1007, "Delivery", deliveryPanels()),
			collapsedRow(1001, "Sources", sourcePanels()),
			collapsedRow(1008, "Limits", limitPanels()),
			collapsedRow(1006, "Drains", drainPanels()),
			collapsedRow(1002, "KPIs", kpiPanels()),
			collapsedRow(1003, "Database usage", databaseUsagePanels()),
			collapsedRow(1004, "Exporter", exporterPanels()),
			collapsedRow(1005, "Prometheus", prometheusPanels(), prometheusState()),
		},
	}
}

func alertingPanels() []Panel {
	return grid(4, 8,
		statusPanel(1, "Watchdog", []Mapping{{"1", "Firing", "green"}, {"0", "Not firing", "red"}},
			"This alert always fires. An external service notifies the on-call engineer when it stops; see its "+
				"runbook.",
			query(`max(ALERTS{alertname="Watchdog",alertstate="firing"}) or vector(0)`, "watchdog"),
		).width(4),
		timeSeriesPanel(2, "Targets", units.Short,
			"1 if the target responds to scrapes. One exporter of a redundant pair is sufficient.",
			query(series("up"), "{{job}} {{instance}}"),
		),
		tablePanel(6, "Rule files",
			"Loaded rule files and their version. A missing file indicates an incomplete installation.",
			column("max by (file, version) (marketplace_rules_info)", "loaded", units.Short),
		).sortedBy("file").width(8),
		timeSeriesPanel(100, "Prometheus failures", units.OpsPerSecond,
			"Failures per second: rule evaluations that failed or were missed, and notifications that no "+
				"Alertmanager accepted.",
			query(totalRate("prometheus_rule_evaluation_failures_total"),
				"evaluations failed"),
			query(totalRate("prometheus_rule_group_iterations_missed_total"),
				"evaluations missed"),
			query(totalRate("prometheus_notifications_dropped_total"),
				"notifications dropped"),
		),
	)
}

func collectionPanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(3, "Sources", units.Short,
			"1 if the latest collection of the source succeeded, even if parts of it failed; -1 for each failing part.",
			query(series("marketplace_source_up"), "{{source}} {{instance}}"),
			query("-1 * "+series("marketplace_source_failing"), "failing: {{source}} {{part}} {{reason}}").
				emptyIf("nothing is failing"),
		).manySeries(),
		timeSeriesPanel(4, "Source age", units.Seconds, "Time since the latest successful collection.",
			query(age(gauge("marketplace_source_last_success_timestamp_seconds")), "{{source}}"),
			sharedThreshold("marketplace_source_age:seconds", "limit"),
		),
		timeSeriesPanel(7, "Time since the last row", units.Seconds,
			"Time since a drain delivered its last row. The shorter limit applies after steady traffic, the longer "+
				"one otherwise, such as at night.",
			query(age(series("drain:marketplace_vercel_last_row:timestamp")), "{{drain}}"),
			sharedThreshold("marketplace_vercel_no_data:seconds", "limit after steady traffic", `traffic="steady"`),
			sharedThreshold("marketplace_vercel_no_data:seconds", "limit after sparse traffic", `traffic="sparse"`),
		),
		timeSeriesPanel(5, "KPI age", units.PercentUnit,
			"Time since the query of a KPI last succeeded, as a percentage of the age at which its value is dropped. "+
				"At 100 % the KPI is stale.",
			query(topK(10, "("+age(gauge("marketplace_kpi_last_success_timestamp_seconds"))+") / "+
				gauge("marketplace_kpi_max_age_seconds")), "{{kpi}}"),
			limit("vector(1)", "stale"),
		).manySeries(),
		tablePanel(112, "Failing parts",
			"Parts that the latest collection of each exporter could not collect, with the reason.",
			column(maxBy("source, part, reason", series("marketplace_source_failing")), "failing", units.Short).
				emptyIf("nothing is failing"),
		).hide("Value").fullWidth(4),
	)
}

func limitPanels() []Panel {
	const other = `"severity", "window", "quantile", "history", "traffic", "metric", "bound", "method", "route", ` +
		`"purpose", "relname", "job"`
	overrides := `label_join(label_replace({__name__=~"override:.+"}, "limit", "$1", "__name__", "override:(.+)"), ` +
		`"entry", " ", ` + other + `)`
	return grid(3, 8,
		tablePanel(50, "Invalid limits",
			"Limits with entries that are missing or doubled. Each must exist once.",
			column("max by (limit) (limits:invalid:count)", "entries", units.Short).emptyIf("all limits are valid"),
		).largestFirst("entries"),
		tablePanel(51, "Overrides without effect",
			"Limits with overrides that match nothing, such as a misspelled name, environment or server.",
			column("max by (limit) (limits:unused:count)", "overrides", units.Short).
				emptyIf("all overrides have an effect"),
		).largestFirst("overrides"),
		tablePanel(170, "Overrides", "All overrides of this installation.",
			column("max by (limit, entry, environment, server) ("+overrides+")", "value", units.Short).
				emptyIf("there are no overrides"),
		),
	)
}

func sourcePanels() []Panel {
	return grid(2, 8,
		timeSeriesPanel(110, "Collection duration", units.Seconds, "Duration of the latest collection of each source.",
			query(series("marketplace_source_duration_seconds"), "{{source}} {{instance}}"),
		).manySeries(),
		timeSeriesPanel(111, "Failures by reason", units.OpsPerSecond,
			"Failures per second. Failures of a whole source have no part.",
			query(sumRate("source, part, reason", "marketplace_source_failures_total"),
				"{{source}} {{part}} {{reason}}").emptyIf("nothing has ever failed"),
		).manySeries(),
	)
}

func kpiPanels() []Panel {
	return grid(1, 8,
		timeSeriesPanel(120, "Slowest KPIs", units.Seconds,
			"Duration of the latest query. All KPIs share one connection: a slow query delays the others.",
			query(topK(10, gauge("marketplace_kpi_duration_seconds")), "{{kpi}}"),
		).manySeries(),
		tablePanel(121, "KPIs",
			"All KPIs: age of the value, query interval, maximum age, duration of the latest query and number of "+
				"series.",
			column(age(gauge("marketplace_kpi_last_success_timestamp_seconds")), "age", units.Seconds),
			column(gauge("marketplace_kpi_interval_seconds"), "interval", units.Seconds),
			column(gauge("marketplace_kpi_max_age_seconds"), "maximum age", units.Seconds),
			column(gauge("marketplace_kpi_duration_seconds"), "duration", units.Seconds),
			column(gauge("marketplace_kpi_rows"), "series", units.Short),
			column(gauge("marketplace_kpi_rows_dropped"), "dropped rows", units.Short),
		).largestFirst("age").fullWidth(10),
	)
}

// databaseUsagePanels sums over exporters, because each adds load.
func databaseUsagePanels() []Panel {
	return grid(3, 8,
		timeSeriesPanel(130, "Database time", units.PercentUnit,
			"Time that exporters spent in the database or waiting for it.",
			query(sumRate("source", "marketplace_database_seconds_total"), "{{source}}"),
		),
		timeSeriesPanel(131, "Queries and round trips", units.OpsPerSecond,
			"Per second. Pipelining sends several queries in one round trip.",
			query(sumRate("source", "marketplace_database_queries_total"), "{{source}} queries"),
			query(sumRate("source", "marketplace_database_round_trips_total"), "{{source}} round trips"),
		).manySeries(),
		timeSeriesPanel(132, "Connections", units.Short,
			"Connections that exporters hold: at most one per source and exporter.",
			query(series("marketplace_database_connections"), "{{source}} {{instance}}"),
		).stacked().manySeries(),
	)
}

func drainPanels() []Panel {
	return grid(4, 8,
		timeSeriesPanel(8, "Rejected deliveries and invalid rows", units.PercentUnit,
			"Share of rejected deliveries and of invalid rows, over 15 minutes and over a day. The alerts use the "+
				"day if an hour has too few deliveries.",
			query(series("endpoint:marketplace_inbound_rejections:ratio_rate15m"), "rejected {{endpoint}}"),
			query(series("drain:marketplace_vercel_invalid_rows:ratio_rate15m"), "invalid {{drain}}"),
			query(series("endpoint:marketplace_inbound_rejections:ratio_rate1d"), "rejected 1d {{endpoint}}"),
			query(series("drain:marketplace_vercel_invalid_rows:ratio_rate1d"), "invalid 1d {{drain}}"),
			sharedThreshold("marketplace_inbound_rejections:ratio", "rejected limit"),
			sharedThreshold("marketplace_vercel_invalid_rows:ratio", "invalid limit"),
		).manySeries().width(12),
		timeSeriesPanel(9, "Deduplication window", units.Short,
			"Rows in the deduplication window, and rows evicted from it before their time in the last hour.",
			query(series("marketplace_inbound_dedupe_entries"), "entries {{instance}}"),
			query(series("environment:marketplace_inbound_dedupe_evictions:increase1h"), "evicted early"),
			sharedThreshold("marketplace_inbound_dedupe_evictions:count", "eviction limit"),
		).width(12),
		timeSeriesPanel(160, "Rows by drain", units.CountsPerSecond, "Counted rows per second.",
			query(sumRate("drain", "marketplace_vercel_rows_total"), "{{drain}}"),
		).stacked(),
		timeSeriesPanel(161, "Deliveries", units.RequestsPerSecond, "Accepted and rejected deliveries per second.",
			query(sumRate("endpoint", "marketplace_inbound_deliveries_total"), "accepted {{endpoint}}"),
			query(totalRate("marketplace_inbound_rejections_total"), "rejected"),
		).stacked(),
		timeSeriesPanel(162, "Rejected deliveries by reason", units.RequestsPerSecond,
			"Rejected deliveries per second. A missing endpoint indicates a port scan; the reason signature "+
				"indicates a wrong secret.",
			query(sumRate("endpoint, reason", "marketplace_inbound_rejections_total")+" > 0",
				"{{endpoint}} {{reason}}").emptyIf("no delivery was rejected"),
		).stacked().manySeries(),
		timeSeriesPanel(163, "Rows not counted", units.CountsPerSecond,
			"Rows per second that were invalid, by reason, and duplicates; and log messages beyond the limit of a row.",
			query(sumRate("drain, reason", "marketplace_vercel_invalid_rows_total")+" > 0",
				"{{drain}} {{reason}}").emptyIf("all rows were valid"),
			query(sumRate("drain", "marketplace_vercel_duplicate_rows_total"), "duplicate {{drain}}"),
			query(totalRate("marketplace_log_messages_dropped_total"), "dropped messages"),
		).stacked().manySeries(),
	)
}

func yesOrNo() []Mapping { return []Mapping{{"1", "Yes", "green"}, {"0", "No", "red"}} }

// exporterJob selects the exporters. These panels show each instance of a redundant pair.
const exporterJob = `job="marketplace_exporter"`

func exporterPanels() []Panel {
	return grid(6, 4,
		statusPanel(140, "Configuration loaded", yesOrNo(),
			"Whether the latest reload of the exporter's configuration succeeded. If it failed, the previous "+
				"configuration is in use.",
			query(series("marketplace_exporter_config_last_reload_successful"), "{{instance}}"),
		),
		statPanel(141, "Configuration age", units.Seconds,
			"Time since the exporter last loaded its configuration successfully.",
			query(age(series("marketplace_exporter_config_last_reload_success_timestamp_seconds")), "{{instance}}"),
		),
		labelPanel(142, "Version", "Version and revision of the exporter.",
			query(series("marketplace_exporter_build_info"), "{{instance}} {{version}} {{revision}}"),
		),
		statPanel(143, "Samples per scrape", units.Short,
			"Samples that Prometheus collects from the exporter in a scrape.",
			query(series("scrape_samples_scraped", exporterJob), "{{instance}}"),
		),
		statPanel(144, "Memory", units.BytesIEC, "Resident memory of the exporter.",
			query(series("process_resident_memory_bytes", exporterJob), "{{instance}}"),
		),
		statPanel(145, "CPU", units.PercentUnit, "CPU usage of the exporter, relative to one CPU.",
			query(rate(series("process_cpu_seconds_total", exporterJob)), "{{instance}}"),
		),
	)
}

func prometheusPanels() []Panel {
	return grid(3, 8,
		timeSeriesPanel(150, "Scrape duration", units.Seconds,
			"Duration of a scrape. A scrape that exceeds scrape_timeout is lost.",
			query(series("scrape_duration_seconds"), "{{job}} {{instance}}"),
		),
		timeSeriesPanel(151, "Head series", units.Short,
			"Series in memory. A jump indicates a label with too many values.",
			query(series("prometheus_tsdb_head_series"), "{{instance}}"),
		),
		timeSeriesPanel(152, "Slowest rule groups", units.Seconds,
			"Latest evaluation of the ten slowest rule groups. If it exceeds the interval, evaluations are missed.",
			query(topK(10, series("prometheus_rule_group_last_duration_seconds")), "{{rule_group}}"),
		).manySeries(),
	)
}

func prometheusState() []Panel {
	return grid(4, 4,
		statusPanel(153, "Configuration loaded", yesOrNo(),
			"Whether the latest reload of Prometheus' configuration and rules succeeded.",
			query(series("prometheus_config_last_reload_successful"), "{{instance}}"),
		),
		statPanel(154, "Alertmanagers", units.Short,
			"Alertmanagers that Prometheus has discovered. Without any, no notification is sent.",
			query(series("prometheus_notifications_alertmanagers_discovered"), "{{instance}}"),
		),
		statPanel(155, "Ingested samples", units.CountsPerSecond, "Samples per second.",
			query(rate(series("prometheus_tsdb_head_samples_appended_total")),
				"{{instance}} {{type}}"),
		),
		statPanel(156, "Memory", units.BytesIEC, "Resident memory of Prometheus.",
			query(series("process_resident_memory_bytes", `job="prometheus"`), "{{instance}}"),
		),
	)
}
