package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/aimarketplace/monitoring/rules"
)

const overviewUID = "marketplace-overview"

func overviewBoard(alerts []rules.Rule) Board {
	return Board{
		UID: overviewUID, Title: "Marketplace / Overview", TimeFrom: "now-6h",
		Description: "Current alerts and the state of each component. The other boards have the details.",
		Variables:   []Variable{targetEnvironment()},
		Rows: []Row{
			row(1000, "Status", slices.Concat(overviewSeverities(), overviewComponents(), []Panel{firingNow(alerts)})),
			row(1004, "Application", overviewApplication()),
			collapsedRow(1005, "Alert history", []Panel{firingHistory()}),
			collapsedRow(1002, "Objectives", overviewObjectives()),
			collapsedRow(1003, "Activity", overviewActivity()),
		},
	}
}

func overviewSeverities() []Panel {
	panels := []Panel{}
	for _, severity := range []struct {
		id                    uint32
		name, color, response string
	}{
		{100, "P0", "red", "P0 is critical: respond within 5 minutes."},
		{101, "P1", "orange", "P1 is high: respond within 15 minutes."},
		{102, "P2", "yellow", "P2 is medium: respond within an hour."},
		{103, "P3", "blue", "P3 is low: respond on the next business day."},
	} {
		panels = append(panels, statusPanel(Panel{
			ID: severity.id, Title: severity.name + " alerts", Unit: units.Short, Width: 6, Height: 3,
			Description: "Number of firing alerts with this severity. " + severity.response,
			Queries:     []Query{{Expr: firingCount(severity.name), Legend: severity.name}},
			Mappings:    []Mapping{{"0", "None", "green"}}, Color: severity.color,
		}))
	}
	return panels
}

func firingNow(alerts []rules.Rule) Panel {
	return tablePanel(Panel{
		ID: 105, Title: "Firing now", Unit: units.DateTimeFromNow, Height: 7, SortBy: []SortColumn{{Name: "severity"}, {Name: "since"}},
		WideColumn: "subject",
		Columns:    []string{"severity", "alertname", "subject", "component", "Value", "panel"}, Alerts: alerts,
		Description: "All firing alerts and the time since their condition became true, oldest first within a severity. An " +
			"alert links to its runbook and to its panel. The subject consists of all other labels.",
		Queries: []Query{Query{Expr: firingTable(), Legend: "since"}.allowEmpty("no alert is firing")},
	})
}

func firingHistory() Panel {
	return timeSeriesPanel(Panel{
		ID: 104, Title: "Firing alerts by severity", Unit: units.Short, Width: 24, Stacked: true,
		Description: "Number of firing alerts over time.",
		Queries: []Query{
			Query{Expr: "count by (severity) (" + firingAlerts() + ")", Legend: "{{severity}}"}.allowEmpty("no alert has fired"),
			{Expr: "vector(0)", Legend: "none"},
		},
	})
}

func overviewComponents() []Panel {
	panels := []Panel{}
	for _, c := range components() {
		panels = append(panels, statusPanel(Panel{
			ID: c.panelID, Title: c.title, Unit: units.Short, Width: 4, Height: 3,
			Description: "Highest severity of the firing alerts on the component: P0 is a major outage, P1 a partial outage, " +
				"P2 degraded. It is not monitored without its alert rules or without data: " + c.measured + ".",
			Queries:  []Query{{Expr: c.status(), Legend: c.title}},
			Mappings: componentStatuses(), DrilldownUID: c.boardUID,
		}))
	}
	return panels
}

func overviewObjectives() []Panel {
	return []Panel{
		statPanel(Panel{
			ID: 120, Title: "Database uptime, 30 days", Unit: units.PercentUnit, Width: 6, Height: 6,
			Description: "Share of scrapes in the last 30 days in which the database was up. Periods without scrapes are not " +
				"counted.",
			Queries: []Query{{Expr: dedupe("avg_over_time(" + series("pg_up") + "[30d])"), Legend: "{{datname}} {{server}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 121, Title: "Payment success rate", Unit: units.PercentUnit, Width: 6, Height: 6, KPI: true,
			Description: "Share of the payments completed in the window, over all providers. Refunded payments count as " +
				"successful; canceled payments are not counted.",
			Queries: []Query{
				{Expr: series("marketplace:payment_success:ratio", `window=~"1d|30d"`), Legend: "{{window}}"},
				threshold("marketplace_payment_success:ratio", "P1 limit", `severity="P1"`),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 122, Title: "Email failure rate", Unit: units.PercentUnit, Width: 6, Height: 6, KPI: true,
			Description: "Failed emails as a share of the emails that were sent or failed in the window.",
			Queries: []Query{
				{Expr: series("window:marketplace_email_failures:ratio"), Legend: "{{window}}"},
				threshold("marketplace_email_failures:ratio", "limit"),
			},
		}),
		statPanel(Panel{
			ID: 123, Title: "Settlements paid", Unit: units.PercentUnit, Width: 6, Height: 6, KPI: true,
			Description: "Share of the settlements of the latest completed period, without canceled ones.",
			Queries: []Query{
				Query{Expr: series("marketplace:settlement_completion:ratio"), Legend: "paid"}.allowEmpty("no period has been completed"),
			},
		}),
	}
}

func overviewActivity() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 130, Title: "Active users", Unit: units.Short, DrilldownUID: businessUID, KPI: true,
			Description: "Distinct users active in the last 24 hours.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_active_users", `window="1d"`)), Legend: "24 hours"}},
		}),
		timeSeriesPanel(Panel{
			ID: 131, Title: "Paid orders", Unit: units.Short, DrilldownUID: businessUID, Stacked: true, KPI: true,
			Description: "Orders paid in the last 24 hours, by currency.",
			Queries:     []Query{{Expr: dedupe(series("marketplace_paid_orders", `window="1d"`)), Legend: "{{currency}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 132, Title: "Transactions", Unit: units.OpsPerSecond, DrilldownUID: databaseUID,
			Description: "Database transactions per second. A drop indicates that the application is not working.",
			Queries: []Query{
				{Expr: sumDatabases(dedupedRate(series("pg_stat_database_xact_commit_total"))), Legend: "committed {{server}}"},
				{Expr: sumDatabases(dedupedRate(series("pg_stat_database_xact_rollback_total"))), Legend: "rolled back {{server}}"},
			},
		}),
	}
}
