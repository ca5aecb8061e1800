package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func queries() Board {
	return Board{
		UID: queriesUID, Title: "Marketplace / Queries & Indexes", From: "now-6h",
		Description: "Which statements take the time, which indexes nobody needs, which tables grow.",
		Variables:   []Variable{environment(), datname()},
		Alerts:      `component="database"`,
		Rows: []Row{
			{1000, "Statements", statementPanels()},
			{1001, "How much of them is known", statementCoverage()},
			{1002, "Indexes", indexPanels()},
			{1003, "Tables", tablePanels()},
		},
	}
}

func statementPanels() []Panel {
	return []Panel{
		list(Panel{
			ID: 100, Title: "Statements that take the most time", Unit: units.Short, SortBy: "share of a second",
			Hidden: []string{"user", "datname"},
			About: "Of the last minutes. The share is of one processor: a statement at 50 % keeps half of one busy. " +
				"The longest execution is of all time, or since the statistics were reset.",
			Queries: []Query{
				{Expr: withText(topStatements()), Name: "share of a second", Unit: units.PercentUnit},
				{Expr: withText(byStatement(perSecond(inDB("pg_stat_statements_calls_total")))), Name: "calls", Unit: units.OpsPerSecond},
				{Expr: withText(byStatement(perSecond(inDB("pg_stat_statements_rows_total")))), Name: "rows", Unit: units.ReadsPerSecond},
				{Expr: withText("max by (queryid) (" + inDB("pg_stat_statements_mean_seconds") + ")"), Name: "mean", Unit: units.Seconds},
				{Expr: withText("max by (queryid) (" + inDB("pg_stat_statements_max_seconds") + ")"), Name: "longest", Unit: units.Seconds},
			},
		}),
		graph(Panel{
			ID: queriesMean, Title: "Mean time of the slowest statements", Unit: units.Seconds, Width: 12,
			About: "Over 5 minutes, the ten slowest. The table above has their text by queryid.",
			Queries: []Query{
				{Expr: top("10", inDB("statement:pg_stat_statements_seconds:mean5m")), Name: "{{queryid}} {{user}}"},
				limit("pg_statement_mean:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: 101, Title: "Time by statement", Unit: units.PercentUnit, Width: 12, Stacked: true,
			About:   "Share of one processor, the ten that take most.",
			Queries: []Query{{Expr: topStatements(), Name: "{{queryid}}"}},
		}),
		graph(Panel{
			ID: queriesRunning, Title: "Slow statements running", Unit: units.Short,
			About: "Statements that have been running for longer than the exporter's --postgres.slow, a second if left alone, at the moment of the scrape.",
			Queries: []Query{
				{Expr: once(inDB("pg_stat_activity_slow_statements")), Name: "{{datname}} {{server}}"},
				limit("pg_statements_running_slow:count", "limit"),
			},
		}),
		graph(Panel{
			ID: 102, Title: "Calls by statement", Unit: units.OpsPerSecond,
			About:   "In a second, the ten that are called most. A call too many is a loop in the application.",
			Queries: []Query{{Expr: top("10", byStatement(perSecond(inDB("pg_stat_statements_calls_total")))), Name: "{{queryid}}"}},
		}),
		graph(Panel{
			ID: 103, Title: "Slow statements known", Unit: units.Short,
			About: "Of all that Postgres remembers: those that take over --postgres.slow on average, and those that took it once.",
			Queries: []Query{
				{Expr: once(inDB("pg_stat_statements_slow_mean_entries")), Name: "on average {{server}}"},
				{Expr: once(inDB("pg_stat_statements_slow_max_entries")), Name: "once {{server}}"},
			},
		}),
	}
}

// byStatement adds up what several roles call.
func byStatement(expr string) string { return "sum by (queryid) (" + expr + ")" }

// topStatements are the ten that take the most time.
func topStatements() string {
	return top("10", byStatement(perSecond(inDB("pg_stat_statements_seconds_total"))))
}

// withText gives statements their text, which is not on their numbers: it would be there a dozen times. One whose text
// is not known stays. Servers of two versions may write one statement in two ways: either will do.
func withText(expr string) string {
	text := "topk by (queryid) (1, " + in("pg_stat_statements_query_info") + ")"
	return "(" + expr + " * on (queryid) group_left (query) " + text + " or on (queryid) " + expr + ")" +
		" and on (queryid) " + topStatements()
}

func statementCoverage() []Panel {
	return []Panel{
		number(Panel{
			ID: 110, Title: "Time covered", Unit: units.PercentUnit,
			About:   "Share of all execution time that the exported statements account for. Where it is low, export more of them.",
			Queries: []Query{{Expr: once(inDB("pg_stat_statements_covered_time_ratio")), Name: "{{datname}} {{server}}"}},
		}),
		number(Panel{
			ID: 111, Title: "Statements remembered", Unit: units.PercentUnit,
			About: "Of pg_stat_statements.max. When it is full, the least used are forgotten.",
			Queries: []Query{
				{Expr: once(inDB("pg_stat_statements_entries") + " / " + inDB("pg_stat_statements_max_entries")), Name: "{{datname}} {{server}}"},
			},
		}),
		graph(Panel{
			ID: queriesEvicted, Title: "Statements forgotten", Unit: units.Short,
			About: "Times in an hour that Postgres forgot the least used twentieth to make room. The numbers above then miss what was forgotten.",
			Queries: []Query{
				{Expr: inDB("datname:pg_stat_statements_deallocations:increase1h"), Name: "{{datname}} {{server}}"},
				limit("pg_statements_evicted:count", "limit"),
			},
		}),
		graph(Panel{
			ID: 112, Title: "All statements", Unit: units.PercentUnit,
			About:   "Execution time of everything, exported or not, as a share of one processor.",
			Queries: []Query{{Expr: perSecond(inDB("pg_stat_statements_all_seconds_total")), Name: "{{datname}} {{server}}"}},
		}),
	}
}

func indexPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: queriesUnusedIndexes, Title: "Unused indexes", Unit: units.BytesIEC,
			About: "Size of the indexes that guard nothing and that no query has read since the statistics began. Each write pays for them.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_indexes_estimated_bytes", `class="unused"`)), Name: "{{datname}} {{server}}"}.
					orNothing("the statistics are too young to tell"),
				limit("pg_unused_indexes:bytes", "limit"),
			},
		}),
		bars(Panel{
			ID: 120, Title: "Indexes by class", Unit: units.Short,
			About:   "Each in the first class that fits. An invalid one is left over from a concurrent build that failed: drop it.",
			Queries: []Query{{Expr: once(inDB("pg_indexes")), Name: "{{class}} {{server}}"}},
		}),
		bars(Panel{
			ID: 121, Title: "Size of indexes by class", Unit: units.BytesIEC,
			About:   "As of their latest vacuum or analyze.",
			Queries: []Query{{Expr: once(inDB("pg_indexes_estimated_bytes")), Name: "{{class}} {{server}}"}},
		}),
		list(Panel{
			ID: 122, Title: "Which indexes are unused", Unit: units.BytesIEC, SortBy: "size", Hidden: []string{"datname"},
			About: "The largest of them. Before one is dropped, it should have been unused for a month, and on the replicas, too.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_index_size_bytes") + " and " + inDB("pg_index_unused")), Name: "size"}.
					orNothing("all indexes are used, or the statistics are too young to tell"),
			},
		}),
	}
}

