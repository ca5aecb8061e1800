package statuspage

import (
	"context"
	"regexp"
	"testing"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// recorder records expressions and returns no data.
type recorder struct{ expressions []string }

func (r *recorder) Instant(_ context.Context, expr string, _ time.Time) (model.Vector, error) {
	r.expressions = append(r.expressions, expr)
	return model.Vector{}, nil
}

func (r *recorder) Range(_ context.Context, expr string, _ v1.Range) (model.Matrix, error) {
	r.expressions = append(r.expressions, expr)
	return model.Matrix{}, nil
}

func TestExpressionsSelectWhatExists(t *testing.T) {
	contract := promtest.NewContract(t, promtest.Start(t, "scrape_configs: []\n"))
	recorded := &recorder{}
	_, err := history{}.extend(t.Context(), source{querier: recorded, environment: "production"}, now())
	require.NoError(t, err)
	require.Len(t, recorded.expressions, 5)
	for _, expr := range recorded.expressions {
		contract.Check(t, expr)
	}

	current := regexp.MustCompile(`__name__=~"([^"]+)"`).FindStringSubmatch(recorded.expressions[0])
	require.NotNil(t, current)
	selected := regexp.MustCompile("^(?:" + current[1] + ")$")
	for _, name := range []string{
		"marketplace:component_status",
		"marketplace:component_uptime:ratio1d", "marketplace:component_uptime:ratio30d", "marketplace:component_uptime:ratio90d",
		"marketplace_maintenance_start_timestamp_seconds", "marketplace_maintenance_end_timestamp_seconds",
	} {
		require.Regexp(t, selected, name)
		contract.Check(t, name)
	}
}
