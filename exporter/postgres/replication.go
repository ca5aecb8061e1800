package postgres

// replicaLag returns pg_replication_lag, which exists on primaries and standbys, because existing
// boards read it on both.
func replicaLag(sql string) metric {
	return gauge("pg_replication_lag", sql,
		"Same as pg_replication_lag_seconds under the former name of postgres_exporter; 0 on a primary.")
}

func replication() collector {
	return collector{
		part: "replication",
		metrics: []metric{
			gauge("pg_replication_is_replica", "pg_is_in_recovery()::int", "Whether the server is a standby."),
			gauge("pg_replication_connections", "(SELECT count(*) FROM pg_stat_replication)",
				"Standbys, subscribers and base backups connected to this server."),
			replicaLag("CASE WHEN NOT pg_is_in_recovery() THEN 0 END"),
		},
	}
}

// standby reports the lag of this server. A standby that has replayed everything it received is up
// to date, even if the primary has not written for a long time. This holds only while it is
// connected: a disconnected standby does not know what the primary has written.
func standby() collector {
	const lag = `CASE WHEN r.receiving AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() OR r.age < 0 THEN 0 ELSE r.age END`
	return collector{
		part: "standby",
		on:   func(s server) bool { return s.recovering },
		metrics: []metric{
			gauge("pg_replication_lag_seconds", lag,
				"Lag of this standby behind its primary, in seconds; it increases while the standby is disconnected."),
			replicaLag(lag),
			gauge("pg_replication_last_replay_seconds", "r.age",
				"Age of the latest replayed transaction, in seconds; it also increases while the primary is idle."),
			gauge("pg_replication_receiving", "r.receiving::int",
				"Whether this standby is connected to its primary; 0 if it restores from an archive only."),
		},
		from: `FROM (SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS age,
			EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving) r`,
	}
}

// replicas exports the 20 connected replicas with the largest lag. There is a limit because clients
// choose their application_name. Several connections can share one.
func replicas() collector {
	return collector{
		part:     "replicas",
		allStats: true,
		labels:   []label{{"application_name", "r.application_name"}},
		metrics: []metric{
			gauge("pg_stat_replication_replay_lag_bytes", "max(r.behind)",
				"Write-ahead log that the replica has not replayed yet, in bytes."),
			gauge("pg_stat_replication_write_lag_seconds", "extract(epoch FROM max(r.write_lag))",
				"Time until the replica wrote recent write-ahead log, in seconds; absent while there is nothing to write."),
			gauge("pg_stat_replication_flush_lag_seconds", "extract(epoch FROM max(r.flush_lag))",
				"Time until the replica flushed recent write-ahead log, in seconds; absent while there is nothing to flush."),
			gauge("pg_stat_replication_replay_lag_seconds", "extract(epoch FROM max(r.replay_lag))",
				"Time until the replica replayed recent write-ahead log, in seconds; absent while there is nothing to replay."),
		},
		from: `FROM (SELECT *, pg_wal_lsn_diff(` + walEnd + `, replay_lsn) AS behind
				FROM pg_stat_replication WHERE state <> 'backup') r
			GROUP BY r.application_name ORDER BY max(r.behind) DESC NULLS LAST, r.application_name LIMIT 20`,
	}
}

// slots retain write-ahead log until their consumer has read it or max_slot_wal_keep_size is
// exceeded. Temporary slots are omitted, because each has a new name.
func slots() collector {
	return collector{
		part:    "slots",
		datname: "coalesce(s.database, current_database())",
		labels:  []label{{"slot_name", "s.slot_name"}, {"slot_type", "s.slot_type"}},
		metrics: []metric{
			gauge("pg_replication_slot_slot_is_active", "s.active::int", "Whether a consumer is connected to the slot."),
			gauge("pg_replication_slots_active", "s.active::int",
				"Same as pg_replication_slot_slot_is_active under the former name of postgres_exporter."),
			gauge("pg_replication_slot_retained_wal_bytes", "pg_wal_lsn_diff("+walEnd+", s.restart_lsn)",
				"Write-ahead log that the slot retains, in bytes."),
			gauge("pg_replication_slot_safe_wal_size_bytes", "s.safe_wal_size",
				"Write-ahead log that can be written before the slot is at risk of being lost, in bytes; absent without a limit."),
		},
		from: `FROM pg_replication_slots s WHERE NOT s.temporary`,
	}
}

// slotStatus is a separate collector because the status is a label.
func slotStatus() collector {
	return collector{
		part:    "slot_status",
		datname: "coalesce(s.database, current_database())",
		labels:  []label{{"slot_name", "s.slot_name"}, {"slot_type", "s.slot_type"}, {"wal_status", "s.wal_status"}},
		metrics: []metric{
			gauge("pg_replication_slot_wal_status", "1",
				"Status of the log that the slot needs: reserved, extended, unreserved (to be removed soon) or lost; the value is always 1."),
		},
		from: `FROM pg_replication_slots s WHERE NOT s.temporary AND s.wal_status IS NOT NULL`,
	}
}