func tablePanels() []Panel {
	return []Panel{
		list(Panel{
			ID: 130, Title: "Tables", Unit: units.Short, SortBy: "size", Hidden: []string{"datname", "schemaname"},
			About: "The largest tables. Many sequential scans of a large table are a missing index; many dead rows are a vacuum that cannot keep up.",
			Queries: []Query{
				{Expr: once(inDB("pg_stat_user_tables_table_size_bytes")), Name: "size", Unit: units.BytesIEC},
				{Expr: once(inDB("pg_stat_user_tables_index_size_bytes")), Name: "indexes", Unit: units.BytesIEC},
				{Expr: once(inDB("pg_stat_user_tables_n_live_tup")), Name: "rows"},
				{Expr: once(inDB("pg_stat_user_tables_n_dead_tup")), Name: "dead rows"},
				{Expr: perSecond(inDB("pg_stat_user_tables_seq_scan_total")), Name: "sequential scans", Unit: units.OpsPerSecond},
				{Expr: perSecond(inDB("pg_stat_user_tables_idx_scan_total")), Name: "index scans", Unit: units.OpsPerSecond},
			},
		}),
		graph(Panel{
			ID: 131, Title: "Largest tables", Unit: units.BytesIEC, Width: 12, Stacked: true,
			About:   "With their TOAST, without indexes: the ten largest.",
			Queries: []Query{{Expr: top("10", once(inDB("pg_stat_user_tables_table_size_bytes"))), Name: "{{relname}}"}},
		}),
		graph(Panel{
			ID: 132, Title: "Rows read by sequential scans", Unit: units.ReadsPerSecond, Width: 12,
			About:   "In a second, the ten tables with the most.",
			Queries: []Query{{Expr: top("10", perSecond(inDB("pg_stat_user_tables_seq_tup_read_total"))), Name: "{{relname}}"}},
		}),
	}
}
