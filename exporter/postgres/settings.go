package postgres

// settings exports the limits that alerts need, under the names of postgres_exporter.
func settings() collector {
	return collector{
		part:   "settings",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_postmaster_start_time_seconds", "extract(epoch FROM pg_postmaster_start_time())",
				"Start time of the server, in Unix seconds."),
			gauge("pg_settings_max_connections", "current_setting('max_connections')",
				"Maximum connections to the server, including reserved ones."),
			gauge("pg_settings_superuser_reserved_connections", "current_setting('superuser_reserved_connections')",
				"Connections reserved for superusers."),
			gauge("pg_settings_reserved_connections", "current_setting('reserved_connections')",
				"Connections reserved for roles with pg_use_reserved_connections.").from(16),
		},
	}
}
