package postgres

// walEnd is the end of the log: on a standby, of the received or, from an archive, replayed log.
const walEnd = `CASE WHEN pg_is_in_recovery()
	THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END`

func walPosition() collector {
	return collector{
		part: "wal_position",
		metrics: []metric{
			gauge("pg_wal_position_bytes", "pg_wal_lsn_diff("+walEnd+", '0/0')",
				"Write-ahead log since the creation of the cluster, in bytes: written on a primary, received on a standby."),
		},
	}
}

// walVolume reports the contents of the log. Postgres 13 has no such statistics.
func walVolume() collector {
	return collector{
		part: "wal",
		on:   func(s server) bool { return s.major >= 14 },
		metrics: []metric{
			counter("pg_stat_wal_records_total", "wal_records", "Write-ahead log records generated."),
			counter("pg_stat_wal_fpi_total", "wal_fpi", "Full-page images generated in the write-ahead log."),
			counter("pg_stat_wal_bytes_total", "wal_bytes", "Write-ahead log generated, in bytes."),
			counter("pg_stat_wal_buffers_full_total", "wal_buffers_full",
				"Writes of the log to disk because its buffers were full."),
		},
		from:    `FROM pg_stat_wal`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// walWrites reports the cost of writing the log, under the names of pg_stat_wal.
func walWrites() collector {
	return collector{
		part:    "wal_writes",
		on:      func(s server) bool { return s.major >= 14 && s.major < 18 },
		metrics: writeCosts("wal_write", "wal_sync", "wal_write_time", "wal_sync_time"),
		from:    `FROM pg_stat_wal`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// walWritesFrom18 reads the same statistics from pg_stat_io. The creation of segments is a separate
// context there, which pg_stat_wal did not count.
func walWritesFrom18() collector {
	return collector{
		part:    "wal_writes",
		on:      func(s server) bool { return s.major >= 18 },
		metrics: writeCosts("sum(writes)", "sum(fsyncs)", "sum(write_time)", "sum(fsync_time)"),
		from:    `FROM pg_stat_io WHERE object = 'wal' AND context = 'normal'`,
		created: "extract(epoch FROM max(stats_reset))",
	}
}

func writeCosts(writes, syncs, writing, syncing string) []metric {
	timed := func(sql string) string {
		return "CASE WHEN current_setting('track_wal_io_timing')::bool THEN " + sql + " / 1000 END"
	}
	return []metric{
		counter("pg_stat_wal_write_total", writes, "Writes of the write-ahead log to disk."),
		counter("pg_stat_wal_sync_total", syncs, "Syncs of the write-ahead log to disk."),
		counter("pg_stat_wal_write_time_seconds_total", timed(writing),
			"Time spent writing the write-ahead log to disk, in seconds; absent without track_wal_io_timing."),
		counter("pg_stat_wal_sync_time_seconds_total", timed(syncing),
			"Time spent syncing the write-ahead log to disk, in seconds; absent without track_wal_io_timing."),
	}
}

// archiver reports the results of archive_command or archive_library. While archiving fails, the
// log accumulates and fills the disk.
func archiver() collector {
	return collector{
		part: "archiver",
		metrics: []metric{
			counter("pg_stat_archiver_archived_total", "archived_count", "Write-ahead log files archived."),
			counter("pg_stat_archiver_failed_total", "failed_count", "Failed attempts to archive a write-ahead log file."),
			gauge("pg_stat_archiver_last_archived_timestamp_seconds", "extract(epoch FROM last_archived_time)",
				"Time of the last archived file, in Unix seconds; absent if there was none."),
			gauge("pg_stat_archiver_last_failed_timestamp_seconds", "extract(epoch FROM last_failed_time)",
				"Time of the last failed attempt to archive a file, in Unix seconds; absent if there was none."),
		},
		from:    `FROM pg_stat_archiver`,
		created: "extract(epoch FROM stats_reset)",
	}
}
