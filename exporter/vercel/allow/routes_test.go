package allow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

func routes(t testing.TB, patterns ...string) *allow.Routes {
	t.Helper()
	r, err := allow.NewRoutes(patterns)
	require.NoError(t, err)
	return r
}

func TestMatch(t *testing.T) {
	t.Parallel()
	r := routes(t, "/", "/api/prompts", "/api/prompts/[id]", "/api/prompts/upload", "/api/prompts/[id]/reviews", "/docs/[...path]", "/shop/[[...path]]", "/[@username]")
	for path, want := range map[string]string{
		"/":                                   "/",
		"":                                    "other",
		"?ref=x":                              "/",
		"/api/prompts":                        "/api/prompts",
		"api/prompts":                         "/api/prompts",
		"/api/prompts/":                       "/api/prompts",
		"/api/prompts?page=2":                 "/api/prompts",
		"/api/prompts#top":                    "/api/prompts",
		"/api/prompts/?u=https://x.test/a":    "/api/prompts",
		"https://x.test/api/prompts?a":        "/api/prompts",
		"/api/prompts/7f3e":                   "/api/prompts/[id]",
		"/api/prompts/[id]":                   "/api/prompts/[id]",
		"/api/prompts/[slug]":                 "/api/prompts/[id]",
		"/api/prompts/a%2Fb":                  "/api/prompts/[id]",
		"/api/prompts/upload":                 "/api/prompts/upload",
		"/api/prompts/upload/reviews":         "/api/prompts/[id]/reviews",
		"/api/prompts/7/reviews/8":            "other",
		"/api/prompts//reviews":               "other",
		"/api/prompts.rsc":                    "/api/prompts",
		"/api/prompts/route":                  "/api/prompts/[id]",
		"/api/prompts/page":                   "/api/prompts/[id]",
		"/api/prompts/[id]/route":             "other",
		"/API/prompts":                        "other",
		"/docs":                               "/[@username]",
		"/docs/a":                             "/docs/[...path]",
		"/docs/a/b/c":                         "/docs/[...path]",
		"/docs/[...path]":                     "/docs/[...path]",
		"/shop":                               "/shop/[[...path]]",
		"/shop/a/b":                           "/shop/[[...path]]",
		"/@kim":                               "/[@username]",
		"/%00\xff":                            "/[@username]",
		"/a/b":                                "other",
		"//evil.test/api/prompts":             "other",
		"/.env/" + strings.Repeat("x/", 9999): "other",
	} {
		assert.Equal(t, want, r.Match(path), path)
	}
}

func TestMatchPatternIgnoresTheFileOfARoute(t *testing.T) {
	t.Parallel()
	r := routes(t, "/", "/api/prompts", "/api/prompts/[id]", "/prompts", "/prompts/[slug]", "/bus/[line]", "/bus/x/route")
	for route, want := range map[string]string{
		"/api/prompts/route":          "/api/prompts",
		"/api/prompts/[id]/route":     "/api/prompts/[id]",
		"/api/prompts/[id]":           "/api/prompts/[id]",
		"/api/prompts":                "/api/prompts",
		"/prompts/page":               "/prompts",
		"/prompts/[slug]/page":        "/prompts/[slug]",
		"/page":                       "/",
		"/bus/route":                  "other", // the route of /bus, which is not listed
		"/prompts/new":                "other", // a page of its own
		"/prompts/[id]":               "/prompts/[slug]",
		"/prompts/:id":                "/prompts/[slug]",
		"/prompts/{id}":               "/prompts/[slug]",
		"/prompts/[...all]":           "other",
		"/prompts/[slug]/edit/page":   "other",
		"/bus/x/route":                "/bus/x/route",
		"/api/prompts/[id]/reviews":   "other",
		"/api/prompts/route?u=/page":  "/api/prompts",
		"https://x.test/prompts/page": "/prompts",
		"":                            "other",
	} {
		assert.Equal(t, want, r.MatchPattern(route), route)
	}
}

