package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func database() Board {
	return Board{
		UID: databaseUID, Title: "Marketplace / Database", From: "now-6h",
		Description: "Postgres: sessions, locks, memory, disk, replication and what can be lost.",
		Variables:   []Variable{environment(), datname()},
		Alerts:      `component="database"`,
		Rows: []Row{
			{1000, "State", databaseState()},
			{1001, "Sessions", databaseSessions()},
			{1006, "Locks", databaseLocks()},
			{1002, "Work", databaseWork()},
			{1003, "Memory and disk", databaseStorage()},
			{1004, "Write-ahead log and replicas", databaseLog()},
			{1005, "What can be lost", databaseSafety()},
		},
	}
}

func databaseState() []Panel {
	return []Panel{
		state(Panel{
			ID: databaseUp, Title: "Database", Unit: units.Short,
			About:   "Whether an exporter can begin a transaction in it.",
			Queries: []Query{{Expr: once(inDB("pg_up")), Name: "{{datname}} {{server}}"}},
			States:  upOrDown(),
		}),
		number(Panel{
			ID: 100, Title: "Up for", Unit: units.Seconds,
			About:   "Time since the server started. Caches are cold and counters begin anew after a start.",
			Queries: []Query{{Expr: ago(once(inDB("pg_postmaster_start_time_seconds"))), Name: "{{server}}"}},
		}),
		word(Panel{
			ID: 101, Title: "Version", Unit: units.NoUnit,
			About:   "What the server says it is.",
			Queries: []Query{{Expr: once(inDB("pg_static")), Name: "{{short_version}}"}},
		}),
		number(Panel{
			ID: 102, Title: "Transactions", Unit: units.OpsPerSecond,
			About:   "Committed and rolled back in a second.",
			Queries: []Query{{Expr: total(transactions()), Name: "transactions {{server}}"}},
		}),
		number(Panel{
			ID: 103, Title: "Size", Unit: units.BytesIEC,
			About:   "Of the chosen databases on disk, without the write-ahead log.",
			Queries: []Query{{Expr: total(once(inDB("pg_database_size_bytes"))), Name: "size {{server}}"}},
		}),
		state(Panel{
			ID: 104, Title: "Role", Unit: units.Short,
			About:   "A standby takes no writes. A primary that becomes one, or the other way round, had a failover.",
			Queries: []Query{{Expr: once(inDB("pg_replication_is_replica")), Name: "{{server}}"}},
			States:  []State{{"0", "Primary", "green"}, {"1", "Standby", "blue"}},
		}),
	}
}

// transactions are those of each database in a second.
func transactions() string {
	return perSecond(inDB("pg_stat_database_xact_commit_total")) + " + " + perSecond(inDB("pg_stat_database_xact_rollback_total"))
}

