package postgres

import (
	"bytes"
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// testConfig returns the defaults of the flags with short intervals.
func testConfig() Config {
	return Config{
		StatementTimeout: 5 * time.Second, LockTimeout: 200 * time.Millisecond,
		SlowInterval: time.Millisecond, RetryInterval: time.Millisecond, SlowThreshold: time.Second,
		StatementsLimit: 100, TablesLimit: 100, IndexesLimit: 300,
		PinnedTables: coreTables(), IndexMinAge: 0, ExposedSchemas: []string{"public"},
	}
}

// exporter is a source in a set, connected to a real server.
type exporter struct {
	*Source
	set *source.Set
}

func newExporter(t testing.TB, url string, config Config) *exporter {
	t.Helper()
	db, err := database.Open(database.Config{URL: url, Timeout: 5 * time.Second}.Primary(), "postgres")
	require.NoError(t, err)
	t.Cleanup(db.Close)
	s := New(config, db)
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	return &exporter{Source: s, set: source.NewSet(t.Context(), logger, source.Limits{Timeout: 10 * time.Second}, s)}
}

// scrape returns the samples of one scrape by series, such as `pg_up{datname="postgres"}`.
func (e *exporter) scrape(t testing.TB) map[string]float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	families, err := e.set.Gather(ctx)
	require.NoError(t, err)
	var text bytes.Buffer
	for _, family := range families {
		_, err := expfmt.MetricFamilyToText(&text, family)
		require.NoError(t, err)
	}
	samples := map[string]float64{}
	for line := range strings.Lines(text.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		series, number, _ := strings.Cut(line[strings.LastIndex(line, "}")+1:], " ")
		series = line[:strings.LastIndex(line, "}")+1] + series
		samples[series], err = strconv.ParseFloat(strings.TrimSpace(number), 64)
		require.NoError(t, err)
	}
	return samples
}
