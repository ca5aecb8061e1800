package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/kpi"
	"github.com/aimarketplace/monitoring/exporter/maintenance"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/oncall"
	"github.com/aimarketplace/monitoring/exporter/pgbouncer"
	"github.com/aimarketplace/monitoring/exporter/postgres"
	"github.com/aimarketplace/monitoring/exporter/probe"
	"github.com/aimarketplace/monitoring/exporter/sentry"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
	"github.com/aimarketplace/monitoring/exporter/uptimerobot"
	"github.com/aimarketplace/monitoring/exporter/vercel"
)

// modules lists every source of the exporter.
func modules() []source.Module {
	return []source.Module{
		&postgres.Config{},
		&kpi.Config{},
		&pgbouncer.Config{},
		&vercel.Config{},
		&probe.Config{},
		&maintenance.Config{},
		&stripe.Config{},
		&sentry.Config{},
		&uptimerobot.Config{},
		&oncall.Config{},
	}
}

// open opens the sources. Sources that receive deliveries register with the inbound listener, which
// is the last source.
func open(config *Config, logger *slog.Logger) (*inbound.Server, []source.Source, error) {
	server, err := inbound.New(config.Inbound, logger)
	if err != nil {
		return nil, nil, err
	}
	deps := source.Deps{Logger: logger, Databases: config.Database, Inbound: server}
	var sources []source.Source
	for _, m := range config.modules {
		s, err := m.Open(deps)
		if errors.Is(err, database.ErrNotConfigured) {
			if !slices.Contains(sources, source.Source(noDatabase{})) {
				sources = append(sources, noDatabase{})
			}
			continue
		}
		if err != nil {
			release(sources)
			return nil, nil, fmt.Errorf("opening a source: %w", err)
		}
		sources = append(sources, s)
	}
	return server, append(sources, inboundSource{server}), nil
}

// enabled returns the sources that collect. The others are only described and checked.
func enabled(sources []source.Source) []source.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s source.Source) bool {
		o, ok := s.(source.Optional)
		return ok && !o.Enabled()
	})
}

func release(sources []source.Source) {
	for _, s := range sources {
		if c, ok := s.(source.Closer); ok {
			c.Close()
		}
	}
}

// noDatabase stands for the sources that need a database if none is configured.
type noDatabase struct{}

var (
	_ source.Source   = noDatabase{}
	_ source.Optional = noDatabase{}
	_ source.Checker  = noDatabase{}
)

func (noDatabase) Name() string                                            { return "database" }
func (noDatabase) Descs() []metric.Desc                                    { return nil }
func (noDatabase) Collect(context.Context, chan<- prometheus.Metric) error { return nil }
func (noDatabase) Enabled() bool                                           { return false }

func (noDatabase) Check(context.Context) []check.Finding {
	return []check.Finding{{
		Subject: "connection", Detail: "off: no health of Postgres and no KPIs", Hint: "set DATABASE_URL, or pass --database.url-file=FILE",
	}}
}

// inboundSource makes the inbound listener a source, so that scrapes report its metrics and whether
// it still works. The App runs the listener itself, because deliveries end before collections do.
type inboundSource struct{ server *inbound.Server }

var (
	_ source.Source   = inboundSource{}
	_ source.Optional = inboundSource{}
	_ source.Checker  = inboundSource{}
	_ source.Closer   = inboundSource{}
)

func (inboundSource) Name() string { return "inbound" }

func (s inboundSource) Descs() []metric.Desc { return s.server.Descs() }

// Collect fails if the listener has stopped.
func (s inboundSource) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	s.server.Collect(ch)
	return s.server.Err()
}

func (s inboundSource) Enabled() bool                             { return s.server.Enabled() }
func (s inboundSource) Check(ctx context.Context) []check.Finding { return s.server.Check(ctx) }

func (s inboundSource) Close() { s.server.Close() }
