package checklist

import "github.com/aimarketplace/monitoring/report/unit"

// weekly returns the sections that the weekly report adds to the daily one.
func weekly() []section {
	return []section{
		{title: "Analyze performance trends", boxes: performanceBoxes()},
		{title: "Review slow database queries", boxes: statementBoxes(), tables: statementTables()},
		{title: "Check disk space usage", boxes: diskBoxes(), tables: growthTables()},
		{title: "Review security alerts", boxes: securityBoxes(), extra: securityAlerts},
		{title: "Analyze business metrics: users", boxes: userBoxes()},
		{title: "Analyze business metrics: prompts", boxes: promptBoxes()},
		{title: "Analyze business metrics: transactions and revenue", boxes: revenueBoxes(), tables: revenueTables()},
	}
}

func performanceBoxes() []box {
	return []box{
		{
			title: "Web vitals, P75", unit: unit.Seconds, labels: []string{"metric"}, panel: "marketplace-web/1",
			query: `histogram_quantile(0.75,
				sum_over_time(metric:marketplace_web_vital_seconds_bucket:rate1h{environment=~"$environment"}[$range:$step])) >= 0`,
			target: limit(`web_vital:seconds`),
		},
		{
			title: "Page load (LCP), P95", unit: unit.Seconds, panel: "marketplace-web/3",
			query: `histogram_quantile(0.95,
				sum_over_time(metric:marketplace_web_vital_seconds_bucket:rate1h{environment=~"$environment", metric="LCP"}[$range:$step])) >= 0`,
			target: limit(`web_page_load:seconds`),
			chart:  `avg_over_time(metric:marketplace_web_vital_seconds:p95_1h{environment=~"$environment", metric="LCP"}[$interval])`,
		},
		{
			title: "Layout shift, P75", unit: unit.Score, panel: "marketplace-web/2",
			query: `histogram_quantile(0.75,
				sum_over_time(environment:marketplace_web_layout_shift_bucket:rate1h{environment=~"$environment"}[$range:$step])) >= 0`,
			target: limit(`web_layout_shift:score`),
		},
		{
			title: "Largest request rate", unit: unit.Rate, labels: []string{"origin"}, panel: "marketplace-api/160",
			query: `max_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range])`,
			chart: `avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$interval])`,
		},
		{
			title: "Buffer cache hit ratio of the database", unit: unit.Ratio, labels: []string{"datname", "server"}, panel: "marketplace-database/6", better: higher,
			query:  `avg_over_time(datname:pg_stat_database_blks_hit:ratio_rate15m{environment=~"$environment"}[$range])`,
			target: limit(`pg_cache_hit:ratio`),
		},
		{
			title: "Execution time of all statements, per second", unit: unit.Seconds, labels: []string{"datname", "server"}, panel: "marketplace-queries/112",
			query: `max without (instance, pod, job) (avg_over_time(rate(pg_stat_statements_all_seconds_total{environment=~"$environment"}[$step])[$range:$step]))`,
		},
		{
			title: "Transactions", unit: unit.Rate, labels: []string{"datname", "server"}, panel: "marketplace-database/120",
			query: `max without (instance, pod, job) (avg_over_time(rate(pg_stat_database_xact_commit_total{environment=~"$environment"}[$step])[$range:$step])) > 0`,
		},
		{
			title: "Longest wait for a pooled connection", unit: unit.Seconds, labels: []string{"database"}, panel: "marketplace-database/50",
			query:  `max without (user) (max_over_time(pool:pgbouncer_client_maxwait_seconds:max1m{environment=~"$environment"}[$range]))`,
			target: limit(`pgbouncer_client_maxwait:seconds`),
		},
	}
}

