package checklist

import "github.com/aimarketplace/monitoring/report/unit"

// monthly returns the sections that the monthly report adds to the weekly one.
func monthly() []section {
	return []section{
		{title: "Review incident reports", extra: incidents},
		{title: "Update monitoring thresholds", extra: limitsReview},
		{title: "Optimize alert rules", extra: noisyAlerts},
		{title: "Capacity planning review", boxes: capacityBoxes()},
		{title: "Performance optimization planning", boxes: optimizationBoxes(), tables: optimizationTables()},
		{title: "Cost of the monitoring", boxes: costBoxes()},
	}
}

func capacityBoxes() []box {
	const (
		size = `server:pg_database_size_bytes:sum{environment=~"$environment"}`
		disk = `max without (instance, pod, job) (threshold:pg_disk_size:bytes)`
	)
	return []box{
		{
			// A disk that does not fill up has no such time. Half of the period must have data, or
			// there is no forecast.
			title: "Time until the disk is full at the growth of the period", unit: unit.Seconds, labels: []string{"server"},
			panel: "marketplace-database/11", better: higher,
			query: `clamp_min(` + disk + ` - on (environment, server) ` + size + `, 0)
				/ on (environment, server) (deriv(` + size + `[$range]) > 0) and on (environment, server) ` + size + ` offset $half`,
			target: limit(`pg_disk_forecast:seconds`),
		},
		{
			title: "Size of databases in 90 days", unit: unit.Bytes, labels: []string{"server"}, panel: "marketplace-database/11",
			query: `predict_linear(` + size + `[$range], 90 * 86400) and ` + size + ` offset $half`, target: limit(`pg_disk_size:bytes`),
		},
		{
			title: "Connections in use, maximum", unit: unit.Ratio, labels: []string{"server"}, panel: "marketplace-database/2",
			query:  `max_over_time(server:pg_connections_used:ratio{environment=~"$environment"}[$range])`,
			target: limit(`pg_connections_used:ratio{severity="P2"}`),
			chart:  `max_over_time(server:pg_connections_used:ratio{environment=~"$environment"}[$interval])`,
		},
		{
			title: "Transaction ID age", unit: unit.Count, labels: []string{"datname", "server"}, panel: "marketplace-database/10",
			query:  `datname:pg_database_wraparound_age:max{environment=~"$environment"}`,
			target: limit(`pg_wraparound:age{severity="P2"}`),
		},
		{
			title: "Replication lag, maximum", unit: unit.Seconds, labels: []string{"server"}, panel: "marketplace-database/8",
			query:  `max_over_time(server:pg_replication_lag_seconds:max{environment=~"$environment"}[$range])`,
			target: limit(`pg_replication_lag:seconds`),
		},
		{
			title: "Uploaded files", unit: unit.Count, labels: []string{"status"}, panel: "marketplace-business/161",
			query: kpi(`marketplace_files{environment=~"$environment"}`),
		},
	}
}

func optimizationBoxes() []box {
	return []box{
		{
			title: "Unused indexes", unit: unit.Bytes, labels: []string{"datname", "server"}, panel: "marketplace-queries/3",
			query:  `max without (instance, pod, job, class) (pg_indexes_estimated_bytes{environment=~"$environment", class="unused"})`,
			target: limit(`pg_unused_indexes:bytes`),
		},
		{
			title: "Temporary files, per second", unit: unit.Bytes, labels: []string{"datname", "server"}, panel: "marketplace-database/7",
			query:  `avg_over_time(datname:pg_stat_database_temp_bytes:rate15m{environment=~"$environment"}[$range])`,
			target: limit(`pg_temp_bytes:rate`),
		},
		{
			title: "Dead rows relative to the start of autovacuum, largest table", unit: unit.Factor, labels: []string{"relname", "rows"}, panel: "marketplace-database/44",
			query:  `topk(5, table:pg_autovacuum_rows:ratio{environment=~"$environment"})`,
			target: limit(`pg_autovacuum_rows:factor`),
		},
	}
}

func costBoxes() []box {
	return []box{
		{
			title: "Samples per scrape", unit: unit.Count, labels: []string{"job", "instance"}, panel: "marketplace-monitoring/143",
			query: `avg_over_time(scrape_samples_scraped{environment=~"$environment"}[$range:$step]) and on (job) service:job:info`,
		},
		{
			title: "Series in Prometheus", unit: unit.Count, labels: []string{"instance"}, panel: "marketplace-monitoring/151",
			query: `avg_over_time(prometheus_tsdb_head_series{environment=~"$environment"}[$range:$step])`,
		},
		{
			title: "Ingested samples", unit: unit.Rate, labels: []string{"instance"}, panel: "marketplace-monitoring/155",
			query: `sum without (type) (avg_over_time(rate(prometheus_tsdb_head_samples_appended_total{environment=~"$environment"}[$step])[$range:$step]))`,
		},
		{
			title: "CPU seconds, per second", unit: unit.Ratio, labels: []string{"job", "instance"}, panel: "marketplace-monitoring/145",
			query: `avg_over_time(rate(process_cpu_seconds_total{environment=~"$environment", job=~"marketplace_exporter|prometheus|alertmanager"}[$step])[$range:$step])`,
		},
		{
			title: "Memory, maximum", unit: unit.Bytes, labels: []string{"job", "instance"}, panel: "marketplace-monitoring/144",
			query: `max_over_time(process_resident_memory_bytes{environment=~"$environment", job=~"marketplace_exporter|prometheus|alertmanager"}[$range])`,
		},
		{
			title: "Time in the database, per second", unit: unit.Seconds, labels: []string{"source"}, panel: "marketplace-monitoring/130",
			query: `sum by (environment, source) (avg_over_time(rate(marketplace_database_seconds_total{environment=~"$environment"}[$step])[$range:$step]))`,
			chart: `sum by (environment, source) (rate(marketplace_database_seconds_total{environment=~"$environment"}[$interval]))`,
		},
		{
			title: "Queries to the database", unit: unit.Rate, labels: []string{"source"}, panel: "marketplace-monitoring/131",
			query: `sum by (environment, source) (avg_over_time(rate(marketplace_database_queries_total{environment=~"$environment"}[$step])[$range:$step]))`,
		},
		{
			title: "Age of the oldest source", unit: unit.Seconds, labels: []string{"source"}, panel: "marketplace-monitoring/4",
			query:  `time() - max without (instance, pod, job) (marketplace_source_last_success_timestamp_seconds{environment=~"$environment"})`,
			target: limit(`marketplace_source_age:seconds`),
		},
	}
}
