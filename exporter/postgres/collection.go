package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// workMem holds the pg_stat_statements view with its texts, so that the server does not write it to
// a temporary file.
const workMem = "64MB"

// Collect implements source.Source. It fails as a whole only if the server cannot be identified.
func (s *Source) Collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.db.Collect(ch) // last, so that it includes the cost of this collection
	tx := s.db.Begin(database.Limits{
		Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout, WorkMem: workMem,
	})
	defer tx.Close()
	c := &collection{Source: s, now: time.Now(), ch: ch}
	server, err := s.identify(ctx, tx)
	if err != nil {
		c.export(s.status.down(s.db.Name()))
		return failure.New(database.Reason(err), err)
	}
	c.server = server
	c.export(s.status.up(server))
	c.collect(ctx, tx)
	return errors.Join(c.failures...)
}

// collection is one collection from an identified server.
type collection struct {
	*Source
	server   server
	now      time.Time
	ch       chan<- prometheus.Metric
	failures []error
}

// collect makes the two round trips that follow the identification. The second one has the queries
// that depend on the results of the first, and the slow collectors, so that only these are
// missing if the deadline passes.
func (c *collection) collect(ctx context.Context, tx *database.Tx) {
	withStatements := c.checkStatements()
	fast := c.prepare(false)
	requests := c.requests(fast)
	if withStatements && c.statements.choiceIsDue(c.now) {
		requests = append(requests, choiceRequest(c.server))
	}
	results, err := c.roundTrip(ctx, tx.RoundTrip, requests)
	c.exportResults(fast, results)
	c.chooseStatements(results)
	if err != nil {
		return
	}

	slow := c.prepare(true)
	var numbers query
	requests = nil
	if withStatements {
		numbers = statementNumbers(c.server).prepare(c.server.extension.minor)
		slow = append(slow, statementsInfo(c.server).prepare(c.server.extension.minor))
		requests = c.statements.requests(c.server, numbers)
	}
	results, _ = c.roundTrip(ctx, tx.RoundTripAndCommit, append(requests, c.requests(slow)...))
	c.exportStatements(numbers, results)
	c.exportResults(slow, results)
}

// request is a query whose failure is a failure of part.
type request struct {
	part string
	database.Query
}

func (c *collection) requests(queries []query) []request {
	var requests []request
	for _, q := range queries {
		r := request{part: q.part, Query: database.Query{SQL: q.sql}}
		if q.args != nil {
			r.Args = q.args(c.server)
		}
		requests = append(requests, r)
	}
	return requests
}

type send func(ctx context.Context, queries ...database.Query) ([]database.Result, error)

// roundTrip sends requests, except those of parts that the server recently refused, and returns the
// results by part. It records the failures of the parts without a result. The error means that the
// connection was lost.
func (c *collection) roundTrip(ctx context.Context, send send, requests []request) (map[string]database.Result, error) {
	var parts []string
	var queries []database.Query
	for _, r := range requests {
		if refusal := c.refused(r.part); refusal != nil {
			if !slices.Contains(c.failures, refusal) {
				c.failures = append(c.failures, refusal)
			}
			continue
		}
		parts, queries = append(parts, r.part), append(queries, r.Query)
	}
	results, err := send(ctx, queries...)
	succeeded := map[string]database.Result{}
	for i, result := range results {
		if result.Err != nil {
			c.fail(parts[i], result.Err)
			continue
		}
		succeeded[parts[i]] = result
	}
	if err != nil && len(succeeded) == len(queries) {
		c.failures = append(c.failures, failure.OfPart("server", database.Reason(err), err))
	}
	return succeeded, err
}

// prepare returns the queries of the fast or the slow collectors that apply to the server. Slow
// collectors that are not due export their cached results instead.
func (c *collection) prepare(slow bool) []query {
	var queries []query
	for _, collector := range c.collectors {
		switch {
		case collector.slow != slow:
		case collector.on != nil && !collector.on(c.server):
		case collector.allStats && !c.readsAllStats(collector.part):
		case slow && c.exportCached(collector.part):
		default:
			queries = append(queries, collector.prepare(c.server.major))
		}
	}
	return queries
}

// readsAllStats reports whether the role may see other roles' statistics, and records a failure of
// part otherwise. Postgres would not return an error: it would return NULL for those statistics,
// and the sums would be wrong.
func (c *collection) readsAllStats(part string) bool {
	if c.server.readsAllStats {
		return true
	}
	err := fmt.Errorf("the server hides other roles' statistics; hint: GRANT pg_monitor TO %s", c.server.role)
	c.failures = append(c.failures, failure.OfPart(part, failure.PermissionDenied, err))
	return false
}

// exportResults exports the results of queries and caches those of slow collectors.
func (c *collection) exportResults(queries []query, results map[string]database.Result) {
	for _, q := range queries {
		result, ok := results[q.part]
		if !ok {
			continue
		}
		series, err := q.series(result)
		if err != nil {
			c.fail(q.part, err)
			continue
		}
		c.export(series)
		if q.slow {
			state := c.state(q.part)
			state.cached, state.cachedAt = series, c.now
		}
	}
}

func (c *collection) export(series []prometheus.Metric) {
	for _, sample := range series {
		c.ch <- sample
	}
}
