package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func databaseBoard() Board {
	return Board{
		UID: databaseUID, Title: "Marketplace / Database", TimeFrom: "now-6h",
		Description:  "Postgres: sessions, locks, cache, disk, replication and data safety.",
		Variables:    []Variable{targetEnvironment(), datname()},
		AlertMatcher: `component="database"`,
		Rows: []Row{
			row(1000, "Overview", databaseSummary(), databaseTrends()),
			collapsedRow(1001, "Sessions", databaseSessions()),
			collapsedRow(1006, "Locks", databaseLocks()),
			collapsedRow(1050, "Pooler", databasePooler()),
			collapsedRow(1002, "Rows", databaseThroughput()),
			collapsedRow(1003, "Cache and disk", databaseStorage()),
			collapsedRow(1004, "WAL and checkpoints", databaseWAL()),
			collapsedRow(1005, "Data safety", databaseSafety()),
		},
	}
}

func databaseSummary() []Panel {
	return grid(6, 4,
		statusPanel(1, "Database", []Mapping{{"1", "Up", "green"}, {"0", "Down", "red"}},
			"Whether an exporter can start a transaction.",
			query(databaseGauge("pg_up"), databaseLegend),
		),
		statPanel(100, "Uptime", units.Seconds,
			"Time since the server started. Caches are cold and counters reset after a start.",
			query(age(databaseGauge("pg_postmaster_start_time_seconds")), "uptime {{server}}"),
		),
		labelPanel(101, "Version", "Version of Postgres.",
			query(databaseGauge("pg_static"), "{{short_version}}"),
		),
		statPanel(102, "Transaction rate", units.OpsPerSecond, "Committed and rolled back transactions per second.",
			query(sumDatabases(databaseRate("pg_stat_database_xact_commit_total")+" + "+
				databaseRate("pg_stat_database_xact_rollback_total")), "transactions {{server}}"),
		),
		statPanel(103, "Size", units.BytesIEC, "Size of the selected databases on disk, without WAL.",
			query(sumDatabases(databaseGauge("pg_database_size_bytes")), "size {{server}}"),
		),
		statusPanel(104, "Role", []Mapping{{"0", "Primary", "green"}, {"1", "Standby", "blue"}},
			"A standby is read-only. A change of role indicates a failover.",
			query(databaseGauge("pg_replication_is_replica"), "role {{server}}"),
		),
	)
}

func databaseTrends() []Panel {
	return grid(3, 8,
		timeSeriesPanel(2, "Connections in use", units.PercentUnit,
			"Share of max_connections without reserved connections. At 100 % Postgres rejects clients. With a "+
				"pooler, these are the connections of the pooler.",
			query(series("server:pg_connections_used:ratio"), "in use {{server}}"),
			threshold("pg_connections_used:ratio", "P1 limit", `severity="P1"`),
			threshold("pg_connections_used:ratio", "P2 limit", `severity="P2"`),
		),
		timeSeriesPanel(3, "Sessions waiting for locks", units.Short,
			"Sessions that wait for a lock of another session. A growing queue indicates a migration or a long "+
				"transaction.",
			query(databaseGauge("pg_locks_blocked_backends"), databaseLegend),
			threshold("pg_lock_queue:count", "limit"),
			query(databaseSeries("datname:pg_locks_blocked_backends:ratio"), "share of connections "+databaseLegend).
				withUnit(units.PercentUnit),
			threshold("pg_lock_queue:ratio", "limit of the share").withUnit(units.PercentUnit),
		),
		timeSeriesPanel(120, "Transactions", units.OpsPerSecond,
			"Transactions per second. Rollbacks without a rise in commits indicate application errors.",
			query(serverRate("pg_stat_database_xact_commit_total"), "committed {{server}}"),
			query(serverRate("pg_stat_database_xact_rollback_total"), "rolled back {{server}}"),
		),
		timeSeriesPanel(6, "Buffer cache hit ratio", units.PercentUnit,
			"Share of block reads served by the buffer cache, over 15 minutes. Other blocks come from the operating "+
				"system's cache or from disk. The alert requires a minimum load.",
			query(databaseSeries("datname:pg_stat_database_blks_hit:ratio_rate15m"), databaseLegend).
				emptyIf("no block was read in 15 minutes"),
			threshold("pg_cache_hit:ratio", "limit"),
		),
		timeSeriesPanel(11, "Size and forecast", units.BytesIEC,
			"Size of all databases of the server, its linear forecast after 12 hours of history, and the size of the "+
				"disk. WAL is not included.",
			query(series("server:pg_database_size_bytes:sum"), "size {{server}}"),
			query(sizeForecast(), "forecast {{server}}").emptyIf("less than 12 hours of history"),
			threshold("pg_disk_size:bytes", "disk size"),
		),
		timeSeriesPanel(8, "Replication lag", units.Seconds,
			"Delay of a replica behind its primary. Reads from the replica are outdated by this time, and a failover "+
				"loses the changes of this time.",
			query(series("server:pg_replication_lag_seconds:max"), "lag {{application_name}} {{server}}").
				emptyIf("no replica"),
			threshold("pg_replication_lag:seconds", "limit"),
		),
	)
}

