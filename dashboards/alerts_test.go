package dashboards_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
	"github.com/aimarketplace/monitoring/rules"
)

func loadRules(t *testing.T) rules.Bundle {
	t.Helper()
	bundle, err := rules.Load()
	require.NoError(t, err)
	return bundle
}

// queriesByPanel is the text of all queries of each panel.
func queriesByPanel() map[rules.Panel]string {
	queries := map[rules.Panel]string{}
	for _, board := range dashboards.Boards() {
		for _, panel := range board.Panels() {
			for _, query := range panel.Queries {
				queries[rules.Panel{Board: board.UID, ID: int(panel.ID)}] += query.Expr + "\n"
			}
		}
	}
	return queries
}

func TestAlertsAndTheirPanelsFindEachOther(t *testing.T) {
	queries, led := queriesByPanel(), map[rules.Panel]bool{}
	for _, alert := range loadRules(t).Alerts() {
		panel, err := alert.Panel()
		require.NoError(t, err)
		require.Contains(t, queries, panel, "%s leads to a panel that is not there", alert.Alert)
		led[panel] = true
	}
	for panel := range queries {
		require.Equal(t, panel.ID < 100, led[panel], "%v: panels that alerts lead to have ids below 100, and no others do", panel)
	}
}

// A panel that an alert leads to has to show the limit that was broken. Others, such as a minimum of traffic, it need not.
func TestPanelsOfAlertsDrawTheLimits(t *testing.T) {
	queries := queriesByPanel()
	for _, alert := range loadRules(t).Alerts() {
		limits := regexp.MustCompile(`threshold:\w+:\w+`).FindAllString(alert.Expr, -1)
		if len(limits) == 0 {
			continue
		}
		panel, err := alert.Panel()
		require.NoError(t, err)
		drawn := queries[panel]
		require.True(t, slices.ContainsFunc(limits, func(limit string) bool { return strings.Contains(drawn, limit) }),
			"the panel of %s draws none of %v", alert.Alert, limits)
	}
}

// A threshold of several steps is drawn by the step: the larger of two limits says nothing about the other.
func TestLimitsOfSeveralStepsAreDrawnEach(t *testing.T) {
	thresholds, err := loadRules(t).Thresholds()
	require.NoError(t, err)
	for _, threshold := range thresholds {
		for panel, drawn := range queriesByPanel() {
			bare := "max(" + threshold.Series + ")"
			require.False(t, len(threshold.Labels) > 0 && strings.Contains(drawn, bare), "%v draws %s without its step", panel, threshold.Series)
		}
	}
}
