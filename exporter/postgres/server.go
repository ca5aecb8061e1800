package postgres

import (
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// server is what every family may want to know of the server it asks.
type server struct {
	config        Config
	database      string // the one we are connected to
	version       string // such as "17.10 (Debian …)"
	major         int
	recovering    bool   // a standby
	readsAllStats bool   // as opposed to those of its own sessions only
	role          string // the one that we are, quoted
	statements    string // schema of pg_stat_statements, quoted; empty where the extension is missing
	extension     extensionVersion
}

// extensionVersion is that of pg_stat_statements. It is the extension that has the columns, not the server: an
// upgraded server keeps the old extension until somebody runs ALTER EXTENSION. Its major number has been 1 so far.
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

// identify is the query that fills s.
func (s *server) identify(done func(error)) database.Query {
	return database.Query{
		SQL:  identifySQL,
		Done: done,
		Read: database.EachRow(func(row pgx.CollectableRow) error {
			return row.Scan(&s.database, &s.version, &s.major, &s.recovering, &s.readsAllStats, &s.role,
				&s.statements, &s.extension.major, &s.extension.minor)
		}),
	}
}

// serverMetrics say that the server is there, and what it is.
type serverMetrics struct{ up, info *prometheus.Desc }

func newServerMetrics() serverMetrics {
	return serverMetrics{
		up: prometheus.NewDesc("pg_up",
			"Whether this collection's own transaction could begin; marketplace_source_failing says why not.",
			[]string{"datname"}, nil),
		info: prometheus.NewDesc("pg_static",
			"The server's version.", []string{"datname", "short_version", "version"}, nil),
	}
}

func (m serverMetrics) descs() []metric.Desc {
	return []metric.Desc{metric.Typed(m.up, prometheus.GaugeValue), metric.Typed(m.info, prometheus.GaugeValue)}
}

func (m serverMetrics) emit(v *visit) {
	if !v.identified {
		v.emit(prometheus.MustNewConstMetric(m.up, prometheus.GaugeValue, 0, v.server.database))
		return
	}
	v.emit(prometheus.MustNewConstMetric(m.up, prometheus.GaugeValue, 1, v.server.database))
	v.emit(prometheus.MustNewConstMetric(m.info, prometheus.GaugeValue, 1,
		v.server.database, strconv.Itoa(v.server.major), v.server.version))
}
