package dashboards

import (
	"fmt"
	"slices"
	"strings"
)

// firingAlerts selects the firing alerts except the Watchdog, which always fires.
func firingAlerts(matchers ...string) string {
	return alertSeries("ALERTS", append([]string{`alertstate="firing"`, `alertname!="Watchdog"`}, matchers...)...)
}

// alertSeries also selects alerts without an environment, such as those on absent series. Empty matchers are ignored.
func alertSeries(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment|"`}, matchers...)
	return metric + "{" + strings.Join(slices.DeleteFunc(all, func(m string) bool { return m == "" }), ",") + "}"
}

// activeSince returns, for each firing alert, the Unix time at which its condition became true.
func activeSince(matchers ...string) string {
	return alertSeries("ALERTS_FOR_STATE") + " and ignoring (alertstate) " + firingAlerts(matchers...)
}

// firingCount returns the number of firing alerts of a severity, or 0.
func firingCount(severity string) string {
	return fmt.Sprintf("count(%s) or vector(0)", firingAlerts(`severity="`+severity+`"`))
}

// firingTable returns activeSince in milliseconds. The label subject joins all labels that identify an alert, because a
// column for each of them would leave most cells of the table empty. The label panel is the name of the alert, which
// panelLinks replaces.
func firingTable() string {
	subject := fmt.Sprintf(`label_join(%s, "subject", " ", "%s")`, activeSince(), strings.Join(identifyingLabels(), `", "`))
	return `1000 * max by (severity, alertname, subject, component, panel) (label_join(` + subject + `, "panel", "", "alertname"))`
}

// identifyingLabels returns the labels of alerts other than alertname, severity and component.
func identifyingLabels() []string {
	return []string{
		"environment", "method", "route", "host", "sender", "endpoint", "drain", "source", "part", "kpi", "reason", "metric",
		"datname", "schemaname", "relname", "queryid", "user", "application_name", "server", "class",
		"provider", "currency", "status", "window", "file", "job", "instance", "origin",
	}
}

// component is a part of the marketplace, as on the status page.
type component struct {
	panelID     uint32
	name, title string
	// rules is the rule file with the alerts on the component, and data selects a series that these alerts need. A component
	// without its rules or its data is shown as not monitored.
	rules, data string
	// measured describes data.
	measured string
	// boardUID is the board with the details.
	boardUID string
}

func components() []component {
	pageLoads, requests := series("metric:marketplace_web_vital_samples:increase1h")+" > 0", series("origin:http_requests:rate5m")
	return []component{
		{110, "website", "Website", "web", pageLoads, "page loads that browsers reported in the last hour", webUID},
		{111, "api", "API", "api", requests, "request metrics", apiUID},
		{112, "payments", "Payments", "payments", series("marketplace_payments"), "payments", businessUID},
		{113, "uploads", "Uploads", "uploads", requests, "request metrics", apiUID},
		{114, "email", "Email", "email", series("marketplace_emails"), "emails", businessUID},
		{115, "database", "Database", "database", series("pg_up") + " == 1", "a working connection", databaseUID},
	}
}

// status returns a number for the highest severity that fires. Without alerts the component is operational only if its
// rules are loaded and have data: a component that nothing measures must not look healthy.
func (c component) status() string {
	firing := func(severity string) string {
		return "max(" + firingAlerts(`component="`+c.name+`"`, `severity="`+severity+`"`) + ")"
	}
	monitored := fmt.Sprintf(`max(marketplace_rules_info{file="%s"}) and max(%s)`, c.rules, c.data)
	return fmt.Sprintf("3 * %s or 2 * %s or %s or 0 * (%s) or vector(-1)", firing("P0"), firing("P1"), firing("P2"), monitored)
}

func componentStatuses() []Mapping {
	return []Mapping{
		{"3", "Major outage", "red"},
		{"2", "Partial outage", "orange"},
		{"1", "Degraded", "yellow"},
		{"0", "Operational", "green"},
		{"-1", "Not monitored", "text"},
	}
}

func upOrDown() []Mapping { return []Mapping{{"1", "Up", "green"}, {"0", "Down", "red"}} }

func yesOrNo() []Mapping { return []Mapping{{"1", "Yes", "green"}, {"0", "No", "red"}} }
