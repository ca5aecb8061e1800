package kpi

import (
	"context"
	"errors"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

const (
	// firstRetry is the delay after the first failure of a KPI. Every further failure doubles the
	// delay, up to the interval.
	firstRetry = 15 * time.Second

	// The delays between attempts to reach the database.
	minOutageRetry = 2 * time.Second
	maxOutageRetry = 15 * time.Second

	// loginRetry is the delay after a rejected login. Providers ban clients that retry quickly.
	loginRetry = time.Minute
)

// outage delays all KPIs while the database does not respond.
type outage struct {
	delay time.Duration // zero while the database responds
	until time.Time     // of the next attempt
}

// observe records the outcome of a run and reports whether the database responded.
func (o *outage) observe(err error) bool {
	if _, ok := errors.AsType[*noResponseError](err); !ok {
		*o = outage{}
		return true
	}
	o.delay = max(minOutageRetry, min(2*o.delay, maxOutageRetry))
	if database.Reason(err) == failure.Authentication {
		o.delay = loginRetry
	}
	o.until = time.Now().Add(o.delay)
	return false
}

// Run runs the KPIs that are due, one after another, until ctx ends. It follows reloads. While the
// database does not respond, one KPI at a time is tried, and when it does, all that are due run.
func (s *Source) Run(ctx context.Context) {
	var outage outage
	for ctx.Err() == nil {
		k := s.next()
		if !s.wait(ctx, k, outage.until) {
			continue
		}
		err := k.update(ctx)
		if k.removed.Err() == nil && outage.observe(err) {
			k.reschedule(err)
		} else {
			k.due = time.Now() // behind the other KPIs that are due
		}
	}
}

// next returns the KPI that is due first, or nil without any KPI.
func (s *Source) next() (first *kpi) {
	for _, k := range s.current() {
		if first == nil || k.due.Before(first.due) {
			first = k
		}
	}
	return first
}

// wait waits until k is due and the time is not before earliest. It reports false if ctx ended or
// the KPIs changed before.
func (s *Source) wait(ctx context.Context, k *kpi, earliest time.Time) bool {
	var due <-chan time.Time
	if k != nil {
		due = time.After(max(time.Until(k.due), time.Until(earliest)))
	}
	select {
	case <-ctx.Done():
		return false
	case <-s.changed:
		return false
	case <-due:
		return true
	}
}

// reschedule sets the time of the next run after a run to which the database responded.
func (k *kpi) reschedule(err error) {
	delay := k.current().Interval
	if err == nil {
		k.retry = 0
	} else {
		k.retry = min(max(firstRetry, 2*k.retry), delay)
		delay = k.retry
	}
	k.due = time.Now().Add(delay)
}
