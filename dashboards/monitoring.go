package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

const monitoringUID = "marketplace-monitoring"

func monitoringBoard() Board {
	return Board{
		UID: monitoringUID, Title: "Marketplace / Monitoring", TimeFrom: "now-6h",
		Description:  "Health of the monitoring itself: alerting, sources, drains, and its cost for the database.",
		Variables:    []Variable{targetEnvironment()},
		AlertMatcher: `component="monitoring"`,
		Rows: []Row{
			row(1000, "Overview", slices.Concat(alertingPanels(), collectionPanels())),
			collapsedRow(1001, "Sources", sourcePanels()),
			collapsedRow(1006, "Drains", drainPanels()),
			collapsedRow(1002, "KPIs", kpiPanels()),
			collapsedRow(1003, "Database usage", databaseUsagePanels()),
			collapsedRow(1004, "Exporter", exporterPanels()),
			collapsedRow(1005, "Prometheus", prometheusPanels()),
		},
	}
}

func alertingPanels() []Panel {
	return []Panel{
		statusPanel(Panel{
			ID: 1, Title: "Watchdog", Unit: units.Short, Height: 8,
			Description: "This alert always fires. An external service notifies the on-call engineer when it stops; see its " +
				"runbook.",
			Queries:  []Query{{Expr: `max(ALERTS{alertname="Watchdog",alertstate="firing"}) or vector(0)`, Legend: "watchdog"}},
			Mappings: []Mapping{{"1", "Firing", "green"}, {"0", "Not firing", "red"}},
		}),
		timeSeriesPanel(Panel{
			ID: 2, Title: "Targets", Unit: units.Short, Width: 6, Height: 8,
			Description: "1 if the target responds to scrapes. One exporter of a redundant pair is sufficient.",
			Queries:     []Query{{Expr: series("up"), Legend: "{{job}} {{instance}}"}},
		}),
		tablePanel(Panel{
			ID: 6, Title: "Rule files", Unit: units.Short, Width: 8, Height: 8, SortBy: []SortColumn{{Name: "file"}},
			Description: "Loaded rule files and their version. A missing file indicates an incomplete installation.",
			Queries:     []Query{{Expr: "max by (file, version) (marketplace_rules_info)", Legend: "loaded"}},
		}),
		timeSeriesPanel(Panel{
			ID: 100, Title: "Prometheus failures", Unit: units.OpsPerSecond, Width: 6, Height: 8,
			Description: "Failures per second: rule evaluations that failed or were missed, and notifications that no " +
				"Alertmanager accepted.",
			Queries: []Query{
				{Expr: "sum(rate(" + series("prometheus_rule_evaluation_failures_total") + "[$__rate_interval]))", Legend: "evaluations failed"},
				{Expr: "sum(rate(" + series("prometheus_rule_group_iterations_missed_total") + "[$__rate_interval]))", Legend: "evaluations missed"},
				{Expr: "sum(rate(" + series("prometheus_notifications_dropped_total") + "[$__rate_interval]))", Legend: "notifications dropped"},
			},
		}),
	}
}

func collectionPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 3, Title: "Sources", Unit: units.Short, Width: 6,
			Description: "1 if the latest collection of the source succeeded, even if parts of it failed; -1 for each failing " +
				"part.",
			Queries: []Query{
				{Expr: series("marketplace_source_up"), Legend: "{{source}} {{instance}}"},
				Query{Expr: "-1 * " + series("marketplace_source_failing"), Legend: "failing: {{source}} {{part}} {{reason}}"}.allowEmpty("nothing is failing"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 4, Title: "Source age", Unit: units.Seconds, Width: 6,
			Description: "Time since the latest successful collection.",
			Queries: []Query{
				{Expr: age(dedupe(series("marketplace_source_last_success_timestamp_seconds"))), Legend: "{{source}}"},
				threshold("marketplace_source_age:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 7, Title: "Time since the last row", Unit: units.Seconds, Width: 6,
			Description: "Time since a drain delivered its last row. The shorter limit applies after steady traffic, the " +
				"longer one otherwise, such as at night.",
			Queries: []Query{
				{Expr: age(series("drain:marketplace_vercel_last_row:timestamp")), Legend: "{{drain}}"},
				threshold("marketplace_vercel_no_data:seconds", "limit after steady traffic", `traffic="steady"`),
				threshold("marketplace_vercel_no_data:seconds", "limit after sparse traffic", `traffic="sparse"`),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 5, Title: "KPI age", Unit: units.PercentUnit, Width: 6,
			Description: "Time since the query of a KPI last succeeded, as a percentage of the age at which its value is " +
				"dropped. At 100 % the KPI is stale.",
			Queries: []Query{
				{Expr: topK("10", "("+kpiAge()+") / "+kpiMaxAge()), Legend: "{{kpi}}"},
				{Expr: "vector(1)", Legend: "stale", Threshold: true},
			},
		}),
		tablePanel(Panel{
			ID: 112, Title: "Failing parts", Unit: units.Short, Width: 24, Height: 4, HiddenColumns: []string{"Value"},
			Description: "Parts that the latest collection of each exporter could not collect, with the reason.",
			Queries:     []Query{Query{Expr: "max by (source, part, reason) (" + series("marketplace_source_failing") + ")", Legend: "failing"}.allowEmpty("nothing is failing")},
		}),
	}
}

func sourcePanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 110, Title: "Collection duration", Unit: units.Seconds, Width: 12,
			Description: "Duration of the latest collection of each source.",
			Queries:     []Query{{Expr: series("marketplace_source_duration_seconds"), Legend: "{{source}} {{instance}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 111, Title: "Failures by reason", Unit: units.OpsPerSecond, Width: 12,
			Description: "Failures per second. Failures of a whole source have no part.",
			Queries: []Query{
				Query{
					Expr:   "sum by (source, part, reason) (rate(" + series("marketplace_source_failures_total") + "[$__rate_interval]))",
					Legend: "{{source}} {{part}} {{reason}}",
				}.allowEmpty("nothing has ever failed"),
			},
		}),
	}
}

func kpiPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 120, Title: "Slowest KPIs", Unit: units.Seconds, Width: 24,
			Description: "Duration of the latest query. All KPIs share one connection: a slow query delays the others.",
			Queries:     []Query{{Expr: topK("10", dedupe(series("marketplace_kpi_duration_seconds"))), Legend: "{{kpi}}"}},
		}),
		tablePanel(Panel{
			ID: 121, Title: "KPIs", Unit: units.Seconds, SortBy: []SortColumn{{"age", true}},
			Description: "All KPIs: age of the value, query interval, maximum age, duration of the latest query and number of " +
				"series.",
			Queries: []Query{
				{Expr: kpiAge(), Legend: "age"},
				{Expr: dedupe(series("marketplace_kpi_interval_seconds")), Legend: "interval"},
				{Expr: kpiMaxAge(), Legend: "maximum age"},
				{Expr: dedupe(series("marketplace_kpi_duration_seconds")), Legend: "duration"},
				{Expr: dedupe(series("marketplace_kpi_rows")), Legend: "series", Unit: units.Short},
				{Expr: dedupe(series("marketplace_kpi_rows_dropped")), Legend: "dropped rows", Unit: units.Short},
			},
		}),
	}
}

// kpiAge returns the time since the query of each KPI last succeeded.
func kpiAge() string {
	return age(dedupe(series("marketplace_kpi_last_success_timestamp_seconds")))
}

// kpiMaxAge returns the age at which the exporter drops the value of each KPI.
func kpiMaxAge() string { return dedupe(series("marketplace_kpi_max_age_seconds")) }

// databaseUsagePanels sums over exporters, because each adds load.
func databaseUsagePanels() []Panel {
	rate := func(metric string) string {
		return "sum by (source) (rate(" + series(metric) + "[$__rate_interval]))"
	}
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 130, Title: "Database time", Unit: units.PercentUnit,
			Description: "Time that exporters spent in the database or waiting for it.",
			Queries:     []Query{{Expr: rate("marketplace_database_seconds_total"), Legend: "{{source}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 131, Title: "Queries and round trips", Unit: units.OpsPerSecond,
			Description: "Per second. Pipelining sends several queries in one round trip.",
			Queries: []Query{
				{Expr: rate("marketplace_database_queries_total"), Legend: "{{source}} queries"},
				{Expr: rate("marketplace_database_round_trips_total"), Legend: "{{source}} round trips"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 132, Title: "Connections", Unit: units.Short, Stacked: true,
			Description: "Connections that exporters hold: at most one per source and exporter.",
			Queries:     []Query{{Expr: series("marketplace_database_connections"), Legend: "{{source}} {{instance}}"}},
		}),
	}
}
