package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

const databaseUID = "marketplace-database"

func databaseBoard() Board {
	return Board{
		UID: databaseUID, Title: "Marketplace / Database", TimeFrom: "now-6h",
		Description:  "Postgres: sessions, locks, cache, disk, replication and data safety.",
		Variables:    []Variable{targetEnvironment(), datname()},
		AlertMatcher: `component="database"`,
		Rows: []Row{
			row(1000, "Overview", slices.Concat(databaseSummary(), databaseTrends())),
			collapsedRow(1001, "Sessions", databaseSessions()),
			collapsedRow(1006, "Locks", databaseLocks()),
			collapsedRow(1002, "Rows", databaseThroughput()),
			collapsedRow(1003, "Cache and disk", databaseStorage()),
			collapsedRow(1004, "WAL and checkpoints", databaseWAL()),
			collapsedRow(1005, "Data safety", databaseSafety()),
		},
	}
}

func databaseSummary() []Panel {
	return []Panel{
		statusPanel(Panel{
			ID: 1, Title: "Database", Unit: units.Short,
			Description: "Whether an exporter can start a transaction.",
			Queries:     []Query{{Expr: dedupe(databaseSeries("pg_up")), Legend: "{{datname}} {{server}}"}},
			Mappings:    upOrDown(),
		}),
		statPanel(Panel{
			ID: 100, Title: "Uptime", Unit: units.Seconds,
			Description: "Time since the server started. Caches are cold and counters reset after a start.",
			Queries:     []Query{{Expr: age(dedupe(databaseSeries("pg_postmaster_start_time_seconds"))), Legend: "uptime {{server}}"}},
		}),
		labelPanel(Panel{
			ID: 101, Title: "Version", Unit: units.NoUnit,
			Description: "Version of Postgres.",
			Queries:     []Query{{Expr: dedupe(databaseSeries("pg_static")), Legend: "{{short_version}}"}},
		}),
		statPanel(Panel{
			ID: 102, Title: "Transaction rate", Unit: units.OpsPerSecond,
			Description: "Committed and rolled back transactions per second.",
			Queries:     []Query{{Expr: sumDatabases(transactions()), Legend: "transactions {{server}}"}},
		}),
		statPanel(Panel{
			ID: 103, Title: "Size", Unit: units.BytesIEC,
			Description: "Size of the selected databases on disk, without WAL.",
			Queries:     []Query{{Expr: sumDatabases(dedupe(databaseSeries("pg_database_size_bytes"))), Legend: "size {{server}}"}},
		}),
		statusPanel(Panel{
			ID: 104, Title: "Role", Unit: units.Short,
			Description: "A standby is read-only. A change of role indicates a failover.",
			Queries:     []Query{{Expr: dedupe(databaseSeries("pg_replication_is_replica")), Legend: "role {{server}}"}},
			Mappings:    []Mapping{{"0", "Primary", "green"}, {"1", "Standby", "blue"}},
		}),
	}
}

