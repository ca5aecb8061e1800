package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"
)

// measurement is what one of those compared has cost.
type measurement struct {
	scrapes      int
	latencies    []time.Duration
	before, last page    // of an exporter: the scrape before those that are measured, and the last of them
	memory       float64 // at its peak, in bytes
	database     account // for a scrape
	connections  int
}

// round is what is done again and again, for an interval after the one before.
type round struct {
	exporter *exporter
	bare     bool // whether the bare select has a turn too
	pace     time.Duration
}

// measureTurns warms up and then measures so many rounds. It returns what each role cost, and how long a round took.
func (b *bench) measureTurns(ctx context.Context, round round, warmup, count int) (map[string]*measurement, time.Duration, error) {
	b.progress.say("scraping %s, %d times to warm up and %d times to measure", round.exporter.role, warmup, count)
	warm, err := b.turns(ctx, round, warmup)
	if err != nil {
		return nil, 0, err
	}
	before, err := b.fixture.bills(ctx)
	if err != nil {
		return nil, 0, err
	}
	stop, err := b.fixture.watchConnections(ctx, 50*time.Millisecond)
	if err != nil {
		return nil, 0, err
	}
	started := time.Now()
	measured, roundsErr := b.turns(ctx, round, count)
	pace := time.Since(started) / time.Duration(count)
	most, err := stop()
	if err := errors.Join(roundsErr, err); err != nil {
		return nil, 0, err
	}
	after, err := b.fixture.bills(ctx)
	if err != nil {
		return nil, 0, err
	}
	for role, m := range measured {
		m.database = after[role].since(before[role], count)
		m.connections = most[role]
		m.before = warm[role].last
	}
	return measured, pace, nil
}

// turns lets the exporter and the bare select have so many turns, so that whatever else the machine does hits both alike.
func (b *bench) turns(ctx context.Context, round round, count int) (map[string]*measurement, error) {
	ofExporter, ofBare := &measurement{}, &measurement{}
	scraper := newScraper()
	tell := b.progress.every("scrapes", count)
	for i := range count {
		next := time.Now().Add(round.pace)
		if err := ofExporter.scrape(ctx, scraper, round.exporter); err != nil {
			return nil, err
		}
		if round.bare {
			took, err := b.bare.read(ctx)
			if err != nil {
				return nil, err
			}
			ofBare.latencies = append(ofBare.latencies, took)
		}
		tell(i + 1)
		if err := sleepUntil(ctx, next); err != nil {
			return nil, err
		}
	}
	return map[string]*measurement{round.exporter.role: ofExporter, bareRole: ofBare}, nil
}

func (m *measurement) scrape(ctx context.Context, scraper scraper, e *exporter) error {
	page, err := scraper.scrape(ctx, e.url)
	if err != nil {
		return err
	}
	m.last = page
	m.latencies = append(m.latencies, page.took)
	m.memory = e.peakMemory()
	m.scrapes++
	return page.complete()
}

func sleepUntil(ctx context.Context, at time.Time) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(time.Until(at)):
		return nil
	}
}

// loadAverage is the system's own, over the last minute; empty where it has none.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	lastMinute, _, _ := strings.Cut(string(text), " ")
	return lastMinute
}
