// Package pgbouncer exports the pools of a PgBouncer: how many clients and servers are connected,
// and how long clients wait for a server.
//
// A collection sends SHOW commands to the admin console, one a round trip. Versions of PgBouncer
// have different columns in a different order, so columns are found by name, and a metric without
// its column is absent. Names follow pgbouncer_exporter.
package pgbouncer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

const sourceName = "pgbouncer"

var (
	_ source.Source   = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Closer   = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
)

// Source collects from one PgBouncer.
type Source struct {
	config  Config
	console *database.Console // nil if the source is disabled
	lists   []list

	up, version, omitted metric.Desc
}

// New returns the source, which owns the console. It does not connect.
func New(config Config, console *database.Console) *Source {
	return &Source{
		config: config, console: console, lists: lists(),
		up: metric.NewGauge("pgbouncer_up",
			"Whether the exporter could query PgBouncer; marketplace_source_failing has the reason for a failure."),
		version: metric.NewGauge("pgbouncer_version_info", "Version of PgBouncer; the value is always 1.", "version"),
		omitted: metric.NewGauge("pgbouncer_omitted_rows",
			"Pools, or databases of the list stats, beyond --pgbouncer.pools.limit, which are not exported.", "list"),
	}
}

// Name implements source.Source.
func (s *Source) Name() string { return sourceName }

// Enabled reports whether a URL is configured.
func (s *Source) Enabled() bool { return s.config.enabled() }

// Reload implements source.Reloader. The next collection connects with the current secrets.
func (s *Source) Reload() error {
	if s.console != nil {
		s.console.Reset()
	}
	return nil
}

// Close implements source.Closer.
func (s *Source) Close() {
	if s.console != nil {
		s.console.Close()
	}
}

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc {
	descs := []metric.Desc{s.up, s.version, s.omitted}
	for _, l := range s.lists {
		for _, c := range l.columns {
			descs = append(descs, c.desc)
		}
	}
	if s.console != nil {
		descs = append(descs, s.console.Descs()...)
	}
	return descs
}

// Collect implements source.Source. It fails as a whole only if PgBouncer cannot be queried.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	defer s.console.Collect(ch) // last, so that it includes the cost of this collection
	version, err := s.showVersion(ctx)
	if err != nil {
		ch <- s.up.Metric(0)
		return failure.New(database.Reason(err), err)
	}
	ch <- s.up.Metric(1)
	ch <- s.version.Metric(1, version)
	var failures []error
	for _, l := range s.lists {
		if err := s.collectList(ctx, l, ch); err != nil {
			failures = append(failures, failure.OfPart(l.part, database.Reason(err), err))
		}
	}
	return errors.Join(failures...)
}

// showVersion makes the first round trip. PgBouncer has had the command since its first version.
func (s *Source) showVersion(ctx context.Context) (string, error) {
	result, err := s.console.Show(ctx, "VERSION")
	if err != nil {
		return "", err
	}
	if len(result.Rows) != 1 || len(result.Fields) != 1 {
		return "", failure.New(failure.Invalid, errors.New("SHOW VERSION did not return one value; hint: --pgbouncer.url must be the "+
			"address of a PgBouncer"))
	}
	_, version, _ := strings.Cut(string(result.Rows[0][0]), " ") // PgBouncer 1.18.0
	return strings.ToValidUTF8(version, "\uFFFD"), nil
}

// collectList sends the series of one list, except those of the console itself.
func (s *Source) collectList(ctx context.Context, l list, ch chan<- prometheus.Metric) error {
	result, err := s.console.Show(ctx, l.command)
	if err != nil {
		return err
	}
	rows, err := l.read(result)
	if err != nil {
		return failure.New(failure.Invalid, err)
	}
	if len(l.labels) > 0 {
		slices.SortStableFunc(rows, func(a, b row) int { return slices.Compare(b.rank, a.rank) })
		ch <- s.omitted.Metric(float64(max(0, len(rows)-s.config.PoolsLimit)), l.part)
		rows = rows[:min(len(rows), s.config.PoolsLimit)]
	}
	for _, row := range rows {
		for _, v := range row.values {
			ch <- v.desc.Metric(v.number, row.labels...)
		}
	}
	return nil
}
