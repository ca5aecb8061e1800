package dashboards_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// TestEveryQueryReturnsData runs all queries of panels, variables and annotations on a Prometheus
// that scrapes the exporter, which collects from a database and receives the drains of a website.
func TestEveryQueryReturnsData(t *testing.T) {
	server := startStack(t)
	for _, selected := range []map[string]string{
		{"environment": ".*", "datname": ".*", "origin": ".*"},
		{"environment": "production", "datname": database, "origin": "drains"},
	} {
		selected["__rate_interval"], selected["__range"] = "20s", "1m"
		for _, q := range emptyQueries(t, server, selected) {
			if q.mustReturnData() {
				t.Errorf("%s returns no data: %s", q.where, q.expr)
			} else {
				t.Logf("%s returns no data: %s", q.where, q.emptyReason)
			}
		}
	}
}

// emptyQueries repeats queries until all that must return data do, and returns the others. Rates
// need two scrapes, and rules over hours and days are evaluated once a minute.
func emptyQueries(t *testing.T, server *promtest.Server, selected map[string]string) []query {
	t.Helper()
	const timeout = 100 * time.Second
	var waiting []query
	for _, q := range boardQueries(t) {
		waiting = append(waiting, q.withVariables(selected))
	}
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(time.Second) {
		waiting = slices.DeleteFunc(waiting, func(q query) bool { return q.returnsData(t, server) })
		if !slices.ContainsFunc(waiting, query.mustReturnData) {
			break
		}
	}
	return waiting
}

// mustReturnData is true for queries without an excuse, and for the endpoints of the monitoring
// guide, which the website of this test serves. It need not serve other endpoints with a target.
func (q query) mustReturnData() bool {
	guide := regexp.MustCompile(`route="/api/(auth/login|prompts|payments/charge|prompts/upload|users/profile)"`)
	return q.emptyReason == "" || guide.MatchString(q.expr)
}

// resultSeries is a series of an instant or range query.
type resultSeries struct {
	Metric map[string]string
	Value  []any
	Values [][]any
}

// returnsData reports whether the query returns a value. It also checks the labels of the result.
func (q query) returnsData(t *testing.T, server *promtest.Server) bool {
	t.Helper()
	if q.label != "" {
		var values []string
		response := get(t, server, "/api/v1/label/"+q.label+"/values", url.Values{"match[]": {q.expr}})
		require.NoError(t, json.Unmarshal(response, &values))
		return len(values) > 0
	}
	var response struct{ Result []resultSeries }
	require.NoError(t, json.Unmarshal(q.run(t, server), &response), q.where)
	visible := slices.ContainsFunc(response.Result, resultSeries.visible)
	if visible {
		q.checkLegend(t, response.Result)
		q.checkDeduplicated(t, response.Result)
	}
	return visible
}

func (q query) run(t *testing.T, server *promtest.Server) json.RawMessage {
	t.Helper()
	if q.instant {
		return get(t, server, "/api/v1/query", url.Values{"query": {q.expr}})
	}
	now := time.Now()
	moment := func(at time.Time) []string { return []string{strconv.FormatInt(at.Unix(), 10)} }
	return get(t, server, "/api/v1/query_range", url.Values{
		"query": {q.expr}, "start": moment(now.Add(-30 * time.Second)), "end": moment(now), "step": {"2"},
	})
}

// visible reports whether the series has a value other than NaN, which Grafana does not draw.
func (s resultSeries) visible() bool {
	return slices.ContainsFunc(append(s.Values, s.Value), func(point []any) bool { return len(point) == 2 && point[1] != "NaN" })
}

// checkLegend requires that each series has a name of its own, without which Grafana shows all of
// its labels, and that the legend is a table if there are many series in one environment.
func (q query) checkLegend(t *testing.T, all []resultSeries) {
	t.Helper()
	if q.panel == nil || q.panel.Type == "table" {
		return
	}
	// The first two exist with replicas only, part does for failing parts, and the last two are
	// empty in a build from a checkout. Limits also exist without an environment.
	optional := []string{"server", "application_name", "part", "version", "revision"}
	if strings.Contains(q.expr, "(threshold:") {
		optional = append(optional, "environment")
	}
	names := map[string]bool{}
	for _, s := range all {
		name := regexp.MustCompile(`\{\{(\w+)\}\}`).ReplaceAllStringFunc(q.legend, func(label string) string {
			label = strings.Trim(label, "{}")
			assert.True(t, slices.Contains(optional, label) || s.Metric[label] != "", "%s: a series has no {{%s}}: %v", q.where, label, s.Metric)
			return s.Metric[label]
		})
		assert.False(t, names[name], "%s: several series are named %q: %v", q.where, name, s.Metric)
		names[name] = true
	}
	single := strings.Contains(q.expr, `environment=~"production"`)
	if q.panel.Type == "timeseries" && single && len(all) > 8 {
		assert.Equal(t, "table", q.panel.Options.Legend.DisplayMode, "%s has %d series", q.where, len(all))
	}
}

// checkDeduplicated requires that redundant exporters are shown as one, except on the board on the
// monitoring itself.
func (q query) checkDeduplicated(t *testing.T, all []resultSeries) {
	t.Helper()
	if strings.HasPrefix(q.where, "marketplace-monitoring") || strings.Contains(q.expr, "ALERTS") {
		return
	}
	for _, s := range all {
		require.NotContains(t, s.Metric, "instance", "%s shows each exporter: %s", q.where, q.expr)
	}
}
