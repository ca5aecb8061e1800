package sentry_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/sentry"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

func TestPollOfSentry(t *testing.T) {
	f := newFake(t)
	samples, err := sourcetest.Poll(t, open(t, f))
	require.NoError(t, err)
	want := `
marketplace_sentry_affected_users{project="web",window="1d"} 9
marketplace_sentry_affected_users{project="web",window="1h"} 9
marketplace_sentry_affected_users{project="worker",window="1d"} 0
marketplace_sentry_affected_users{project="worker",window="1h"} 0
marketplace_sentry_crash_free_ratio{of="sessions"} 0.9985
marketplace_sentry_events{project="web",window="1d"} 120
marketplace_sentry_events{project="web",window="1h"} 120
marketplace_sentry_events{project="worker",window="1d"} 0
marketplace_sentry_events{project="worker",window="1h"} 0
marketplace_sentry_issues_truncated{list="new"} 0
marketplace_sentry_issues_truncated{list="unresolved"} 0
marketplace_sentry_new_issues{level="error",project="web",window="1d"} 1
marketplace_sentry_new_issues{level="error",project="web",window="1h"} 0
marketplace_sentry_new_issues{level="error",project="worker",window="1d"} 0
marketplace_sentry_new_issues{level="error",project="worker",window="1h"} 0
marketplace_sentry_new_issues{level="fatal",project="web",window="1d"} 1
marketplace_sentry_new_issues{level="fatal",project="web",window="1h"} 1
marketplace_sentry_new_issues{level="fatal",project="worker",window="1d"} 0
marketplace_sentry_new_issues{level="fatal",project="worker",window="1h"} 0
marketplace_sentry_oldest_unresolved_timestamp_seconds{project="web"} 1.7908128e+09
marketplace_sentry_unresolved_issues{level="warning",project="worker",substatus="other"} 1
marketplace_sentry_unresolved_issues{level="other",project="worker",substatus="other"} 1
`
	for _, window := range []string{"1d", "1h"} {
		want += `marketplace_sentry_events_by_outcome{outcome="accepted",window="` + window + "\"} 118\n" +
			`marketplace_sentry_events_by_outcome{outcome="rate_limited",window="` + window + "\"} 2\n" +
			`marketplace_sentry_events_by_outcome{outcome="other",window="` + window + "\"} 1\n"
		for _, outcome := range []string{"abuse", "cardinality_limited", "client_discard", "filtered", "invalid"} {
			want += `marketplace_sentry_events_by_outcome{outcome="` + outcome + `",window="` + window + "\"} 0\n"
		}
	}
	found := map[string]string{"fatal web escalating": "1", "error web new": "1"}
	for _, project := range []string{"web", "worker"} {
		for _, level := range []string{"error", "fatal"} {
			for _, substatus := range []string{"escalating", "new", "ongoing", "regressed"} {
				count := found[level+" "+project+" "+substatus]
				if count == "" {
					count = "0"
				}
				want += `marketplace_sentry_unresolved_issues{level="` + level + `",project="` + project + `",substatus="` + substatus + `"} ` + count + "\n"
			}
		}
	}
	require.Equal(t, sourcetest.Sorted(want), samples)
	for _, request := range f.requests {
		require.Equal(t, "-1", request.Query().Get("project"))
		if !strings.Contains(request.Path, "stats_v2") {
			require.Equal(t, "production", request.Query().Get("environment"))
		}
	}
}

func TestPagesBeyondTheLimitAreReported(t *testing.T) {
	f := newFake(t)
	samples, err := sourcetest.Poll(t, open(t, f, func(c *sentry.Config) { c.MaxPages = 1 }))
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_sentry_issues_truncated{list="unresolved"} 1`)
	require.False(t, sourcetest.Has(samples, `marketplace_sentry_unresolved_issues{level="warning"`))
}

func TestNamedQueries(t *testing.T) {
	f := newFake(t)
	f.handlers["events/?transaction:/api/payments/*"] = respond(http.StatusOK,
		`{"data":[{"project":"web","count()":3,"count_unique(user)":2},{"project":"worker","count()":1,"count_unique(user)":1}]}`)
	s := open(t, f, func(c *sentry.Config) {
		c.QueriesFile = sourcetest.File(t, "queries: [{name: payments, query: 'transaction:/api/payments/*'}]")
	})
	samples, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_sentry_query_events{query="payments",window="1h"} 4`)
	require.Contains(t, samples, `marketplace_sentry_query_affected_users{query="payments",window="1d"} 3`)
}

// A token without org:read cannot read statistics; the issues are still served.
func TestMissingScopeIsAPart(t *testing.T) {
	f := newFake(t)
	f.handlers["stats_v2/?"] = respond(http.StatusForbidden, `{"detail":"planted"}`)
	samples, err := sourcetest.Poll(t, open(t, f))
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, []any{"outcomes", failure.PermissionDenied}, []any{all[0].Part, all[0].Reason})
	require.NotContains(t, err.Error(), "planted")
	require.True(t, sourcetest.Has(samples, "marketplace_sentry_unresolved_issues"))
	require.False(t, sourcetest.Has(samples, "marketplace_sentry_events_by_outcome"))
}

