package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func databaseStorage() []Panel {
	return []Panel{
		graph(Panel{
			ID: databaseCacheHits, Title: "Found in the buffer cache", Unit: units.PercentUnit,
			About: "Share of the blocks, over 15 minutes. What is not there comes from the operating system, be it from its cache or from disk. " +
				"The limit counts only where there is some load.",
			Queries: []Query{
				Query{Expr: inDB("datname:pg_stat_database_blks_hit:ratio_rate15m"), Name: "{{datname}} {{server}}"}.
					orNothing("nobody read anything for 15 minutes"),
				limit("pg_cache_hit:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: databaseTempFiles, Title: "Temporary files", Unit: units.BytesPerSecondSI,
			About: "Written in a second by sorts and hashes that did not fit into work_mem, over 15 minutes.",
			Queries: []Query{
				{Expr: inDB("datname:pg_stat_database_temp_bytes:rate15m"), Name: "{{datname}} {{server}}"},
				limit("pg_temp_bytes:rate", "limit"),
			},
		}),
		graph(Panel{
			ID: 130, Title: "Time spent on data files", Unit: units.PercentUnit,
			About: "Seconds of all backends in a second: 100 % is one backend that does nothing but wait for the disk.",
			Queries: []Query{
				Query{Expr: total(perSecond(inDB("pg_stat_database_blk_read_time_seconds_total"))), Name: "reading {{server}}"}.orNothing(noTiming),
				Query{Expr: total(perSecond(inDB("pg_stat_database_blk_write_time_seconds_total"))), Name: "writing {{server}}"}.orNothing(noTiming),
			},
		}),
		graph(Panel{
			ID: databaseDisk, Title: "Size and forecast", Unit: units.BytesIEC,
			About: "All databases of the server, where the pace of the last day leads within the forecast's time, and the size of the disk. " +
				"The write-ahead log is not in it.",
			Queries: []Query{
				{Expr: in("server:pg_database_size_bytes:sum"), Name: "size {{server}}"},
				{
					Expr: "predict_linear(" + in("server:pg_database_size_bytes:sum") + "[1d], scalar(" + thresholdSeries("pg_disk_forecast:seconds") + "))",
					Name: "forecast {{server}}",
				},
				limit("pg_disk_size:bytes", "disk"),
			},
		}),
		graph(Panel{
			ID: databaseTableGrowth, Title: "Growth of tables", Unit: units.BytesIEC,
			About: "In the day before, without indexes: the five that grew most, what is usual for them, and what matters at all.",
			Queries: []Query{
				Query{Expr: top("5", inDB("table:pg_stat_user_tables_table_size_bytes:delta1d")), Name: "{{relname}}"}.
					orNothing("there is no day of history yet"),
				Query{Expr: usualGrowth(), Name: "{{relname}} usually, at most"}.orNothing("there is no week of history yet"),
				limit("pg_table_growth:bytes", "limit"),
			},
		}),
		graph(Panel{
			ID: 131, Title: "Dead rows", Unit: units.Short,
			About: "Rows that vacuum has yet to remove. They make scans slow and tables large.",
			Queries: []Query{
				{Expr: once(inDB("pg_tables_live_rows")), Name: "live {{datname}} {{server}}"},
				{Expr: once(inDB("pg_tables_dead_rows")), Name: "dead {{datname}} {{server}}"},
			},
		}),
	}
}

const noTiming = "track_io_timing is off"

// usualGrowth is what the tables that grow most may grow before it is out of the ordinary.
func usualGrowth() string {
	usual := inDB("table:pg_stat_user_tables_table_size_bytes:delta1d_avg7d")
	return usual + " * on () group_left () " + thresholdSeries("pg_table_growth:factor") +
		" and " + top("5", inDB("table:pg_stat_user_tables_table_size_bytes:delta1d"))
}

func databaseLog() []Panel {
	return []Panel{
		graph(Panel{
			ID: databaseReplicationLag, Title: "Replication lag", Unit: units.Seconds,
			About: "How far behind its primary a replica is: what readers of it may miss, and what a failover may lose.",
			Queries: []Query{
				Query{Expr: in("server:pg_replication_lag_seconds:max"), Name: "{{application_name}} {{server}}"}.orNothing("there is no replica"),
				limit("pg_replication_lag:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: databaseArchiver, Title: "Archiving", Unit: units.OpsPerSecond,
			About: "Files of write-ahead log in a second, and failed attempts. A log that is not archived fills the disk, " +
				"and the database cannot be brought back to a moment after the last success.",
			Queries: []Query{
				{Expr: perSecond(inDB("pg_stat_archiver_archived_total")), Name: "archived {{server}}"},
				{Expr: perSecond(inDB("pg_stat_archiver_failed_total")), Name: "failed {{server}}"},
			},
		}),
		graph(Panel{
			ID: 140, Title: "Write-ahead log", Unit: units.BytesPerSecondSI,
			About:   "Bytes written or received in a second: what replicas and archives have to take.",
			Queries: []Query{{Expr: once("deriv(" + inDB("pg_wal_position_bytes") + "[$__rate_interval])"), Name: "{{server}}"}},
		}),
		graph(Panel{
			ID: 141, Title: "Kept for replication slots", Unit: units.BytesIEC,
			About: "Log that a slot keeps on disk. A slot that nobody reads from keeps it for ever, until the disk is full.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_replication_slot_retained_wal_bytes")), Name: "{{slot_name}} {{server}}"}.orNothing("there are no slots"),
			},
		}),
		graph(Panel{
			ID: 142, Title: "Checkpoints", Unit: units.OpsPerSecond,
			About: "In a second. Requested ones come early because max_wal_size was reached: many of them want a larger one.",
			Queries: []Query{
				{Expr: perSecond(inDB("pg_stat_checkpointer_num_timed_total")), Name: "timed {{server}}"},
				{Expr: perSecond(inDB("pg_stat_checkpointer_num_requested_total")), Name: "requested {{server}}"},
			},
		}),
		graph(Panel{
			ID: 143, Title: "Time spent on checkpoints", Unit: units.PercentUnit,
			About: "Seconds in a second.",
			Queries: []Query{
				{Expr: perSecond(inDB("pg_stat_checkpointer_write_time_seconds_total")), Name: "writing {{server}}"},
				{Expr: perSecond(inDB("pg_stat_checkpointer_sync_time_seconds_total")), Name: "syncing {{server}}"},
			},
		}),
	}
}

