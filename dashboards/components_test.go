package dashboards_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
	"github.com/aimarketplace/monitoring/internal/promtest"
)

// componentRules make alerts and sources as real ones would be.
const componentRules = `
groups:
  - name: watched
    rules:
      - {record: marketplace_rules_info, expr: vector(1), labels: {file: payments}}
      - {record: marketplace_rules_info, expr: vector(1), labels: {file: email}}
      - {record: marketplace_rules_info, expr: vector(1), labels: {file: database}}
      - {record: marketplace_source_up, expr: vector(1), labels: {source: kpi, environment: production}}
      - {record: marketplace_source_up, expr: vector(0), labels: {source: postgres, environment: production}}
      - {alert: Grave, expr: vector(1), labels: {component: payments, severity: P0}}
      - {alert: Bad, expr: vector(1), labels: {component: payments, severity: P2}}
      - {alert: Bad, expr: vector(1), labels: {component: api, severity: P1, environment: production}}
      - {alert: Elsewhere, expr: vector(1), labels: {component: api, severity: P0, environment: staging}}
      - {alert: Minor, expr: vector(1), labels: {component: email, severity: P3}}
      - {alert: Slow, expr: vector(1), labels: {component: uploads, severity: P2}}
      - {alert: Watchdog, expr: vector(1), labels: {component: website, severity: P0}}
      - {alert: Pending, expr: vector(1), for: 1h, labels: {component: email, severity: P0}}
`

// production is what is chosen at the top of the board.
func production(q question) string { return q.as(map[string]string{"environment": "production"}).expr }

func startAlerts(t *testing.T) *promtest.Server {
	t.Helper()
	rules := filepath.Join(t.TempDir(), "rules.yml")
	require.NoError(t, os.WriteFile(rules, []byte(componentRules), 0o600))
	server := promtest.Start(t, "global: {evaluation_interval: 1s}\nrule_files: ["+rules+"]")
	server.Await(t, `ALERTS{alertname="Pending"}`)
	return server
}

func TestComponentsAreAsBadAsTheirWorstAlert(t *testing.T) {
	server := startAlerts(t)
	states := map[string]float64{}
	for title, q := range overviewQueries(110, 120) {
		samples := server.Query(t, production(q))
		require.Len(t, samples, 1, title)
		states[title] = samples[0].Value
	}
	require.Equal(t, map[string]float64{
		"Payments": 3,  // the worse of two
		"API":      2,  // in this environment
		"Uploads":  1,  // of no environment, so of all; and an alert speaks for itself
		"Email":    0,  // P3 can wait, and pending is not firing
		"Database": -1, // its source is down: who would notice?
		"Website":  -1, // the Watchdog is no news, and there are no rules
	}, states)
}

func TestFiringAlertsAreListed(t *testing.T) {
	server := startAlerts(t)
	var firing []string
	for _, sample := range server.Query(t, production(overviewQueries(105, 106)["Firing now"])) {
		firing = append(firing, sample.Labels["alertname"]+" "+sample.Labels["component"])
		require.InDelta(t, 0, sample.Value, 60, "it is how long they fire")
	}
	require.ElementsMatch(t, []string{"Grave payments", "Bad payments", "Bad api", "Minor email", "Slow uploads"}, firing)

	counts := map[string]float64{}
	for title, q := range overviewQueries(100, 104) {
		counts[title] = server.Query(t, production(q))[0].Value
	}
	require.Equal(t, map[string]float64{"P0 alerts": 1, "P1 alerts": 1, "P2 alerts": 2, "P3 alerts": 1}, counts)
}

// overviewQueries are the first queries of panels with ids from a number to below another, by title.
func overviewQueries(from, to uint32) map[string]question {
	queries := map[string]question{}
	for _, panel := range dashboards.Boards()[0].Panels() {
		if panel.ID >= from && panel.ID < to {
			queries[panel.Title] = question{expr: panel.Queries[0].Expr}
		}
	}
	return queries
}
