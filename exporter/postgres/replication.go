package postgres

func replication() collector {
	return collector{
		part:   "replication",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_replication_is_replica", "pg_is_in_recovery()::int", "Whether the server is a standby."),
			gauge("pg_replication_connections", "(SELECT count(*) FROM pg_stat_replication)",
				"Standbys, subscribers and base backups that are connected to this server."),
		},
	}
}

// standby tells how far behind this server is. With everything received also replayed it is up to date, however long
// ago the primary wrote last: but only while it still receives, for otherwise it does not know what it misses.
func standby() collector {
	return collector{
		part:   "standby",
		on:     func(s server) bool { return s.recovering },
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_replication_lag_seconds",
				`CASE WHEN r.receiving AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() OR r.age < 0 THEN 0 ELSE r.age END`,
				"How far behind its primary this standby is; it grows when the standby is cut off."),
			gauge("pg_replication_last_replay_seconds", "r.age",
				"Age of the latest transaction that this standby has replayed; it also grows while the primary is idle."),
			gauge("pg_replication_receiving", "r.receiving::int",
				"Whether this standby is connected to its primary; 0 where it restores from an archive alone."),
		},
		from: `FROM (SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS age,
			EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving) r`,
	}
}

// replicas are those connected to this server, the worst 20 of them: application_name is theirs to choose. Several
// connections may share one.
func replicas() collector {
	return collector{
		part:     "replicas",
		allStats: true,
		labels:   []label{{"datname", "current_database()"}, {"application_name", "r.application_name"}},
		metrics: []metric{
			gauge("pg_stat_replication_replay_lag_bytes", "max(r.behind)",
				"Write-ahead log that the replica has not replayed yet."),
			gauge("pg_stat_replication_write_lag_seconds", "extract(epoch FROM max(r.write_lag))",
				"Time until the replica had written recent write-ahead log; absent while there is nothing to write."),
			gauge("pg_stat_replication_flush_lag_seconds", "extract(epoch FROM max(r.flush_lag))",
				"Time until the replica had flushed recent write-ahead log; absent while there is nothing to flush."),
			gauge("pg_stat_replication_replay_lag_seconds", "extract(epoch FROM max(r.replay_lag))",
				"Time until the replica had replayed recent write-ahead log; absent while there is nothing to replay."),
		},
		from: `FROM (SELECT *, pg_wal_lsn_diff(` + walEnd + `, replay_lsn) AS behind
				FROM pg_stat_replication WHERE state <> 'backup') r
			GROUP BY r.application_name ORDER BY max(r.behind) DESC NULLS LAST, r.application_name LIMIT 20`,
	}
}

// slots keep write-ahead log until their reader has come, or until max_slot_wal_keep_size takes it from them. Those
// of one session only are left out: their names never come again.
func slots() collector {
	return collector{
		part: "slots",
		labels: []label{
			{"datname", "coalesce(s.database, current_database())"}, {"slot_name", "s.slot_name"}, {"slot_type", "s.slot_type"},
		},
		metrics: []metric{
			gauge("pg_replication_slot_slot_is_active", "s.active::int", "Whether somebody reads from the slot."),
			gauge("pg_replication_slot_retained_wal_bytes", "pg_wal_lsn_diff("+walEnd+", s.restart_lsn)",
				"Write-ahead log that the slot keeps from being removed."),
			gauge("pg_replication_slot_safe_wal_size_bytes", "s.safe_wal_size",
				"Write-ahead log that may still be written before the slot can be lost; absent where nothing bounds it."),
		},
		from: `FROM pg_replication_slots s WHERE NOT s.temporary`,
	}
}

// slotStatus has the status for a label, so it is a family of its own.
func slotStatus() collector {
	return collector{
		part: "slot_status",
		labels: []label{
			{"datname", "coalesce(s.database, current_database())"},
			{"slot_name", "s.slot_name"},
			{"slot_type", "s.slot_type"},
			{"wal_status", "s.wal_status"},
		},
		metrics: []metric{
			gauge("pg_replication_slot_wal_status", "1",
				"Whether the log that the slot needs is there: reserved, extended, unreserved (about to go) or lost; always 1."),
		},
		from: `FROM pg_replication_slots s WHERE NOT s.temporary AND s.wal_status IS NOT NULL`,
	}
}
