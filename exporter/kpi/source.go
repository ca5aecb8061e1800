package kpi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/prometheus/client_golang/prometheus"
)

const sourceName = "kpi"

// server is a Database with what its owner owes it: *database.DB.
type server interface {
	Database
	prometheus.Collector
	Descs() []metric.Desc
	Reset()
	Close()
}

// Source is all KPIs, each on its own clock, on one connection. It is safe for concurrent use.
type Source struct {
	config Config
	db     server
	logger *slog.Logger
	about  about
	turn   chan struct{}

	mu      sync.Mutex
	kpis    []*kpi        // in the order of the file
	changed chan struct{} // tells Run that kpis is another slice
}

// New loads the KPIs that config names; they run when [Source.Run] does. db is the source's own from then on. The error
// says what is wrong with the flags or, at file:line, with the entries.
func New(config Config, db server, logger *slog.Logger) (*Source, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	s := &Source{
		config: config, db: db, logger: logger, about: newAbout(),
		turn: make(chan struct{}, 1), changed: make(chan struct{}, 1),
	}
	return s, s.load()
}

// Reload reads the KPI file again, and the database's secrets at the next query. A bad file is refused as a whole, and
// what ran goes on. An entry that did not change keeps its clock and its value; one that changed starts anew; one that
// is gone vanishes.
func (s *Source) Reload() error {
	s.db.Reset()
	return s.load()
}

// Close gives the connection back, once Run has ended.
func (s *Source) Close() { s.db.Close() }

func (s *Source) load() error {
	definitions, err := s.config.Load()
	if err != nil {
		return fmt.Errorf("loading the KPIs: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := 0
	var next []*kpi
	for _, d := range definitions {
		unchanged := func(k *kpi) bool { return k.current().sameAs(d) }
		if i := slices.IndexFunc(s.kpis, unchanged); i >= 0 {
			s.kpis[i].moved(d.File, d.Line)
			next = append(next, s.kpis[i])
			kept++
			continue
		}
		next = append(next, newKPI(d, s.db, s.config.Limits(d), s.turn))
	}
	s.kpis = next
	s.logger.Info("loaded the KPIs", "kpis", len(next), "unchanged", kept, "file", s.config.File)
	select {
	case s.changed <- struct{}{}:
	default: // Run has not yet seen the change before this one, and will see both
	}
	return nil
}

// Queries returns the definitions that run now, in the order of the file.
func (s *Source) Queries() []Definition {
	var all []Definition
	for _, k := range s.current() {
		all = append(all, k.current())
	}
	return all
}

// Name implements source.Source.
func (s *Source) Name() string { return sourceName }

// Descs implements source.Source. A reload can change the result.
func (s *Source) Descs() []metric.Desc {
	descs := append(s.db.Descs(), s.about.descs()...)
	for _, k := range s.current() {
		descs = append(descs, k.Descs()...)
	}
	return descs
}

// Collect implements source.Source. It asks nobody: it serves what the clocks have brought, and tells of each KPI
// whose latest run failed.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	s.db.Collect(ch)
	var failures []error
	for _, k := range s.current() {
		failures = append(failures, k.Collect(ctx, ch))
		s.about.collect(k, ch)
	}
	return errors.Join(failures...)
}

func (s *Source) current() []*kpi {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kpis
}
