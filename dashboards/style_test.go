package dashboards_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyPanel calls check with each panel of each board.
func everyPanel(t *testing.T, check func(t *testing.T, where string, panel panelJSON)) {
	t.Helper()
	for _, board := range loadBoards(t) {
		for _, panel := range readBoard(t, board).allPanels() {
			check(t, board.UID+"/"+panel.Title, panel)
		}
	}
}

// Grafana shows all labels of a series whose legend is empty. These labels may be missing or empty.
func TestLegendsAreNeverEmpty(t *testing.T) {
	optional := regexp.MustCompile(`\{\{(server|application_name|part|reason|version|revision|environment)\}\}`)
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		for _, target := range panel.Targets {
			require.NotEmpty(t, strings.TrimSpace(optional.ReplaceAllString(target.LegendFormat, "")), "%s: %s", where, target.LegendFormat)
		}
	})
}

func TestStatementsAreNamedByTheirText(t *testing.T) {
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		for _, target := range panel.Targets {
			require.NotContains(t, target.LegendFormat, "{{queryid}}", where)
			if !strings.Contains(target.Expr, "by (queryid)") {
				continue
			}
			require.Contains(t, target.Expr, "group_left (query)", where)
			if panel.Type == "table" {
				columns := panel.Transformations[1].Options.IndexByName
				require.Zero(t, columns["query"], "%s: the text is the first column", where)
				require.Equal(t, len(columns)-1, columns["queryid"], "%s: the ID is the last column", where)
			}
		}
	})
}

func TestColors(t *testing.T) {
	percentiles := map[string]string{"P50": "super-light-blue", "P75": "light-blue", "P95": "blue", "P99": "dark-blue"}
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		require.NotEqual(t, "palette-classic-by-name", panel.FieldConfig.Defaults.Color.Mode, "%s: similar colors", where)
		if panel.Type != "timeseries" {
			return
		}
		for _, target := range panel.Targets {
			color := colorOf(panel, target.RefID)
			if percentile := regexp.MustCompile(`\bP\d\d\b`).FindString(target.LegendFormat); percentile != "" && color != "red" {
				require.Equal(t, percentiles[percentile], color, "%s: %s", where, target.LegendFormat)
			}
			limit := slices.Contains(overridden(panel, target.RefID), "custom.stacking")
			failure := regexp.MustCompile(`^(abandoned|dead|dropped|evaluations failed|failed|failing|invalid|notifications dropped|rejected|rolled back)\b`).MatchString(target.LegendFormat)
			require.Equal(t, limit || failure, color == "red", "%s: %s: red is for limits and failures", where, target.LegendFormat)
		}
	})
}

// colorOf returns the color of a query, or "" if it is colored by the palette or by the values of
// its labels.
func colorOf(panel panelJSON, refID string) string {
	for _, override := range panel.FieldConfig.Overrides {
		if override.Matcher.ID != "byFrameRefID" || override.Matcher.Options != refID {
			continue
		}
		for _, property := range override.Properties {
			if property.ID == "color" {
				return property.Value.(map[string]any)["fixedColor"].(string)
			}
		}
	}
	return ""
}

// Labels with the outcome in their values determine the color of a series.
func TestOutcomesHaveColors(t *testing.T) {
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		for _, target := range panel.Targets {
			if panel.Type != "timeseries" || !regexp.MustCompile(`\{\{(severity|level|code|outcome|status)\}\}`).MatchString(target.LegendFormat) {
				continue
			}
			require.True(t, slices.ContainsFunc(panel.FieldConfig.Overrides, func(override overrideJSON) bool {
				return override.Matcher.ID == "byRegexp" && override.Properties[0].ID == "color"
			}), "%s: %s", where, target.LegendFormat)
		}
	})
}

func TestOnlyStackedSeriesAreAreas(t *testing.T) {
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		if panel.Type == "timeseries" {
			custom := panel.FieldConfig.Defaults.Custom
			require.Equal(t, custom.Stacking.Mode == "normal", custom.FillOpacity > 0, where)
		}
	})
}

