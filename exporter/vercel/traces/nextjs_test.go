package traces_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// TestSpansOfNextWithMiddleware handles what tools/next-fixtures recorded. The middleware has a
// root span of its own, which always has status 200.
func TestSpansOfNextWithMiddleware(t *testing.T) {
	t.Parallel()
	routes, err := allow.NewRoutes([]string{"/api/prompts", "/api/private", "/old", "/prompts/[slug]"})
	require.NoError(t, err)
	for _, version := range []string{"14", "15", "16"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile("testdata/next-" + version + ".json")
			require.NoError(t, err)
			lists := *draintest.Lists(t)()
			lists.Routes = routes
			f := startWith(func() *allow.Lists { return &lists })
			draintest.Handle(t, f, string(body))
			var requests []string
			for _, sample := range f.counted(t) {
				if name := "marketplace_http_requests_total"; len(sample) > len(name) && sample[:len(name)] == name {
					requests = append(requests, sample[len(name):])
				}
			}
			assert.Equal(t, []string{
				`{code="2xx",environment="production",method="GET",route="/api/prompts"} 1`,
				`{code="2xx",environment="production",method="GET",route="/prompts/[slug]"} 1`,
				`{code="404",environment="production",method="GET",route="other"} 1`,
				`{code="503",environment="production",method="GET",route="/api/prompts"} 1`,
			}, requests)
		})
	}
}

func TestANextRootBelowANextRootIsTheSameRequest(t *testing.T) {
	t.Parallel()
	outer, inner := wrap(at("1", "", "GET /api/prompts", nextRoot(`,{"key":"http.status_code","value":{"intValue":"404"}}`))), wrap(nextSpan("3", parent("2")))
	between := wrap(at("2", parent("1"), "invoke", ""))
	for _, deliveries := range [][]string{{outer, between, inner}, {inner, between, outer}, {between, inner, outer}} {
		assert.Equal(t, []string{itsLatency, oneRequest}, apart(t, deliveries...))
	}
}

// nextRoot returns the members of a root span of Next.js without a route.
func nextRoot(more string) string {
	return `,"kind":2,"attributes":[{"key":"next.span_type","value":{"stringValue":"BaseServer.handleRequest"}},{"key":"http.method","value":{"stringValue":"GET"}}` + more + `]`
}

func TestANextRootWithoutARouteIsARequestOnlyIfItFails(t *testing.T) {
	t.Parallel()
	for status, counts := range map[string]bool{"200": false, "204": false, "307": true, "401": true, "404": true, "500": true} {
		f := start(t)
		draintest.Handle(t, f, wrap(at("1", "", "GET /api/prompts", nextRoot(`,{"key":"http.status_code","value":{"intValue":"`+status+`"}}`))))
		assert.Equal(t, counts, len(f.counted(t)) > 0, status)
	}
	f := start(t)
	draintest.Handle(t, f, wrap(at("1", "", "GET /api/prompts", nextRoot(""))))
	assert.Len(t, f.counted(t), 2, "a missing status")
}
