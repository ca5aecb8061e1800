package source_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// parts is a poll whose parts are functions of the test. Each sends one metric.
type parts struct {
	atomic.Pointer[[]source.Part]
}

func (p *parts) desc() metric.Desc { return metric.NewGauge("fake_parts", "A test value.", "part") }

func (p *parts) Descs() []metric.Desc { return []metric.Desc{p.desc()} }

func (p *parts) Parts() []source.Part { return *p.Load() }

// set replaces the parts. A part with a nil function succeeds.
func (p *parts) set(named map[string]func(context.Context) error) {
	var all []source.Part
	for name, collect := range named {
		all = append(all, source.Part{Name: name, Collect: func(ctx context.Context, ch chan<- prometheus.Metric) error {
			ch <- p.desc().Metric(1, name)
			if collect == nil {
				return nil
			}
			return collect(ctx)
		}})
	}
	slices.SortFunc(all, func(a, b source.Part) int { return slices.Compare([]byte(a.Name), []byte(b.Name)) })
	p.Store(&all)
}

// served returns the parts whose metrics a scrape gets, and its failures.
func served(t *testing.T, p *source.Periodic) ([]string, []*failure.Error) {
	t.Helper()
	ch := make(chan prometheus.Metric, 10)
	err := p.Collect(t.Context(), ch)
	close(ch)
	names := []string{}
	for m := range ch {
		var written dto.Metric
		require.NoError(t, m.Write(&written))
		names = append(names, written.GetLabel()[0].GetValue())
	}
	slices.Sort(names)
	return names, failure.All(err)
}

func denied(context.Context) error {
	return failure.New(failure.PermissionDenied, errors.New("denied"))
}

func unreachable(context.Context) error {
	return failure.New(failure.Unreachable, errors.New("refused"))
}

func hang(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// run runs p every minute, with a maximum age of 3 minutes, and returns the function that ends it.
func run(t *testing.T, poll source.Poll) (*source.Periodic, context.CancelFunc) {
	t.Helper()
	p := source.Every(time.Minute, 3*time.Minute, poll)
	ctx, stop := context.WithCancel(t.Context())
	go p.Run(ctx)
	time.Sleep(time.Second)
	return p, stop
}

func TestFailedPartIsServedUpToTheMaximumAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"events": nil, "balance": nil})
		p, stop := run(t, poll)
		defer stop()
		poll.set(map[string]func(context.Context) error{"events": denied, "balance": nil})
		for range 2 { // at the interval, since a part is no reason to poll less often
			time.Sleep(70 * time.Second)
			names, failures := served(t, p)
			require.Equal(t, []string{"balance", "events"}, names, "the last data of a failed part")
			require.Len(t, failures, 1)
			require.Equal(t, []any{"events", failure.PermissionDenied}, []any{failures[0].Part, failures[0].Reason})
		}
		time.Sleep(time.Minute)
		names, failures := served(t, p)
		require.Equal(t, []string{"balance"}, names, "older than the maximum age")
		require.Len(t, failures, 1)
		time.Sleep(time.Hour)
		names, _ = served(t, p)
		require.Equal(t, []string{"balance"}, names)
		poll.set(map[string]func(context.Context) error{"events": nil, "balance": nil})
		time.Sleep(70 * time.Second)
		names, failures = served(t, p)
		require.Equal(t, []string{"balance", "events"}, names)
		require.Empty(t, failures)
	})
}

func TestRemovedPartIsServedNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"issues": nil, "queries": nil})
		p, stop := run(t, poll)
		defer stop()
		poll.set(map[string]func(context.Context) error{"issues": nil})
		time.Sleep(70 * time.Second)
		names, failures := served(t, p)
		require.Equal(t, []string{"issues"}, names)
		require.Empty(t, failures)
	})
}

func TestPartThatHangsLeavesTimeForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"a": hang, "b": hang, "c": context.Context.Err})
		p, stop := run(t, poll)
		defer stop()
		time.Sleep(time.Minute)
		names, failures := served(t, p)
		require.Equal(t, []string{"c"}, names)
		require.Len(t, failures, 2)
		require.Equal(t, []any{"a", failure.Timeout}, []any{failures[0].Part, failures[0].Reason})
	})
}

func TestUnreachableServiceEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"a": nil, "b": nil, "c": nil})
		p, stop := run(t, poll)
		defer stop()
		poll.set(map[string]func(context.Context) error{"a": nil, "b": unreachable, "c": nil})
		time.Sleep(70 * time.Second)
		_, failures := served(t, p)
		require.Len(t, failures, 1)
		require.Equal(t, []any{"", failure.Unreachable}, []any{failures[0].Part, failures[0].Reason}, "the whole source")
		time.Sleep(110 * time.Second)
		names, _ := served(t, p)
		require.Equal(t, []string{"a"}, names, "only a was collected in the last 3 minutes")
	})
}

func TestPanicIsAFailureOfItsPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"a": func(context.Context) error { panic("planted") }, "b": nil})
		p, stop := run(t, poll)
		defer stop()
		names, failures := served(t, p)
		require.Equal(t, []string{"b"}, names)
		require.Len(t, failures, 1)
		require.Equal(t, []any{"a", failure.Internal}, []any{failures[0].Part, failures[0].Reason})
	})
}

func TestLastSuccessIsTheTimeOfThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poll := &parts{}
		poll.set(map[string]func(context.Context) error{"a": nil, "b": denied})
		p := source.Every(10*time.Minute, time.Hour, poll)
		set := newSet(t, time.Second, 0, polled{p})
		const name = "marketplace_source_last_success_timestamp_seconds"
		require.NotContains(t, gather(t, set, time.Second), name, "absent before the first poll")
		began := float64(time.Now().Unix())
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go set.Run(ctx)
		time.Sleep(9 * time.Minute)
		require.InDelta(t, began, value(t, gather(t, set, time.Second)[name], "a"), 0, "the latest poll, not the scrape")
		time.Sleep(2 * time.Minute)
		require.InDelta(t, began+600, value(t, gather(t, set, time.Second)[name], "a"), 31, "after the interval and the jitter")
	})
}