func databaseSafety() []Panel {
	return []Panel{
		graph(Panel{
			ID: databaseCoreRows, Title: "Rows kept by core tables", Unit: units.PercentUnit, Width: 12,
			About: "Of the rows that a table had within the hour. These are estimates: a table that was just analyzed may jump.",
			Queries: []Query{
				{Expr: inDB("table:pg_live_rows_kept:ratio1h") + " and on (relname) core:pg_table:info", Name: "{{relname}} {{server}}"},
				limit("pg_live_rows_kept:ratio", "limit"),
			},
		}),
		graph(Panel{
			ID: databaseTransactionAge, Title: "Transaction-ID age", Unit: units.Short, Width: 12,
			About: "Of the oldest transaction or multixact not yet frozen. Close to 2.1 billion the server refuses writes; " +
				"what holds it back is an old transaction, a slot or a vacuum that does not come through.",
			Queries: []Query{
				{Expr: inDB("datname:pg_database_wraparound_age:max"), Name: "{{datname}} {{server}}"},
				limit("pg_wraparound:age", "limit"),
			},
		}),
		graph(Panel{
			ID: databaseRowSecurity, Title: "Tables without row level security", Unit: units.Short, Width: 8,
			About: "Tables of an exposed schema that lie open to clients of the API.",
			Queries: []Query{
				{Expr: once(inDB("pg_tables_without_row_security")), Name: "{{schemaname}} {{server}}"},
				limit("pg_tables_without_row_security:count", "limit"),
			},
		}),
		list(Panel{
			ID: 150, Title: "Which ones", Unit: units.NoUnit, Width: 8, Height: 8, Hidden: []string{"Value"},
			About: "Tables without row level security in an exposed schema, the largest of them.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_table_row_security_disabled")), Name: "open"}.orNothing("all tables have row level security"),
			},
		}),
		graph(Panel{
			ID: 151, Title: "Damaged pages", Unit: units.Short, Width: 8,
			About: "Found by checksums within the chosen time. Each is data that could not be read.",
			Queries: []Query{
				Query{Expr: once("increase(" + inDB("pg_stat_database_checksum_failures_total") + "[$__range])"), Name: "{{datname}} {{server}}"}.
					orNothing("the cluster has no checksums"),
			},
		}),
	}
}
