package requests_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheFirstRequestInitializesErrors(t *testing.T) {
	t.Parallel()
	lists := draintest.Lists(t)
	m := requests.New(lists)
	m.Observe(requests.Request{Environment: "production", Method: "GET", Route: "/api/prompts", Code: "2xx", Duration: 150 * time.Millisecond})
	all := draintest.All(t, m)
	for _, code := range []string{"400", "401", "403", "404", "422", "429", "4xx", "500", "502", "503", "504", "508", "5xx"} {
		assert.Contains(t, all, `marketplace_http_requests_total{code="`+code+`",environment="production",method="GET",route="/api/prompts"} 0`)
	}
	assert.Contains(t, all, `marketplace_http_requests_total{code="500",environment="production",method="POST",route="/api/payments/charge"} 0`,
		"its first request may be the one that fails")
	assert.Len(t, all, 13*2*len(lists().Routes.All())+2, "the listed routes, by GET and POST")
	assert.Contains(t, all, `marketplace_http_request_duration_seconds{environment="production",method="GET",route="/api/prompts"} 1 0.15`)
}

func TestUnlistedEndpointsAreInitialized(t *testing.T) {
	t.Parallel()
	m := requests.New(draintest.Lists(t))
	m.Observe(requests.Request{Environment: "preview", Method: "GET", Route: "/api/prompts", Code: "2xx"})
	m.Observe(requests.Request{Environment: "preview", Method: "DELETE", Route: "other", Code: "500"})
	assert.Subset(t, draintest.All(t, m), []string{
		`marketplace_http_requests_total{code="500",environment="preview",method="DELETE",route="other"} 1`,
		`marketplace_http_requests_total{code="503",environment="preview",method="DELETE",route="other"} 0`,
	})
}

func TestBucketBoundsContainTheTargets(t *testing.T) {
	t.Parallel()
	m := requests.New(draintest.Lists(t))
	m.Observe(requests.Request{Duration: time.Second})
	registry := prometheus.NewRegistry()
	registry.MustRegister(m)
	families, err := registry.Gather()
	require.NoError(t, err)
	histogram := families[0].GetMetric()[0].GetHistogram()
	var bounds []float64
	for _, bucket := range histogram.GetBucket() {
		bounds = append(bounds, bucket.GetUpperBound())
	}
	assert.Subset(t, bounds, []float64{0.2, 0.3, 0.5, 1, 2})
	assert.Greater(t, bounds[len(bounds)-1], 10.0, "a quantile is never above the last finite bound")
	assert.Positive(t, histogram.GetSchema(), "native buckets are enabled")
}
