package postgres

// notSystem is a condition on pg_class c that leaves the user's relations. Temporary ones are gone too soon to watch,
// and TOAST is counted with its table.
const notSystem = `c.relpersistence <> 't' AND c.relnamespace NOT IN (
	SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))`

// statsReset is when the counters of the database, and with them those of its relations, began. NULL where no reset
// was ever asked for.
const statsReset = `(SELECT extract(epoch FROM pg_stat_get_db_stat_reset_time(oid))
	FROM pg_database WHERE datname = current_database())`

// lockedRelations are those that cannot be sized without waiting: sizing takes the weakest of locks, which stands in
// line even behind an exclusive one that is itself still waited for. As a materialized CTE it is complete before the
// first relation is sized. What gets locked in between costs one answer of the slow tier, and the one before stays.
const lockedRelations = `locked AS MATERIALIZED (
	SELECT relation FROM pg_locks
	WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`

func tableLabels() []label {
	return []label{{"datname", "current_database()"}, {"schemaname", "nspname"}, {"relname", "relname"}}
}

func indexLabels() []label {
	return append(tableLabels(), label{"indexrelname", "indexrelname"})
}

func indexesLimit(s server) []any { return []any{s.config.IndexesLimit} }
func tablesLimit(s server) []any  { return []any{s.config.TablesLimit} }
