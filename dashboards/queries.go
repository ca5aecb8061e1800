package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func queriesBoard() Board {
	return Board{
		UID: queriesUID, Title: "Marketplace / Queries & Indexes", TimeFrom: "now-6h",
		Description:  "Statements by time, unused indexes and table sizes.",
		Variables:    []Variable{targetEnvironment(), datname()},
		AlertMatcher: `component="database"`,
		Rows: []Row{
			row(1000, "Overview", statementTable(), statementTimes()),
			collapsedRow(1004, "Statements", statementActivity()),
			collapsedRow(1001, "Completeness of the statistics", statementCoverage()),
			collapsedRow(1002, "Indexes", indexPanels()),
			collapsedRow(1003, "Tables", tablePanels()),
		},
	}
}

func statementTable() []Panel {
	calls, rows := databaseRate("pg_stat_statements_calls_total"), databaseRate("pg_stat_statements_rows_total")
	mean, longest := databaseSeries("pg_stat_statements_mean_seconds"), databaseSeries("pg_stat_statements_max_seconds")
	statements := tablePanel(100, "Top statements by time",
		"Statements over the last minutes. The share is relative to one CPU: 50 % keeps half a CPU busy. The maximum "+
			"covers the time since the statistics were reset.",
		column(topWithText(topStatements()), "share of time", units.PercentUnit),
		column(topWithText(byStatement(calls)), "calls", units.OpsPerSecond),
		column(topWithText(byStatement(rows)), "rows", units.ReadsPerSecond),
		column(topWithText(maxBy("queryid", mean)), "mean", units.Seconds),
		column(topWithText(maxBy("queryid", longest)), "maximum", units.Seconds),
	).largestFirst("share of time").hide("user", "datname")
	statements.Columns = []string{"query", "Value #A", "Value #B", "Value #C", "Value #D", "Value #E", "queryid"}
	statements.WideColumn = "query"
	return grid(1, 10, statements)
}

func statementTimes() []Panel {
	return grid(2, 10,
		timeSeriesPanel(1, "Slowest statements, mean time", units.Seconds,
			"The ten statements with the highest mean time over 5 minutes. The number in parentheses is the end of "+
				"the queryid.",
			query(named(topK(10, databaseSeries("statement:pg_stat_statements_seconds:mean5m"))),
				statementLegend+" {{user}} {{datname}}"),
			threshold("pg_statement_mean:seconds", "limit"),
		).manySeries(),
		timeSeriesPanel(101, "Time by statement", units.PercentUnit,
			"The ten statements with the most execution time, relative to one CPU. Postgres counts the time of a "+
				"statement when it ends, so a long statement can briefly exceed 100 %.",
			query(named(topStatements()), statementLegend),
		).stacked().manySeries(),
	)
}

func statementActivity() []Panel {
	return grid(3, 8,
		timeSeriesPanel(2, "Slow statements running", units.Short,
			"Statements running at the time of the scrape for longer than the exporter's --postgres.slow-threshold.",
			query(databaseGauge("pg_stat_activity_slow_statements"), databaseLegend),
			threshold("pg_statements_running_slow:count", "limit"),
		),
		timeSeriesPanel(102, "Calls by statement", units.OpsPerSecond,
			"The ten statements with the most calls per second. Unexpectedly many calls indicate a loop in the "+
				"application.",
			query(named(topK(10, byStatement(databaseRate("pg_stat_statements_calls_total")))), statementLegend),
		).manySeries(),
		timeSeriesPanel(103, "Slow statements in pg_stat_statements", units.Short,
			"Entries whose mean or maximum time exceeds --postgres.slow-threshold.",
			query(databaseGauge("pg_stat_statements_slow_mean_entries"), "mean {{datname}} {{server}}"),
			query(databaseGauge("pg_stat_statements_slow_max_entries"), "maximum {{datname}} {{server}}"),
		),
	)
}

// byStatement sums over the roles that execute a statement.
func byStatement(expr string) string { return "sum by (queryid) (" + expr + ")" }

// topStatements returns the ten statements with the most execution time.
func topStatements() string {
	return topK(10, byStatement(databaseRate("pg_stat_statements_seconds_total")))
}

// withText adds the text of statements as the label query. Statements without a known text have
// their queryid instead. Servers of different versions may normalize a statement differently, so
// topk selects one text.
func withText(expr string) string {
	text := "topk by (queryid) (1, " + series("pg_stat_statements_query_info") + ")"
	return expr + " * on (queryid) group_left (query) " + text +
		` or on (queryid) label_replace(` + expr + `, "query", "statement $1", "queryid", "(.*)")`
}

// topWithText restricts withText to the ten statements with the most execution time.
func topWithText(expr string) string {
	return "(" + withText(expr) + ") and on (queryid) " + topStatements()
}

