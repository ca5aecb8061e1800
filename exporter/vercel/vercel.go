// Package vercel is the source of what the application does. Nothing on Vercel can be scraped, but
// Vercel delivers logs, traces and browser data to an HTTP endpoint, as drains.
//
// The inbound listener verifies a delivery and passes it to the drain of its path. The drain
// decodes the rows, drops duplicates, reduces the rest to allowed label values, and counts them. A
// scrape reads the counters. No other part of a row is kept.
package vercel

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/browser"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/exporter/vercel/traces"
)

// maxWaitingSpans use about 75 MB. A request has 10 spans, so they are the spans of 10 s at 2,000
// requests per second.
const maxWaitingSpans = 200_000

// Source counts what drains have delivered since the start. It is safe for concurrent use.
type Source struct {
	config     Config
	logger     *slog.Logger
	lists      atomic.Pointer[allow.Lists]
	secrets    *inbound.Secrets
	traces     *traces.Drain
	collectors metric.Collectors

	logged      sync.Map // pairs of kinds whose misplaced rows have been logged
	mu          sync.Mutex
	uncollected chan struct{} // closed by the next collection; nil if nothing was counted since the last one
}

var (
	_ source.Optional = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
	_ source.Settler  = (*Source)(nil)
)

// New returns a source without rows and registers its endpoints with server. The error names the
// flag or the file.
func New(config Config, server *inbound.Server, logger *slog.Logger) (*Source, error) {
	s := &Source{config: config, logger: logger, secrets: &inbound.Secrets{}}
	lists, err := allow.Load(config.Lists)
	if err != nil {
		return nil, err
	}
	s.lists.Store(lists)
	if s.Enabled() {
		if s.secrets, err = inbound.LoadSecrets("vercel.secret-file", config.SecretFile); err != nil {
			return nil, err
		}
	}
	metrics, drains := newRowMetrics(), s.openDrains(server.Dedupe())
	s.collectors = append(s.collectors, metrics)
	for _, d := range drains {
		metrics.initialize(string(d.kind))
		if !s.Enabled() {
			continue
		}
		if err := server.Register(s.endpoint(d, metrics)); err != nil {
			return nil, fmt.Errorf("checking --vercel.secret-file: %w", err)
		}
	}
	return s, nil
}

// openDrains returns all drains and sets their collectors. Only one of them observes requests.
func (s *Source) openDrains(dedupe *inbound.Window) []drain {
	served := requests.New(s.lists.Load)
	servedByTraces, servedByLogs := served, (*requests.Metrics)(nil)
	if s.config.LatencyFrom == fromLogs {
		servedByTraces, servedByLogs = nil, served
	}
	options := row.Options{MaxRows: s.config.MaxRows, Lists: s.lists.Load, Dedupe: dedupe}
	s.traces = traces.New(traces.Options{
		Options: options, Requests: servedByTraces, Wait: s.config.TraceWait, MaxWaiting: maxWaitingSpans,
	})
	logDrain := logs.New(options, servedByLogs)
	vitals, analytics := browser.NewSpeedInsights(options), browser.NewAnalytics(options)
	s.collectors = metric.Collectors{served, s.traces, logDrain, vitals, analytics}
	return []drain{
		{row.Traces, "/vercel/traces", []inbound.Format{inbound.JSON, inbound.Protobuf}, s.traces},
		{row.Logs, "/vercel/logs", []inbound.Format{inbound.JSON}, logDrain},
		{row.SpeedInsights, "/vercel/speed-insights", []inbound.Format{inbound.JSON}, vitals},
		{row.Analytics, "/vercel/analytics", []inbound.Format{inbound.JSON}, analytics},
	}
}

// Enabled reports whether drains are configured.
func (s *Source) Enabled() bool { return s.config.SecretFile != "" }

// Reload reads the secrets and the lists again. If one of the files is invalid, the previous
// contents of all of them stay in force. The series of a removed route stay until a restart.
func (s *Source) Reload() error {
	lists, err := allow.Load(s.config.Lists)
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

// Collect implements source.Source. It never fails: the source inbound reports whether the listener
// works.
func (s *Source) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	s.mu.Lock()
	collected := s.uncollected
	s.uncollected = nil
	s.mu.Unlock()
	s.traces.Flush()
	s.collectors.Collect(ch)
	if collected != nil {
		close(collected)
	}
	return nil
}

// counted records that rows were counted which no collection has included.
func (s *Source) counted() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uncollected == nil {
		s.uncollected = make(chan struct{})
	}
}

// Settle implements source.Settler: spans no longer wait for others.
func (s *Source) Settle() <-chan struct{} {
	if s.traces.Settle() {
		s.counted()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uncollected == nil {
		collected := make(chan struct{})
		close(collected)
		return collected
	}
	return s.uncollected
}

// Check reports the configuration. Whether deliveries arrive depends on Vercel.
func (s *Source) Check(context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Subject: "drains", Detail: "off: no data of the application",
			Hint: "--vercel.secret-file=drain-secret --inbound.listen-address=:9848, as in docs/vercel.md",
		}}
	}
	lists := s.lists.Load()
	return []check.Finding{
		{Subject: "secrets", Detail: fmt.Sprintf("%d in %s", s.secrets.Len(), s.config.SecretFile)},
		{Subject: "routes", Detail: fmt.Sprintf("%d routes and %d outbound hosts; others become other", len(lists.Routes.All()), len(lists.Hosts.All()))},
		{Subject: "latency", Detail: "from the drain of " + s.config.LatencyFrom},
	}
}