// sizeForecast returns the size at the end of the forecast of DiskForecastFull, which needs as much
// history.
func sizeForecast() string {
	size, horizon := series("server:pg_database_size_bytes:sum"), globalThreshold("pg_disk_forecast:seconds")
	return "predict_linear(" + size + "[1d], scalar(" + horizon + ")) and " + size + " offset 12h"
}

func databaseSessions() []Panel {
	return grid(3, 8,
		timeSeriesPanel(110, "Connections by state", units.Short,
			"Many idle connections indicate an oversized pool; idle in transaction indicates missing commits.",
			query(dedupedSum("datname, user_class, wait_event_type", databaseSeries("pg_stat_activity_connections")),
				"{{state}} {{server}}"),
		).stacked().width(12),
		timeSeriesPanel(111, "Wait events of active connections", units.Short,
			"Connections of type none run on a CPU. IO waits for storage, Lock for a lock of another session, and "+
				"LWLock for an internal lock of Postgres.",
			query(dedupedSum("datname, state, user_class",
				databaseSeries("pg_stat_activity_connections", `state="active"`)), "{{wait_event_type}} {{server}}"),
		).stacked().width(12),
		timeSeriesPanel(4, "Idle in transaction", units.Seconds,
			"Longest time that a session has been idle in a transaction. It holds locks and blocks vacuum.",
			query(databaseGauge("pg_stat_activity_oldest_idle_in_transaction_seconds"), databaseLegend).
				emptyIf("no session is idle in a transaction"),
			threshold("pg_idle_in_transaction:seconds", "limit"),
		),
		timeSeriesPanel(112, "Oldest transaction", units.Seconds,
			"Age of the oldest open transaction of a client. Vacuum cannot remove rows that it may still read.",
			query(databaseGauge("pg_stat_activity_oldest_transaction_seconds"), databaseLegend).
				emptyIf("no transaction is open"),
		),
		timeSeriesPanel(114, "Abnormally ended sessions", units.OpsPerSecond,
			"Sessions per second that were abandoned by the client, ended by a fatal error, or killed by an operator.",
			query(serverRate("pg_stat_database_sessions_abandoned_total"), "abandoned {{server}}"),
			query(serverRate("pg_stat_database_sessions_fatal_total"), "fatal {{server}}"),
			query(serverRate("pg_stat_database_sessions_killed_total"), "killed {{server}}"),
		),
	)
}

func databaseLocks() []Panel {
	return grid(2, 8,
		timeSeriesPanel(5, "Deadlocks", units.Short,
			"Deadlocks in the last hour. Postgres aborts one transaction in each; the server log has the statements.",
			query(databaseSeries("datname:pg_stat_database_deadlocks:increase1h"), databaseLegend),
			threshold("pg_deadlocks:count", "limit"),
		),
		timeSeriesPanel(113, "Locks by mode", units.Short,
			"Locks held or requested. Exclusive locks come from migrations and maintenance.",
			query(dedupedSum("datname", databaseSeries("pg_locks")), "{{mode}} {{server}}"),
		).stacked(),
	)
}