func TestAReportedRouteTakesPrecedenceOverThePath(t *testing.T) {
	t.Parallel()
	r := routes(t, "/", "/api/prompts", "/prompts", "/prompts/[slug]", "/docs/[...path]", "/shop/[[...path]]")
	for _, c := range []struct{ route, path, want string }{
		{"/prompts/page", "/", "/prompts"},
		{"/unknown/page", "/?x", "/"},
		{"/unlisted", "/api/prompts", "/api/prompts"},
		{"/prompts/new", "/prompts/new", "other"},
		{"/prompts/new/page", "/prompts/new", "other"},
		{"/prompts/[id]", "/prompts/new", "/prompts/[slug]"},
		{"/docs/intro", "/docs/intro", "other"},
		{"/docs/[...all]", "/docs/intro", "/docs/[...path]"},
		{"/shop/[[...all]]", "/shop", "/shop/[[...path]]"},
		{"/shop", "/shop", "/shop/[[...path]]"},
		{"", "/prompts/new", "/prompts/[slug]"},
		{"", "", "other"},
	} {
		assert.Equal(t, c.want, r.Resolve([]string{"", c.route}, "", c.path), c)
	}
}

func TestNewRoutesRejectsInvalidPatterns(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"api":             "such as /api/prompts/[id]",
		"/a b":            "is not a path",
		"/a?b":            "is not a path",
		"/[...rest]/more": "is not the last part",
		"/a/[x]":          `the same as "/a/[id]"`,
		"/b/[[...y]]":     `the same as "/b/[...x]"`,
		"/a/[id]/":        `the same as "/a/[id]"`,
	} {
		_, err := allow.NewRoutes([]string{"/a/[id]", "/b/[...x]", pattern})
		require.ErrorContains(t, err, want, pattern)
	}
	many := make([]string, 201)
	for i := range many {
		many[i] = fmt.Sprint("/", i)
	}
	_, err := allow.NewRoutes(many)
	require.ErrorContains(t, err, "the maximum is 200")
}

func FuzzMatch(f *testing.F) {
	patterns := []string{"/", "/a", "/a/[id]", "/a/[id]/b", "/c/[...rest]", "/d/[[...rest]]"}
	for _, seed := range []string{"/a/b?c", "a//b/", "https://x/a", "/c/../../d", "[id]"} {
		f.Add(seed)
	}
	r := routes(f, patterns...)
	f.Fuzz(func(t *testing.T, path string) {
		found := r.Match(path)
		require.Contains(t, append(patterns, "other"), found)
		require.Equal(t, found, r.Match(found+"?"+path), "a pattern matches itself")
		require.Contains(t, append(patterns, "other"), r.MatchPattern(path))
	})
}

func TestHostsMatch(t *testing.T) {
	t.Parallel()
	h, err := allow.NewHosts([]string{"api.stripe.com", "*.Supabase.co"})
	require.NoError(t, err)
	for host, want := range map[string]string{
		"api.stripe.com": "api.stripe.com", "API.Stripe.com:443": "api.stripe.com", "stripe.com": "other", "evil-api.stripe.com": "other",
		"api.stripe.com.evil.test": "other", "abc.supabase.co": "supabase.co", "a.b.supabase.co:6543": "supabase.co", "supabase.co": "other",
		"notsupabase.co": "other", "": "other", "[::1]:443": "other", "user:secret@api.stripe.com": "other",
	} {
		assert.Equal(t, want, h.Match(host), host)
	}
	assert.Equal(t, []string{"api.stripe.com", "supabase.co"}, h.All())
	for _, bad := range []string{"", "*.", "https://x.test", "x.test:443", "a*.test"} {
		_, err := allow.NewHosts([]string{bad})
		require.ErrorContains(t, err, "such as api.example.com", bad)
	}
	_, err = allow.NewHosts(make([]string, 201))
	require.ErrorContains(t, err, "the maximum is 200")
}
