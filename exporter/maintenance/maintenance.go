package maintenance

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source exposes the maintenance windows of a file.
type Source struct {
	file    string
	descs   descs
	windows atomic.Pointer[[]window]
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
)

// Name implements source.Source.
func (*Source) Name() string { return "maintenance" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return []metric.Desc{s.descs.start, s.descs.end} }

// Enabled reports whether there is a file with windows.
func (s *Source) Enabled() bool { return s.file != "" }

// Reload reads the file again. A window that it no longer contains ends at the next scrape.
func (s *Source) Reload() error {
	if !s.Enabled() {
		return nil
	}
	windows, err := readFile(s.file)
	if err != nil {
		return fmt.Errorf("reading --maintenance.config-file: %w", err)
	}
	s.windows.Store(&windows)
	return nil
}

// Collect implements source.Source.
func (s *Source) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	for _, w := range *s.windows.Load() {
		if time.Since(w.end) < keepPast {
			s.descs.send(w, ch)
		}
	}
	return nil
}

// Check lists the windows.
func (s *Source) Check(context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{Status: check.Note, Subject: "windows", Detail: "off: --maintenance.config-file is not set"}}
	}
	var findings []check.Finding
	for _, w := range *s.windows.Load() {
		findings = append(findings, w.finding(time.Now()))
	}
	if len(findings) == 0 {
		return []check.Finding{{Subject: "windows", Detail: "none is planned"}}
	}
	return findings
}

// finding is a note while the window mutes alerts.
func (w window) finding(now time.Time) check.Finding {
	found := check.Finding{Subject: w.name}
	of := strings.Join(w.components, ", ")
	switch {
	case now.Before(w.start):
		found.Detail = fmt.Sprintf("begins at %s: %s", w.start.Format(time.RFC3339), of)
	case now.Before(w.end):
		found.Status = check.Note
		found.Detail = fmt.Sprintf("mutes alerts until %s: %s", w.end.Format(time.RFC3339), of)
	default:
		found.Detail = fmt.Sprintf("ended at %s: %s", w.end.Format(time.RFC3339), of)
	}
	return found
}