func databaseThroughput() []Panel {
	return grid(2, 8,
		timeSeriesPanel(121, "Rows read", units.ReadsPerSecond,
			"Rows per second. Many more scanned than fetched rows indicate a missing index.",
			query(serverRate("pg_stat_database_tup_returned_total"), "scanned {{server}}"),
			query(serverRate("pg_stat_database_tup_fetched_total"), "fetched by index {{server}}"),
		),
		timeSeriesPanel(122, "Rows written", units.WritesPerSecond, "Inserted, updated and deleted rows per second.",
			query(serverRate("pg_stat_database_tup_inserted_total"), "inserted {{server}}"),
			query(serverRate("pg_stat_database_tup_updated_total"), "updated {{server}}"),
			query(serverRate("pg_stat_database_tup_deleted_total"), "deleted {{server}}"),
		),
	)
}

const noTiming = "track_io_timing is off"

func databaseStorage() []Panel {
	return grid(2, 8,
		timeSeriesPanel(7, "Temporary files", units.BytesPerSecondSI,
			"Bytes per second written to temporary files, over 15 minutes. Sorts and hashes use them when they "+
				"exceed work_mem.",
			query(databaseSeries("datname:pg_stat_database_temp_bytes:rate15m"), databaseLegend),
			threshold("pg_temp_bytes:rate", "limit"),
		),
		timeSeriesPanel(130, "Data file I/O time", units.PercentUnit,
			"Time spent reading and writing data files, summed over sessions. 100 % equals one session that always "+
				"waits for I/O.",
			query(serverRate("pg_stat_database_blk_read_time_seconds_total"), "reading {{server}}").emptyIf(noTiming),
			query(serverRate("pg_stat_database_blk_write_time_seconds_total"), "writing {{server}}").emptyIf(noTiming),
		),
		timeSeriesPanel(12, "Table growth", units.BytesIEC,
			"Growth over a day without indexes: the five tables with the most growth, their usual maximum, and the "+
				"minimum for an alert.",
			query(topK(5, databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d")), "{{relname}}").
				emptyIf(noDay),
			query(usualGrowth(), "{{relname}} usual maximum").emptyIf(noWeek),
			threshold("pg_table_growth:bytes", "limit"),
		).manySeries(),
		timeSeriesPanel(43, "Disk used by databases", units.PercentUnit,
			"Share of the disk, whose size is a threshold. WAL comes on top.",
			query(series("server:pg_disk_used:ratio"), "used {{server}}"),
			threshold("pg_disk_used:ratio", "limit"),
		),
		timeSeriesPanel(44, "Rows to vacuum", units.Short,
			"Dead and inserted rows, as a multiple of the number at which autovacuum starts: the five tables with the "+
				"highest. A high multiple for hours indicates that vacuum is disabled, blocked or too slow.",
			query(topK(5, databaseSeries("table:pg_autovacuum_rows:ratio")), "{{relname}} {{rows}}"),
			threshold("pg_autovacuum_rows:factor", "limit"),
		).manySeries(),
		timeSeriesPanel(131, "Dead rows", units.Short,
			"Rows that vacuum has not removed yet. They slow down scans and enlarge tables.",
			query(databaseGauge("pg_tables_live_rows"), "live {{datname}} {{server}}"),
			query(databaseGauge("pg_tables_dead_rows"), "dead {{datname}} {{server}}"),
		),
	)
}

// usualGrowth returns the growth limit of the tables that grow most, based on their own history.
func usualGrowth() string {
	average := databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d_avg7d")
	return average + " * on (environment, server) group_left () threshold:pg_table_growth:factor" +
		" and " + topK(5, databaseSeries("table:pg_stat_user_tables_table_size_bytes:delta1d"))
}

func databaseWAL() []Panel {
	return grid(3, 8,
		timeSeriesPanel(9, "WAL archiving", units.OpsPerSecond,
			"Archived WAL files and failed attempts per second. Unarchived WAL fills the disk and prevents "+
				"point-in-time recovery.",
			query(databaseRate("pg_stat_archiver_archived_total"), "archived {{server}}"),
			query(databaseRate("pg_stat_archiver_failed_total"), "failed {{server}}"),
		),
		timeSeriesPanel(140, "WAL rate", units.BytesPerSecondSI, "Bytes of WAL written or received per second.",
			query(dedupe("deriv("+databaseSeries("pg_wal_position_bytes")+"[$__rate_interval])"), "WAL {{server}}"),
		),
		timeSeriesPanel(41, "WAL retained by replication slots", units.BytesIEC,
			"WAL that a slot keeps on disk. An inactive slot retains WAL until the disk is full.",
			query(databaseGauge("pg_replication_slot_retained_wal_bytes"), "{{slot_name}} {{server}}").
				emptyIf("no replication slots"),
			limit(thresholdSeries("pg_disk_size:bytes")+" * "+thresholdSeries("pg_slot_retained_wal:ratio"), "limit {{environment}} {{server}}"),
		),
		timeSeriesPanel(42, "Status of replication slots", units.Short,
			"Number of slots by status. The server removes the WAL of an unreserved slot soon, and has removed it if the "+
				"slot is lost.",
			query("count by (wal_status, server) ("+databaseGauge("pg_replication_slot_wal_status")+")",
				"{{wal_status}} {{server}}").emptyIf("no replication slots"),
		),
		timeSeriesPanel(142, "Checkpoints", units.OpsPerSecond,
			"Checkpoints per second. Many requested checkpoints indicate that max_wal_size is too small.",
			query(databaseRate("pg_stat_checkpointer_num_timed_total"), "timed {{server}}"),
			query(databaseRate("pg_stat_checkpointer_num_requested_total"), "requested {{server}}"),
		),
		timeSeriesPanel(143, "Checkpoint I/O time", units.PercentUnit,
			"Share of the last hour that the checkpointer spent writing and syncing. Postgres counts the time of a "+
				"checkpoint when the checkpoint ends, so that shorter windows would exceed 100 %.",
			query(checkpointTime("pg_stat_checkpointer_write_time_seconds_total"), "writing {{server}}"),
			query(checkpointTime("pg_stat_checkpointer_sync_time_seconds_total"), "syncing {{server}}"),
		),
	)
}

// checkpointTime returns the share of an hour. The rate is extrapolated, so without an hour of
// history it can exceed 1.
func checkpointTime(metric string) string {
	return "clamp_max(" + dedupe("rate("+databaseSeries(metric)+"[1h])") + ", 1)"
}

func databaseSafety() []Panel {
	return grid(3, 8,
		timeSeriesPanel(13, "Rows kept in core tables", units.PercentUnit,
			"Row count relative to the maximum of the last hour, or to that before a loss. The counts are estimates and "+
				"may jump after ANALYZE.",
			query(databaseSeries("table:pg_core_rows_kept:ratio"), "{{relname}} {{server}}").
				emptyIf("no core table has 100 rows"),
			threshold("pg_live_rows_kept:ratio", "limit"),
		).width(12).manySeries(),
		timeSeriesPanel(10, "Transaction ID age", units.Short,
			"Age of the oldest unfrozen transaction ID or multixact ID. Near 2.1 billion the server rejects writes. "+
				"Old transactions, replication slots and blocked vacuums delay freezing.",
			query(databaseSeries("datname:pg_database_wraparound_age:max"), databaseLegend),
			threshold("pg_wraparound:age", "P0 limit", `severity="P0"`),
			threshold("pg_wraparound:age", "P1 limit", `severity="P1"`),
			threshold("pg_wraparound:age", "P2 limit", `severity="P2"`),
		).width(12),
		timeSeriesPanel(14, "Tables without row-level security", units.Short,
			"Tables of an exposed schema that API clients can read without row-level security.",
			query(databaseGauge("pg_tables_without_row_security"), "{{schemaname}} {{server}}").
				emptyIf("no API client can reach a schema"),
			threshold("pg_tables_without_row_security:count", "limit"),
		),
		tablePanel(150, "Affected tables", "Tables of an exposed schema without row-level security, largest first.",
			column(databaseGauge("pg_table_row_security_disabled"), "exposed", units.NoUnit).
				emptyIf("all tables have row-level security"),
		).hide("Value"),
		timeSeriesPanel(40, "Checksum failures", units.Short,
			"Reads of pages that failed checksum verification in the selected time range. A damaged page fails at "+
				"every read.",
			query(dedupe("increase("+databaseSeries("pg_stat_database_checksum_failures_total")+"[$__range])"),
				databaseLegend).emptyIf("the cluster has no checksums"),
			threshold("pg_checksum_failures:count", "limit"),
		),
	)
}
