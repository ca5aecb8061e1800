package probe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source probes the targets of a file.
type Source struct {
	file     string
	logger   *slog.Logger
	descs    *descs
	targets  atomic.Pointer[[]*target]
	reloaded chan struct{} // has an element after a reload that Run has not seen
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Runner   = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
)

// Name implements source.Source.
func (*Source) Name() string { return "probe" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return s.descs.all() }

// Enabled reports whether there is a file with targets.
func (s *Source) Enabled() bool { return s.file != "" }

// Reload reads the file again. Targets whose name and URL are unchanged keep their latest result,
// so that a reload during an outage does not resolve its alert. The results of others are absent
// until the first probe ends.
func (s *Source) Reload() error {
	if !s.Enabled() {
		return nil
	}
	definitions, err := readFile(s.file)
	if err != nil {
		return fmt.Errorf("reading --probe.config-file %s: %w", s.file, err)
	}
	targets := make([]*target, 0, len(definitions))
	for _, d := range definitions {
		next := &target{definition: d, logger: s.logger}
		for _, previous := range *s.targets.Load() {
			if previous.Name == d.Name && previous.URL == d.URL && previous.Health == d.Health {
				next.latest, next.consecutive = previous.state()
			}
		}
		targets = append(targets, next)
	}
	s.targets.Store(&targets)
	select {
	case s.reloaded <- struct{}{}:
	default:
	}
	return nil
}

// Run probes every target at its interval until ctx ends. It follows reloads.
func (s *Source) Run(ctx context.Context) {
	for ctx.Err() == nil {
		round, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		for _, t := range *s.targets.Load() {
			running.Go(func() { t.run(round) })
		}
		select {
		case <-ctx.Done():
		case <-s.reloaded:
		}
		cancel()
		running.Wait()
	}
}

// maxAge is the age, in intervals, at which a result is no longer exported. It only passes if a
// probe hangs beyond its timeout.
const maxAge = 3

// Collect implements source.Source. A failed probe is data, not a failure of the source. A probe
// that hangs is one: its target would look unchanged or vanish otherwise.
func (s *Source) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	var failed []error
	for _, t := range *s.targets.Load() {
		latest, consecutive := t.state()
		switch {
		case latest == nil:
		case time.Since(latest.ended) <= maxAge*t.Interval+t.Module.Timeout:
			s.descs.send(t.definition, latest, consecutive, ch)
		default:
			failed = append(failed, failure.OfPart(t.Name, failure.Timeout, errors.New("the probe has not ended")))
		}
	}
	return errors.Join(failed...)
}

// Check probes every target once, all at the same time.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{Status: check.Note, Subject: "targets", Detail: "off: --probe.config-file is not set"}}
	}
	targets := *s.targets.Load()
	findings := make([]check.Finding, len(targets))
	var running sync.WaitGroup
	for i, t := range targets {
		running.Go(func() { findings[i] = t.check(ctx) })
	}
	running.Wait()
	return findings
}

// maxDetection leaves half a minute of the two minutes within which an outage of the website
// alerts, for the intervals of scrapes and rules.
const maxDetection = 90 * time.Second

func (t *target) check(ctx context.Context) check.Finding {
	got := t.probe(ctx)
	switch {
	case !got.success:
		return check.Finding{
			Status: check.Broken, Subject: t.Name, Detail: "the probe failed: " + got.cause,
			Hint: "request the URL from this host with curl, and compare the module in --probe.config-file",
		}
	case got.health != nil && got.health.state != "healthy":
		return check.Finding{Status: check.Note, Subject: t.Name, Detail: "the application reports that it is " + got.health.state}
	}
	if slow := t.detection(); t.Component == "website" && slow > maxDetection {
		return check.Finding{
			Status: check.Note, Subject: t.Name, Detail: fmt.Sprintf("an outage is found up to %s after it began, not within %s", slow, maxDetection),
			Hint: "shorten the interval or the timeout, such as interval: 30s",
		}
	}
	return check.Finding{Status: check.OK, Subject: t.Name, Detail: "responded in " + got.took.Round(time.Millisecond).String()}
}
