package source

import (
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// status is what a set says of its sources.
type status struct {
	registry    *prometheus.Registry
	up          *prometheus.GaugeVec
	duration    *prometheus.GaugeVec
	lastSuccess *prometheus.GaugeVec
	failures    *prometheus.CounterVec
	failing     *prometheus.GaugeVec
	logger      *slog.Logger

	mu  sync.Mutex
	now map[string]map[problem]bool // by source: what failed in its latest collection
}

// problem is what tells one failure from another in labels.
type problem struct {
	part   string
	reason failure.Reason
}

func newStatus(logger *slog.Logger) *status {
	s := &status{
		registry: prometheus.NewPedanticRegistry(),
		up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_source_up",
			Help: "Whether the latest collection from the source succeeded, be it without some of its parts.",
		}, []string{"source"}),
		duration: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_source_duration_seconds",
			Help: "How long the latest collection from the source took.",
		}, []string{"source"}),
		lastSuccess: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_source_last_success_timestamp_seconds",
			Help: "When a collection from the source last succeeded, in Unix time.",
		}, []string{"source"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "marketplace_source_failures_total",
			Help: "Failed attempts by reason; part is empty where the source as a whole failed.",
		}, []string{"source", "part", "reason"}),
		failing: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "marketplace_source_failing",
			Help: "1 for everything that the latest collection from the source could not get; absent where all is well.",
		}, []string{"source", "part", "reason"}),
		logger: logger,
		now:    map[string]map[problem]bool{},
	}
	s.registry.MustRegister(s.up, s.duration, s.lastSuccess, s.failures, s.failing)
	return s
}

// record takes down how a collection from the named source ended, and returns whether it is up. A failure that lasts is logged when it begins and
// when it ends, not at every scrape.
func (s *status) record(name string, took time.Duration, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	up := true
	s.failing.DeletePartialMatch(prometheus.Labels{"source": name})
	present := map[problem]bool{}
	for _, failed := range failure.All(err) {
		p := problem{failed.Part, failed.Reason}
		if p.part == "" {
			up = false
		}
		if present[p] {
			continue // two queries of one part: it fails once
		}
		if !s.now[name][p] {
			s.logger.Warn("collecting fails", "name", name, "part", p.part, "reason", p.reason, "err", failed.Err)
		}
		present[p] = true
		s.failures.WithLabelValues(name, p.part, string(p.reason)).Inc()
		s.failing.WithLabelValues(name, p.part, string(p.reason)).Set(1)
	}
	for p := range s.now[name] {
		if !present[p] {
			s.logger.Info("collecting works again", "name", name, "part", p.part, "reason", p.reason)
		}
	}
	s.now[name] = present
	s.up.WithLabelValues(name).Set(map[bool]float64{true: 1}[up])
	s.duration.WithLabelValues(name).Set(took.Seconds())
	if up {
		s.lastSuccess.WithLabelValues(name).SetToCurrentTime()
	}
	return up
}
