// Package postgres exports the health of a Postgres server: sessions, databases, replication,
// statements, tables and indexes.
//
// A list of collectors declares what is exported: each is one query and the metrics that its
// columns become. A collection is one transaction of three round trips, regardless of the number of
// collectors. The first identifies the server, the second runs the queries that depend on nothing
// else, and the third runs the queries that depend on the second and the slow ones. A collector
// that fails is reported and its metrics are absent; the metrics of the others are exported.
package postgres

import (
	"slices"
	"sync"

	"github.com/aimarketplace/monitoring/exporter/database"
	metrics "github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

var (
	_ source.Source   = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Closer   = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

// Source collects from one Postgres server.
type Source struct {
	config     Config
	db         *database.DB
	collectors []collector
	statements *statements

	upDesc, versionDesc, errorDesc metrics.Desc

	mu    sync.Mutex // held during a collection, which needs the connection and parts for itself
	parts map[string]*partState
}

// New returns the source. It does not connect.
func New(config Config, db *database.DB) *Source {
	return &Source{
		config: config, db: db, collectors: collectors(config), statements: newStatements(config),
		upDesc: metrics.NewGauge("pg_up",
			"Whether the exporter could query the server; marketplace_source_failing has the reason for a failure.",
			"datname"),
		versionDesc: metrics.NewGauge("pg_static",
			"Version of the server; the value is always 1.", "datname", "short_version", "version"),
		errorDesc: metrics.NewGauge("pg_exporter_last_scrape_error",
			"Whether a part of this scrape failed, under the name of postgres_exporter; marketplace_source_failing has the part."),
		parts: map[string]*partState{},
	}
}

// Open implements source.Module. The source collects from the primary database.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	db, err := database.Open(deps.Databases.Primary(), "postgres")
	if err != nil {
		return nil, err
	}
	return New(*c, db), nil
}

// Reload implements source.Reloader. The next collection opens a new connection with the current
// secrets, and retries the queries that the server refused.
func (s *Source) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.db.Reset()
	for _, state := range s.parts {
		state.refusal = nil
	}
	return nil
}

// Close implements source.Closer.
func (s *Source) Close() { s.db.Close() }

// collectors returns all collectors except those of statements, in the order of their queries: the
// metrics that matter most in an incident come first.
func collectors(config Config) []collector {
	return []collector{
		sessions(config), blocked(), connections(), locks(),
		replication(), standby(), replicas(), slots(), slotStatus(),
		databases(), checksums(), conflicts(), wraparound(),
		walPosition(), walVolume(), walWrites(), walWritesFrom18(), archiver(),
		checkpointer(), checkpointerBefore17(), backgroundWriter(),
		settings(),
		databaseSizes(),
		tables(config), tableSizes(config), tableTotals(config), exposedTables(config), unguardedTables(config),
		indexes(config), indexSizes(config), indexTotals(config), indexCoverage(config),
	}
}

// Name implements source.Source.
func (s *Source) Name() string { return "postgres" }

// Descs implements source.Source.
func (s *Source) Descs() []metrics.Desc {
	descs := slices.Concat([]metrics.Desc{s.upDesc, s.versionDesc, s.errorDesc}, s.statements.descs(), s.db.Descs())
	for _, c := range s.collectors {
		descs = append(descs, c.descs()...)
	}
	return descs
}
