package checklist

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/report/command"
	"github.com/aimarketplace/monitoring/rules"
)

// TestExpressionsSelectWhatExists also finds invalid PromQL, in reports of all lengths.
func TestExpressionsSelectWhatExists(t *testing.T) {
	contract := promtest.NewContract(t, promtest.Start(t, "scrape_configs: []\n"))
	for _, name := range []string{"daily", "weekly", "monthly"} {
		window := newRun(name, end(), command.Services{Environment: "production"}).window
		check := func(expr string) {
			if expr != "" {
				contract.Check(t, window.Expand(expr))
			}
		}
		for _, s := range sectionsOf(name) {
			for _, b := range s.boxes {
				check(b.query)
				check(b.target)
				check(b.chart)
			}
			for _, table := range s.tables {
				for _, c := range table.columns {
					check(c.query)
					check(c.target)
				}
			}
		}
		for _, l := range limits() {
			check(l.signal)
			check(limit(l.limit))
		}
	}
}

func TestSecurityAlertsExist(t *testing.T) {
	bundle, err := rules.Load()
	require.NoError(t, err)
	var names []string
	for _, alert := range bundle.Alerts() {
		names = append(names, alert.Alert)
	}
	require.Subset(t, names, securityAlertNames())
}

func TestPanelsExist(t *testing.T) {
	exist := promtest.Panels(t)
	for _, s := range sectionsOf("monthly") {
		for _, b := range s.boxes {
			require.Contains(t, exist, b.panel, b.title)
		}
		for _, table := range s.tables {
			require.Contains(t, exist, table.panel, table.title)
		}
	}
}

// The checklists of the guide have these items. Reports add sections to them.
func TestEveryItemOfTheChecklistsHasASection(t *testing.T) {
	titles := func(sections []section) (all []string) {
		for _, s := range sections {
			require.True(t, len(s.boxes) > 0 || s.extra != nil, s.title)
			all = append(all, s.title)
		}
		return all
	}
	require.Subset(t, titles(daily()), []string{
		"Check error rates in Sentry", "Review API response times", "Monitor transaction success rate", "Check uptime status",
		"Review critical alerts",
	})
	require.Subset(t, titles(weekly()), []string{
		"Analyze performance trends", "Review slow database queries", "Check disk space usage", "Review security alerts",
		"Analyze business metrics: users", "Analyze business metrics: prompts", "Analyze business metrics: transactions and revenue",
	})
	require.Subset(t, titles(monthly()), []string{
		"Review incident reports", "Update monitoring thresholds", "Optimize alert rules", "Capacity planning review",
		"Performance optimization planning",
	})
}