// TestEveryQueryReturnsData checks the number of series in each legend.
func TestLongLegendsAreSortedTables(t *testing.T) {
	tables := 0
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		if panel.Type != "timeseries" {
			return
		}
		legend := panel.Options.Legend
		if len(panel.Targets) > 8 || regexp.MustCompile(`topk\((9|1\d),`).MatchString(panel.Targets[0].Expr) {
			require.Equal(t, "table", legend.DisplayMode, where)
		}
		if legend.DisplayMode == "table" {
			tables++
			require.Equal(t, []string{"lastNotNull", "max"}, legend.Calcs, where)
			require.True(t, legend.SortBy == "Max" && legend.SortDesc, where)
		}
	})
	require.NotZero(t, tables)
}

func TestTablesAreSortedByAColumn(t *testing.T) {
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		columns := []string{"severity", "file", "instance"} // labels
		for _, target := range panel.Targets {
			columns = append(columns, target.LegendFormat)
		}
		for _, order := range panel.Options.SortBy {
			require.Contains(t, columns, order.DisplayName, where)
		}
	})
}

func TestDifferencesOfPaymentsAreRed(t *testing.T) {
	red := map[string]any{}
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		if where != "marketplace-payments/Payments by day" {
			return
		}
		for _, override := range panel.FieldConfig.Overrides {
			values := map[string]any{}
			for _, property := range override.Properties {
				values[property.ID] = property.Value
			}
			if values["thresholds"] != nil {
				require.Equal(t, map[string]any{"type": "color-background"}, values["custom.cellOptions"])
				require.Equal(t, map[string]any{"mode": "thresholds"}, values["color"])
				red[values["displayName"].(string)] = values["thresholds"].(map[string]any)["steps"]
			}
		}
	})
	steps := []any{
		map[string]any{"color": "red", "value": nil},
		map[string]any{"color": "transparent", "value": -0.0005},
		map[string]any{"color": "red", "value": 0.0005},
	}
	require.Equal(t, map[string]any{"difference": steps, "difference of the amount": steps}, red)
}

// KPIs change when their query runs, which looks like a fault unless the panel explains it.
func TestPanelsOfKPIsExplainTheirSteps(t *testing.T) {
	text, err := os.ReadFile("../exporter/kpi/kpis.yaml")
	require.NoError(t, err)
	names := regexp.MustCompile(`(?m)^\s*-?\s*name: (\w+)`).FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, names)
	var alternatives []string
	for _, name := range names {
		alternatives = append(alternatives, name[1])
	}
	kpi := regexp.MustCompile(`\b(marketplace_)?(` + strings.Join(alternatives, "|") + `)\{`)
	explained := 0
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		for _, target := range panel.Targets {
			if kpi.MatchString(target.Expr) && !strings.Contains(target.Expr, "marketplace_rules_info") {
				require.Contains(t, panel.Description, "when the KPI's query runs", where)
				explained++
			}
		}
		if panel.Type == "timeseries" && strings.Contains(panel.Description, "when the KPI's query runs") {
			require.Equal(t, "stepAfter", panel.FieldConfig.Defaults.Custom.LineInterpolation, where)
		}
	})
	require.Greater(t, explained, 20)
}

// Ratios over few data are bounded, because an hour of errors is many times an hour's share of a
// budget, and the time of a checkpoint is counted when it ends. Forecasts need history.
func TestSharesAreBounded(t *testing.T) {
	everyPanel(t, func(t *testing.T, where string, panel panelJSON) {
		t.Helper()
		for _, target := range panel.Targets {
			if strings.Contains(target.Expr, "error_budget_remaining") {
				require.Regexp(t, `^clamp_min\(.*, -1\) and .* offset 1d$`, target.Expr, where)
				require.Contains(t, panel.Description, "first day", where)
			}
			if strings.Contains(target.Expr, "predict_linear") {
				require.Regexp(t, ` offset 12h$`, target.Expr, where)
			}
			if strings.Contains(target.Expr, "checkpointer") && strings.Contains(target.Expr, "_time_") {
				require.Regexp(t, `^clamp_max\(.*\[1h\].*, 1\)$`, target.Expr, where)
			}
		}
	})
}
