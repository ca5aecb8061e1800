package dashboards

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/aimarketplace/monitoring/rules"
)

func overviewBoard(alerts []rules.Rule) Board {
	return Board{
		UID: overviewUID, Title: "Marketplace / Overview", TimeFrom: "now-6h",
		Description: "Current alerts and the state of each component. The other boards have the details.",
		Variables:   []Variable{targetEnvironment()},
		Rows: []Row{
			row(1000, "Status", overviewSeverities(), overviewComponents(), overviewAlerts(alerts)),
			row(1004, "Application", overviewApplication()),
			collapsedRow(1005, "Alert history", overviewHistory()),
			collapsedRow(1002, "Objectives", overviewObjectives()),
			collapsedRow(1003, "Activity", overviewActivity()),
		},
	}
}

func overviewSeverities() []Panel {
	severity := func(id uint32, name, color, response string) Panel {
		panel := statusPanel(id, name+" alerts", []Mapping{{"0", "None", "green"}},
			"Number of firing alerts with this severity. "+response,
			query("count("+firingAlerts(`severity="`+name+`"`)+") or vector(0)", name),
		)
		panel.Color = color
		return panel
	}
	return grid(4, 3,
		severity(100, "P0", "red", "P0 is critical: respond within 5 minutes."),
		severity(101, "P1", "orange", "P1 is high: respond within 15 minutes."),
		severity(102, "P2", "yellow", "P2 is medium: respond within an hour."),
		severity(103, "P3", "blue", "P3 is low: respond on the next business day."),
	)
}

func overviewComponents() []Panel {
	statuses := []Mapping{
		{"3", "Major outage", "red"},
		{"2", "Partial outage", "orange"},
		{"1", "Degraded", "yellow"},
		{"0", "Operational", "green"},
		{"-1", "Not monitored", "text"},
	}
	panels := []Panel{}
	for _, c := range []component{
		{110, "website", "Website", uptimeUID},
		{111, "api", "API", apiUID},
		{112, "payments", "Payments", businessUID},
		{113, "uploads", "Uploads", apiUID},
		{114, "email", "Email", businessUID},
		{115, "database", "Database", databaseUID},
	} {
		panels = append(panels, statusPanel(c.panelID, c.title, statuses,
			"Worst status of the component that a firing alert stands for; component:alert:info lists the alerts. A "+
				"component without any signal is not monitored.",
			query(c.status(), c.title),
		).linkTo(c.boardUID))
	}
	return grid(6, 3, panels...)
}

// component is a part of the marketplace, as on the status page.
type component struct {
	panelID     uint32
	name, title string
	// boardUID is the board with the details.
	boardUID string
}

// status returns -1 for a component without a status: one that nothing measures must not look
// healthy.
func (c component) status() string {
	return "max(" + alertSeries("marketplace:component_status", `component="`+c.name+`"`) + ") or vector(-1)"
}

func overviewAlerts(alerts []rules.Rule) []Panel {
	firing := tablePanel(105, "Firing now",
		"All firing alerts and the time since their condition became true, oldest first within a severity. An alert "+
			"links to its runbook and to its panel. The subject consists of all other labels.",
		column(firingTable(), "since", units.DateTimeFromNow).emptyIf("no alert is firing"),
	).sortedBy("severity", "since")
	firing.Columns = []string{"severity", "alertname", "subject", "component", "Value", "panel"}
	firing.WideColumn = "subject"
	firing.Alerts = alerts
	return grid(1, 7, firing)
}

// alertSubject lists the labels that identify an alert, other than alertname, severity and
// component.
const alertSubject = `"environment", "target", "method", "route", "host", "sender", "endpoint", "drain", "source", "part", ` +
	`"kpi", "limit", "reason", "metric", "database", "datname", "schemaname", "relname", "queryid", "user", ` +
	`"application_name", "server", "slot_name", "slot_type", "rows", "class", "provider", "currency", "status", "window", "file", "job", ` +
	`"instance", "pod", "origin", "rule_group", "integration", "day", "event", "level", "project", "state", "alertmanager", "program"`

// firingTable returns activeSince in milliseconds. The label subject joins several labels, because
// a column for each of them would leave most cells of the table empty. The label panel is the name
// of the alert, which panelLinks replaces.
func firingTable() string {
	subject := `label_join(` + activeSince() + `, "subject", " ", ` + alertSubject + `)`
	panel := `label_join(` + subject + `, "panel", "", "alertname")`
	return "1000 * " + maxBy("severity, alertname, subject, component, panel", panel)
}

// firingAlerts selects the firing alerts except the Watchdog, which always fires.
func firingAlerts(matchers ...string) string {
	return alertSeries("ALERTS", append([]string{`alertstate="firing"`, `alertname!="Watchdog"`}, matchers...)...)
}