// statementLegend is the legend of a query with named statements.
const statementLegend = "{{query}} ({{id}})"

// named adds the beginning of the text of statements as the label query. The label id distinguishes
// statements with equal beginnings.
func named(expr string) string {
	beginning := `label_replace(` + withText(expr) + `, "query", "$1…", "query", "(.{60}).+")`
	return `label_replace(` + beginning + `, "id", "$1", "queryid", ".*(.{4})")`
}

func statementCoverage() []Panel {
	return grid(3, 8,
		statPanel(110, "Time covered", units.PercentUnit,
			"Share of the total execution time covered by the exported statements.",
			query(databaseGauge("pg_stat_statements_covered_time_ratio"), databaseLegend),
		).width(4),
		statPanel(111, "pg_stat_statements usage", units.PercentUnit,
			"Share of pg_stat_statements.max. When it is full, Postgres evicts the least executed entries.",
			query(dedupe(databaseSeries("pg_stat_statements_entries")+" / "+
				databaseSeries("pg_stat_statements_max_entries")), databaseLegend),
		).width(4),
		timeSeriesPanel(4, "Statement evictions", units.Short,
			"Evictions in an hour. Each removes the least executed 5 % of the entries, whose statistics are lost.",
			query(databaseSeries("datname:pg_stat_statements_deallocations:increase1h"), databaseLegend),
			sharedThreshold("pg_statements_evicted:count", "limit"),
		),
		timeSeriesPanel(112, "Execution time of all statements", units.PercentUnit,
			"Execution time, including statements that are not exported, relative to one CPU. Postgres counts the "+
				"time of a statement when it ends, so a long statement can briefly exceed 100 %.",
			query(databaseRate("pg_stat_statements_all_seconds_total"), databaseLegend),
		),
	)
}

func indexPanels() []Panel {
	return grid(3, 8,
		timeSeriesPanel(3, "Unused indexes", units.BytesIEC,
			"Total size of indexes that enforce no constraint and have not been used since the statistics were "+
				"reset. They slow down writes.",
			query(databaseGauge("pg_indexes_estimated_bytes", `class="unused"`), databaseLegend).
				emptyIf("the statistics are too recent"),
			threshold("pg_unused_indexes:bytes", "limit"),
		),
		barGaugePanel(120, "Indexes by class", units.Short,
			"Number of indexes; each is counted in the first class that applies. Drop invalid indexes: they remain "+
				"after a failed concurrent build.",
			query(databaseGauge("pg_indexes"), "{{class}} {{server}}"),
		),
		barGaugePanel(121, "Size of indexes by class", units.BytesIEC,
			"Estimated size as of the latest vacuum or analyze.",
			query(databaseGauge("pg_indexes_estimated_bytes"), "{{class}} {{server}}"),
		),
		tablePanel(122, "Largest unused indexes",
			"Before dropping an index, check that it has been unused for a month, also on replicas.",
			column(dedupe(databaseSeries("pg_index_size_bytes")+" and "+databaseSeries("pg_index_unused")),
				"size", units.BytesIEC).emptyIf("all indexes are used, or the statistics are too recent"),
		).largestFirst("size").hide("datname").fullWidth(10),
	)
}

func tablePanels() []Panel {
	return grid(2, 8,
		tablePanel(130, "Tables",
			"The largest tables. Many sequential scans of a large table indicate a missing index; many dead rows "+
				"indicate that vacuum cannot keep up.",
			column(databaseGauge("pg_stat_user_tables_table_size_bytes"), "size", units.BytesIEC),
			column(databaseGauge("pg_stat_user_tables_index_size_bytes"), "indexes", units.BytesIEC),
			column(databaseGauge("pg_stat_user_tables_n_live_tup"), "rows", units.Short),
			column(databaseGauge("pg_stat_user_tables_n_dead_tup"), "dead rows", units.Short),
			column(databaseRate("pg_stat_user_tables_seq_scan_total"), "sequential scans", units.OpsPerSecond),
			column(databaseRate("pg_stat_user_tables_idx_scan_total"), "index scans", units.OpsPerSecond),
		).largestFirst("size").hide("datname", "schemaname").fullWidth(10),
		timeSeriesPanel(131, "Largest tables", units.BytesIEC,
			"The ten largest tables, including TOAST and excluding indexes.",
			query(topK(10, databaseGauge("pg_stat_user_tables_table_size_bytes")), "{{relname}}"),
		).stacked().manySeries(),
		timeSeriesPanel(132, "Rows read by sequential scans", units.ReadsPerSecond,
			"Rows per second, for the ten tables with the most.",
			query(topK(10, databaseRate("pg_stat_user_tables_seq_tup_read_total")), "{{relname}}"),
		).manySeries(),
	)
}
