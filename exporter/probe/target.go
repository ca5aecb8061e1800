package probe

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/blackbox_exporter/prober"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// result is the outcome of one probe.
type result struct {
	success   bool
	cause     string // of a failure; without addresses and secrets
	took      time.Duration
	ended     time.Time
	families  []*dto.MetricFamily // of blackbox_exporter
	health    *health             // nil unless the endpoint responded with a valid body
	hasHealth bool                // a health endpoint
}

// target probes one definition at its interval.
type target struct {
	definition
	logger *slog.Logger

	mu          sync.Mutex
	latest      *result // nil before the first probe
	consecutive int     // failures
}

// maxIntervalDown is the longest interval while a target fails, so that the second failure in a
// row, and the end of an outage, do not wait for a long interval.
const maxIntervalDown = 30 * time.Second

// run probes until ctx ends. The first probes of all targets are spread over their intervals, up
// to a second.
func (t *target) run(ctx context.Context) {
	wait := rand.N(min(t.Interval, time.Second))
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		started := time.Now()
		got := t.probe(ctx)
		if ctx.Err() != nil {
			return // interrupted by a shutdown or a reload
		}
		t.record(got)
		wait = delay(t.Interval, time.Since(started), got.success)
	}
}

// delay returns the time from the end of a probe to the beginning of the next one.
func delay(interval, took time.Duration, success bool) time.Duration {
	if !success {
		interval = min(interval, maxIntervalDown)
	}
	return max(0, interval-took)
}

// detection returns the time from the beginning of an outage to the second failed probe, at most:
// both may take until their timeout.
func (t *target) detection() time.Duration {
	timeout := t.Module.Timeout
	return t.Interval + timeout + delay(t.Interval, timeout, false) + timeout
}

func (t *target) state() (latest *result, consecutive int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest, t.consecutive
}

// record keeps the result and logs a change, so that a long outage does not fill the log.
func (t *target) record(got *result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wasUp := t.consecutive == 0
	t.latest, t.consecutive = got, t.consecutive+1
	if got.success {
		t.consecutive = 0
	}
	switch {
	case !got.success && wasUp:
		t.logger.Warn("a probe failed", "target", t.Name, "cause", got.cause)
	case got.success && !wasUp:
		t.logger.Info("a probe succeeded again", "target", t.Name)
	}
}

// probe probes once. A panic of a prober is a failed probe.
func (t *target) probe(ctx context.Context) *result {
	ctx, cancel := context.WithTimeout(ctx, t.Module.Timeout)
	defer cancel()
	started := time.Now()
	got := &result{hasHealth: t.Health}
	if err := t.probeRecovered(ctx, got); err != nil {
		got.success, got.cause = false, err.Error()
	}
	got.took, got.ended = time.Since(started), time.Now()
	return got
}

func (t *target) probeRecovered(ctx context.Context, got *result) (err error) {
	defer failure.Recover("", &err)
	return t.probeInto(ctx, got)
}

// probeInto runs the prober and, at the same time, reads the health endpoint: one after the other,
// a page that takes half of the timeout would fail.
func (t *target) probeInto(ctx context.Context, got *result) error {
	if !t.AllowPrivate {
		if err := checkAddress(ctx, t.URL); err != nil {
			return err
		}
	}
	reading := make(chan struct{})
	var read *health
	var readErr error
	go func() {
		defer close(reading)
		defer failure.Recover("", &readErr)
		if t.Health {
			read, readErr = t.readHealth(ctx)
		}
	}()
	registry, causes := prometheus.NewRegistry(), &lastMessage{}
	got.success = prober.Probers[t.Module.Prober](ctx, t.URL, t.Module.Module, registry, slog.New(causes))
	got.cause = causes.text()
	families, err := registry.Gather()
	got.families = families
	<-reading
	got.health = read
	switch {
	case err != nil:
		return errors.New("blackbox_exporter's metrics are inconsistent")
	case readErr != nil && got.success: // otherwise the prober's cause says more
		return errors.New("the health endpoint has no valid response")
	case read != nil && read.state == "unhealthy" && got.success:
		return errors.New("the application reports that it is unhealthy")
	}
	return nil
}

// lastMessage is a slog.Handler that keeps the last warning or error of a prober, without its
// attributes, which may contain addresses and headers.
type lastMessage struct {
	mu      sync.Mutex
	message string
}

func (*lastMessage) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (l *lastMessage) Handle(_ context.Context, record slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.message = record.Message
	return nil
}

func (l *lastMessage) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *lastMessage) WithGroup(string) slog.Handler      { return l }

func (l *lastMessage) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.message
}
