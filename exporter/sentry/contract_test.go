package sentry_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/sentry"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// parameters are those of Sentry's API reference, by the last element of the path. Values are those
// of an enumeration; nil allows any.
func parameters() map[string]url.Values {
	return map[string]url.Values{
		"issues": {
			"project": nil, "environment": nil, "query": nil, "cursor": nil, "limit": {"100"},
			"sort":     {"date", "freq", "inbox", "new", "recommended", "trends", "user"},
			"collapse": {"base", "filtered", "lifetime", "stats", "unhandled"},
		},
		"events": {
			"project": nil, "environment": nil, "query": nil, "per_page": {"100"}, "statsPeriod": {"1h", "24h"},
			"dataset": {"errors"}, "field": {"project", "count()", "count_unique(user)"},
		},
		"stats_v2": {
			"project": nil, "groupBy": {"outcome", "category", "reason", "project"}, "field": {"sum(quantity)", "sum(times_seen)"},
			"category": {"error"}, "statsPeriod": {"1h", "24h"}, "interval": {"1h"},
		},
		"sessions": {
			"project": nil, "environment": nil, "statsPeriod": {"24h"}, "interval": {"1h"}, "includeSeries": {"0"},
			"field": {"crash_free_rate(session)", "crash_free_rate(user)"},
		},
	}
}

// Sentry has no test double of its API.
func TestRequestsUseDocumentedParameters(t *testing.T) {
	f := newFake(t)
	f.handlers["events/?level:fatal"] = respond(http.StatusOK, `{"data":[]}`)
	_, err := sourcetest.Poll(t, open(t, f, func(c *sentry.Config) {
		c.Projects, c.QueriesFile = []string{"web", "worker"}, sourcetest.File(t, "queries: [{name: fatal, query: 'level:fatal'}]")
	}))
	require.NoError(t, err)
	require.Len(t, f.requests, 2+1+2+2+1+2)
	for _, request := range f.requests {
		resource := strings.TrimPrefix(request.Path, "/api/0/organizations/example/")
		require.True(t, strings.HasSuffix(resource, "/"), "Sentry redirects without the slash")
		documented, known := parameters()[strings.TrimSuffix(resource, "/")]
		require.True(t, known, resource)
		for name, values := range request.Query() {
			allowed, known := documented[name]
			require.True(t, known, "%s?%s", resource, name)
			for _, value := range values {
				require.True(t, allowed == nil || slices.Contains(allowed, value), "%s?%s=%s", resource, name, value)
			}
		}
		require.Equal(t, []string{"web", "worker"}, request.Query()["project"])
	}
}
