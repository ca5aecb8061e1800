package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ofTable and ofIndex name series of relations in schema public.
func ofTable(metric, db, table string) string {
	return fmt.Sprintf(`%s{datname=%q,relname=%q,schemaname="public"}`, metric, db, table)
}

func ofIndex(metric, db, table, index string) string {
	return fmt.Sprintf(`%s{datname=%q,indexrelname=%q,relname=%q,schemaname="public"}`, metric, db, index, table)
}

// ofClass names a series of a class of indexes.
func ofClass(metric, db, class string) string {
	return fmt.Sprintf(`%s{class=%q,datname=%q}`, metric, class, db)
}

func ofDatabase(metric, db string) string { return fmt.Sprintf(`%s{datname=%q}`, metric, db) }

// series lists those of one metric.
func series(samples map[string]float64, metric string) []string {
	var found []string
	for name := range samples {
		if strings.HasPrefix(name, metric+"{") {
			found = append(found, name)
		}
	}
	return found
}

// scrapeUntil scrapes until a sample has a value: what other sessions did is counted with some delay.
func (e *exporter) scrapeUntil(t *testing.T, name string, value float64) map[string]float64 {
	t.Helper()
	const patience = 10 * time.Second
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		samples := e.scrape(t)
		if got, ok := samples[name]; ok && got == value {
			return samples
		} else if time.Now().After(deadline) {
			require.Failf(t, "never came", "%s is %v (there: %v), not %v", name, got, ok, value)
		}
	}
}

// requireRelationsServed fails if a part about relations did.
func requireRelationsServed(t *testing.T, samples map[string]float64) {
	t.Helper()
	for _, name := range series(samples, "marketplace_source_failing") {
		require.False(t, samples[name] == 1 && (strings.Contains(name, "table") || strings.Contains(name, "index")), name)
	}
}
