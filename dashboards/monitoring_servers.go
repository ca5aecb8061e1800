package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// Exporters are told apart here: one of a pair may be ill.
const exporterJob = `job="marketplace_exporter"`

func exporterPanels() []Panel {
	return []Panel{
		state(Panel{
			ID: 140, Title: "Files read", Unit: units.Short,
			About:   "Whether the exporter could read its files when it was last told to. If not, what it read before is in force.",
			Queries: []Query{{Expr: in("marketplace_exporter_config_last_reload_successful"), Name: "{{instance}}"}},
			States:  yesOrNo(),
		}),
		number(Panel{
			ID: 141, Title: "Files are from", Unit: units.Seconds,
			About:   "Time since the exporter read its files with success.",
			Queries: []Query{{Expr: ago(in("marketplace_exporter_config_last_reload_success_timestamp_seconds")), Name: "{{instance}}"}},
		}),
		word(Panel{
			ID: 142, Title: "Version", Unit: units.NoUnit,
			About:   "Of the exporter.",
			Queries: []Query{{Expr: in("marketplace_exporter_build_info"), Name: "{{version}} {{revision}}"}},
		}),
		number(Panel{
			ID: 143, Title: "Samples", Unit: units.Short,
			About:   "In a scrape.",
			Queries: []Query{{Expr: in("scrape_samples_scraped", exporterJob), Name: "{{instance}}"}},
		}),
		number(Panel{
			ID: 144, Title: "Memory", Unit: units.BytesIEC,
			About:   "Resident, of the exporter's process.",
			Queries: []Query{{Expr: in("process_resident_memory_bytes", exporterJob), Name: "{{instance}}"}},
		}),
		number(Panel{
			ID: 145, Title: "Processor", Unit: units.PercentUnit,
			About:   "Share of one processor that the exporter takes.",
			Queries: []Query{{Expr: "rate(" + in("process_cpu_seconds_total", exporterJob) + "[$__rate_interval])", Name: "{{instance}}"}},
		}),
	}
}

func prometheusPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: 150, Title: "Scrapes", Unit: units.Seconds,
			About:   "How long a scrape takes. Close to scrape_timeout, samples are lost.",
			Queries: []Query{{Expr: in("scrape_duration_seconds"), Name: "{{job}} {{instance}}"}},
		}),
		graph(Panel{
			ID: 151, Title: "Series", Unit: units.Short,
			About:   "In memory. A jump is a label with too many values.",
			Queries: []Query{{Expr: in("prometheus_tsdb_head_series"), Name: "{{instance}}"}},
		}),
		graph(Panel{
			ID: 152, Title: "Slowest rule groups", Unit: units.Seconds,
			About:   "The latest evaluation of the ten slowest. One that takes longer than its interval misses the next.",
			Queries: []Query{{Expr: top("10", in("prometheus_rule_group_last_duration_seconds")), Name: "{{rule_group}}"}},
		}),
		state(Panel{
			ID: 153, Title: "Configuration read", Unit: units.Short, Width: 6,
			About:   "Whether Prometheus could read its configuration and rules when it was last told to.",
			Queries: []Query{{Expr: in("prometheus_config_last_reload_successful"), Name: "{{instance}}"}},
			States:  yesOrNo(),
		}),
		number(Panel{
			ID: 154, Title: "Alertmanagers", Unit: units.Short, Width: 6,
			About:   "That Prometheus knows. With none, nobody is told of anything.",
			Queries: []Query{{Expr: in("prometheus_notifications_alertmanagers_discovered"), Name: "{{instance}}"}},
		}),
		number(Panel{
			ID: 155, Title: "Samples a second", Unit: units.CountsPerSecond, Width: 6,
			About:   "That Prometheus takes in.",
			Queries: []Query{{Expr: "rate(" + in("prometheus_tsdb_head_samples_appended_total") + "[$__rate_interval])", Name: "{{instance}} {{type}}"}},
		}),
		number(Panel{
			ID: 156, Title: "Memory", Unit: units.BytesIEC, Width: 6,
			About:   "Resident, of Prometheus' process.",
			Queries: []Query{{Expr: in("process_resident_memory_bytes", `job="prometheus"`), Name: "{{instance}}"}},
		}),
	}
}
