package postgres

// settings are the server's limits that alerts compare with. Names follow postgres_exporter's pg_settings_*.
func settings() collector {
	return collector{
		part:   "settings",
		labels: []label{{"datname", "current_database()"}},
		metrics: []metric{
			gauge("pg_postmaster_start_time_seconds", "extract(epoch FROM pg_postmaster_start_time())",
				"When the server started, in Unix time."),
			gauge("pg_settings_max_connections", "current_setting('max_connections')",
				"Connections that the server accepts at most, the reserved ones included."),
			gauge("pg_settings_superuser_reserved_connections", "current_setting('superuser_reserved_connections')",
				"Connections that are kept for superusers."),
			gauge("pg_settings_reserved_connections", "current_setting('reserved_connections')",
				"Connections that are kept for roles with pg_use_reserved_connections.").from(16),
		},
	}
}
