package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ofTable and ofIndex return the series of a relation in the schema public.
func ofTable(metric, db, table string) string {
	return fmt.Sprintf(`%s{datname=%q,relname=%q,schemaname="public"}`, metric, db, table)
}

func ofIndex(metric, db, table, index string) string {
	return fmt.Sprintf(`%s{datname=%q,indexrelname=%q,relname=%q,schemaname="public"}`, metric, db, index, table)
}

// ofClass returns the series of a class of indexes.
func ofClass(metric, db, class string) string {
	return fmt.Sprintf(`%s{class=%q,datname=%q}`, metric, class, db)
}

func ofDatabase(metric, db string) string { return fmt.Sprintf(`%s{datname=%q}`, metric, db) }

// series returns the series of one metric.
func series(samples map[string]float64, metric string) []string {
	var found []string
	for name := range samples {
		if strings.HasPrefix(name, metric+"{") {
			found = append(found, name)
		}
	}
	return found
}

// scrapeUntil scrapes until a sample has a value: statistics of other sessions arrive with a delay.
func (e *exporter) scrapeUntil(t *testing.T, name string, value float64) map[string]float64 {
	t.Helper()
	const timeout = 10 * time.Second
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		samples := e.scrape(t)
		if got, ok := samples[name]; ok && got == value {
			return samples
		} else if time.Now().After(deadline) {
			require.Failf(t, "timeout", "%s is %v (present: %v), not %v", name, got, ok, value)
		}
	}
}

// requireNoRelationFailures fails the test if a part of tables or indexes failed.
func requireNoRelationFailures(t *testing.T, samples map[string]float64) {
	t.Helper()
	for _, name := range series(samples, "marketplace_source_failing") {
		require.False(t, samples[name] == 1 && (strings.Contains(name, "table") || strings.Contains(name, "index")), name)
	}
}