// Sentry allows few requests per second: the poll continues when the limit is reset.
func TestPollWaitsForTheRateLimit(t *testing.T) {
	f, limited := newFake(t), false
	issues := f.handlers["issues/?is:unresolved"]
	f.handlers["issues/?is:unresolved"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Sentry-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Sentry-Rate-Limit-Reset", strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10))
		limited = true
		issues(w, r)
	}
	samples, err := sourcetest.Poll(t, open(t, f))
	require.NoError(t, err)
	require.True(t, limited)
	require.True(t, sourcetest.Has(samples, "marketplace_sentry_crash_free_ratio"))
}

func TestRejectedTokenFailsTheSource(t *testing.T) {
	s := open(t, newFake(t), func(c *sentry.Config) { c.TokenFile = sourcetest.File(t, "sntrys_another") })
	samples, err := sourcetest.Poll(t, s)
	require.Empty(t, samples)
	all := failure.All(err)
	require.Len(t, all, 1)
	require.Equal(t, []any{"", failure.Authentication}, []any{all[0].Part, all[0].Reason})
	require.Equal(t, check.Broken, s.(source.Checker).Check(t.Context())[0].Status)
}

func TestProjectsAreLimited(t *testing.T) {
	f := newFake(t)
	var rows []string
	for i := range 200 {
		rows = append(rows, `{"id":"`+strconv.Itoa(i)+`","level":"error","substatus":"new","project":{"slug":"p`+strconv.Itoa(i)+`"},"firstSeen":"2026-09-01T00:00:00Z"}`)
	}
	f.handlers["issues/?is:unresolved"] = respond(http.StatusOK, "["+strings.Join(rows, ",")+"]")
	samples, err := sourcetest.Poll(t, open(t, f))
	require.NoError(t, err)
	require.Contains(t, samples, `marketplace_sentry_unresolved_issues{level="error",project="other",substatus="new"} 150`)
}

// No series and no events are different: SentrySilent compares the number with earlier weeks.
func TestProjectsWithoutEventsAreZero(t *testing.T) {
	f := newFake(t)
	s := open(t, f)
	s.(source.Checker).Check(t.Context()) // polls
	for _, search := range []string{"issues/?is:unresolved", "issues/?firstSeen:-24h"} {
		f.handlers[search] = respond(http.StatusOK, `[]`)
	}
	f.handlers["events/?"] = respond(http.StatusOK, `{"data":[]}`)
	samples, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	for _, project := range []string{"web", "worker"} {
		require.Contains(t, samples, `marketplace_sentry_events{project="`+project+`",window="1h"} 0`)
	}
}

func TestInvalidConfigurations(t *testing.T) {
	for want, change := range map[string]func(*sentry.Config){
		"--sentry.organization":        func(c *sentry.Config) { c.Organization = "" },
		"--sentry.interval":            func(c *sentry.Config) { c.Interval = time.Second },
		"--sentry.max-age":             func(c *sentry.Config) { c.MaxAge = time.Second },
		"--sentry.max-pages":           func(c *sentry.Config) { c.MaxPages = 21 },
		"--sentry.url":                 func(c *sentry.Config) { c.URL = &url.URL{} },
		"--sentry.token-file":          func(c *sentry.Config) { c.TokenFile = "missing" },
		"--sentry.webhook-secret-file": func(c *sentry.Config) { c.WebhookSecretFile = "missing" },
		"list 1 to 20":                 func(c *sentry.Config) { c.QueriesFile = sourcetest.File(t, "queries: []") },
		"lower-case word":              func(c *sentry.Config) { c.QueriesFile = sourcetest.File(t, "queries: [{name: A, query: b}]") },
		"the query is empty":           func(c *sentry.Config) { c.QueriesFile = sourcetest.File(t, "queries: [{name: a}]") },
		"used twice": func(c *sentry.Config) {
			c.QueriesFile = sourcetest.File(t, "queries: [{name: a, query: b}, {name: a, query: c}]")
		},
		"field shade not found": func(c *sentry.Config) { c.QueriesFile = sourcetest.File(t, "queries: [{name: a, shade: c}]") },
	} {
		config := sentry.Config{
			TokenFile: sourcetest.File(t, token), URL: &url.URL{Scheme: "https", Host: "sentry.io"}, Organization: "example",
			Interval: time.Minute, MaxAge: time.Hour, MaxPages: 1,
		}
		change(&config)
		_, err := config.Open(source.Deps{})
		require.ErrorContains(t, err, want)
	}
}

// An operator copies the example.
func TestExampleOfQueriesIsValid(t *testing.T) {
	open(t, newFake(t), func(c *sentry.Config) { c.QueriesFile = "../../deploy/exporter/sentry-queries.example.yml" })
}
