package statuspage

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	// refreshInterval is the time from one query set to the next.
	refreshInterval = 30 * time.Second
	// maxAge is the age of data above which every status is unknown. It covers a restart of
	// Prometheus.
	maxAge = 2 * time.Minute
)

// monitor publishes an edition of the site at every interval.
type monitor struct {
	source  source
	notes   string // a directory; empty without notes
	site    site
	logger  *slog.Logger
	history history // of the goroutine that refreshes
	problem string  // the last error of the notes
	edition atomic.Pointer[edition]
}

// run refreshes until ctx ends.
func (m *monitor) run(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		m.refresh(ctx, time.Now().UTC())
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// refresh runs a query set and publishes the result. If the set fails, it publishes the data of the
// last one with its age.
func (m *monitor) refresh(ctx context.Context, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, refreshInterval)
	defer cancel()
	next, err := m.history.extend(ctx, m.source, now)
	if err == nil {
		m.history = next
	} else if ctx.Err() != context.Canceled {
		m.logger.Error("Querying Prometheus failed. The page shows older data.", "last_success", m.history.until, "err", err)
	}
	notes, err := readNotes(m.notes)
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	if problem != "" && problem != m.problem {
		m.logger.Error("Some notes are invalid. The page shows the others.", "err", problem)
	}
	m.problem = problem
	m.edition.Store(m.site.edition(m.history.snapshot(m.source.environment, notes, now)))
}
