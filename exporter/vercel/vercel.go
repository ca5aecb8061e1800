package vercel

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel/analytics"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
	"github.com/aimarketplace/monitoring/exporter/vercel/traces"
	"github.com/aimarketplace/monitoring/exporter/vercel/vitals"
)

// Source is what drains have delivered since the start. It is safe for concurrent use.
type Source struct {
	config     Config
	logger     *slog.Logger
	lists      atomic.Pointer[bound.Lists]
	secrets    *intake.Secrets
	traces     *traces.Drain
	collectors metric.Collectors
	server     *server
}

// mostWaiting spans take some 50 MB, and are those of 10 s at 20,000 a second.
const mostWaiting = 200_000

// drain is one kind of deliveries, with what it counts.
type drain interface {
	intake.Drain
	prometheus.Collector
}

// Open implements what the exporter asks of a module: the source that c describes, which listens once it is told to. It
// has no database.
func (c *Config) Open(deps source.Deps) (source.Source, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	return New(*c, deps.Logger)
}

// New returns a source that got nothing yet. The error is of the files that config names.
func New(config Config, logger *slog.Logger) (*Source, error) {
	s := &Source{config: config, logger: logger, secrets: &intake.Secrets{}}
	lists, err := bound.Load(config.Lists)
	if err != nil {
		return nil, err
	}
	s.lists.Store(lists)
	if s.Enabled() {
		if s.secrets, err = intake.LoadSecrets(config.SecretFile); err != nil {
			return nil, err
		}
	}
	window := seen.New(config.DedupeWindow, config.DedupeRows)
	measured := requests.New(s.lists.Load)
	drains := s.drains(window, measured)
	receiver := s.receiver(drains)
	s.collectors = metric.Collectors{receiver, measured, remembered(window)}
	for _, d := range drains {
		s.collectors = append(s.collectors, d)
	}
	s.server = newServer(config, standard(), receiver, logger)
	return s, nil
}

// drains lists all kinds. Only one of them tells of requests: the other would count the same ones again.
func (s *Source) drains(window *seen.Window, measured *requests.Metrics) []drain {
	byTraces, byLogs := measured, (*requests.Metrics)(nil)
	if s.config.LatencyFrom == fromLogs {
		byTraces, byLogs = nil, measured
	}
	most, lists := s.config.MaxRows, s.lists.Load
	browsers := rows.Options{MaxRows: most, Lists: lists, Seen: window}
	s.traces = traces.New(traces.Options{
		MaxRows: most, Lists: lists, Seen: window, Requests: byTraces, Patience: s.config.TracePatience, MaxWaiting: mostWaiting,
	})
	return []drain{
		s.traces,
		logs.New(logs.Options{MaxRows: most, Lists: lists, Seen: window, Requests: byLogs}),
		vitals.New(browsers),
		analytics.New(browsers),
	}
}

func (s *Source) receiver(drains []drain) *intake.Receiver {
	options := intake.Options{
		Secrets: s.secrets, VerifyToken: s.config.VerifyToken, MaxBody: int64(s.config.MaxBody),
		MaxInflated: int64(s.config.MaxInflated), MaxRequests: s.config.MaxRequests, Logger: s.logger,
	}
	for _, d := range drains {
		options.Drains = append(options.Drains, d)
	}
	return intake.New(options)
}

// Enabled tells whether there is anything to collect: without an address nobody can deliver.
func (s *Source) Enabled() bool { return s.config.ListenAddress != "" }

// Listen takes the address, so that one that cannot be had ends the program at its start.
func (s *Source) Listen() error { return s.server.listen() }

// Addr returns the address that Listen took.
func (s *Source) Addr() net.Addr {
	if s.server.socket == nil {
		return nil
	}
	return s.server.socket.Addr()
}

// Run serves deliveries until ctx ends and those under way are answered.
func (s *Source) Run(ctx context.Context) { s.server.run(ctx) }

// Close gives the address back, should Run never have had it.
func (s *Source) Close() { s.server.close() }

// Reload reads the secrets and the lists again. If one of the files is bad, all of them stay as they were. Series of a
// route that is gone stay until a restart: they are what was counted.
func (s *Source) Reload() error {
	lists, err := bound.Load(s.config.Lists)
	if err != nil {
		return err
	}
	if err := s.secrets.Reload(); err != nil {
		return err
	}
	s.lists.Store(lists)
	s.logger.Info("loaded the files of the drains", "secrets", s.secrets.Len(), "routes", len(lists.Routes.All()))
	return nil
}

// Name implements source.Source.
func (s *Source) Name() string { return "vercel" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return s.collectors.Descs() }

// Collect implements source.Source. It asks nobody: it serves what was counted, and fails if nobody can deliver any more.
func (s *Source) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	s.traces.Settle()
	s.collectors.Collect(ch)
	return s.server.failure()
}
