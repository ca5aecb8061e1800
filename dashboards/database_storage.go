package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func databaseStorage() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 7, Title: "Temporary files", Unit: units.BytesPerSecondSI, Width: 12,
			Description: "Bytes per second written to temporary files, over 15 minutes. Sorts and hashes use them when they " +
				"exceed work_mem.",
			Queries: []Query{
				{Expr: databaseSeries("datname:pg_stat_database_temp_bytes:rate15m"), Legend: "{{datname}} {{server}}"},
				threshold("pg_temp_bytes:rate", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 130, Title: "Data file I/O time", Unit: units.PercentUnit, Width: 12,
			Description: "Time spent reading and writing data files, summed over sessions. 100 % equals one session that " +
				"always waits for I/O.",
			Queries: []Query{
				Query{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_blk_read_time_seconds_total"))), Legend: "reading {{server}}"}.allowEmpty(noTiming),
				Query{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_blk_write_time_seconds_total"))), Legend: "writing {{server}}"}.allowEmpty(noTiming),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 12, Title: "Table growth", Unit: units.BytesIEC, Width: 12,
			Description: "Growth over a day without indexes: the five tables with the most growth, their usual maximum, and " +
				"the minimum for an alert.",
			Queries: []Query{
				Query{Expr: topK("5", databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d")), Legend: "{{relname}}"}.
					allowEmpty("less than a day of history"),
				Query{Expr: usualGrowth(), Legend: "{{relname}} usual maximum"}.allowEmpty("less than a week of history"),
				threshold("pg_table_growth:bytes", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 131, Title: "Dead rows", Unit: units.Short, Width: 12,
			Description: "Rows that vacuum has not removed yet. They slow down scans and enlarge tables.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_tables_live_rows")), Legend: "live {{datname}} {{server}}"},
				{Expr: dedupe(databaseSeries("pg_tables_dead_rows")), Legend: "dead {{datname}} {{server}}"},
			},
		}),
	}
}

const noTiming = "track_io_timing is off"

// usualGrowth returns the growth limit of the tables that grow most, based on their own history.
func usualGrowth() string {
	average := databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d_avg7d")
	return average + " * on () group_left () " + thresholdSeries("pg_table_growth:factor") +
		" and " + topK("5", databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d"))
}

func databaseWAL() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 9, Title: "WAL archiving", Unit: units.OpsPerSecond,
			Description: "Archived WAL files and failed attempts per second. Unarchived WAL fills the disk and prevents " +
				"point-in-time recovery.",
			Queries: []Query{
				{Expr: dedupedRate(databaseSeries("pg_stat_archiver_archived_total")), Legend: "archived {{server}}"},
				{Expr: dedupedRate(databaseSeries("pg_stat_archiver_failed_total")), Legend: "failed {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 140, Title: "WAL rate", Unit: units.BytesPerSecondSI,
			Description: "Bytes of WAL written or received per second.",
			Queries:     []Query{{Expr: dedupe("deriv(" + databaseSeries("pg_wal_position_bytes") + "[$__rate_interval])"), Legend: "WAL {{server}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 141, Title: "WAL retained by replication slots", Unit: units.BytesIEC,
			Description: "WAL that a slot keeps on disk. An inactive slot retains WAL until the disk is full.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_replication_slot_retained_wal_bytes")), Legend: "{{slot_name}} {{server}}"}.allowEmpty("no replication slots"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 142, Title: "Checkpoints", Unit: units.OpsPerSecond, Width: 12,
			Description: "Checkpoints per second. Many requested checkpoints indicate that max_wal_size is too small.",
			Queries: []Query{
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_num_timed_total")), Legend: "timed {{server}}"},
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_num_requested_total")), Legend: "requested {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 143, Title: "Checkpoint I/O time", Unit: units.PercentUnit, Width: 12,
			Description: "Share of the last hour that the checkpointer spent writing and syncing. Postgres counts the time of a " +
				"checkpoint when the checkpoint ends, so that shorter windows would exceed 100 %.",
			Queries: []Query{
				{Expr: checkpointTime("pg_stat_checkpointer_write_time_seconds_total"), Legend: "writing {{server}}"},
				{Expr: checkpointTime("pg_stat_checkpointer_sync_time_seconds_total"), Legend: "syncing {{server}}"},
			},
		}),
	}
}

// checkpointTime returns the share of an hour. The rate is extrapolated, so without an hour of history it can exceed 1.
func checkpointTime(metric string) string {
	return "clamp_max(" + dedupe("rate("+databaseSeries(metric)+"[1h])") + ", 1)"
}

func databaseSafety() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 13, Title: "Rows kept in core tables", Unit: units.PercentUnit, Width: 12,
			Description: "Row count relative to the maximum of the last hour. The counts are estimates and may jump after " +
				"ANALYZE.",
			Queries: []Query{
				{Expr: databaseSeries("table:pg_live_rows_kept:ratio1h") + " and on (relname) core:pg_table:info", Legend: "{{relname}} {{server}}"},
				threshold("pg_live_rows_kept:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 10, Title: "Transaction ID age", Unit: units.Short, Width: 12,
			Description: "Age of the oldest unfrozen transaction ID or multixact ID. Near 2.1 billion the server rejects " +
				"writes. Old transactions, replication slots and blocked vacuums delay freezing.",
			Queries: []Query{
				{Expr: databaseSeries("datname:pg_database_wraparound_age:max"), Legend: "{{datname}} {{server}}"},
				threshold("pg_wraparound:age", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 14, Title: "Tables without row-level security", Unit: units.Short, Width: 8,
			Description: "Tables of an exposed schema that API clients can read without row-level security.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_tables_without_row_security")), Legend: "{{schemaname}} {{server}}"}.
					allowEmpty("no API client can reach a schema"),
				threshold("pg_tables_without_row_security:count", "limit"),
			},
		}),
		tablePanel(Panel{
			ID: 150, Title: "Affected tables", Unit: units.NoUnit, Width: 8, Height: 8, HiddenColumns: []string{"Value"},
			Description: "Tables of an exposed schema without row-level security, largest first.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_table_row_security_disabled")), Legend: "exposed"}.allowEmpty("all tables have row-level security"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 151, Title: "Checksum failures", Unit: units.Short, Width: 8,
			Description: "Pages that failed checksum verification in the selected time range.",
			Queries: []Query{
				Query{Expr: dedupe("increase(" + databaseSeries("pg_stat_database_checksum_failures_total") + "[$__range])"), Legend: "{{datname}} {{server}}"}.
					allowEmpty("the cluster has no checksums"),
			},
		}),
	}
}
