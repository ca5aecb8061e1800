package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// facts are what a person wants to know of the server beyond what a scrape needs.
type facts struct {
	server
	backend      uint32 // the process that answered
	track, limit string // of pg_stat_statements; empty where its library is not loaded
	took         time.Duration
}

const factsSQL = `SELECT pg_backend_pid(), coalesce(current_setting('pg_stat_statements.track', true), ''),
	coalesce(current_setting('pg_stat_statements.max', true), '')`

// Check says what the source can see of the server, and what would let it see more.
func (s *Source) Check(ctx context.Context) []check.Finding {
	f, err := s.facts(ctx)
	if err != nil {
		reason := database.Reason(err)
		return []check.Finding{{
			Status: check.Broken, Subject: "connection", Detail: fmt.Sprintf("%s: %s", reason, oneLine(err)),
			Hint: connectionHint(reason),
		}}
	}
	findings := []check.Finding{
		{Subject: "connection", Detail: fmt.Sprintf("database %s as %s in %s", f.database, f.role, f.took)},
		serverFinding(f), poolerFinding(f, s.db.Process()), roleFinding(f), extensionFinding(f), trackFinding(f),
	}
	return append(findings, s.partFindings(ctx)...)
}

func (s *Source) facts(ctx context.Context) (facts, error) {
	f := facts{server: server{config: s.config}}
	var failures []error
	done := func(err error) { failures = append(failures, err) }
	started := time.Now()
	limits := database.Limits{Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout}
	err := readOnly(ctx, s.db, limits, func() []request {
		return []request{f.identify(done), {
			Query: database.Query{SQL: factsSQL}, Done: done,
			Read: eachRow(func(row row) error { return row.Scan(&f.backend, &f.track, &f.limit) }),
		}}
	})
	f.took = time.Since(started).Round(time.Millisecond)
	return f, errors.Join(append(failures, err)...)
}

// partFindings collects once, as a scrape would.
func (s *Source) partFindings(ctx context.Context) []check.Finding {
	ch, counted := make(chan prometheus.Metric), make(chan int)
	go func() {
		n := 0
		for range ch {
			n++
		}
		counted <- n
	}()
	started := time.Now()
	err := s.Collect(ctx, ch)
	close(ch)
	findings := []check.Finding{{
		Subject: "a scrape",
		Detail:  fmt.Sprintf("%d series in %s", <-counted, time.Since(started).Round(time.Millisecond)),
	}}
	for _, failure := range failure.All(err) {
		findings = append(findings, check.Finding{
			Status: check.Broken, Subject: "part " + failure.Part,
			Detail: fmt.Sprintf("%s: %s", failure.Reason, oneLine(failure.Err)),
		})
	}
	return findings
}
