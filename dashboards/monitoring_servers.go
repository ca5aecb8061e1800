package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// exporterJob selects the exporters. These panels show each instance of a redundant pair.
const exporterJob = `job="marketplace_exporter"`

func exporterPanels() []Panel {
	return []Panel{
		statusPanel(Panel{
			ID: 140, Title: "Configuration loaded", Unit: units.Short,
			Description: "Whether the latest reload of the exporter's configuration succeeded. If it failed, the previous " +
				"configuration is in use.",
			Queries:  []Query{{Expr: series("marketplace_exporter_config_last_reload_successful"), Legend: "{{instance}}"}},
			Mappings: yesOrNo(),
		}),
		statPanel(Panel{
			ID: 141, Title: "Configuration age", Unit: units.Seconds,
			Description: "Time since the exporter last loaded its configuration successfully.",
			Queries:     []Query{{Expr: age(series("marketplace_exporter_config_last_reload_success_timestamp_seconds")), Legend: "{{instance}}"}},
		}),
		labelPanel(Panel{
			ID: 142, Title: "Version", Unit: units.NoUnit,
			Description: "Version and revision of the exporter.",
			Queries:     []Query{{Expr: series("marketplace_exporter_build_info"), Legend: "{{instance}} {{version}} {{revision}}"}},
		}),
		statPanel(Panel{
			ID: 143, Title: "Samples per scrape", Unit: units.Short,
			Description: "Samples that Prometheus collects from the exporter in a scrape.",
			Queries:     []Query{{Expr: series("scrape_samples_scraped", exporterJob), Legend: "{{instance}}"}},
		}),
		statPanel(Panel{
			ID: 144, Title: "Memory", Unit: units.BytesIEC,
			Description: "Resident memory of the exporter.",
			Queries:     []Query{{Expr: series("process_resident_memory_bytes", exporterJob), Legend: "{{instance}}"}},
		}),
		statPanel(Panel{
			ID: 145, Title: "CPU", Unit: units.PercentUnit,
			Description: "CPU usage of the exporter, relative to one CPU.",
			Queries:     []Query{{Expr: "rate(" + series("process_cpu_seconds_total", exporterJob) + "[$__rate_interval])", Legend: "{{instance}}"}},
		}),
	}
}

func prometheusPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 150, Title: "Scrape duration", Unit: units.Seconds,
			Description: "Duration of a scrape. A scrape that exceeds scrape_timeout is lost.",
			Queries:     []Query{{Expr: series("scrape_duration_seconds"), Legend: "{{job}} {{instance}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 151, Title: "Head series", Unit: units.Short,
			Description: "Series in memory. A jump indicates a label with too many values.",
			Queries:     []Query{{Expr: series("prometheus_tsdb_head_series"), Legend: "{{instance}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 152, Title: "Slowest rule groups", Unit: units.Seconds,
			Description: "Latest evaluation of the ten slowest rule groups. If it exceeds the interval, evaluations are " +
				"missed.",
			Queries: []Query{{Expr: topK("10", series("prometheus_rule_group_last_duration_seconds")), Legend: "{{rule_group}}"}},
		}),
		statusPanel(Panel{
			ID: 153, Title: "Configuration loaded", Unit: units.Short, Width: 6,
			Description: "Whether the latest reload of Prometheus' configuration and rules succeeded.",
			Queries:     []Query{{Expr: series("prometheus_config_last_reload_successful"), Legend: "{{instance}}"}},
			Mappings:    yesOrNo(),
		}),
		statPanel(Panel{
			ID: 154, Title: "Alertmanagers", Unit: units.Short, Width: 6,
			Description: "Alertmanagers that Prometheus has discovered. Without any, no notification is sent.",
			Queries:     []Query{{Expr: series("prometheus_notifications_alertmanagers_discovered"), Legend: "{{instance}}"}},
		}),
		statPanel(Panel{
			ID: 155, Title: "Ingested samples", Unit: units.CountsPerSecond, Width: 6,
			Description: "Samples per second.",
			Queries:     []Query{{Expr: "rate(" + series("prometheus_tsdb_head_samples_appended_total") + "[$__rate_interval])", Legend: "{{instance}} {{type}}"}},
		}),
		statPanel(Panel{
			ID: 156, Title: "Memory", Unit: units.BytesIEC, Width: 6,
			Description: "Resident memory of Prometheus.",
			Queries:     []Query{{Expr: series("process_resident_memory_bytes", `job="prometheus"`), Legend: "{{instance}}"}},
		}),
	}
}
