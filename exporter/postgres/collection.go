package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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
		Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout, Settings: map[string]string{"work_mem": workMem},
	})
	defer tx.Close()
	c := &collection{Source: s, now: time.Now(), ch: ch}
	server, err := s.identify(ctx, tx)
	if err != nil {
		ch <- s.upDesc.Metric(0, s.db.Name())
		ch <- s.errorDesc.Metric(1)
		return failure.New(database.Reason(err), err)
	}
	ch <- s.upDesc.Metric(1, server.database)
	ch <- s.versionDesc.Metric(1, server.database, strconv.Itoa(server.major), server.version)
	c.server = server
	c.collect(ctx, tx)
	ch <- s.errorDesc.Metric(float64(min(len(c.failures), 1)))
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
	requests := requestsOf(fast)
	if withStatements && c.now.Sub(c.statements.chosenAt) >= c.statements.interval {
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
	results, _ = c.roundTrip(ctx, tx.RoundTripAndCommit, append(requests, requestsOf(slow)...))
	c.exportStatements(numbers, results)
	c.exportResults(slow, results)
}

// request is a query whose failure is a failure of part.
type request struct {
	part string
	database.Query
}

func requestsOf(queries []query) []request {
	var requests []request
	for _, q := range queries {
		requests = append(requests, request{q.part, database.Query{SQL: q.sql, Args: q.args}})
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

// partState is the state of one part between collections. It only saves queries.
type partState struct {
	refusal error     // the latest error, if it was a missing privilege or feature
	retryAt time.Time // when to run the query again after a refusal

	cached   []prometheus.Metric // latest result of a slow collector
	cachedAt time.Time
}

// maxCacheAge is the age, in slow intervals, up to which a cached result is exported while newer
// queries fail.
const maxCacheAge = 3

func (s *Source) state(part string) *partState {
	if s.parts[part] == nil {
		s.parts[part] = &partState{}
	}
	return s.parts[part]
}

// refused returns the error with which the server recently refused the query of part, or nil. Such
// a query is not sent again for a while, because missing privileges and extensions rarely appear
// between two scrapes.
func (c *collection) refused(part string) error {
	state := c.state(part)
	if c.now.Before(state.retryAt) {
		return state.refusal
	}
	state.refusal = nil
	return nil
}

// fail records the failure of part and exports its cached result, unless that is too old.
func (c *collection) fail(part string, err error) {
	state, reason := c.state(part), database.Reason(err)
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok && pgErr.Code == "22P05" { // untranslatable character
		err = fmt.Errorf("%w; hint: connect to a database in UTF8, which can represent the texts of all databases", err)
	}
	failed := failure.OfPart(part, reason, err)
	c.failures = append(c.failures, failed)
	if reason == failure.PermissionDenied || reason == failure.Unsupported {
		state.refusal, state.retryAt = failed, c.now.Add(c.config.RetryInterval)
	}
	if c.now.Sub(state.cachedAt) >= maxCacheAge*c.config.SlowInterval {
		state.cached = nil
	}
	c.export(state.cached)
}

// exportCached exports the cached result of a slow collector and reports whether it is recent
// enough to skip the query.
func (c *collection) exportCached(part string) bool {
	state := c.state(part)
	if state.cachedAt.IsZero() || c.now.Sub(state.cachedAt) >= c.config.SlowInterval {
		return false
	}
	c.export(state.cached)
	return true
}
