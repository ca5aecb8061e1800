package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func monitoring() Board {
	return Board{
		UID: monitoringUID, Title: "Marketplace / Monitoring", From: "now-6h",
		Description: "Whether what the other boards say can be believed, and what it costs.",
		Variables:   []Variable{environment()},
		Alerts:      `component="monitoring"`,
		Rows: []Row{
			{1000, "Alerting", alertingPanels()},
			{1001, "Sources", sourcePanels()},
			{1006, "Drains", drainPanels()},
			{1002, "KPIs", kpiPanels()},
			{1003, "What it costs the database", costPanels()},
			{1004, "Exporter", exporterPanels()},
			{1005, "Prometheus", prometheusPanels()},
		},
	}
}

func alertingPanels() []Panel {
	return []Panel{
		state(Panel{
			ID: monitoringWatchdog, Title: "Watchdog", Unit: units.Short, Height: 8,
			About:   "An alert that always fires. When it stops, somebody outside is told: see its runbook.",
			Queries: []Query{{Expr: `max(ALERTS{alertname="Watchdog",alertstate="firing"}) or vector(0)`, Name: "watchdog"}},
			States:  []State{{"1", "Fires", "green"}, {"0", "Silent", "red"}},
		}),
		graph(Panel{
			ID: monitoringTargets, Title: "Targets", Unit: units.Short, Width: 6, Height: 8,
			About:   "1 for those that answer. One exporter of a pair is enough; with none monitoring is blind.",
			Queries: []Query{{Expr: in("up"), Name: "{{job}} {{instance}}"}},
		}),
		list(Panel{
			ID: monitoringRules, Title: "Rules", Unit: units.Short, Width: 8, Height: 8, SortBy: "file", Rising: true,
			About:   "Files of rules that are evaluated, and their version. One that is missing is a bundle that was loaded in part.",
			Queries: []Query{{Expr: "max by (file, version) (marketplace_rules_info)", Name: "loaded"}},
		}),
		graph(Panel{
			ID: 100, Title: "Failures of Prometheus", Unit: units.OpsPerSecond, Width: 6, Height: 8,
			About: "In a second: evaluations of rules that failed or were missed, and notifications that no Alertmanager took.",
			Queries: []Query{
				{Expr: "sum(rate(" + in("prometheus_rule_evaluation_failures_total") + "[$__rate_interval]))", Name: "evaluations failed"},
				{Expr: "sum(rate(" + in("prometheus_rule_group_iterations_missed_total") + "[$__rate_interval]))", Name: "evaluations missed"},
				{Expr: "sum(rate(" + in("prometheus_notifications_dropped_total") + "[$__rate_interval]))", Name: "notifications dropped"},
			},
		}),
	}
}

func sourcePanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: monitoringSources, Title: "Sources", Unit: units.Short,
			About: "1 for those whose latest collection succeeded, be it without some of its parts; -1 for what it could not get.",
			Queries: []Query{
				{Expr: in("marketplace_source_up"), Name: "{{source}} {{instance}}"},
				Query{Expr: "-1 * " + in("marketplace_source_failing"), Name: "fails: {{source}} {{part}} {{reason}}"}.orNothing("nothing fails"),
			},
		}),
		graph(Panel{
			ID: monitoringSourceAge, Title: "Age of the sources", Unit: units.Seconds,
			About: "Time since a collection last succeeded.",
			Queries: []Query{
				{Expr: ago(once(in("marketplace_source_last_success_timestamp_seconds"))), Name: "{{source}}"},
				limit("marketplace_source_age:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: 110, Title: "Duration", Unit: units.Seconds,
			About:   "Of the latest collection from each source.",
			Queries: []Query{{Expr: in("marketplace_source_duration_seconds"), Name: "{{source}} {{instance}}"}},
		}),
		graph(Panel{
			ID: 111, Title: "Failures by reason", Unit: units.OpsPerSecond, Width: 12,
			About: "Failed attempts in a second. Where there is no part, the source as a whole failed.",
			Queries: []Query{
				Query{
					Expr: "sum by (source, part, reason) (rate(" + in("marketplace_source_failures_total") + "[$__rate_interval]))",
					Name: "{{source}} {{part}} {{reason}}",
				}.orNothing("nothing ever failed"),
			},
		}),
		list(Panel{
			ID: 112, Title: "What is missing", Unit: units.Short, Width: 12, Height: 8, Hidden: []string{"Value"},
			About:   "What the latest collection of each exporter could not get, and why.",
			Queries: []Query{Query{Expr: "max by (source, part, reason) (" + in("marketplace_source_failing") + ")", Name: "missing"}.orNothing("nothing is missing")},
		}),
	}
}

func kpiPanels() []Panel {
	age := ago(once(in("marketplace_kpi_last_success_timestamp_seconds")))
	maxAge := once(in("marketplace_kpi_max_age_seconds"))
	return []Panel{
		graph(Panel{
			ID: monitoringKPIAge, Title: "Age of the KPIs", Unit: units.PercentUnit, Width: 12,
			About: "Time since a KPI's query last succeeded, as a share of the age at which its value is dropped: at 100 % it is stale.",
			Queries: []Query{
				{Expr: top("10", "("+age+") / "+maxAge), Name: "{{kpi}}"},
				{Expr: "vector(1)", Name: "stale", Limit: true},
			},
		}),
		graph(Panel{
			ID: 120, Title: "Slowest KPIs", Unit: units.Seconds, Width: 12,
			About:   "Duration of the latest run. All share one connection: one that takes long holds up the others.",
			Queries: []Query{{Expr: top("10", once(in("marketplace_kpi_duration_seconds"))), Name: "{{kpi}}"}},
		}),
		list(Panel{
			ID: 121, Title: "KPIs", Unit: units.Seconds, SortBy: "age",
			About: "Every KPI: how old its value is, how often it is asked for, when it would be dropped, and what a run takes and gives.",
			Queries: []Query{
				{Expr: age, Name: "age"},
				{Expr: once(in("marketplace_kpi_interval_seconds")), Name: "every"},
				{Expr: maxAge, Name: "dropped after"},
				{Expr: once(in("marketplace_kpi_duration_seconds")), Name: "duration"},
				{Expr: once(in("marketplace_kpi_rows")), Name: "series", Unit: units.Short},
				{Expr: once(in("marketplace_kpi_rows_dropped")), Name: "rows left out", Unit: units.Short},
			},
		}),
	}
}

// costPanels add up over exporters: two of them cost twice as much.
func costPanels() []Panel {
	rate := func(metric string) string {
		return "sum by (source) (rate(" + in(metric) + "[$__rate_interval]))"
	}
	return []Panel{
		graph(Panel{
			ID: 130, Title: "Time in the database", Unit: units.PercentUnit,
			About:   "Seconds that exporters spent in the database in a second, or waiting for it.",
			Queries: []Query{{Expr: rate("marketplace_database_seconds_total"), Name: "{{source}}"}},
		}),
		graph(Panel{
			ID: 131, Title: "Queries and round trips", Unit: units.OpsPerSecond,
			About: "In a second. Far fewer round trips than queries is what pipelining saves.",
			Queries: []Query{
				{Expr: rate("marketplace_database_queries_total"), Name: "{{source}} queries"},
				{Expr: rate("marketplace_database_round_trips_total"), Name: "{{source}} round trips"},
			},
		}),
		graph(Panel{
			ID: 132, Title: "Connections", Unit: units.Short, Stacked: true,
			About:   "That exporters hold: at most one for each source of each exporter.",
			Queries: []Query{{Expr: in("marketplace_database_connections"), Name: "{{source}} {{instance}}"}},
		}),
	}
}
