package source_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// seriesPerScrape is about the number of series of a database with the default limits.
const seriesPerScrape = 3000

// largeSet returns a set of one source with as many series as a real one.
func largeSet(b *testing.B, cache time.Duration) *source.Set {
	b.Helper()
	labels := make([]string, seriesPerScrape)
	for i := range labels {
		labels[i] = strconv.Itoa(i)
	}
	s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
		for i, label := range labels {
			send(float64(i), label)
		}
		return nil
	}}
	return source.NewSet(b.Context(), slog.New(slog.DiscardHandler), source.Limits{Timeout: time.Minute, CacheDuration: cache}, s)
}

func gatherOnce(b *testing.B, set *source.Set) {
	b.Helper()
	families, err := set.Gather(b.Context())
	if err != nil || len(families) == 0 {
		b.Errorf("%d families: %v", len(families), err)
	}
}

func BenchmarkGather(b *testing.B) {
	set := largeSet(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		gatherOnce(b, set)
	}
}

// BenchmarkGatherCached measures the scrape of a second Prometheus server, which gets a cached
// collection.
func BenchmarkGatherCached(b *testing.B) {
	set := largeSet(b, time.Hour)
	gatherOnce(b, set)
	b.ReportAllocs()
	for b.Loop() {
		gatherOnce(b, set)
	}
}

// BenchmarkGatherConcurrently measures twenty scrapes that share one collection, as one operation.
func BenchmarkGatherConcurrently(b *testing.B) {
	const scrapers = 20
	set := largeSet(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		var all sync.WaitGroup
		for range scrapers {
			all.Go(func() { gatherOnce(b, set) })
		}
		all.Wait()
	}
}
