package source

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// status has the metrics about the sources of a set.
type status struct {
	logger                             *slog.Logger
	up, duration, lastSuccess, failing metric.Desc
	failures                           *prometheus.CounterVec

	mu     sync.Mutex
	latest map[string]outcome // by source
}

// outcome is how the latest collection from a source ended.
type outcome struct {
	up          bool
	duration    time.Duration
	lastSuccess time.Time          // zero if there was none
	problems    map[problem]string // with the text of the error
}

// problem identifies a failure in labels.
type problem struct {
	part   string
	reason failure.Reason
}

func newStatus(logger *slog.Logger) *status {
	return &status{
		logger: logger,
		up: metric.NewGauge("marketplace_source_up",
			"Whether the latest collection from the source succeeded. A source stays up if only some of its parts failed.", "source"),
		duration: metric.NewGauge("marketplace_source_duration_seconds",
			"Duration of the latest collection from the source.", "source"),
		lastSuccess: metric.NewGauge("marketplace_source_last_success_timestamp_seconds",
			"Unix time of the latest successful collection from the source.", "source"),
		failing: metric.NewGauge("marketplace_source_failing",
			"1 for each part that failed in the latest collection from the source; part is empty if the whole source failed. "+
				"Absent if nothing failed.", "source", "part", "reason"),
		failures: metric.NewCounterVec("marketplace_source_failures_total",
			"Failed collections from the source or one of its parts, by reason; part is empty if the whole source failed.",
			"source", "part", "reason"),
		latest: map[string]outcome{},
	}
}

// Descs returns the descriptors of the metrics about sources.
func (s *status) Descs() []metric.Desc {
	return append(metric.Collectors{s.failures}.Descs(), s.up, s.duration, s.lastSuccess, s.failing)
}

// record stores how a collection from a source ended, and returns whether the source is up. If it
// is, succeeded is the time of its data.
func (s *status) record(name string, took time.Duration, err error, succeeded time.Time) (up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	previous := s.latest[name]
	now := outcome{up: true, duration: took, lastSuccess: previous.lastSuccess, problems: map[problem]string{}}
	for _, failed := range failure.All(err) {
		p := problem{failed.Part, failed.Reason}
		now.up = now.up && p.part != ""
		if _, counted := now.problems[p]; !counted { // a part with two failed queries counts once
			now.problems[p] = failed.Err.Error()
			s.failures.WithLabelValues(name, p.part, string(p.reason)).Inc()
		}
	}
	for c, parts := range causes(now.problems, previous.problems) {
		if !slices.Contains(slices.Collect(maps.Values(previous.problems)), c.text) {
			s.logger.Warn("collecting fails", "name", name, "parts", parts, "reason", c.reason, "err", c.text)
		}
	}
	for c, parts := range causes(previous.problems, now.problems) {
		s.logger.Info("collecting works again", "name", name, "parts", parts, "reason", c.reason)
	}
	if now.up {
		now.lastSuccess = succeeded
	}
	s.latest[name] = now
	return now.up
}

// cause is what the log reports once, however many parts it affects.
type cause struct {
	reason failure.Reason
	text   string
}

// causes returns the causes of the problems that are not among others, with the names of the
// affected parts. A failure that lasts is therefore logged only when it begins and when it ends.
func causes(problems, others map[problem]string) map[cause]string {
	parts := map[cause][]string{}
	for p, text := range problems {
		if _, known := others[p]; !known {
			parts[cause{p.reason, text}] = append(parts[cause{p.reason, text}], p.part)
		}
	}
	joined := map[cause]string{}
	for c, names := range parts {
		slices.Sort(names)
		joined[c] = strings.Join(names, ",")
	}
	return joined
}

// gatherer returns the status for one scrape, which leaves while some sources are unfinished. To
// this scrape they are down; the counter of failures and later scrapes are not affected.
func (s *status) gatherer(unfinished []string) prometheus.Gatherer {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(&metric.Collector{
		Descs: s.Descs(),
		Send:  func(ch chan<- prometheus.Metric) { s.send(ch, unfinished) },
	})
	return registry
}

func (s *status) send(ch chan<- prometheus.Metric, unfinished []string) {
	s.failures.Collect(ch)
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, latest := range s.latest {
		if !slices.Contains(unfinished, name) {
			ch <- s.up.Metric(map[bool]float64{true: 1}[latest.up], name)
			for p := range latest.problems {
				ch <- s.failing.Metric(1, name, p.part, string(p.reason))
			}
		}
		ch <- s.duration.Metric(latest.duration.Seconds(), name)
		if !latest.lastSuccess.IsZero() {
			ch <- s.lastSuccess.Metric(float64(latest.lastSuccess.UnixNano())/1e9, name)
		}
	}
	for _, name := range unfinished {
		ch <- s.up.Metric(0, name)
		ch <- s.failing.Metric(1, name, "", string(failure.Timeout))
	}
}
