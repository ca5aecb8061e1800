package postgres

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source collects from one Postgres server. It implements source.Source.
type Source struct {
	config     Config
	db         *database.DB
	families   []family
	statements *statements
	server     serverMetrics

	mu     sync.Mutex // one collection at a time: they share the connection and the memory
	memory map[string]*memory
}

// New returns the source. It does not connect.
func New(config Config, db *database.DB) *Source {
	return &Source{
		config: config, db: db, families: families(), statements: newStatements(config),
		server: newServerMetrics(), memory: map[string]*memory{},
	}
}

// Open implements what the exporter asks of a module: the source that c describes, on the primary database.
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

// Reload lets the next collection connect anew, with the secrets that are in the files by then, and ask again for what
// the server refused.
func (s *Source) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.db.Reset()
	for _, m := range s.memory {
		m.refusal = nil
	}
	return nil
}

// Close gives the connection back.
func (s *Source) Close() { s.db.Close() }

// families lists all that is exported apart from the statements, a line each. Their order is that of the queries, so
// what matters most in an emergency comes first.
func families() []family {
	return []family{
		sessions(), blocked(), connections(), locks(),
		replication(), standby(), replicas(), slots(), slotStatus(),
		databases(), checksums(), conflicts(), wraparound(),
		walPosition(), walVolume(), walWrites(), walWritesFrom18(), archiver(),
		checkpointer(), checkpointerBefore17(), backgroundWriter(),
		settings(),
		databaseSizes(),
		tables(), tableSizes(), tableTotals(), exposedTables(), unguardedTables(),
		indexes(), indexSizes(), indexTotals(), indexCoverage(),
	}
}

// Name implements source.Source.
func (s *Source) Name() string { return "postgres" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc {
	descs := slices.Concat(s.server.descs(), s.statements.descs(), s.db.Descs())
	for _, f := range s.families {
		descs = append(descs, f.descs()...)
	}
	return descs
}

// workMem holds the statements view with its texts, so that the server need not spill it to a temporary file.
const workMem = "64MB"

// Collect implements source.Source. It fails as a whole only when the server could not be asked at all.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &visit{
		Source: s, now: time.Now(), server: server{config: s.config, database: s.db.Name()},
		emit: func(m prometheus.Metric) { ch <- m },
	}
	limits := database.Limits{Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout, WorkMem: workMem}
	defer s.db.Collect(ch) // last, so that this collection's own cost is in it
	err := s.db.ReadOnly(ctx, limits, v.identify, v.first, v.second)
	s.server.emit(v)
	if !v.identified {
		err = errors.Join(err, v.stranger)
		return failure.New(database.Reason(err), err)
	}
	v.unanswered(err)
	s.statements.emitTexts(v.emit)
	return errors.Join(v.failures...)
}
