package postgres

// databases reads pg_stat_database.
func databases() collector {
	timed := func(sql string) string {
		return "CASE WHEN current_setting('track_io_timing')::bool THEN " + sql + " / 1000 END"
	}
	return collector{
		part:    "databases",
		datname: "d.datname",
		metrics: []metric{
			gauge("pg_stat_database_numbackends", "s.numbackends", "Backends connected to the database, including workers."),
			counter("pg_stat_database_xact_commit_total", "s.xact_commit", "Transactions committed."),
			counter("pg_stat_database_xact_rollback_total", "s.xact_rollback", "Transactions rolled back."),
			counter("pg_stat_database_blks_read_total", "s.blks_read",
				"Blocks read from the operating system, either from its cache or from disk."),
			counter("pg_stat_database_blks_hit_total", "s.blks_hit", "Blocks found in the buffer cache of the server."),
			counter("pg_stat_database_blk_read_time_seconds_total", timed("s.blk_read_time"),
				"Time spent reading data files, in seconds; absent without track_io_timing."),
			counter("pg_stat_database_blk_write_time_seconds_total", timed("s.blk_write_time"),
				"Time that backends spent writing data files, in seconds; absent without track_io_timing."),
			counter("pg_stat_database_temp_files_total", "s.temp_files", "Temporary files created by queries."),
			counter("pg_stat_database_temp_bytes_total", "s.temp_bytes", "Bytes written to temporary files by queries."),
			counter("pg_stat_database_tup_returned_total", "s.tup_returned", "Rows and index entries read by scans."),
			counter("pg_stat_database_tup_fetched_total", "s.tup_fetched", "Rows fetched by index scans."),
			counter("pg_stat_database_tup_inserted_total", "s.tup_inserted", "Rows inserted."),
			counter("pg_stat_database_tup_updated_total", "s.tup_updated", "Rows updated."),
			counter("pg_stat_database_tup_deleted_total", "s.tup_deleted", "Rows deleted."),
			counter("pg_stat_database_deadlocks_total", "s.deadlocks", "Deadlocks detected."),
			counter("pg_stat_database_conflicts_total", "s.conflicts",
				"Queries canceled on a standby because they conflicted with recovery."),
			counter("pg_stat_database_sessions_total", "s.sessions", "Sessions established.").from(14),
			counter("pg_stat_database_sessions_abandoned_total", "s.sessions_abandoned",
				"Sessions ended by a lost connection to the client.").from(14),
			counter("pg_stat_database_sessions_fatal_total", "s.sessions_fatal",
				"Sessions ended by a fatal error.").from(14),
			counter("pg_stat_database_sessions_killed_total", "s.sessions_killed",
				"Sessions ended by an operator.").from(14),
			counter("pg_stat_database_session_time_seconds_total", "s.session_time / 1000",
				"Duration of sessions, in seconds, updated when their state changes.").from(14),
			counter("pg_stat_database_active_time_seconds_total", "s.active_time / 1000",
				"Time that sessions spent executing statements, in seconds.").from(14),
			counter("pg_stat_database_idle_in_transaction_time_seconds_total", "s.idle_in_transaction_time / 1000",
				"Time that sessions spent idle in a transaction, in seconds.").from(14),
		},
		from:    `FROM pg_stat_database s JOIN pg_database d ON d.oid = s.datid WHERE ` + ordinary,
		created: "extract(epoch FROM s.stats_reset)",
	}
}

// checksums includes the row of the shared catalogs. It has no database, so its failures count
// towards the exporter's own database.
func checksums() collector {
	return collector{
		part:    "checksums",
		datname: "coalesce(s.datname, current_database())",
		metrics: []metric{
			counter("pg_stat_database_checksum_failures_total", "sum(s.checksum_failures)",
				"Damaged pages found in the database; the exporter's own database includes the shared catalogs; absent without checksums."),
			gauge("pg_stat_database_checksum_last_failure_timestamp_seconds",
				"extract(epoch FROM max(s.checksum_last_failure))",
				"Time when the latest damaged page was found, in Unix seconds; absent if none was found."),
		},
		from: `FROM pg_stat_database s GROUP BY 1`,
	}
}

// conflicts splits pg_stat_database_conflicts_total by reason. Only a standby has conflicts.
func conflicts() collector {
	kind := func(column, help string) metric {
		return counter("pg_stat_database_conflicts_"+column+"_total", "s."+column, "Queries canceled on a standby because "+help)
	}
	return collector{
		part:    "conflicts",
		on:      func(s server) bool { return s.recovering },
		datname: "d.datname",
		metrics: []metric{
			kind("confl_tablespace", "a tablespace was dropped."),
			kind("confl_lock", "they held a lock for too long."),
			kind("confl_snapshot", "their snapshot was too old."),
			kind("confl_bufferpin", "they kept a buffer pinned."),
			kind("confl_deadlock", "they were deadlocked with recovery."),
			kind("confl_active_logicalslot", "they used a logical slot that was invalidated.").from(16),
		},
		from: `FROM pg_stat_database_conflicts s JOIN pg_database d ON d.oid = s.datid WHERE ` + ordinary,
	}
}

// wraparound includes template databases: the oldest database of all stops the server.
func wraparound() collector {
	return collector{
		part:    "wraparound",
		datname: "d.datname",
		metrics: []metric{
			gauge("pg_database_wraparound_age_datfrozenxid", "age(d.datfrozenxid)",
				"Transactions since the oldest unfrozen one; the server rejects writes shortly before 2^31."),
			gauge("pg_database_wraparound_age_datminmxid", "mxid_age(d.datminmxid)",
				"Multixacts since the oldest one in use; the server rejects new ones shortly before 2^31."),
			gauge("pg_database_connection_limit", "CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit END",
				"Maximum connections to the database; absent if it has no limit of its own."),
		},
		from: `FROM pg_database d`,
	}
}

// databaseSizes omits the databases for which pg_database_size() would fail, because its error
// would fail the whole query.
func databaseSizes() collector {
	return collector{
		part:    "database_sizes",
		slow:    true,
		datname: "d.datname",
		metrics: []metric{
			gauge("pg_database_size_bytes", "pg_database_size(d.oid)",
				"Size of the database on disk, in bytes; absent if the exporter may neither connect to it nor read all statistics."),
		},
		from: `FROM pg_database d WHERE ` + ordinary + `
			AND (pg_has_role('pg_read_all_stats', 'USAGE') OR has_database_privilege(d.oid, 'CONNECT'))`,
	}
}
