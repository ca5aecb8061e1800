package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const queriesUID = "marketplace-queries"

func queriesBoard() Board {
	return Board{
		UID: queriesUID, Title: "Marketplace / Queries & Indexes", TimeFrom: "now-6h",
		Description:  "Statements by time, unused indexes and table sizes.",
		Variables:    []Variable{targetEnvironment(), datname()},
		AlertMatcher: `component="database"`,
		Rows: []Row{
			row(1000, "Overview", statementPanels()),
			collapsedRow(1004, "Statements", statementActivity()),
			collapsedRow(1001, "Completeness of the statistics", statementCoverage()),
			collapsedRow(1002, "Indexes", indexPanels()),
			collapsedRow(1003, "Tables", tablePanels()),
		},
	}
}

func statementPanels() []Panel {
	return []Panel{
		tablePanel(Panel{
			ID: 100, Title: "Top statements by time", Unit: units.Short, SortBy: []SortColumn{{"share of time", true}},
			HiddenColumns: []string{"user", "datname"}, WideColumn: "query",
			Columns: []string{"query", "Value #A", "Value #B", "Value #C", "Value #D", "Value #E", "queryid"},
			Description: "Statements over the last minutes. The share is relative to one CPU: 50 % keeps half a CPU busy. The " +
				"maximum covers the time since the statistics were reset.",
			Queries: []Query{
				{Expr: topWithText(topStatements()), Legend: "share of time", Unit: units.PercentUnit},
				{Expr: topWithText(byStatement(dedupedRate(databaseSeries("pg_stat_statements_calls_total")))), Legend: "calls", Unit: units.OpsPerSecond},
				{Expr: topWithText(byStatement(dedupedRate(databaseSeries("pg_stat_statements_rows_total")))), Legend: "rows", Unit: units.ReadsPerSecond},
				{Expr: topWithText("max by (queryid) (" + databaseSeries("pg_stat_statements_mean_seconds") + ")"), Legend: "mean", Unit: units.Seconds},
				{Expr: topWithText("max by (queryid) (" + databaseSeries("pg_stat_statements_max_seconds") + ")"), Legend: "maximum", Unit: units.Seconds},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 1, Title: "Slowest statements, mean time", Unit: units.Seconds, Width: 12, Height: 10,
			Description: "The ten statements with the highest mean time over 5 minutes. The number in parentheses is the end of the " +
				"queryid.",
			Queries: []Query{
				{Expr: named(topK("10", databaseSeries("statement:pg_stat_statements_seconds:mean5m"))), Legend: statementLegend + " {{user}} {{datname}}"},
				threshold("pg_statement_mean:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 101, Title: "Time by statement", Unit: units.PercentUnit, Width: 12, Height: 10, Stacked: true,
			Description: "The ten statements with the most execution time, relative to one CPU. Postgres counts the time of a " +
				"statement when it ends, so a long statement can briefly exceed 100 %.",
			Queries: []Query{{Expr: named(topStatements()), Legend: statementLegend}},
		}),
	}
}

func statementActivity() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 2, Title: "Slow statements running", Unit: units.Short,
			Description: "Statements running at the time of the scrape for longer than the exporter's " +
				"--postgres.slow-threshold.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_stat_activity_slow_statements")), Legend: "{{datname}} {{server}}"},
				threshold("pg_statements_running_slow:count", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 102, Title: "Calls by statement", Unit: units.OpsPerSecond,
			Description: "The ten statements with the most calls per second. Unexpectedly many calls indicate a loop in the " +
				"application.",
			Queries: []Query{
				{Expr: named(topK("10", byStatement(dedupedRate(databaseSeries("pg_stat_statements_calls_total"))))), Legend: statementLegend},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 103, Title: "Slow statements in pg_stat_statements", Unit: units.Short,
			Description: "Entries whose mean or maximum time exceeds --postgres.slow-threshold.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_stat_statements_slow_mean_entries")), Legend: "mean {{datname}} {{server}}"},
				{Expr: dedupe(databaseSeries("pg_stat_statements_slow_max_entries")), Legend: "maximum {{datname}} {{server}}"},
			},
		}),
	}
}

// byStatement sums over the roles that execute a statement.
func byStatement(expr string) string { return "sum by (queryid) (" + expr + ")" }

// topStatements returns the ten statements with the most execution time.
func topStatements() string {
	return topK("10", byStatement(dedupedRate(databaseSeries("pg_stat_statements_seconds_total"))))
}

// withText adds the text of statements as the label query. Statements without a known text have their queryid instead.
// Servers of different versions may normalize a statement differently, so topk selects one text.
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

// named adds the beginning of the text of statements as the label query. The label id distinguishes statements with equal
// beginnings.
func named(expr string) string {
	return `label_replace(label_replace(` + withText(expr) + `, "query", "$1…", "query", "(.{60}).+"), "id", "$1", "queryid", ".*(.{4})")`
}

