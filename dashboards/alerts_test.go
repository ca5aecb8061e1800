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
// the others.
func TestThresholdsWithSeveralValuesAreSelected(t *testing.T) {
	thresholds, err := loadRules(t).Thresholds()
	require.NoError(t, err)
	for _, threshold := range thresholds {
		for panel, drawn := range queriesByPanel(t) {
			bare := "max(" + threshold.Series + ")"
			require.False(t, len(threshold.Labels) > 0 && strings.Contains(drawn, bare), "%v draws %s without matchers", panel, threshold.Series)
		}
	}
}
