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
}

// Incidents returns all types.
func Incidents() []Incident {
	const hour = time.Hour
	return []Incident{
		{Name: "database down", Alerts: []string{"DatabaseDown"}, Lasts: hour, change: func(c *conditions) { c.databaseDown = true }},
		{Name: "all requests fail", Alerts: []string{"MostRequestsFailing", "ErrorRateHigh"}, Cases: 3, Lasts: hour, change: func(c *conditions) { c.errors = 1 }},
		{Name: "5 % of requests fail", Alerts: []string{"ErrorRateHigh", "ErrorBudgetBurn1h"}, Cases: 8, Lasts: 3 * hour, change: func(c *conditions) { c.errors = 0.05 }},
		{Name: "requests take 10 times as long", Alerts: []string{"LatencyP99High", "LatencyP95High", "LatencyP99Elevated", "LatencyP95Elevated"}, Cases: 20, Lasts: hour, change: func(c *conditions) { c.latency = 10 }},
		{Name: "logins fail", Alerts: []string{"LoginFailing"}, Cases: 3, Lasts: 2 * hour, change: func(c *conditions) { c.loginErrors = 1 }},
		{Name: "charges fail", Alerts: []string{"PaymentEndpointFailing"}, Cases: 3, Lasts: 3 * hour, change: func(c *conditions) { c.chargeErrors = 1 }},
		{Name: "a provider fails all payments", Alerts: []string{"PaymentSuccessCritical"}, Cases: 5, Lasts: 4 * hour, change: func(c *conditions) { c.failingProvider = "stripe" }},
		{Name: "webhooks of a provider stop", Alerts: []string{"PaymentsPending"}, Cases: 10, Lasts: 6 * hour, change: func(c *conditions) { c.webhooksLost = "stripe" }},
		{Name: "no visitors arrive", Alerts: []string{"TrafficGone"}, Cases: 20, Lasts: 4 * hour, change: func(c *conditions) { c.traffic = 0 }},
		{Name: "connections exhausted", Alerts: []string{"ConnectionsNearMaximum"}, Lasts: hour, change: func(c *conditions) { c.sessions = 0.97 }},
		{Name: "all emails are rejected", Alerts: []string{"EmailFailing", "EmailFailuresDaily"}, Cases: 20, Lasts: 6 * hour, change: func(c *conditions) { c.emailsRejected = true }},
		{Name: "exporters down", Alerts: []string{"ExporterDown"}, Lasts: hour, change: func(c *conditions) { c.exportersDown = true }},
		{Name: "drains stop", Alerts: []string{"DrainNoData", "TrafficGone"}, Cases: 20, Lasts: 2 * hour, change: func(c *conditions) { c.drainsStopped = true }},
		{Name: "disk fills by 60 MB a minute", Alerts: []string{"DiskNearlyFull", "DiskForecastFull"}, Lasts: 3 * hour, Cases: 1, Stays: true, change: func(c *conditions) { c.diskGrowth = 60e6 }},
		{Name: "orders are deleted", Alerts: []string{"CoreRowsLost"}, Lasts: hour, Stays: true, change: func(c *conditions) { c.ordersDeleted = true }},
	}
}
