package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func overview() Board {
	return Board{
		UID: overviewUID, Title: "Marketplace / Overview", From: "now-6h",
		Description: "What is wrong now. The other boards tell why.",
		Variables:   []Variable{environment()},
		Rows: []Row{
			{1000, "What is wrong now", overviewAlerts()},
			{1001, "Components", overviewComponents()},
			{1004, "Application", overviewApplication()},
			{1002, "Objectives", overviewObjectives()},
			{1003, "Pulse", overviewPulse()},
		},
	}
}

func overviewAlerts() []Panel {
	panels := []Panel{}
	for i, severity := range []struct{ name, color, about string }{
		{"P0", "red", "Critical: answer within 5 minutes."},
		{"P1", "orange", "High: answer within 15 minutes."},
		{"P2", "yellow", "Medium: answer within an hour."},
		{"P3", "blue", "Low: the next business day."},
	} {
		panels = append(panels, state(Panel{
			ID: 100 + uint32(i), Title: severity.name + " alerts", Unit: units.Short, Width: 3, Height: 4,
			About:   "Alerts of this severity that fire now. " + severity.about,
			Queries: []Query{{Expr: firingCount(severity.name), Name: severity.name}},
			States:  []State{{"0", "None", "green"}}, Color: severity.color,
		}))
	}
	return append(panels,
		graph(Panel{
			ID: 104, Title: "Firing alerts", Unit: units.Short, Width: 12, Height: 4, Stacked: true,
			About: "How many alerts have fired, by severity: whether this is one fault or many, and whether it gets worse.",
			Queries: []Query{
				Query{Expr: "count by (severity) (" + firing() + ")", Name: "{{severity}}"}.orNothing("nothing is wrong"),
				{Expr: "vector(0)", Name: "none"},
			},
		}),
		list(Panel{
			ID: 105, Title: "Firing now", Unit: units.DurationSeconds, Height: 8, SortBy: "severity", Rising: true, Runbooks: true,
			About: "Every alert that fires, and since when its condition holds. Its name leads to its runbook; the notification has the link to its panel, too.",
			Queries: []Query{
				Query{Expr: ago(alerts("ALERTS_FOR_STATE")) + " and ignoring (alertstate) " + firing(), Name: "for"}.
					orNothing("nothing is wrong"),
			},
		}),
	)
}

func overviewComponents() []Panel {
	panels := []Panel{}
	for i, c := range components() {
		panels = append(panels, state(Panel{
			ID: 110 + uint32(i), Title: c.title, Unit: units.Short, Width: 4, Height: 4,
			About: "As bad as the worst alert about it: P0 is down, P1 partly down, P2 degraded. It is not watched where its rules " +
				"or the source of their data are not there: then nobody would notice.",
			Queries: []Query{{Expr: c.state(), Name: c.title}},
			States:  componentStates(), Details: c.board,
		}))
	}
	return panels
}

func overviewObjectives() []Panel {
	return []Panel{
		number(Panel{
			ID: 120, Title: "Database up, 30 days", Unit: units.PercentUnit, Width: 6, Height: 6,
			About:   "Share of the scrapes of the last 30 days that found the database up. Times without any scrape are not in it.",
			Queries: []Query{{Expr: once("avg_over_time(" + in("pg_up") + "[30d])"), Name: "{{datname}} {{server}}"}},
		}),
		graph(Panel{
			ID: 121, Title: "Payments that succeed", Unit: units.PercentUnit, Width: 6, Height: 6,
			About: "Of the payments that ended in the window, by any provider. Refunded ones had succeeded first; canceled ones do not count.",
			Queries: []Query{
				{Expr: in("marketplace:payment_success:ratio", `window=~"1d|30d"`), Name: "{{window}}"},
				limit("marketplace_payment_success:ratio", "limit P1", `severity="P1"`),
			},
		}),
		graph(Panel{
			ID: 122, Title: "Mails that fail", Unit: units.PercentUnit, Width: 6, Height: 6,
			About: "Of the mails of the window that were sent or have failed.",
			Queries: []Query{
				{Expr: in("window:marketplace_email_failures:ratio"), Name: "{{window}}"},
				limit("marketplace_email_failures:ratio", "limit"),
			},
		}),
		number(Panel{
			ID: 123, Title: "Settlements paid", Unit: units.PercentUnit, Width: 6, Height: 6,
			About: "Of the latest period that is over, canceled ones left out.",
			Queries: []Query{
				Query{Expr: in("marketplace:settlement_completion:ratio"), Name: "paid"}.orNothing("no period is over yet"),
			},
		}),
	}
}

func overviewPulse() []Panel {
	return []Panel{
		graph(Panel{
			ID: 130, Title: "Active users", Unit: units.Short, Details: businessUID,
			About:   "Distinct people who did something in the last 24 hours.",
			Queries: []Query{{Expr: once(in("marketplace_active_users", `window="1d"`)), Name: "24 hours"}},
		}),
		graph(Panel{
			ID: 131, Title: "Paid orders", Unit: units.Short, Details: businessUID, Stacked: true,
			About:   "Orders paid in the last 24 hours, by currency.",
			Queries: []Query{{Expr: once(in("marketplace_paid_orders", `window="1d"`)), Name: "{{currency}}"}},
		}),
		graph(Panel{
			ID: 132, Title: "Transactions", Unit: units.OpsPerSecond, Details: databaseUID,
			About: "Transactions that the database committed and rolled back a second: the plainest sign that the application works.",
			Queries: []Query{
				{Expr: total(perSecond(in("pg_stat_database_xact_commit_total"))), Name: "committed {{server}}"},
				{Expr: total(perSecond(in("pg_stat_database_xact_rollback_total"))), Name: "rolled back {{server}}"},
			},
		}),
	}
}
