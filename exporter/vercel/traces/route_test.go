package traces_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestAnUnlistedStaticRouteIsNotItsDynamicSibling(t *testing.T) {
	t.Parallel()
	routes, err := allow.NewRoutes([]string{"/prompts", "/prompts/[slug]"})
	require.NoError(t, err)
	for reported, want := range map[string]string{
		`{"key":"http.route","value":{"stringValue":"/prompts/new"}}`:          "other",
		`{"key":"next.route","value":{"stringValue":"/prompts/new/page"}}`:     "other",
		`{"key":"vercel.matched_path","value":{"stringValue":"/prompts/new"}}`: "other",
		`{"key":"http.route","value":{"stringValue":"/prompts/[id]"}}`:         "/prompts/[slug]",
		`{"key":"http.host","value":{"stringValue":"x"}}`:                      "/prompts/[slug]",
	} {
		lists := *draintest.Lists(t)()
		lists.Routes = routes
		f := startWith(func() *allow.Lists { return &lists })
		draintest.Handle(t, f, wrap(at("1", "", "GET /prompts/new", `,"kind":2,"attributes":[`+reported+`,{"key":"http.target","value":{"stringValue":"/prompts/new?x"}}]`)))
		assert.Contains(t, strings.Join(f.counted(t), "\n"), `route="`+want+`"`, reported)
	}
}
