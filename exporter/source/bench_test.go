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

// seriesOfAScrape is about what a database with the default limits makes.
const seriesOfAScrape = 3000

// crowded is a set of one source with as many series as a real one.
func crowded(b *testing.B, share time.Duration) *source.Set {
	b.Helper()
	labels := make([]string, seriesOfAScrape)
	for i := range labels {
		labels[i] = strconv.Itoa(i)
	}
	s := &fake{name: "a", collect: func(_ context.Context, send func(float64, string)) error {
		for i, label := range labels {
			send(float64(i), label)
		}
		return nil
	}}
	return source.NewSet(b.Context(), slog.New(slog.DiscardHandler), source.Limits{Longest: time.Minute, Share: share}, s)
}

func gatherOnce(b *testing.B, set *source.Set) {
	b.Helper()
	families, err := set.Gather(b.Context())
	if err != nil || len(families) == 0 {
		b.Errorf("%d families: %v", len(families), err)
	}
}

func BenchmarkGather(b *testing.B) {
	set := crowded(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		gatherOnce(b, set)
	}
}

// BenchmarkGatherShared is the scrape of a second Prometheus, for which nothing is collected.
func BenchmarkGatherShared(b *testing.B) {
	set := crowded(b, time.Hour)
	gatherOnce(b, set)
	b.ReportAllocs()
	for b.Loop() {
		gatherOnce(b, set)
	}
}

// BenchmarkGatherAtOnce is twenty scrapes that share one collection; an operation is all of them.
func BenchmarkGatherAtOnce(b *testing.B) {
	const scrapers = 20
	set := crowded(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		var all sync.WaitGroup
		for range scrapers {
			all.Go(func() { gatherOnce(b, set) })
		}
		all.Wait()
	}
}