// alertSeries also selects alerts without an environment, such as those on absent series. Empty
// matchers are ignored.
func alertSeries(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment|"`}, matchers...)
	return metric + "{" + strings.Join(slices.DeleteFunc(all, func(m string) bool { return m == "" }), ",") + "}"
}

// activeSince returns, for each firing alert, the Unix time at which its condition became true.
func activeSince(matchers ...string) string {
	return alertSeries("ALERTS_FOR_STATE") + " and ignoring (alertstate) " + firingAlerts(matchers...)
}

func overviewApplication() []Panel {
	return grid(4, 6,
		timeSeriesPanel(140, "Request rate", units.RequestsPerSecond,
			"Requests per second handled by functions, by origin of the metrics.",
			query(series("origin:http_requests:rate5m"), requestLegend),
		).linkTo(apiUID),
		timeSeriesPanel(141, "Error rate", units.PercentUnit, "Share of requests with a 5xx response, over 5 minutes.",
			query(series("origin:http_request_errors:ratio_rate5m"), requestLegend),
			threshold("http_request_errors:ratio", "P1 limit"),
			threshold("http_slo_errors:ratio", "objective"),
		).linkTo(apiUID),
		timeSeriesPanel(142, "Latency", units.Seconds, "Request latency over 5 minutes.",
			query(series("origin:http_request_duration_seconds:p95_5m"), "P95 "+requestLegend),
			query(series("origin:http_request_duration_seconds:p99_5m"), "P99 "+requestLegend),
			threshold("http_request_p95:seconds", "P95 limit"),
			threshold("http_request_p99:seconds", "P99 limit"),
		).linkTo(apiUID),
		timeSeriesPanel(143, "Web vitals relative to target", units.PercentUnit,
			"P75 over an hour as a percentage of each metric's target. Above 100 % the target is missed.",
			query(relativeToTarget(series(vitalP75)), "{{metric}} {{environment}}"),
			limit("vector(1)", "target"),
		).linkTo(webUID),
	)
}

func overviewHistory() []Panel {
	return grid(1, 8,
		timeSeriesPanel(104, "Firing alerts by severity", units.Short, "Number of firing alerts over time.",
			query("count by (severity) ("+firingAlerts()+")", "{{severity}}").emptyIf("no alert has fired"),
			query("vector(0)", "none"),
		).stacked(),
	)
}

func overviewObjectives() []Panel {
	return grid(4, 6,
		statPanel(120, "Database uptime, 30 days", units.PercentUnit,
			"Share of scrapes in the last 30 days in which the database was up. Periods without scrapes are not "+
				"counted.",
			query(dedupe("avg_over_time("+series("pg_up")+"[30d])"), databaseLegend),
		),
		timeSeriesPanel(121, "Payment success rate", units.PercentUnit,
			"Share of the payments completed in the window, over all providers. Refunded payments count as "+
				"successful; canceled and declined payments are not counted.",
			query(series("marketplace:payment_success:ratio", `window=~"1d|30d"`), "{{window}}"),
			threshold("marketplace_payment_success:ratio", "P1 limit", `severity="P1"`),
		).kpi(),
		timeSeriesPanel(122, "Email failure rate", units.PercentUnit,
			"Failed emails as a share of the emails that were sent or failed in the window.",
			query(series("window:marketplace_email_failures:ratio"), "{{window}}"),
			threshold("marketplace_email_failures:ratio", "limit"),
		).kpi(),
		statPanel(123, "Settlements paid", units.PercentUnit,
			"Share of the settlements of the last 31 days and all unpaid ones, without canceled ones.",
			query(series("marketplace:settlement_completion:ratio"), "paid").emptyIf("no period has been completed"),
		).kpi(),
	)
}

func overviewActivity() []Panel {
	return grid(3, 8,
		timeSeriesPanel(130, "Active users", units.Short, "Distinct users active in the last 24 hours.",
			query(gauge("marketplace_active_users", `window="1d"`), "24 hours"),
		).kpi().linkTo(businessUID),
		timeSeriesPanel(131, "Paid orders", units.Short, "Orders paid in the last 24 hours, by currency.",
			query(gauge("marketplace_paid_orders", `window="1d"`), "{{currency}}"),
		).kpi().stacked().linkTo(businessUID),
		timeSeriesPanel(132, "Transactions", units.OpsPerSecond,
			"Database transactions per second. A drop indicates that the application is not working.",
			query(sumDatabases(dedupe(rate(series("pg_stat_database_xact_commit_total")))), "committed {{server}}"),
			query(sumDatabases(dedupe(rate(series("pg_stat_database_xact_rollback_total")))), "rolled back {{server}}"),
		).linkTo(databaseUID),
	)
}
