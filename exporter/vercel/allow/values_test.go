package allow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

func TestUnlistedValuesBecomeOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit  func(string) string
		values map[string]string
	}{
		"environment": {allow.Environment, map[string]string{"production": "production", "preview": "preview", "": "", "staging": "other", "Production": "other"}},
		"method":      {allow.Method, map[string]string{"GET": "GET", "post": "POST", "BREW": "other", "": "other"}},
		"device":      {allow.Device, map[string]string{"mobile": "mobile", "Desktop": "desktop", "smarttv": "other", "": "other"}},
		"source":      {allow.LogSource, map[string]string{"lambda": "lambda", "static": "static", "": "other", "x": "other"}},
		"action":      {allow.FirewallAction, map[string]string{"deny": "deny", "rate_limit": "rate_limit", "x": "other"}},
		"currency":    {allow.Currency, map[string]string{"krw": "KRW", "USD": "USD", "EUR": "EUR", "XXX": "other", "": "unknown"}},
		"level": {allow.Level, map[string]string{
			"fatal": "fatal", "error": "error", "warn": "warn", "warning": "warn", "info": "info", "http": "debug", "verbose": "debug", "debug": "debug",
			"silly": "debug", "trace": "debug", "": "unknown", "x": "unknown",
		}},
	} {
		for value, want := range c.values {
			assert.Equal(t, want, c.limit(value), "%s %q", name, value)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		400: "400", 401: "401", 403: "403", 404: "404", 422: "422", 429: "429", 500: "500", 502: "502", 503: "503", 504: "504", 508: "508",
		100: "1xx", 200: "2xx", 204: "2xx", 308: "3xx", 402: "4xx", 418: "4xx", 501: "5xx", 599: "5xx", 600: "unknown", 99: "unknown", 0: "unknown", -1: "unknown",
	} {
		assert.Equal(t, want, allow.Code(status), status)
	}
}

func TestEventsHaveOnlyListedProperties(t *testing.T) {
	t.Parallel()
	e, err := allow.NewEvents(map[string]allow.Event{
		"uploaded": {Category: []string{"coding"}}, "paid": {PaymentMethod: []string{"toss"}}, "viewed": {},
	}, map[string][]string{"lost": {"Lost", "Gone"}})
	require.NoError(t, err)
	for _, c := range [][6]string{
		{"uploaded", "coding", "toss", "uploaded", "coding", ""},
		{"uploaded", "x", "", "uploaded", "other", ""},
		{"uploaded", "", "", "uploaded", "unknown", ""},
		{"paid", "coding", "toss", "paid", "", "toss"},
		{"viewed", "coding", "toss", "viewed", "", ""},
		{"x", "coding", "toss", "other", "", ""},
	} {
		name, category, method := e.Custom(c[0], c[1], c[2])
		assert.Equal(t, []string{c[3], c[4], c[5]}, []string{name, category, method})
	}
	for text, want := range map[string]string{"Lost": "lost", "Gone": "lost", "lost": "", "Lost.": "", "": ""} {
		assert.Equal(t, want, e.Logged([]byte(text)), text)
	}
	assert.Equal(t, []string{"lost"}, e.LogNames())
	assert.Equal(t, map[string]allow.Event{
		"uploaded": {Category: []string{"coding", "other", "unknown"}, PaymentMethod: []string{""}},
		"paid":     {Category: []string{""}, PaymentMethod: []string{"toss", "other", "unknown"}},
		"viewed":   {Category: []string{""}, PaymentMethod: []string{""}},
	}, e.CustomSeries())
}

func TestInitializerRunsForNewKeysAndAfterReloads(t *testing.T) {
	t.Parallel()
	var initializer allow.Initializer[string]
	initialized := func(key string, lists *allow.Lists) map[string]bool {
		keys := map[string]bool{}
		initializer.Ensure(key, lists, func(key string) { keys[key] = true })
		return keys
	}
	first, second := &allow.Lists{}, &allow.Lists{Routes: &allow.Routes{}}
	assert.Equal(t, map[string]bool{"production": true}, initialized("production", first))
	assert.Empty(t, initialized("production", first))
	assert.Equal(t, map[string]bool{"preview": true}, initialized("preview", first))
	assert.Equal(t, map[string]bool{"production": true, "preview": true}, initialized("production", second))
	assert.Empty(t, initialized("preview", second))
}