func databaseTrends() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 2, Title: "Connections in use", Unit: units.PercentUnit,
			Description: "Share of max_connections without reserved connections. At 100 % Postgres rejects clients. With a " +
				"pooler, these are the connections of the pooler.",
			Queries: []Query{
				{Expr: series("server:pg_connections_used:ratio"), Legend: "in use {{server}}"},
				threshold("pg_connections_used:ratio", "P1 limit", `severity="P1"`),
				threshold("pg_connections_used:ratio", "P2 limit", `severity="P2"`),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 3, Title: "Sessions waiting for locks", Unit: units.Short,
			Description: "Sessions that wait for a lock of another session. A growing queue indicates a migration or a long " +
				"transaction.",
			Queries: []Query{
				{Expr: dedupe(databaseSeries("pg_locks_blocked_backends")), Legend: "{{datname}} {{server}}"},
				threshold("pg_lock_queue:count", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 120, Title: "Transactions", Unit: units.OpsPerSecond,
			Description: "Transactions per second. Rollbacks without a rise in commits indicate application errors.",
			Queries: []Query{
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_xact_commit_total"))), Legend: "committed {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_xact_rollback_total"))), Legend: "rolled back {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 6, Title: "Buffer cache hit ratio", Unit: units.PercentUnit,
			Description: "Share of block reads served by the buffer cache, over 15 minutes. Other blocks come from the " +
				"operating system's cache or from disk. The alert requires a minimum load.",
			Queries: []Query{
				Query{Expr: databaseSeries("datname:pg_stat_database_blks_hit:ratio_rate15m"), Legend: "{{datname}} {{server}}"}.
					allowEmpty("no block was read in 15 minutes"),
				threshold("pg_cache_hit:ratio", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 11, Title: "Size and forecast", Unit: units.BytesIEC,
			Description: "Size of all databases of the server, its linear forecast after 12 hours of history, and the size of " +
				"the disk. WAL is not included.",
			Queries: []Query{
				{Expr: series("server:pg_database_size_bytes:sum"), Legend: "size {{server}}"},
				Query{Expr: sizeForecast(), Legend: "forecast {{server}}"}.allowEmpty("less than 12 hours of history"),
				threshold("pg_disk_size:bytes", "disk size"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 8, Title: "Replication lag", Unit: units.Seconds,
			Description: "Delay of a replica behind its primary. Reads from the replica are outdated by this time, and a " +
				"failover loses the changes of this time.",
			Queries: []Query{
				Query{Expr: series("server:pg_replication_lag_seconds:max"), Legend: "lag {{application_name}} {{server}}"}.allowEmpty("no replica"),
				threshold("pg_replication_lag:seconds", "limit"),
			},
		}),
	}
}

// transactions returns the rate of transactions in each database.
func transactions() string {
	return dedupedRate(databaseSeries("pg_stat_database_xact_commit_total")) + " + " + dedupedRate(databaseSeries("pg_stat_database_xact_rollback_total"))
}

// sizeForecast returns the size at the end of the forecast of DiskForecastFull, which needs as much history.
func sizeForecast() string {
	size := series("server:pg_database_size_bytes:sum")
	return "predict_linear(" + size + "[1d], scalar(" + thresholdSeries("pg_disk_forecast:seconds") + ")) and " + size + " offset 12h"
}

func databaseSessions() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 110, Title: "Connections by state", Unit: units.Short, Width: 12, Stacked: true,
			Description: "Many idle connections indicate an oversized pool; idle in transaction indicates missing commits.",
			Queries:     []Query{{Expr: dedupedSum("datname, user_class, wait_event_type", databaseSeries("pg_stat_activity_connections")), Legend: "{{state}} {{server}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 111, Title: "Wait events of active connections", Unit: units.Short, Width: 12, Stacked: true,
			Description: "Connections of type none run on a CPU. IO waits for storage, Lock for a lock of another session, and " +
				"LWLock for an internal lock of Postgres.",
			Queries: []Query{
				{Expr: dedupedSum("datname, state, user_class", databaseSeries("pg_stat_activity_connections", `state="active"`)), Legend: "{{wait_event_type}} {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 4, Title: "Idle in transaction", Unit: units.Seconds,
			Description: "Longest time that a session has been idle in a transaction. It holds locks and blocks vacuum.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_stat_activity_oldest_idle_in_transaction_seconds")), Legend: "{{datname}} {{server}}"}.
					allowEmpty("no session is idle in a transaction"),
				threshold("pg_idle_in_transaction:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 112, Title: "Oldest transaction", Unit: units.Seconds,
			Description: "Age of the oldest open transaction of a client. Vacuum cannot remove rows that it may still read.",
			Queries: []Query{
				Query{Expr: dedupe(databaseSeries("pg_stat_activity_oldest_transaction_seconds")), Legend: "{{datname}} {{server}}"}.
					allowEmpty("no transaction is open"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 114, Title: "Abnormally ended sessions", Unit: units.OpsPerSecond,
			Description: "Sessions per second that were abandoned by the client, ended by a fatal error, or killed by an " +
				"operator.",
			Queries: []Query{
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_sessions_abandoned_total"))), Legend: "abandoned {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_sessions_fatal_total"))), Legend: "fatal {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_sessions_killed_total"))), Legend: "killed {{server}}"},
			},
		}),
	}
}

func databaseLocks() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 5, Title: "Deadlocks", Unit: units.Short, Width: 12,
			Description: "Deadlocks in the last hour. Postgres aborts one transaction in each; the server log has the " +
				"statements.",
			Queries: []Query{
				{Expr: databaseSeries("datname:pg_stat_database_deadlocks:increase1h"), Legend: "{{datname}} {{server}}"},
				threshold("pg_deadlocks:count", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 113, Title: "Locks by mode", Unit: units.Short, Width: 12, Stacked: true,
			Description: "Locks held or requested. Exclusive locks come from migrations and maintenance.",
			Queries:     []Query{{Expr: dedupedSum("datname", databaseSeries("pg_locks")), Legend: "{{mode}} {{server}}"}},
		}),
	}
}

func databaseThroughput() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 121, Title: "Rows read", Unit: units.ReadsPerSecond, Width: 12,
			Description: "Rows per second. Many more scanned than fetched rows indicate a missing index.",
			Queries: []Query{
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_tup_returned_total"))), Legend: "scanned {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_tup_fetched_total"))), Legend: "fetched by index {{server}}"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 122, Title: "Rows written", Unit: units.WritesPerSecond, Width: 12,
			Description: "Inserted, updated and deleted rows per second.",
			Queries: []Query{
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_tup_inserted_total"))), Legend: "inserted {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_tup_updated_total"))), Legend: "updated {{server}}"},
				{Expr: sumDatabases(dedupedRate(databaseSeries("pg_stat_database_tup_deleted_total"))), Legend: "deleted {{server}}"},
			},
		}),
	}
}
