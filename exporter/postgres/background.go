package postgres

// checkpoints are the same five numbers in every version, under the names of the view that has them since 17.
func checkpoints(timed, requested, written, writing, syncing string) []metric {
	return []metric{
		counter("pg_stat_checkpointer_num_timed_total", timed, "Checkpoints that were due by checkpoint_timeout."),
		counter("pg_stat_checkpointer_num_requested_total", requested,
			"Checkpoints that were requested, most of all because max_wal_size was reached."),
		counter("pg_stat_checkpointer_buffers_written_total", written, "Buffers written by checkpoints and restartpoints."),
		counter("pg_stat_checkpointer_write_time_seconds_total", writing+" / 1000", "Time that checkpoints spent writing files."),
		counter("pg_stat_checkpointer_sync_time_seconds_total", syncing+" / 1000", "Time that checkpoints spent syncing files."),
	}
}

// checkpointer is the view that Postgres 17 split off pg_stat_bgwriter.
func checkpointer() collector {
	return collector{
		part:   "checkpointer",
		on:     func(s server) bool { return s.major >= 17 },
		labels: []label{{"datname", "current_database()"}},
		metrics: append(checkpoints("num_timed", "num_requested", "buffers_written", "write_time", "sync_time"),
			counter("pg_stat_checkpointer_restartpoints_timed_total", "restartpoints_timed",
				"Restartpoints of a standby that were due by checkpoint_timeout."),
			counter("pg_stat_checkpointer_restartpoints_req_total", "restartpoints_req",
				"Restartpoints of a standby that were requested."),
			counter("pg_stat_checkpointer_restartpoints_done_total", "restartpoints_done",
				"Restartpoints that a standby performed."),
		),
		from:    `FROM pg_stat_checkpointer`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// checkpointerBefore17 reads the same from where it was.
func checkpointerBefore17() collector {
	return collector{
		part:   "checkpointer",
		on:     func(s server) bool { return s.major < 17 },
		labels: []label{{"datname", "current_database()"}},
		metrics: checkpoints("checkpoints_timed", "checkpoints_req", "buffers_checkpoint",
			"checkpoint_write_time", "checkpoint_sync_time"),
		from:    `FROM pg_stat_bgwriter`,
		created: "extract(epoch FROM stats_reset)",
	}
}

// backgroundWriter is what else pg_stat_bgwriter has.
func backgroundWriter() collector {
	return collector{
		part:   "bgwriter",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			counter("pg_stat_bgwriter_buffers_clean_total", "buffers_clean", "Buffers written by the background writer."),
			counter("pg_stat_bgwriter_maxwritten_clean_total", "maxwritten_clean",
				"Rounds that the background writer ended early because it had written bgwriter_lru_maxpages."),
			counter("pg_stat_bgwriter_buffers_alloc_total", "buffers_alloc", "Buffers allocated."),
			counter("pg_stat_bgwriter_buffers_backend_total", "buffers_backend",
				"Buffers that backends had to write themselves.").until(16),
			counter("pg_stat_bgwriter_buffers_backend_fsync_total", "buffers_backend_fsync",
				"Times that a backend had to sync a file itself.").until(16),
		},
		from:    `FROM pg_stat_bgwriter`,
		created: "extract(epoch FROM stats_reset)",
	}
}