func databaseSessions() []Panel {
	return []Panel{
		graph(Panel{
			ID: databaseConnections, Title: "Connections in use", Unit: units.PercentUnit,
			About: "Of those that clients may open: max_connections without the reserved ones. At 100 % clients are refused. " +
				"Behind a pooler these are the pooler's.",
			Queries: []Query{
				{Expr: in("server:pg_connections_used:ratio"), Name: "in use {{server}}"},
				limit("pg_connections_used:ratio", "limit P1", `severity="P1"`),
				limit("pg_connections_used:ratio", "limit P2", `severity="P2"`),
			},
		}),
		graph(Panel{
			ID: 110, Title: "Connections by state", Unit: units.Short, Stacked: true,
			About:   "Many idle ones are a pool too large; idle in transaction are clients that forgot to commit.",
			Queries: []Query{{Expr: sumOver("datname, user_class, wait_event_type", inDB("pg_stat_activity_connections")), Name: "{{state}} {{server}}"}},
		}),
		graph(Panel{
			ID: 111, Title: "What active connections wait for", Unit: units.Short, Stacked: true,
			About: "None is work on the processor; IO is the disk, Lock is somebody else's lock, LWLock is contention inside the server.",
			Queries: []Query{
				{Expr: sumOver("datname, state, user_class", inDB("pg_stat_activity_connections", `state="active"`)), Name: "{{wait_event_type}} {{server}}"},
			},
		}),
		graph(Panel{
			ID: databaseIdleInTransaction, Title: "Idle in transaction", Unit: units.Seconds,
			About: "How long the client has been idle that is so for longest inside a transaction. It holds locks and keeps vacuum from its work.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_stat_activity_oldest_idle_in_transaction_seconds")), Name: "{{datname}} {{server}}"}.
					orNothing("nobody is idle in a transaction"),
				limit("pg_idle_in_transaction:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: 112, Title: "Oldest transaction", Unit: units.Seconds,
			About: "Age of the oldest open transaction of a client. What it may still see, vacuum cannot remove.",
			Queries: []Query{
				Query{Expr: once(inDB("pg_stat_activity_oldest_transaction_seconds")), Name: "{{datname}} {{server}}"}.
					orNothing("no transaction is open"),
			},
		}),
		graph(Panel{
			ID: 114, Title: "Sessions that ended badly", Unit: units.OpsPerSecond,
			About: "In a second: abandoned by clients that vanished, ended by a fatal error, killed by an operator.",
			Queries: []Query{
				{Expr: total(perSecond(inDB("pg_stat_database_sessions_abandoned_total"))), Name: "abandoned {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_sessions_fatal_total"))), Name: "fatal {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_sessions_killed_total"))), Name: "killed {{server}}"},
			},
		}),
	}
}

func databaseLocks() []Panel {
	return []Panel{
		graph(Panel{
			ID: databaseLockQueue, Title: "Waiting for locks", Unit: units.Short,
			About: "Sessions that wait for a lock which somebody else holds. A queue that grows is a migration or a transaction left open.",
			Queries: []Query{
				{Expr: once(inDB("pg_locks_blocked_backends")), Name: "{{datname}} {{server}}"},
				limit("pg_lock_queue:count", "limit"),
			},
		}),
		graph(Panel{
			ID: databaseDeadlocks, Title: "Deadlocks", Unit: units.Short,
			About: "In the hour before. Each is a transaction that Postgres aborted: the server's log has the statements.",
			Queries: []Query{
				{Expr: inDB("datname:pg_stat_database_deadlocks:increase1h"), Name: "{{datname}} {{server}}"},
				limit("pg_deadlocks:count", "limit"),
			},
		}),
		graph(Panel{
			ID: 113, Title: "Locks by mode", Unit: units.Short, Stacked: true,
			About:   "Held or waited for. Exclusive ones come from migrations and maintenance.",
			Queries: []Query{{Expr: sumOver("datname", inDB("pg_locks")), Name: "{{mode}} {{server}}"}},
		}),
	}
}

func databaseWork() []Panel {
	return []Panel{
		graph(Panel{
			ID: 120, Title: "Transactions", Unit: units.OpsPerSecond,
			About: "In a second. Rollbacks that rise alone are errors of the application.",
			Queries: []Query{
				{Expr: total(perSecond(inDB("pg_stat_database_xact_commit_total"))), Name: "committed {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_xact_rollback_total"))), Name: "rolled back {{server}}"},
			},
		}),
		graph(Panel{
			ID: 121, Title: "Rows read", Unit: units.ReadsPerSecond,
			About: "In a second: those that scans went over, and those that index scans fetched. Far more of the former is a missing index.",
			Queries: []Query{
				{Expr: total(perSecond(inDB("pg_stat_database_tup_returned_total"))), Name: "gone over {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_tup_fetched_total"))), Name: "fetched by index {{server}}"},
			},
		}),
		graph(Panel{
			ID: 122, Title: "Rows written", Unit: units.WritesPerSecond,
			About: "In a second.",
			Queries: []Query{
				{Expr: total(perSecond(inDB("pg_stat_database_tup_inserted_total"))), Name: "inserted {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_tup_updated_total"))), Name: "updated {{server}}"},
				{Expr: total(perSecond(inDB("pg_stat_database_tup_deleted_total"))), Name: "deleted {{server}}"},
			},
		}),
	}
}
