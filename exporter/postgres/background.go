package postgres

// checkpoints returns the metrics that all versions have, named after pg_stat_checkpointer of
// version 17. Existing boards read the names of postgres_exporter, which are those of
// pg_stat_bgwriter before version 17, with times in milliseconds.
func checkpoints(timed, requested, written, writing, syncing string) []metric {
	return []metric{
		counter("pg_stat_checkpointer_num_timed_total", timed, "Checkpoints started by checkpoint_timeout."),
		counter("pg_stat_checkpointer_num_requested_total", requested,
			"Checkpoints requested, mostly because max_wal_size was reached."),
		counter("pg_stat_checkpointer_buffers_written_total", written, "Buffers written by checkpoints and restartpoints."),
		counter("pg_stat_checkpointer_write_time_seconds_total", writing+" / 1000", "Time spent writing files in checkpoints, in seconds."),
		counter("pg_stat_checkpointer_sync_time_seconds_total", syncing+" / 1000", "Time spent syncing files in checkpoints, in seconds."),
		counter("pg_stat_bgwriter_checkpoints_timed_total", timed, "Former name of pg_stat_checkpointer_num_timed_total."),
		counter("pg_stat_bgwriter_checkpoints_req_total", requested, "Former name of pg_stat_checkpointer_num_requested_total."),
		counter("pg_stat_bgwriter_buffers_checkpoint_total", written, "Former name of pg_stat_checkpointer_buffers_written_total."),
		counter("pg_stat_bgwriter_checkpoint_write_time_total", writing,
			"Former name of pg_stat_checkpointer_write_time_seconds_total, in milliseconds."),
		counter("pg_stat_bgwriter_checkpoint_sync_time_total", syncing,
			"Former name of pg_stat_checkpointer_sync_time_seconds_total, in milliseconds."),
	}
}

// checkpointer reads the view that Postgres 17 separated from pg_stat_bgwriter.
func checkpointer() collector {
	return collector{
		part: "checkpointer",
		on:   func(s server) bool { return s.major >= 17 },
		metrics: append(checkpoints("num_timed", "num_requested", "buffers_written", "write_time", "sync_time"),
			counter("pg_stat_checkpointer_restartpoints_timed_total", "restartpoints_timed",
				"Restartpoints of a standby started by checkpoint_timeout."),
			counter("pg_stat_checkpointer_restartpoints_req_total", "restartpoints_req",
				"Restartpoints of a standby requested."),
			counter("pg_stat_checkpointer_restartpoints_done_total", "restartpoints_done",
				"Restartpoints of a standby completed."),
		),
		from:    `FROM pg_stat_checkpointer`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// checkpointerBefore17 reads the same statistics from pg_stat_bgwriter.
func checkpointerBefore17() collector {
	return collector{
		part: "checkpointer",
		on:   func(s server) bool { return s.major < 17 },
		metrics: checkpoints("checkpoints_timed", "checkpoints_req", "buffers_checkpoint",
			"checkpoint_write_time", "checkpoint_sync_time"),
		from:    `FROM pg_stat_bgwriter`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// backgroundWriter reads the statistics that stayed in pg_stat_bgwriter.
func backgroundWriter() collector {
	return collector{
		part: "bgwriter",
		metrics: []metric{
			counter("pg_stat_bgwriter_buffers_clean_total", "buffers_clean", "Buffers written by the background writer."),
			counter("pg_stat_bgwriter_maxwritten_clean_total", "maxwritten_clean",
				"Rounds that the background writer stopped early because it had written bgwriter_lru_maxpages buffers."),
			counter("pg_stat_bgwriter_buffers_alloc_total", "buffers_alloc", "Buffers allocated."),
			counter("pg_stat_bgwriter_buffers_backend_total", "buffers_backend",
				"Buffers written by backends.").until(16),
			counter("pg_stat_bgwriter_buffers_backend_fsync_total", "buffers_backend_fsync",
				"Files synced by backends.").until(16),
		},
		from:    `FROM pg_stat_bgwriter`,
		created: "extract(epoch FROM stats_reset)",
	}
}
