package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestServerIsUp(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		samples := newExporter(t, s.URL("postgres", "postgres"), testConfig()).scrape(t)
		require.EqualValues(t, 1, samples[`pg_up{datname="postgres"}`])
		require.EqualValues(t, 100, samples[`pg_settings_max_connections{datname="postgres"}`])
		require.EqualValues(t, 1, samples[`marketplace_source_up{source="postgres"}`])
	})
}
