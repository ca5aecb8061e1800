package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const noPooler = "no PgBouncer is configured"

func databasePooler() []Panel {
	const pool = "{{database}} {{user}}"
	return grid(2, 8,
		timeSeriesPanel(50, "Longest wait for a pooled connection", units.Seconds,
			"Time that the longest waiting client of each pool has waited for a server connection of PgBouncer.",
			query(series("pool:pgbouncer_client_maxwait_seconds:max1m"), pool).emptyIf(noPooler),
			threshold("pgbouncer_client_maxwait:seconds", "limit"),
		).manySeries(),
		timeSeriesPanel(550, "Clients waiting for a pooled connection", units.Short,
			"Clients of each pool that wait for a server connection. They wait while all connections of the pool are in use.",
			query(gauge("pgbouncer_pools_client_waiting_connections"), pool).emptyIf(noPooler),
		).manySeries(),
		timeSeriesPanel(551, "Server connections of pools", units.Short,
			"Connections of PgBouncer to Postgres. A pool without idle ones is full.",
			query(gauge("pgbouncer_pools_server_active_connections"), "in use "+pool).emptyIf(noPooler),
			query(gauge("pgbouncer_pools_server_idle_connections"), "idle "+pool).emptyIf(noPooler),
		).manySeries(),
		timeSeriesPanel(552, "Clients of PgBouncer", units.Short,
			"Connected clients, and max_client_conn. Beyond it, PgBouncer rejects clients.",
			query(gauge("pgbouncer_used_clients"), "connected").emptyIf(noPooler),
			query(gauge("pgbouncer_config_max_client_connections"), "maximum").emptyIf(noPooler),
		),
	)
}
