package kpi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

const sourceName = "kpi"

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Closer   = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

// server is a Database that the source owns: *database.DB.
type server interface {
	Database
	prometheus.Collector
	Descs() []metric.Desc
	Reset()
	Close()
}

// Source runs all KPIs, each at its own interval, on one connection. It is safe for concurrent use.
type Source struct {
	config Config
	db     server
	logger *slog.Logger
	self   selfMetrics

	mu      sync.Mutex
	kpis    []*kpi        // in the order of the file
	changed chan struct{} // signals to Run that kpis was replaced
}

// New loads the KPIs that config names, without connecting; they run when [Source.Run] does. The
// source owns db from then on, unless New returns an error. The error names the flag, or the file
// and line, at fault.
func New(config Config, db server, logger *slog.Logger) (*Source, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	s := &Source{
		config: config, db: db, logger: logger, self: newSelfMetrics(),
		changed: make(chan struct{}, 1),
	}
	definitions, err := s.load()
	if err != nil {
		return nil, err
	}
	s.replace(definitions)
	return s, nil
}

// Reload loads the KPI file again, and makes the next query connect with the current secrets. With
// an error in the file the previous definitions stay in force. An unchanged entry keeps its
// schedule and its value, a changed one starts anew, and a removed one disappears.
//
// Queries of the operator's file that the server rejects are errors in the file, too. A shipped KPI
// never blocks a reload, because a database may lack its tables. If the server cannot be reached,
// the file is accepted, and each query is checked when it first runs.
func (s *Source) Reload() error {
	s.db.Reset()
	definitions, err := s.load()
	if err != nil {
		return err
	}
	if err := s.prepare(definitions); err != nil {
		return fmt.Errorf("loading the KPIs: %w", err)
	}
	s.replace(definitions)
	return nil
}

// Close closes the connection. It is called after Run has returned.
func (s *Source) Close() { s.db.Close() }

func (s *Source) load() ([]Definition, error) {
	definitions, err := s.config.Load()
	if err != nil {
		return nil, fmt.Errorf("loading the KPIs: %w", err)
	}
	return definitions, nil
}

// replace puts definitions in force.
func (s *Source) replace(definitions []Definition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := 0
	var next []*kpi
	for _, d := range definitions {
		unchanged := func(k *kpi) bool { return k.current().equal(d) }
		if i := slices.IndexFunc(s.kpis, unchanged); i >= 0 {
			s.kpis[i].move(d.position)
			next = append(next, s.kpis[i])
			kept++
			continue
		}
		next = append(next, newKPI(d, s.db))
	}
	for _, k := range s.kpis {
		if !slices.Contains(next, k) {
			k.remove()
		}
	}
	s.kpis = next
	s.logger.Info("loaded the KPIs", "kpis", len(next), "unchanged", kept, "file", s.config.File)
	select {
	case s.changed <- struct{}{}:
	default: // a signal is pending, and Run will see both changes
	}
}

// Definitions returns the definitions in force, in the order of the file.
func (s *Source) Definitions() []Definition {
	var all []Definition
	for _, k := range s.current() {
		all = append(all, k.current())
	}
	return all
}

// Name implements source.Source.
func (s *Source) Name() string { return sourceName }

// Descs implements source.Source. A reload can change the descriptors.
func (s *Source) Descs() []metric.Desc {
	descs := append(s.db.Descs(), s.self.descs()...)
	for _, k := range s.current() {
		descs = append(descs, k.Descs()...)
	}
	return descs
}

// Collect implements source.Source. It runs no query: it returns the latest results, and the error
// of each KPI whose latest run failed.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	s.db.Collect(ch)
	var failures []error
	for _, k := range s.current() {
		failures = append(failures, k.Collect(ctx, ch))
		s.self.collect(k, ch)
	}
	return errors.Join(failures...)
}

func (s *Source) current() []*kpi {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kpis
}
