package postgres

// walEnd is how far the log has come: on a standby, what has arrived, or was replayed from an archive.
const walEnd = `CASE WHEN pg_is_in_recovery()
	THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END`

func walPosition() collector {
	return collector{
		part:   "wal_position",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_wal_position_bytes", "pg_wal_lsn_diff("+walEnd+", '0/0')",
				"Bytes of write-ahead log since the cluster was made: written on a primary, received on a standby."),
		},
	}
}

// walVolume is why the log grows. Postgres 13 does not say.
func walVolume() collector {
	return collector{
		part:   "wal",
		on:     func(s server) bool { return s.major >= 14 },
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			counter("pg_stat_wal_records_total", "wal_records", "Records written to the write-ahead log."),
			counter("pg_stat_wal_fpi_total", "wal_fpi", "Full-page images written to the write-ahead log."),
			counter("pg_stat_wal_bytes_total", "wal_bytes", "Bytes written to the write-ahead log."),
			counter("pg_stat_wal_buffers_full_total", "wal_buffers_full",
				"Times that the log was written to disk early because its buffers were full."),
		},
		from:    `FROM pg_stat_wal`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// walWrites is what writing the log costs, under the names of the view that had it until 17.
func walWrites() collector {
	return collector{
		part:    "wal_writes",
		on:      func(s server) bool { return s.major >= 14 && s.major < 18 },
		labels:  []label{{"datname", "current_database()"}},
		metrics: writeCosts("wal_write", "wal_sync", "wal_write_time", "wal_sync_time"),
		from:    `FROM pg_stat_wal`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// walWritesFrom18 reads the same from pg_stat_io, where making new segments is a context apart that was not counted
// before.
func walWritesFrom18() collector {
	return collector{
		part:    "wal_writes",
		on:      func(s server) bool { return s.major >= 18 },
		labels:  []label{{"datname", "current_database()"}},
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
		counter("pg_stat_wal_write_total", writes, "Times that write-ahead log was written to disk."),
		counter("pg_stat_wal_sync_total", syncs, "Times that write-ahead log was synced to disk."),
		counter("pg_stat_wal_write_time_seconds_total", timed(writing),
			"Time spent writing write-ahead log to disk; absent without track_wal_io_timing."),
		counter("pg_stat_wal_sync_time_seconds_total", timed(syncing),
			"Time spent syncing write-ahead log to disk; absent without track_wal_io_timing."),
	}
}

// archiver tells of archive_command or archive_library. An archive that fails fills the disk with what it must keep.
func archiver() collector {
	return collector{
		part:   "archiver",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			counter("pg_stat_archiver_archived_total", "archived_count", "Files of write-ahead log archived."),
			counter("pg_stat_archiver_failed_total", "failed_count", "Failed attempts to archive a file of write-ahead log."),
			gauge("pg_stat_archiver_last_archived_timestamp_seconds", "extract(epoch FROM last_archived_time)",
				"When a file was last archived, in Unix time; absent if none ever was."),
			gauge("pg_stat_archiver_last_failed_timestamp_seconds", "extract(epoch FROM last_failed_time)",
				"When archiving a file last failed, in Unix time; absent if it never did."),
		},
		from:    `FROM pg_stat_archiver`,
		created: "extract(epoch FROM stats_reset)",
	}
}
