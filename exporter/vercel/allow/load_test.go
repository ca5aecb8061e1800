package allow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lists.yml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestDefaultListsContainTheNamesOfTheMonitoringGuide(t *testing.T) {
	t.Parallel()
	lists, err := allow.Load(allow.Files{})
	require.NoError(t, err)
	assert.Subset(t, lists.Routes.All(), []string{
		"/api/auth/login", "/api/prompts", "/api/payments/charge", "/api/prompts/upload", "/api/users/profile", "/api/health",
		"/api/webhooks/stripe", "/api/webhooks/toss",
	})
	for _, host := range []string{"api.stripe.com", "api.tosspayments.com", "api.sendgrid.com"} {
		assert.Equal(t, host, lists.Hosts.Match(host))
	}
	for text, event := range map[string]string{
		"Payment failed": "payment_failed", "Rate limit approached": "rate_limit_approached", "User logged in": "user_logged_in",
	} {
		assert.Equal(t, event, lists.Events.Logged([]byte(text)))
	}
	for _, event := range []string{"prompt_uploaded", "purchase_completed", "search_performed"} {
		found, _, _ := lists.Events.Custom(event, "", "")
		assert.Equal(t, event, found)
	}
}

func TestLoadReplacesListsFromFiles(t *testing.T) {
	t.Parallel()
	lists, err := allow.Load(allow.Files{Routes: writeFile(t, "routes: [/a]"), Events: writeFile(t, "log_events: {x: [X]}\n")})
	require.NoError(t, err)
	assert.Equal(t, []string{"/a"}, lists.Routes.All())
	assert.Equal(t, "api.stripe.com", lists.Hosts.Match("api.stripe.com"), "the file has no hosts")
	assert.Equal(t, []string{"x"}, lists.Events.LogNames())
	event, _, _ := lists.Events.Custom("search_performed", "", "")
	assert.Equal(t, "search_performed", event)

	for _, empty := range []string{"", "# nothing yet\n", "{}"} {
		lists, err = allow.Load(allow.Files{Routes: writeFile(t, empty)})
		require.NoError(t, err)
		assert.Contains(t, lists.Routes.All(), "/api/auth/login", "the default list")
	}
	lists, err = allow.Load(allow.Files{Routes: writeFile(t, "routes: []")})
	require.NoError(t, err)
	assert.Empty(t, lists.Routes.All(), "an empty list is a list")
}

func TestLoadNamesTheInvalidFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"routs: [/a]": "docs/vercel.md", "routes: {a: b}": "docs/vercel.md", "routes: [a]": "such as /api", "hosts: ['x y']": "such as api.example.com", "[": "yaml",
	} {
		path := writeFile(t, text)
		_, err := allow.Load(allow.Files{Routes: path})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
	var many strings.Builder
	for i := range 201 {
		fmt.Fprintf(&many, "e%d: [text %d], ", i, i)
	}
	for text, want := range map[string]string{
		"events: {Big: {}}": "lower-case letters", "log_events: {a: [X], b: [X]}": `belongs to "a" already`, "events: {a: {flavor: [red]}}": "docs/vercel.md",
		"events: {" + strings.Repeat("a", 41) + ": {}}":                       "the name is invalid",
		"events: {a: {payment_method: [" + strings.Repeat("x, ", 201) + "]}}": "too many values",
		"log_events: {" + many.String() + "}":                                 "the maximum is 200",
		"events: {a: {category: [" + strings.Repeat("x, ", 201) + "]}}":       "too many values",
	} {
		_, err := allow.Load(allow.Files{Events: writeFile(t, text)})
		require.ErrorContains(t, err, want)
	}
	_, err := allow.Load(allow.Files{Routes: "/nowhere"})
	require.ErrorContains(t, err, "/nowhere")
}
