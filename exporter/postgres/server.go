package postgres

import (
	"context"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	metrics "github.com/aimarketplace/monitoring/exporter/metric"
)

// server describes the connected server. The queries of collectors depend on nothing else.
type server struct {
	config        Config
	database      string // the connected one
	version       string // such as "17.10 (Debian …)"
	major         int
	recovering    bool   // a standby
	readsAllStats bool   // false if the role sees only its own sessions and statements
	role          string // the current role, quoted
	statements    string // schema of pg_stat_statements, quoted; empty if the extension is not installed
	extension     extensionVersion
}

// extensionVersion is the version of pg_stat_statements. It determines the columns: after an
// upgrade of the server, the old version stays until ALTER EXTENSION. Its major number has always
// been 1.
type extensionVersion struct{ major, minor int }

func (v extensionVersion) atLeast(minor int) bool { return v.major > 1 || v.minor >= minor }

const identifySQL = `SELECT current_database(), current_setting('server_version'),
	current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
	pg_has_role('pg_read_all_stats', 'USAGE'), quote_ident(current_user),
	coalesce(quote_ident(n.nspname), ''),
	coalesce(split_part(e.extversion, '.', 1)::int, 0), coalesce(split_part(e.extversion, '.', 2)::int, 0)
FROM (VALUES (1)) AS always
LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements'
LEFT JOIN pg_namespace n ON n.oid = e.extnamespace`

// identify makes the first round trip: all other queries depend on its result.
func (s *Source) identify(ctx context.Context, tx *database.Tx) (server, error) {
	identity := server{config: s.config}
	results, err := tx.RoundTrip(ctx, database.Query{SQL: identifySQL})
	if err != nil {
		return identity, err
	}
	return identity, identity.scan(results[0])
}

func (s *server) scan(result database.Result) error {
	if result.Err != nil {
		return result.Err
	}
	return result.Scan(0, &s.database, &s.version, &s.major, &s.recovering, &s.readsAllStats, &s.role,
		&s.statements, &s.extension.major, &s.extension.minor)
}

// serverStatus has the metrics of the server itself.
type serverStatus struct{ upDesc, versionDesc metrics.Desc }

func newServerStatus() serverStatus {
	return serverStatus{
		upDesc: metrics.NewGauge("pg_up",
			"Whether the exporter could query the server; marketplace_source_failing has the reason for a failure.",
			"datname"),
		versionDesc: metrics.NewGauge("pg_static",
			"Version of the server; the value is always 1.", "datname", "short_version", "version"),
	}
}

func (s serverStatus) descs() []metrics.Desc { return []metrics.Desc{s.upDesc, s.versionDesc} }

func (s serverStatus) down(database string) []prometheus.Metric {
	return []prometheus.Metric{s.upDesc.Metric(0, database)}
}

func (s serverStatus) up(server server) []prometheus.Metric {
	return []prometheus.Metric{
		s.upDesc.Metric(1, server.database),
		s.versionDesc.Metric(1, server.database, strconv.Itoa(server.major), server.version),
	}
}
