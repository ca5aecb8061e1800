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

// identification returns the queries whose results scan reads.
func identification() []database.Query {
	return []database.Query{{SQL: identifySQL}, {SQL: extensionSQL}}
}

// identify makes the first round trip: all other queries depend on its result.
func (s *Source) identify(ctx context.Context, tx *database.Tx) (server, error) {
	identity := server{config: s.config}
	results, err := tx.RoundTrip(ctx, identification()...)
	if err != nil {
		return identity, err
	}
	return identity, identity.scan(results)
}

func (s *server) scan(results []database.Result) error {
	identity, extension := results[0], results[1]
	if identity.Err != nil {
		return identity.Err
	}
	if s.extensionErr = extension.Err; extension.Err == nil && len(extension.Rows) == 1 {
		s.extensionErr = extension.Scan(0, &s.statements, &s.extension.major, &s.extension.minor)
	}
	return identity.Scan(0, &s.database, &s.version, &s.major, &s.recovering, &s.readsAllStats, &s.role)
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
