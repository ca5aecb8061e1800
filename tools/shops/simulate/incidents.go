package simulate

import "time"

// Incident is a failure that alerts must find.
type Incident struct {
	Name   string
	Alerts []string      // that name the failure
	Lasts  time.Duration // long enough for shops of all sizes
	// Cases is the number of requests, payments or emails that show the incident. A small shop has
	// few of them: 8 errors are 1 % of its requests in 6 hours. It is 1 for a disk that is nearly
	// full, and 0 if everything fails at once.
	Cases  float64
	Stays  bool // the damage does not end with its cause
	change func(c *conditions)

	severity  string // by the guide
	fewEvents string // severity in a small shop, if it differs because few cases prove less
}

// Severity returns the least severity that an alert must have in the shop.
func (i Incident) Severity(shop Shop) string {
	if shop.Name == "small" && i.fewEvents != "" {
		return i.fewEvents
	}
	return i.severity
}

// Incidents returns all types.
func Incidents() []Incident {
	const hour = time.Hour
	return []Incident{
		{Name: "database down", severity: "P0", Alerts: []string{"DatabaseDown"}, Lasts: hour, change: func(c *conditions) { c.databaseDown = true }},
		{Name: "all requests fail", severity: "P0", fewEvents: "P1", Alerts: []string{"MostRequestsFailing", "ErrorRateHigh"}, Lasts: hour, Cases: 3, change: func(c *conditions) { c.errors = 1 }},
		{Name: "5 % of requests fail", severity: "P1", Alerts: []string{"ErrorRateHigh", "ErrorBudgetBurn1h"}, Lasts: 3 * hour, Cases: 8, change: func(c *conditions) { c.errors = 0.05 }},
		{Name: "requests take 10 times as long", severity: "P0", fewEvents: "P2", Lasts: hour, Alerts: []string{"LatencyP99High", "LatencyP95High", "LatencyP99Elevated", "LatencyP95Elevated"}, Cases: 20, change: func(c *conditions) { c.latency = 10 }},
		{Name: "logins fail", severity: "P0", Alerts: []string{"LoginFailing"}, Lasts: 2 * hour, Cases: 3, change: func(c *conditions) { c.loginErrors = 1 }},
		{Name: "charges fail", severity: "P0", Alerts: []string{"PaymentEndpointFailing"}, Lasts: 3 * hour, Cases: 3, change: func(c *conditions) { c.chargeErrors = 1 }},
		{Name: "a provider fails all payments", severity: "P0", Alerts: []string{"PaymentSuccessCritical"}, Lasts: 4 * hour, Cases: 5, change: func(c *conditions) { c.failingProvider = "stripe" }},
		{Name: "webhooks of a provider stop", severity: "P1", Alerts: []string{"PaymentsPending"}, Lasts: 6 * hour, Cases: 10, change: func(c *conditions) { c.webhooksLost = "stripe" }},
		{Name: "no visitors arrive", severity: "P1", Alerts: []string{"TrafficGone"}, Lasts: 4 * hour, Cases: 20, change: func(c *conditions) { c.traffic = 0 }},
		{Name: "connections exhausted", severity: "P1", Alerts: []string{"ConnectionsNearMaximum"}, Lasts: hour, change: func(c *conditions) { c.sessions = 0.97 }},
		{Name: "all emails are rejected", severity: "P1", fewEvents: "P2", Alerts: []string{"EmailFailing", "EmailFailuresDaily"}, Lasts: 6 * hour, Cases: 20, change: func(c *conditions) { c.emailsRejected = true }},
		{Name: "exporters down", severity: "P1", Alerts: []string{"ExporterDown"}, Lasts: hour, change: func(c *conditions) { c.exportersDown = true }},
		{Name: "drains stop", severity: "P1", Alerts: []string{"DrainNoData", "TrafficGone"}, Lasts: 2 * hour, Cases: 20, change: func(c *conditions) { c.drainsStopped = true }},
		{Name: "disk fills by 60 MB a minute", severity: "P1", Alerts: []string{"DiskNearlyFull", "DiskForecastFull"}, Lasts: 3 * hour, Cases: 1, Stays: true, change: func(c *conditions) { c.diskGrowth = 60e6 }},
		{Name: "orders are deleted", severity: "P0", Alerts: []string{"CoreRowsLost"}, Lasts: hour, Stays: true, change: func(c *conditions) { c.ordersDeleted = true }},
	}
}
