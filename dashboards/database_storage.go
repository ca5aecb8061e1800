package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func databaseStorage() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 6, Title: "Buffer cache hit ratio", Unit: units.PercentUnit,
			Description: "Share of block reads served by the buffer cache, over 15 minutes. Other blocks come from the " +
				"operating system's cache or from disk. The alert requires a minimum load.",
			Queries: []Query{
				Query{Expr: databaseSeries("datname:pg_stat_database_blks_hit:ratio_rate15m"), Legend: "{{datname}} {{server}}"}.
					allowEmpty("no block was read in 15 minutes"),
				threshold("pg_cache_hit:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 7, Title: "Temporary files", Unit: units.BytesPerSecondSI,
			Description: "Bytes per second written to temporary files, over 15 minutes. Sorts and hashes use them when they " +
				"exceed work_mem.",
			Queries: []Query{
				{Expr: databaseSeries("datname:pg_stat_database_temp_bytes:rate15m"), Legend: "{{datname}} {{server}}"},
				threshold("pg_temp_bytes:rate", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 130, Title: "Data file I/O time", Unit: units.PercentUnit,
			Description: "Time spent reading and writing data files, summed over sessions. 100 % equals one session that " +
				"always waits for I/O.",
			Queries: []Query{
				Query{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_blk_read_time_seconds_total"))), Legend: "reading {{server}}"}.allowEmpty(noTiming),
				Query{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_blk_write_time_seconds_total"))), Legend: "writing {{server}}"}.allowEmpty(noTiming),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 11, Title: "Size and forecast", Unit: units.BytesIEC,
			Description: "Size of all databases of the server, its linear forecast, and the size of the disk. WAL is not " +
				"included.",
			Queries: []Query{
				{Expr: series("server:pg_database_size_bytes:sum"), Legend: "size {{server}}"},
				{
					Expr:   "predict_linear(" + series("server:pg_database_size_bytes:sum") + "[1d], scalar(" + thresholdSeries("pg_disk_forecast:seconds") + "))",
					Legend: "forecast {{server}}",
				},
				threshold("pg_disk_size:bytes", "disk size"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 12, Title: "Table growth", Unit: units.BytesIEC,
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
			ID: 131, Title: "Dead rows", Unit: units.Short,
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
			ID: 8, Title: "Replication lag", Unit: units.Seconds,
			Description: "Delay of a replica behind its primary. Reads from the replica are that old, and a failover loses " +
				"that much.",
			Queries: []Query{
				Query{Expr: series("server:pg_replication_lag_seconds:max"), Legend: "{{application_name}} {{server}}"}.allowEmpty("no replica"),
				threshold("pg_replication_lag:seconds", "limit"),
			},
		}),
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
			ID: 140, Title: "WAL", Unit: units.BytesPerSecondSI,
			Description: "Bytes of WAL written or received per second.",
			Queries:     []Query{{Expr: dedupe("deriv(" + databaseSeries("pg_wal_position_bytes") + "[$__rate_interval])"), Legend: "{{server}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 141, Title: "WAL retained by replication slots", Unit: units.BytesIEC,
			Description: "WAL that a slot keeps on disk. An inactive slot retains WAL until the disk is full.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_replication_slot_retained_wal_bytes")), Legend: "{{slot_name}} {{server}}"}.allowEmpty("no replication slots"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 142, Title: "Checkpoints", Unit: units.OpsPerSecond,
			Description: "Checkpoints per second. Many requested checkpoints indicate that max_wal_size is too small.",
			Queries: []Query{
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_num_timed_total")), Legend: "timed {{server}}"},
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_num_requested_total")), Legend: "requested {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 143, Title: "Checkpoint I/O time", Unit: units.PercentUnit,
			Description: "Time spent writing and syncing, as a share of one process.",
			Queries: []Query{
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_write_time_seconds_total")), Legend: "writing {{server}}"},
				{Expr: dedupedRate(databaseSeries("pg_stat_checkpointer_sync_time_seconds_total")), Legend: "syncing {{server}}"},
			},
		}),
	}
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
				{Expr: dedupe(databaseSeries("pg_tables_without_row_security")), Legend: "{{schemaname}} {{server}}"},
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