func statementCoverage() []Panel {
	return []Panel{
		statPanel(Panel{
			ID: 110, Title: "Time covered", Unit: units.PercentUnit, Height: 8,
			Description: "Share of the total execution time covered by the exported statements.",
			Queries:     []Query{{Expr: dedupe(databaseSeries("pg_stat_statements_covered_time_ratio")), Legend: "{{datname}} {{server}}"}},
		}),
		statPanel(Panel{
			ID: 111, Title: "pg_stat_statements usage", Unit: units.PercentUnit, Height: 8,
			Description: "Share of pg_stat_statements.max. When it is full, Postgres evicts the least executed entries.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_stat_statements_entries") + " / " + databaseSeries("pg_stat_statements_max_entries")), Legend: "{{datname}} {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 4, Title: "Statement evictions", Unit: units.Short,
			Description: "Evictions in an hour. Each removes the least executed 5 % of the entries, whose statistics are lost.",
			Queries: []Query{
				{Expr: databaseSeries("datname:pg_stat_statements_deallocations:increase1h"), Legend: "{{datname}} {{server}}"},
				threshold("pg_statements_evicted:count", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 112, Title: "Execution time of all statements", Unit: units.PercentUnit,
			Description: "Execution time, including statements that are not exported, relative to one CPU. Postgres counts the " +
				"time of a statement when it ends, so a long statement can briefly exceed 100 %.",
			Queries: []Query{{Expr: dedupedRate(databaseSeries("pg_stat_statements_all_seconds_total")), Legend: "{{datname}} {{server}}"}},
		}),
	}
}

func indexPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 3, Title: "Unused indexes", Unit: units.BytesIEC,
			Description: "Total size of indexes that enforce no constraint and have not been used since the statistics were " +
				"reset. They slow down writes.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_indexes_estimated_bytes", `class="unused"`)), Legend: "{{datname}} {{server}}"}.
					allowEmpty("the statistics are too recent"),
				threshold("pg_unused_indexes:bytes", "limit"),
			},
		}),
		barGaugePanel(Panel{
			ID: 120, Title: "Indexes by class", Unit: units.Short,
			Description: "Number of indexes; each is counted in the first class that applies. Drop invalid indexes: they " +
				"remain after a failed concurrent build.",
			Queries: []Query{{Expr: dedupe(databaseSeries("pg_indexes")), Legend: "{{class}} {{server}}"}},
		}),
		barGaugePanel(Panel{
			ID: 121, Title: "Size of indexes by class", Unit: units.BytesIEC,
			Description: "Estimated size as of the latest vacuum or analyze.",
			Queries:     []Query{{Expr: dedupe(databaseSeries("pg_indexes_estimated_bytes")), Legend: "{{class}} {{server}}"}},
		}),
		tablePanel(Panel{
			ID: 122, Title: "Largest unused indexes", Unit: units.BytesIEC, SortBy: []SortColumn{{"size", true}}, HiddenColumns: []string{"datname"},
			Description: "Before dropping an index, check that it has been unused for a month, also on replicas.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_index_size_bytes") + " and " + databaseSeries("pg_index_unused")), Legend: "size"}.
					allowEmpty("all indexes are used, or the statistics are too recent"),
			},
		}),
	}
}

func tablePanels() []Panel {
	return []Panel{
		tablePanel(Panel{
			ID: 130, Title: "Tables", Unit: units.Short, SortBy: []SortColumn{{"size", true}}, HiddenColumns: []string{"datname", "schemaname"},
			Description: "The largest tables. Many sequential scans of a large table indicate a missing index; many dead rows " +
				"indicate that vacuum cannot keep up.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_stat_user_tables_table_size_bytes")), Legend: "size", Unit: units.BytesIEC},
				{Expr: dedupe(databaseSeries("pg_stat_user_tables_index_size_bytes")), Legend: "indexes", Unit: units.BytesIEC},
				{Expr: dedupe(databaseSeries("pg_stat_user_tables_n_live_tup")), Legend: "rows"},
				{Expr: dedupe(databaseSeries("pg_stat_user_tables_n_dead_tup")), Legend: "dead rows"},
				{Expr: dedupedRate(databaseSeries("pg_stat_user_tables_seq_scan_total")), Legend: "sequential scans", Unit: units.OpsPerSecond},
				{Expr: dedupedRate(databaseSeries("pg_stat_user_tables_idx_scan_total")), Legend: "index scans", Unit: units.OpsPerSecond},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 131, Title: "Largest tables", Unit: units.BytesIEC, Width: 12, Stacked: true,
			Description: "The ten largest tables, including TOAST and excluding indexes.",
			Queries:     []Query{{Expr: topK("10", dedupe(databaseSeries("pg_stat_user_tables_table_size_bytes"))), Legend: "{{relname}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 132, Title: "Rows read by sequential scans", Unit: units.ReadsPerSecond, Width: 12,
			Description: "Rows per second, for the ten tables with the most.",
			Queries:     []Query{{Expr: topK("10", dedupedRate(databaseSeries("pg_stat_user_tables_seq_tup_read_total"))), Legend: "{{relname}}"}},
		}),
	}
}
