package kpi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// simulation runs KPIs against a database that can be down.
type simulation struct {
	*Source
	down     error // of connections; nil while the database responds
	attempts []time.Time
	ran      map[string]time.Time // the latest successful run
}

// simulate starts a source with one KPI per interval. The test must run in a synctest bubble.
func simulate(t *testing.T, intervals ...time.Duration) *simulation {
	s := &simulation{Source: &Source{changed: make(chan struct{}, 1)}, ran: map[string]time.Time{}}
	for i, interval := range intervals {
		d := definition("SELECT 1 AS value")
		d.Name, d.Interval, d.MaxAge = fmt.Sprint("k", i), interval, 3*interval
		k := newKPI(d, nil)
		k.run = func(context.Context) (Result, error) {
			s.attempts = append(s.attempts, time.Now())
			if s.down != nil {
				return Result{}, d.failed(failure.Unreachable, &noResponseError{s.down})
			}
			s.ran[d.Name] = time.Now()
			return Result{Rows: []Row{{Value: 1}}}, nil
		}
		s.kpis = append(s.kpis, k)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return s
}

func (s *simulation) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestOutageHasOneBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		intervals := slices.Repeat([]time.Duration{time.Minute}, 30)
		s := simulate(t, append(intervals, time.Hour)...)
		s.after(time.Second)
		require.Len(t, s.ran, 31, "all run at the start")

		s.after(59*time.Minute + 50*time.Second) // k30 is due in 9 seconds
		s.down, s.attempts = errors.New("connection refused"), nil
		s.after(17 * time.Second)
		require.LessOrEqual(t, len(s.attempts), 5)
		s.down = nil
		recovered := time.Now()
		s.after(maxOutageRetry)
		for name, ran := range s.ran {
			require.False(t, ran.Before(recovered), "%s did not run after the outage, although it was due", name)
		}

		s.down, s.attempts = errors.New("connection refused"), nil
		s.after(3 * 7 * 24 * time.Hour)
		require.InDelta(t, 3*7*24*60*4, len(s.attempts), 10, "weeks later, an attempt every 15 seconds")
		s.down = nil
		recovered = time.Now()
		s.after(maxOutageRetry)
		for name, ran := range s.ran {
			require.False(t, ran.Before(recovered), name)
		}
	})
}

func TestRejectedLoginsAreRetriedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(t, slices.Repeat([]time.Duration{10 * time.Second}, 31)...)
		s.after(time.Second)
		s.down, s.attempts = &pgconn.PgError{Code: "28P01"}, nil
		s.after(time.Hour)
		require.InDelta(t, 60, len(s.attempts), 1)
	})
}

func TestFailingKPIDoesNotDelayTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(t, 10*time.Second, time.Minute, time.Minute)
		failures, panics := 0, 0
		s.kpis[0].run = func(context.Context) (Result, error) {
			failures++
			return Result{}, s.kpis[0].current().failed(failure.Unsupported, &pgconn.PgError{Code: "42P01"})
		}
		s.kpis[1].run = func(context.Context) (Result, error) {
			panics++
			panic("a bug")
		}
		s.after(4 * 7 * 24 * time.Hour)
		require.WithinDuration(t, time.Now(), s.ran["k2"], time.Minute)
		require.Greater(t, failures, 100_000)
		require.Greater(t, panics, 30_000)
	})
}