func statementBoxes() []box {
	return []box{
		{
			title: "Statements with a slow mean", unit: unit.Count, labels: []string{"datname", "server"}, panel: "marketplace-queries/103",
			query: `max without (instance, pod, job) (pg_stat_statements_slow_mean_entries{environment=~"$environment"})`,
		},
		{
			title: "Slow statements at a time", unit: unit.Count, labels: []string{"datname", "server"}, panel: "marketplace-queries/2",
			query: `max without (instance, pod, job) (max_over_time(pg_stat_activity_slow_statements{environment=~"$environment"}[$range]))`,
		},
		{
			title: "Deadlocks in an hour", unit: unit.Count, labels: []string{"datname", "server"}, panel: "marketplace-database/5",
			query:  `max_over_time(datname:pg_stat_database_deadlocks:increase1h{environment=~"$environment"}[$range])`,
			target: limit(`pg_deadlocks:count`),
		},
	}
}

func diskBoxes() []box {
	return []box{
		{
			title: "Disk used by databases", unit: unit.Ratio, labels: []string{"server"}, panel: "marketplace-database/43",
			query: `server:pg_disk_used:ratio{environment=~"$environment"}`, target: limit(`pg_disk_used:ratio`),
		},
		{
			title: "Size of databases", unit: unit.Bytes, labels: []string{"server"}, panel: "marketplace-database/11",
			query: `server:pg_database_size_bytes:sum{environment=~"$environment"}`, target: limit(`pg_disk_size:bytes`),
			chart: `server:pg_database_size_bytes:sum{environment=~"$environment"}`,
		},
		{
			title: "Growth", unit: unit.Bytes, labels: []string{"server"}, panel: "marketplace-database/11",
			query: `delta(server:pg_database_size_bytes:sum{environment=~"$environment"}[$range])`,
		},
		{
			title: "WAL retained by replication slots", unit: unit.Bytes, labels: []string{"slot_name", "server"}, panel: "marketplace-database/41",
			query: `max without (instance, pod, job, datname) (max_over_time(pg_replication_slot_retained_wal_bytes{environment=~"$environment"}[$range]))`,
		},
	}
}

func securityBoxes() []box {
	return []box{
		{
			title: "Tables without row-level security", unit: unit.Count, labels: []string{"schemaname", "datname"}, panel: "marketplace-database/14",
			query:  `max without (instance, pod, job) (pg_tables_without_row_security{environment=~"$environment"})`,
			target: limit(`pg_tables_without_row_security:count`),
		},
		{
			title: "Rejected logins", unit: unit.Count, labels: []string{"origin"}, panel: "marketplace-api/7",
			query: `round(300 * sum_over_time(origin:http_rejected_logins:rate5m{environment=~"$environment"}[$range:5m]))`,
		},
		{
			title: "Rejected logins in 5 minutes", unit: unit.Count, labels: []string{"origin"}, panel: "marketplace-api/7",
			query:  `max_over_time(origin:http_rejected_logins:increase5m{environment=~"$environment"}[$range])`,
			target: limit(`http_rejected_logins:count{window="5m", history="none"}`),
		},
		{
			title: "Rate-limited requests", unit: unit.Ratio, labels: []string{"origin"}, panel: "marketplace-api/6",
			query: `avg_over_time(origin:http_rate_limited:rate5m{environment=~"$environment"}[$range])
				/ (avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range]) > 0)`,
			target: limit(`http_rate_limited:ratio`),
		},
		{
			title: "Requests on which the firewall acted", unit: unit.Count, labels: []string{"action"}, panel: "marketplace-api/151",
			query: `round(sum by (environment, action) (increase(marketplace_firewall_actions_total{environment=~"$environment"}[$range])))`,
		},
		{
			title: "Rejected deliveries of drains and webhooks", unit: unit.Ratio, labels: []string{"endpoint", "sender"}, panel: "marketplace-monitoring/8",
			query:  `avg_over_time(endpoint:marketplace_inbound_rejections:ratio_rate1h{environment=~"$environment"}[$range])`,
			target: limit(`marketplace_inbound_rejections:ratio`),
		},
	}
}
