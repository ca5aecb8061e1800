package postgres

// blocked reads pg_stat_activity, because pg_blocking_pids() and pg_locks hold the internal locks of
// the lock manager, for a time that grows with the number of locks.
func blocked() collector {
	return collector{
		part:     "blocked",
		allStats: true,
		labels:   []label{{"datname", "d.datname"}},
		metrics: []metric{
			gauge("pg_locks_blocked_backends", "count(a.pid)",
				"Backends waiting for a lock, including workers."),
		},
		from: `FROM pg_database d LEFT JOIN pg_stat_activity a ON a.datid = d.oid AND a.wait_event_type = 'Lock'
			WHERE ` + ordinary + ` GROUP BY d.datname`,
	}
}

// locks counts locks by mode, weakest first. The locks of prepared transactions have no pid.
func locks() collector {
	return collector{
		part:   "locks",
		labels: []label{{"datname", "d.datname"}, {"mode", "m.mode"}},
		metrics: []metric{
			gauge("pg_locks", "count(l.mode)",
				"Locks on objects of the database that are held or waited for, except those of the exporter."),
		},
		from: `FROM pg_database d CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'),
				('shareupdateexclusivelock'), ('sharelock'), ('sharerowexclusivelock'), ('exclusivelock'),
				('accessexclusivelock')) m(mode)
			LEFT JOIN pg_locks l ON l.database = d.oid AND lower(l.mode) = m.mode
				AND l.pid IS DISTINCT FROM pg_backend_pid()
			WHERE ` + ordinary + ` GROUP BY d.datname, m.mode`,
	}
}
