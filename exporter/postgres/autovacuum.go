package postgres

// autovacuumSettings joins the settings of autovacuum for each table c: its storage parameters, or
// those of the server. Servers before 18 have no maximum.
const autovacuumSettings = `CROSS JOIN LATERAL (
	SELECT coalesce(bool_and(option_value::bool) FILTER (WHERE option_name = 'autovacuum_enabled'), true) AS enabled,
		coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold'),
			current_setting('autovacuum_vacuum_threshold'))::float8 AS base,
		coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor'),
			current_setting('autovacuum_vacuum_scale_factor'))::float8 AS scale,
		nullif(coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold'),
			current_setting('autovacuum_vacuum_max_threshold', true))::float8, -1) AS most,
		nullif(coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_insert_threshold'),
			current_setting('autovacuum_vacuum_insert_threshold'))::float8, -1) AS insert_base,
		coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_insert_scale_factor'),
			current_setting('autovacuum_vacuum_insert_scale_factor'))::float8 AS insert_scale
	FROM pg_options_to_table(c.reloptions)
) o`

// autovacuumThresholds exports the numbers of rows at which autovacuum starts, by the formulas of
// relation_needs_vacanalyze() in the source of Postgres. Since version 18 inserts count in
// proportion to the pages that are not frozen. The number of rows is -1 before the first vacuum or
// analyze.
func autovacuumThresholds() []metric {
	enabled := func(sql string) string { return "CASE WHEN c.oid IS NOT NULL AND o.enabled THEN " + sql + " END" }
	const (
		inserts  = "o.insert_base + o.insert_scale * greatest(c.reltuples, 0)"
		unfrozen = "(SELECT 1 - coalesce(least(relallfrozen, relpages)::float8 / nullif(relpages, 0), 0) FROM pg_class WHERE oid = c.oid)"
		name     = "pg_stat_user_tables_autovacuum_insert_threshold"
		help     = "Rows inserted since the last vacuum above which autovacuum starts; absent if it is disabled for the table or for inserts."
	)
	return []metric{
		gauge("pg_stat_user_tables_n_ins_since_vacuum", onPrimary("pg_stat_get_ins_since_vacuum(c.oid)"),
			"Estimated rows inserted since the table was last vacuumed; absent on a standby."),
		gauge("pg_stat_user_tables_autovacuum_threshold", enabled("least(o.base + o.scale * greatest(c.reltuples, 0), o.most)"),
			"Dead rows above which autovacuum starts; absent if it is disabled for the table."),
		gauge(name, enabled(inserts), help).until(17),
		gauge(name, enabled(inserts+" * "+unfrozen), help).from(18),
	}
}
