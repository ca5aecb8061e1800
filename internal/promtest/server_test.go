package promtest_test

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestServer(t *testing.T) {
	server := promtest.Start(t, "global: {scrape_interval: 1s}")

	t.Run("evaluates vectors and scalars", func(t *testing.T) {
		samples := server.Query(t, `label_replace(vector(42), "side", "left", "", "")`)
		require.Len(t, samples, 1)
		require.Equal(t, model.Metric{"side": "left"}, samples[0].Metric)
		require.EqualValues(t, 42, samples[0].Value)
		require.Positive(t, samples[0].Timestamp)

		require.EqualValues(t, 7, server.Query(t, "3 + 4")[0].Value)
		require.Empty(t, server.Query(t, "no_such_metric"))
	})
	t.Run("returns errors of queries", func(t *testing.T) {
		_, err := server.Server.Query(t.Context(), "sum(")
		require.ErrorContains(t, err, "parse error")
		_, err = server.Server.Query(t.Context(), "up[5m]")
		require.ErrorContains(t, err, "instant vector")
	})
}

func TestServerScrapesItself(t *testing.T) {
	first := promtest.Start(t, "")
	address := first.URL()[len("http://"):]
	server := promtest.Start(t, `
global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: first, static_configs: [{targets: ["`+address+`"]}]}
`)
	require.EqualValues(t, "first", server.Await(t, "up == 1")[0].Metric["job"])
}

func TestStartReturnsErrorsOfTheConfiguration(t *testing.T) {
	path, err := toolbox.Path("prometheus")
	require.NoError(t, err)
	_, err = promserver.Start(t.Context(), promserver.Options{Path: path, Config: "no_such_section: {}"})
	require.ErrorContains(t, err, "field no_such_section not found")
}
