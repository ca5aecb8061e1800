package dashboards_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// exampleRules produce alerts and statuses of components.
const exampleRules = `
groups:
  - name: example
    rules:
      - {record: "marketplace:component_status", expr: vector(3), labels: {component: payments, environment: production}}
      - {record: "marketplace:component_status", expr: vector(2), labels: {component: api, environment: production}}
      - {record: "marketplace:component_status", expr: vector(3), labels: {component: api, environment: staging}}
      - {record: "marketplace:component_status", expr: vector(0), labels: {component: uploads, environment: production}}
      - {record: "marketplace:component_status", expr: vector(1), labels: {component: uploads}}
      - {record: "marketplace:component_status", expr: vector(0), labels: {component: email, environment: production}}
      - {alert: Critical, expr: vector(1), labels: {component: payments, severity: P0}}
      - {alert: Degraded, expr: vector(1), labels: {component: payments, severity: P2}}
      - {alert: Degraded, expr: vector(1), labels: {component: api, severity: P1, environment: production}}
      - {alert: Elsewhere, expr: vector(1), labels: {component: api, severity: P0, environment: staging}}
      - {alert: Minor, expr: vector(1), labels: {component: email, severity: P3}}
      - {alert: Slow, expr: vector(1), labels: {component: uploads, severity: P2}}
      - {alert: Watchdog, expr: vector(1), labels: {component: website, severity: P0}}
      - {alert: Pending, expr: vector(1), for: 1h, labels: {component: email, severity: P0}}
`

// production returns the query with the environment production selected.
func production(q query) string {
	return q.withVariables(map[string]string{"environment": "production"}).expr
}

func startAlerts(t *testing.T) *promtest.Server {
	t.Helper()
	rules := filepath.Join(t.TempDir(), "rules.yml")
	require.NoError(t, os.WriteFile(rules, []byte(exampleRules), 0o600))
	server := promtest.Start(t, "global: {evaluation_interval: 1s}\nrule_files: ["+rules+"]")
	server.Await(t, `ALERTS{alertname="Pending"}`)
	return server
}

func TestComponentStatus(t *testing.T) {
	server := startAlerts(t)
	statuses := map[string]float64{}
	for title, q := range overviewQueries(t, 110, 120) {
		samples := server.Query(t, production(q))
		require.Len(t, samples, 1, title)
		statuses[title] = float64(samples[0].Value)
	}
	require.Equal(t, map[string]float64{
		"Payments": 3,
		"API":      2, // the major outage is in another environment
		"Uploads":  1, // alerts without an environment count in all
		"Email":    0,
		"Database": -1, // without a status
		"Website":  -1,
	}, statuses)
}

func TestFiringNow(t *testing.T) {
	server := startAlerts(t)
	var firing []string
	for _, sample := range server.Query(t, production(overviewQueries(t, 105, 106)["Firing now"])) {
		firing = append(firing, string(sample.Metric["alertname"]+" "+sample.Metric["component"])+strings.TrimRight(" "+strings.TrimSpace(string(sample.Metric["subject"])), " "))
		require.InDelta(t, time.Now().UnixMilli(), float64(sample.Value), 60_000, "the time since when the condition holds")
		require.Equal(t, sample.Metric["alertname"], sample.Metric["panel"], "replaced by the panel")
	}
	require.ElementsMatch(t, []string{"Critical payments", "Degraded payments", "Degraded api production", "Minor email", "Slow uploads"}, firing)

	counts := map[string]float64{}
	for title, q := range overviewQueries(t, 100, 104) {
		counts[title] = float64(server.Query(t, production(q))[0].Value)
	}
	require.Equal(t, map[string]float64{"P0 alerts": 1, "P1 alerts": 1, "P2 alerts": 2, "P3 alerts": 1}, counts)
}

// The overview marks P0 and P1 alerts of all components at the time when their condition became
// true.
func TestAnnotationsMarkTheStartOfUrgentAlerts(t *testing.T) {
	server := startAlerts(t)
	annotation := readBoard(t, loadBoards(t)[0]).Annotations.List[0]
	var marked []string
	for _, sample := range server.Query(t, production(query{expr: annotation.Expr})) {
		marked = append(marked, string(sample.Metric["alertname"]+" "+sample.Metric["component"]))
		require.InDelta(t, time.Now().UnixMilli(), float64(sample.Value), 60_000, "Unix time in milliseconds")
	}
	require.ElementsMatch(t, []string{"Critical payments", "Degraded api"}, marked)
}

func TestFiringNowHasFewColumns(t *testing.T) {
	for _, panel := range readBoard(t, loadBoards(t)[0]).allPanels() {
		if panel.Title != "Firing now" {
			continue
		}
		columns := panel.Transformations[1].Options.IndexByName
		require.Equal(t, map[string]int{"severity": 0, "alertname": 1, "subject": 2, "component": 3, "Value": 4, "panel": 5}, columns)
		require.Contains(t, panel.Targets[0].Expr, "max by (severity, alertname, subject, component, panel)")
		sorted, err := json.Marshal(panel.Options.SortBy)
		require.NoError(t, err)
		require.JSONEq(t, `[{"DisplayName":"severity","Desc":false},{"DisplayName":"since","Desc":false}]`, string(sorted), "the oldest first within a severity")
	}
}

// TestFiringNowShowsAllLabels requires that the column subject contains every label that an alert
// has in promtool-tests.
func TestFiringNowShowsAllLabels(t *testing.T) {
	stories, err := filepath.Glob("../promtool-tests/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, stories)
	firing := overviewQueries(t, 105, 106)["Firing now"].expr
	for _, story := range stories {
		text, err := os.ReadFile(story)
		require.NoError(t, err)
		for _, labels := range regexp.MustCompile(`exp_labels:\s*\{([^}]*)\}`).FindAllStringSubmatch(string(text), -1) {
			for _, label := range regexp.MustCompile(`(\w+): `).FindAllStringSubmatch(labels[1], -1) {
				if label[1] != "severity" && label[1] != "component" {
					require.Contains(t, firing, `"`+label[1]+`"`, story)
				}
			}
		}
	}
}

// overviewQueries returns the first query of each panel with an ID from from to below to, by title.
func overviewQueries(t *testing.T, from, to uint32) map[string]query {
	t.Helper()
	queries := map[string]query{}
	for _, panel := range loadBoards(t)[0].Panels() {
		if panel.ID >= from && panel.ID < to {
			queries[panel.Title] = query{expr: panel.Queries[0].Expr}
		}
	}
	return queries
}

// TestFiringNowLinksToPanels requires a path for every alert, as in the links of notifications.
func TestFiringNowLinksToPanels(t *testing.T) {
	var panel panelJSON
	for _, candidate := range readBoard(t, loadBoards(t)[0]).allPanels() {
		if candidate.Title == "Firing now" {
			panel = candidate
		}
	}
	properties := map[string]any{}
	for _, override := range panel.FieldConfig.Overrides {
		if override.Matcher.Options == "panel" {
			for _, property := range override.Properties {
				properties[property.ID] = property.Value
			}
		}
	}
	require.Contains(t, fmt.Sprint(properties["links"]), "/d/${__value.text:raw}&")
	paths := properties["mappings"].([]any)[0].(map[string]any)["options"].(map[string]any)
	alerts := loadRules(t).Alerts()
	require.Len(t, paths, len(alerts))
	for _, alert := range alerts {
		linked, err := alert.Panel()
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("%s?viewPanel=%d", linked.Board, linked.ID), paths[alert.Alert].(map[string]any)["text"], alert.Alert)
	}
}
