package pgbouncer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// Check implements source.Checker. It connects and collects once.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Subject: "pools", Detail: "off: the queue of a pooler is not monitored",
			Hint: "set PGBOUNCER_URL, with a user that is in stats_users in pgbouncer.ini, as in docs/scaling.md",
		}}
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	version, err := s.showVersion(ctx)
	if err != nil {
		text, hint, _ := strings.Cut(strings.Join(strings.Fields(err.Error()), " "), "; hint: ")
		return []check.Finding{{
			Status: check.Broken, Subject: "connection", Detail: fmt.Sprintf("%s: %s", database.Reason(err), text), Hint: hint,
		}}
	}
	started := time.Now()
	metrics, err := source.MetricsOf(ctx, s)
	findings := []check.Finding{
		{Subject: "connection", Detail: "PgBouncer " + version},
		{Subject: "a scrape", Detail: fmt.Sprintf("%d series in %s", len(metrics), time.Since(started).Round(time.Millisecond))},
	}
	for _, failed := range failure.All(err) {
		findings = append(findings, check.Finding{
			Status: check.Broken, Subject: "part " + failed.Part, Detail: fmt.Sprintf("%s: %v", failed.Reason, failed.Err),
		})
	}
	return findings
}
