package postgres

import (
	"context"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// server describes the connected server.
type server struct {
	database      string // the connected one
	version       string // such as "17.10 (Debian …)"
	major         int
	recovering    bool   // a standby
	readsAllStats bool   // false if the role sees only its own sessions and statements
	role          string // the current role, quoted
	statements    string // schema of pg_stat_statements, quoted; empty if the extension is not installed
	extension     extensionVersion
	extensionErr  error // of the query for the extension
}

// extensionVersion is the version of pg_stat_statements. It determines the columns: after an
// upgrade of the server, the old version stays until ALTER EXTENSION. Its major number has always
// been 1.
type extensionVersion struct{ major, minor int }

func (v extensionVersion) atLeast(minor int) bool { return v.major > 1 || v.minor >= minor }

// identifySQL reads no table, so that a lock on a catalog cannot fail it.
const identifySQL = `SELECT current_database(), current_setting('server_version'),
	current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
	pg_has_role('pg_read_all_stats', 'USAGE'), quote_ident(current_user)`

const extensionSQL = `SELECT quote_ident(n.nspname), split_part(e.extversion, '.', 1)::int, split_part(e.extversion, '.', 2)::int
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`

// identify makes the first round trip: all other queries depend on its result.
func (s *Source) identify(ctx context.Context, tx *database.Tx) (server, error) {
	var identified server
	results, err := tx.RoundTrip(ctx, database.Query{SQL: identifySQL}, database.Query{SQL: extensionSQL})
	if err != nil {
		return identified, err
	}
	identity, extension := results[0], results[1]
	if identity.Err != nil {
		return identified, identity.Err
	}
	identified.extensionErr = extension.Err
	if extension.Err == nil && len(extension.Rows) == 1 {
		version := &identified.extension
		identified.extensionErr = extension.Scan(0, &identified.statements, &version.major, &version.minor)
	}
	return identified, identity.Scan(0, &identified.database, &identified.version, &identified.major,
		&identified.recovering, &identified.readsAllStats, &identified.role)
}

// settings exports the limits that alerts need, and those that existing boards show, under the names
// of postgres_exporter.
func settings() collector {
	number := func(name, help string) metric {
		return gauge("pg_settings_"+name, "current_setting('"+name+"')", help)
	}
	size := func(name, help string) metric {
		return gauge("pg_settings_"+name+"_bytes", "pg_size_bytes(current_setting('"+name+"'))", help)
	}
	return collector{
		part: "settings",
		metrics: []metric{
			gauge("pg_postmaster_start_time_seconds", "extract(epoch FROM pg_postmaster_start_time())",
				"Start time of the server, in Unix seconds."),
			number("max_connections", "Maximum connections to the server, including reserved ones."),
			number("superuser_reserved_connections", "Connections reserved for superusers."),
			number("reserved_connections", "Connections reserved for roles with pg_use_reserved_connections.").from(16),
			size("shared_buffers", "Size of the buffer cache, in bytes."),
			size("effective_cache_size", "Size of all disk caches that the planner assumes, in bytes."),
			gauge("pg_settings_work_mem_bytes", // the transactions of the exporter change their own
				"(SELECT reset_val::bigint * 1024 FROM pg_settings WHERE name = 'work_mem')",
				"Memory of each sort or hash before it writes temporary files, in bytes."),
			size("maintenance_work_mem", "Memory of each maintenance operation, such as VACUUM, in bytes."),
			size("max_wal_size", "Size of the write-ahead log that triggers a checkpoint, in bytes."),
			number("random_page_cost", "Planner cost of a page that is not read sequentially."),
			number("seq_page_cost", "Planner cost of a page that is read sequentially."),
			number("max_worker_processes", "Maximum background processes."),
			number("max_parallel_workers", "Maximum workers of parallel operations at one time."),
			number("max_locks_per_transaction", "Locks for each allowed connection that the lock table has room for, on average."),
			number("autovacuum_vacuum_threshold", "Minimum changed rows before autovacuum processes a table."),
			number("autovacuum_vacuum_scale_factor", "Ratio of changed rows, added to the threshold, before autovacuum processes a table."),
		},
	}
}
