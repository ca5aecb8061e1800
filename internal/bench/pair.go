package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// pair is what the database was asked by an exporter with one scraper, and by one with two, in the same time.
type pair struct {
	scrapes int // by each
	one     bill
	two     []bill // for each of their phases
}

// scrapeAsPair compares one Prometheus with two that scrape at the same interval and do not know of one another.
func (b *bench) scrapeAsPair(ctx context.Context) (pair, error) {
	if err := b.ours.stop(ctx); err != nil {
		return pair{}, err
	}
	// The slow tier stays out of it, for it has a clock of its own that would run once in one of the two, and not in the other.
	shared, err := b.startExporter(ctx, b.ours.program, "--collect.cache-duration="+(b.pairInterval/2).String(), "--postgres.slow-interval=1h")
	if err != nil {
		return pair{}, err
	}
	p := pair{scrapes: b.pairRounds}
	b.progress.say("scraping with one, %d times", p.scrapes)
	if p.one, err = b.scrapeInPhases(ctx, shared, 0); err != nil {
		return p, err
	}
	b.progress.say("scraping with two, %d times each", p.scrapes)
	// The second comes soon after the first, which has its collection shared then, or soon before the next of the first,
	// which then shares the second's.
	for _, phase := range []time.Duration{b.pairInterval * 2 / 5, b.pairInterval * 4 / 5} {
		b.progress.say("scraping with two, %d times each, the second %s after the first", p.scrapes, phase)
		cost, err := b.scrapeInPhases(ctx, shared, 0, phase)
		if err != nil {
			return p, err
		}
		p.two = append(p.two, cost)
	}
	return p, nil
}

// scrapeInPhases scrapes at one interval, as often at each of the phases, and returns the bill.
func (b *bench) scrapeInPhases(ctx context.Context, e *exporter, phases ...time.Duration) (bill, error) {
	before, err := b.fixture.bills(ctx)
	if err != nil {
		return bill{}, err
	}
	var all sync.WaitGroup
	failed := make(chan error, len(phases))
	began := time.Now().Add(b.pairInterval) // by then, nothing from before is shared
	for _, phase := range phases {
		all.Go(func() { failed <- b.scrapeFrom(ctx, e, began.Add(phase)) })
	}
	all.Wait()
	close(failed)
	for failure := range failed {
		err = errors.Join(err, failure)
	}
	if err != nil {
		return bill{}, err
	}
	after, err := b.fixture.bills(ctx)
	return after[e.role].since(before[e.role], 1).all, err
}

func (b *bench) scrapeFrom(ctx context.Context, e *exporter, at time.Time) error {
	scraper := newScraper()
	for i := range b.pairRounds {
		if err := sleepUntil(ctx, at.Add(time.Duration(i)*b.pairInterval)); err != nil {
			return err
		}
		answer, err := scraper.scrape(ctx, e.url)
		if err == nil {
			err = answer.complete()
		}
		if err != nil {
			return err
		}
	}
	return nil
}
