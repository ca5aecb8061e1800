package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// visit is one collection: what it has learnt of the server, and what went wrong so far.
type visit struct {
	*Source
	now        time.Time
	server     server
	identified bool
	stranger   error // why the server could not be identified, where it answered at all
	emit       func(prometheus.Metric)
	failures   []error
	asked      []string // parts whose answer is still to come
}

// identify is the first round trip: everything else depends on who the server is.
func (v *visit) identify() []request {
	return []request{v.server.identify(func(err error) { v.identified, v.stranger = err == nil, err })}
}

// first is the round trip of everything that depends on the server alone.
func (v *visit) first() []request {
	if !v.identified {
		return nil
	}
	queries := v.queries(false)
	return append(queries, v.statements.choose(v)...)
}

// second is the round trip of what depends on the first, and of the slow tier: if time runs out, it does so here.
func (v *visit) second() []request {
	if !v.identified {
		return nil
	}
	queries := v.statements.measure(v)
	return append(queries, v.queries(true)...)
}

func (v *visit) queries(slow bool) []request {
	var queries []request
	for _, f := range v.families {
		if f.slow != slow || (f.on != nil && !f.on(v.server)) {
			continue
		}
		if f.allStats && !v.readsAllStats(f.part) {
			continue
		}
		if f.slow && v.replay(f.part) {
			continue
		}
		queries = append(queries, v.ask(f)...)
	}
	return queries
}

// ask returns the query of f, or none while the server refuses it.
func (v *visit) ask(f family) []request { return v.askFor(f, v.server.major) }

// askFor is ask for a family whose versions are not the server's.
func (v *visit) askFor(f family, version int) []request {
	prepared := f.prepare(version)
	var metrics []prometheus.Metric
	query := request{
		Query: database.Query{SQL: prepared.sql},
		Read: func(result database.Result) error {
			return prepared.read(result, func(m prometheus.Metric) { metrics = append(metrics, m) })
		},
		Done: func(err error) {
			if err == nil {
				v.keep(f, metrics)
			}
		},
	}
	if f.args != nil {
		query.Args = f.args(v.server)
	}
	return v.guarded(f.part, query)
}

// guarded wraps query so that its failure is one of part, and leaves it out while the server refuses the part: what a
// missing privilege or extension forbids is tried again slowly, not at every scrape.
func (v *visit) guarded(part string, query request) []request {
	m := v.recall(part)
	if m.refusal != nil && v.now.Before(m.retry) {
		v.failures = append(v.failures, m.refusal)
		return nil
	}
	m.refusal = nil
	v.asked = append(v.asked, part)
	done := query.Done
	query.Done = func(err error) {
		v.asked = remove(v.asked, part)
		if err != nil {
			v.fail(part, err)
		}
		done(err)
	}
	return []request{query}
}

// fail reports the failure of part and remembers it if the server will not change its mind soon.
func (v *visit) fail(part string, err error) {
	reason := database.Reason(err)
	failed := failure.OfPart(part, reason, err)
	v.failures = append(v.failures, failed)
	if reason == failure.PermissionDenied || reason == failure.Unsupported {
		m := v.recall(part)
		m.refusal, m.retry = failed, v.now.Add(v.config.RetryInterval)
	}
	v.replayStale(part)
}

// unanswered reports the parts that got no answer because the connection was lost or the time was up.
func (v *visit) unanswered(err error) {
	if err == nil {
		return
	}
	for _, part := range v.asked {
		v.fail(part, err)
	}
	if len(v.asked) == 0 {
		v.failures = append(v.failures, failure.OfPart("server", database.Reason(err), err))
	}
}

type request struct {
	database.Query
	Read func(database.Result) error
	Done func(error)
}

type row struct {
	database.Result
	i int
}

func (r row) Scan(dest ...any) error { return r.Result.Scan(r.i, dest...) }

func eachRow(fn func(row row) error) func(database.Result) error {
	return func(result database.Result) error {
		for i := range result.Rows {
			if err := fn(row{result, i}); err != nil {
				return err
			}
		}
		return nil
	}
}

func readOnly(ctx context.Context, db *database.DB, limits database.Limits, steps ...func() []request) error {
	tx := db.Begin(limits)
	defer tx.Close()
	for i, step := range steps {
		requests := step()
		queries := make([]database.Query, len(requests))
		for j, r := range requests {
			queries[j] = r.Query
		}
		send := tx.RoundTrip
		if i == len(steps)-1 {
			send = tx.RoundTripAndCommit
		}
		results, err := send(ctx, queries...)
		for j, r := range requests {
			if failed := results[j].Err; failed != nil {
				if !errors.Is(failed, err) || err == nil {
					r.Done(failed)
				}
				continue
			}
			r.Done(r.Read(results[j]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
