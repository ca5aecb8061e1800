package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// crowdSize is how many scrape at once.
const crowdSize = 20

// crowd is what many scrapers at once have done.
type crowd struct {
	scrapes     int64
	connections int // of the exporter, at most
}

// scrapeAtOnce lets many scrape our exporter as fast as they can.
func (b *bench) scrapeAtOnce(ctx context.Context) (crowd, error) {
	b.progress.say("scraping with %d at once for %s", crowdSize, b.crowd)
	stop, err := b.fixture.watchConnections(ctx, 3*time.Millisecond)
	if err != nil {
		return crowd{}, err
	}
	var scrapes atomic.Int64
	var everybody sync.WaitGroup
	failed := make(chan error, crowdSize)
	end := time.Now().Add(b.crowd)
	for range crowdSize {
		everybody.Go(func() {
			scraper := newScraper()
			var err error
			for err == nil && time.Now().Before(end) {
				var answer page
				if answer, err = scraper.scrape(ctx, b.ours.url); err == nil {
					err = answer.complete()
				}
				scrapes.Add(1)
			}
			failed <- err
		})
	}
	everybody.Wait()
	close(failed)
	most, err := stop()
	for failure := range failed {
		err = errors.Join(err, failure)
	}
	return crowd{scrapes: scrapes.Load(), connections: most[oursRole]}, err
}
