package postgres

// ordinary selects the databases d that always have a series, even without sessions, because
// alerts need series that are always present.
const ordinary = `d.datallowconn AND NOT d.datistemplate`

// The values of pg_stat_activity that become labels. Values that a later version adds become
// "other".
const (
	sessionStates = `('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)'),
		('fastpath function call'), ('disabled')`
	waitEventTypes = `('Activity'), ('BufferPin'), ('Client'), ('Extension'), ('IO'), ('IPC'), ('LWLock'), ('Lock'),
		('Timeout')`
)

// sessions finds the sessions that can block others. It counts clients only, without parallel
// workers, walsenders and the exporter itself, which is always running a statement.
func sessions(config Config) collector {
	return collector{
		part:     "sessions",
		allStats: true,
		datname:  "d.datname",
		metrics: []metric{
			gauge("pg_stat_activity_oldest_transaction_seconds",
				"max(extract(epoch FROM clock_timestamp() - a.xact_start))",
				"Age of the oldest open transaction of a client other than the exporter, in seconds; absent without one."),
			gauge("pg_stat_activity_max_tx_duration",
				"coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0)",
				"Same as pg_stat_activity_oldest_transaction_seconds under the name of postgres_exporter; 0 without a transaction."),
			gauge("pg_stat_activity_oldest_idle_in_transaction_seconds",
				`max(extract(epoch FROM clock_timestamp() - a.state_change))
					FILTER (WHERE a.state LIKE 'idle in transaction%')`,
				"Longest time that a client has been idle in a transaction, in seconds; absent without one."),
			gauge("pg_stat_activity_slow_statements",
				`count(*) FILTER (WHERE a.state = 'active'
					AND clock_timestamp() - a.query_start > $1::float8 * interval '1 second')`,
				"Statements of clients that are running and have taken longer than --postgres.slow-threshold."),
		},
		from: `FROM pg_database d LEFT JOIN pg_stat_activity a
			ON a.datid = d.oid AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
			WHERE ` + ordinary + ` GROUP BY d.datname`,
		args: []any{config.SlowThreshold.Seconds()},
	}
}

// connections counts every connection that occupies one of max_connections, including the
// exporter's. A session that is still authenticating has no database; it counts towards the
// exporter's own database.
func connections() collector {
	return collector{
		part:     "connections",
		allStats: true,
		datname:  "c.datname",
		labels:   []label{{"state", "c.state"}, {"user_class", "c.class"}, {"wait_event_type", "c.wait"}},
		metrics: []metric{
			gauge("pg_stat_activity_connections", "sum(c.number)",
				"Connections to the server, by state, class of the role (exporter, superuser, replication or application) "+
					"and wait event type; behind a pooler, the pooler's connections and not its clients."),
		},
		from: `FROM (
			SELECT coalesce(a.datname, current_database()) AS datname, coalesce(known.state, 'other') AS state,
				CASE WHEN r.rolname = current_user THEN 'exporter' WHEN r.rolsuper THEN 'superuser'
					WHEN r.rolreplication THEN 'replication' ELSE 'application' END AS class,
				CASE WHEN a.wait_event_type IS NULL THEN 'none' ELSE coalesce(types.wait, 'other') END AS wait, 1 AS number
			FROM pg_stat_activity a
			LEFT JOIN pg_roles r ON r.oid = a.usesysid
			LEFT JOIN (VALUES ` + sessionStates + `) known(state) ON known.state = a.state
			LEFT JOIN (VALUES ` + waitEventTypes + `) types(wait) ON types.wait = a.wait_event_type
			WHERE a.backend_type = 'client backend'
			UNION ALL
			SELECT d.datname, known.state, 'application', 'none', 0
			FROM pg_database d CROSS JOIN (VALUES ` + sessionStates + `) known(state) WHERE ` + ordinary + `
			) c GROUP BY c.datname, c.state, c.class, c.wait`,
	}
}

// blocked reads pg_stat_activity, because pg_blocking_pids() and pg_locks hold the internal locks
// of the lock manager, for a time that grows with the number of locks.
func blocked() collector {
	return collector{
		part:     "blocked",
		allStats: true,
		datname:  "d.datname",
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
		part:    "locks",
		datname: "d.datname",
		labels:  []label{{"mode", "m.mode"}},
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
