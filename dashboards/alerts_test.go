package dashboards_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

func loadRules(t *testing.T) rules.Bundle {
	t.Helper()
	bundle, err := rules.Load()
	require.NoError(t, err)
	return bundle
}

// queriesByPanel returns the concatenated queries of each panel.
func queriesByPanel(t *testing.T) map[rules.Panel]string {
	t.Helper()
	queries := map[rules.Panel]string{}
	for _, board := range loadBoards(t) {
		for _, panel := range board.Panels() {
			for _, query := range panel.Queries {
				queries[rules.Panel{Board: board.UID, ID: int(panel.ID)}] += query.Expr + "\n"
			}
		}
	}
	return queries
}

func TestAlertsLinkToPanels(t *testing.T) {
	queries, linked := queriesByPanel(t), map[rules.Panel]bool{}
	for _, alert := range loadRules(t).Alerts() {
		panel, err := alert.Panel()
		require.NoError(t, err)
		require.Contains(t, queries, panel, "%s links to a panel that does not exist", alert.Alert)
		linked[panel] = true
	}
	for panel := range queries {
		require.Equal(t, panel.ID < 100, linked[panel], "%v: a panel has an ID below 100 if and only if an alert links to it", panel)
	}
}

// The panel of an alert draws at least one of its thresholds. It need not draw others, such as a
// minimum of traffic.
func TestPanelsDrawTheThresholdsOfTheirAlerts(t *testing.T) {
	queries := queriesByPanel(t)
	for _, alert := range loadRules(t).Alerts() {
		thresholds := regexp.MustCompile(`threshold:\w+:\w+`).FindAllString(alert.Expr, -1)
		if len(thresholds) == 0 {
			continue
		}
		panel, err := alert.Panel()
		require.NoError(t, err)
		drawn := queries[panel]
		require.True(t, slices.ContainsFunc(thresholds, func(threshold string) bool { return strings.Contains(drawn, threshold) }),
			"the panel of %s draws none of %v", alert.Alert, thresholds)
	}
}

// A threshold with several values is drawn with matchers for one of them, because max() would hide
// the others. A threshold of environments is drawn for the selected ones.
func TestThresholdsAreSelected(t *testing.T) {
	thresholds, err := loadRules(t).Thresholds()
	require.NoError(t, err)
	drawn := queriesByPanel(t)
	for _, threshold := range thresholds {
		selector := regexp.MustCompile(`max(?: by \([\w, ]+\) )?\(` + threshold.Series + `(?:\{([^}]*)\})?\)`)
		for panel, queries := range drawn {
			for _, match := range selector.FindAllStringSubmatch(queries, -1) {
				environment := `environment=~"$environment"`
				require.Equal(t, len(threshold.Scope) > 0, strings.Contains(match[1], environment), "%v: %s", panel, match[0])
				other := strings.Trim(strings.ReplaceAll(match[1], environment, ""), ",")
				require.Equal(t, len(threshold.Labels) > 0, other != "", "%v draws %s without matchers", panel, match[0])
			}
		}
	}
}
