package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// facts are the properties of the server that the findings report.
type facts struct {
	server
	backend      uint32 // process of the server that executed the query
	track, limit string // of pg_stat_statements; empty if its library is not loaded
	took         time.Duration
}

const factsSQL = `SELECT pg_backend_pid(), coalesce(current_setting('pg_stat_statements.track', true), ''),
	coalesce(current_setting('pg_stat_statements.max', true), '')`

// Check implements source.Checker. It reports which statistics the role can read, and how to make
// the missing ones available.
func (s *Source) Check(ctx context.Context) []check.Finding {
	f, err := s.facts(ctx)
	if err != nil {
		reason := database.Reason(err)
		return []check.Finding{{
			Status: check.Broken, Subject: "connection", Detail: fmt.Sprintf("%s: %s", reason, oneLine(err)),
			Hint: connectionHint(reason, err),
		}}
	}
	findings := []check.Finding{
		{Subject: "connection", Detail: fmt.Sprintf("database %s as %s in %s", f.database, f.role, f.took)},
		tlsFinding(s.db.Protection()), serverFinding(f), poolerFinding(f, s.db.Process()), roleFinding(f), extensionFinding(f), trackFinding(f),
	}
	return append(findings, s.collectionFindings(ctx)...)
}

func (s *Source) facts(ctx context.Context) (facts, error) {
	f := facts{server: server{config: s.config}}
	started := time.Now()
	tx := s.db.Begin(database.Limits{Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout})
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(ctx, append(identification(), database.Query{SQL: factsSQL})...)
	f.took = time.Since(started).Round(time.Millisecond)
	if err != nil {
		return f, err
	}
	if err := f.scan(results); err != nil {
		return f, err
	}
	if err := results[2].Err; err != nil {
		return f, err
	}
	return f, results[2].Scan(0, &f.backend, &f.track, &f.limit)
}

// collectionFindings collects once, as a scrape does.
func (s *Source) collectionFindings(ctx context.Context) []check.Finding {
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
