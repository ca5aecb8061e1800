package logs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestRouteOfTheVisitorTakesPrecedence(t *testing.T) {
	t.Parallel()
	routes, err := allow.NewRoutes([]string{"/", "/api/prompts", "/api/prompts/[id]"})
	require.NoError(t, err)
	lists := draintest.Lists(t)()
	lists = &allow.Lists{Routes: routes, Hosts: lists.Hosts, Events: lists.Events}
	for _, c := range []struct {
		visitors, functions any
		want                string
	}{
		{"/api/prompts?page=1", "/api/prompts/[id]", "/api/prompts"},
		{"/x", "/api/prompts/[id]", "/api/prompts/[id]"},
		{"/x", "api/prompts/[id]", "/api/prompts/[id]"},
		{nil, "/api/prompts/[id].rsc", "/api/prompts/[id]"},
		{"/api/prompts/7?next=https://example.com/x", nil, "/api/prompts/[id]"},
		{"/?next=https://example.com/x", nil, "/"},
		{"", "", "other"},
		{nil, nil, "other"},
		{"/x", "/y", "other"},
	} {
		f := start(func() *allow.Lists { return lists })
		draintest.Handle(t, f, logRow("1", fields{"statusCode": 200, "path": c.functions, "proxy": fields{"path": c.visitors}}))
		assert.Equal(t, []string{
			`marketplace_edge_requests_total{code="2xx",environment="production",route="` + c.want + `",source="lambda"} 1`,
		}, f.counted(t), c)
	}
}
