package oncall

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/oncall/schedule"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Source exports who is on call.
type Source struct {
	file     string
	descs    *descs
	schedule atomic.Pointer[schedule.Schedule]
	now      func() time.Time
}

var (
	_ source.Source   = (*Source)(nil)
	_ source.Reloader = (*Source)(nil)
	_ source.Checker  = (*Source)(nil)
	_ source.Optional = (*Source)(nil)
)

// Name implements source.Source.
func (*Source) Name() string { return "oncall" }

// Descs implements source.Source.
func (s *Source) Descs() []metric.Desc { return s.descs.all() }

// Enabled reports whether there is a file with the schedule.
func (s *Source) Enabled() bool { return s.file != "" }

// Reload reads the file again.
func (s *Source) Reload() error {
	if !s.Enabled() {
		return nil
	}
	next, err := schedule.Read(s.file)
	if err != nil {
		return fmt.Errorf("reading --oncall.config-file %s: %w", s.file, err)
	}
	s.schedule.Store(next)
	return nil
}

// Collect implements source.Source. A role without a person is a failure of that part.
func (s *Source) Collect(_ context.Context, ch chan<- prometheus.Metric) error {
	now := s.now()
	var failed []error
	for _, role := range schedule.Roles() {
		if shift, found := s.schedule.Load().Shift(role, now); found {
			ch <- s.descs.info.Metric(1, string(role), shift.Person.ID)
		} else {
			failed = append(failed, failure.OfPart(string(role), failure.Invalid, errors.New("no one is on call before the first rotation")))
		}
		if at, found := s.schedule.Load().NextHandover(role, now); found {
			ch <- s.descs.handover.Metric(float64(at.Unix()), string(role))
		}
	}
	return errors.Join(failed...)
}

// Check reports who is on call now.
func (s *Source) Check(context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{Status: check.Note, Subject: "schedule", Detail: "off: --oncall.config-file is not set"}}
	}
	var findings []check.Finding
	for _, role := range schedule.Roles() {
		current := s.schedule.Load()
		shift, found := current.Shift(role, s.now())
		if !found {
			findings = append(findings, check.Finding{
				Status: check.Broken, Subject: string(role), Detail: "no one is on call before the first rotation",
				Hint: "add a rotation to --oncall.config-file that has started",
			})
			continue
		}
		findings = append(findings, check.Finding{
			Status: check.OK, Subject: string(role),
			Detail: fmt.Sprintf("%s until %s", shift.Person.ID, shift.End.In(current.Location).Format("2006-01-02 15:04 MST")),
		})
	}
	return findings
}
