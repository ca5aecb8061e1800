package simulate

import "time"

// Incident is a failure that alerts must find.
type Incident struct {
	Name   string
	Alerts []string // that name the failure
	Lasts  time.Duration
	change func(c *conditions)
}

// Incidents returns all types.
func Incidents() []Incident {
	hours := func(n time.Duration) time.Duration { return n * time.Hour }
	return []Incident{
		{"database down", []string{"DatabaseDown"}, hours(1), func(c *conditions) { c.databaseDown = true }},
		{"all requests fail", []string{"MostRequestsFailing", "ErrorRateHigh"}, hours(1), func(c *conditions) { c.errors = 1 }},
		{"5 % of requests fail", []string{"ErrorRateHigh", "ErrorBudgetBurn1h"}, hours(2), func(c *conditions) { c.errors = 0.05 }},
		{"requests take 10 times as long", []string{"LatencyP99High", "LatencyP95High"}, hours(1), func(c *conditions) { c.latency = 10 }},
		{"logins fail", []string{"LoginFailing"}, hours(2), func(c *conditions) { c.loginErrors = 1 }},
		{"charges fail", []string{"PaymentEndpointFailing"}, hours(3), func(c *conditions) { c.chargeErrors = 1 }},
		{"a provider fails all payments", []string{"PaymentSuccessCritical"}, hours(4), func(c *conditions) { c.failingProvider = "stripe" }},
		{"webhooks of payments stop", []string{"PaymentsPending"}, hours(4), func(c *conditions) { c.webhooksLost = true }},
		{"no visitors arrive", []string{"TrafficGone"}, hours(4), func(c *conditions) { c.traffic = 0 }},
		{"connections exhausted", []string{"ConnectionsNearMaximum"}, hours(1), func(c *conditions) { c.sessions = 0.97 }},
		{"all emails are rejected", []string{"EmailFailing"}, hours(4), func(c *conditions) { c.emailsRejected = true }},
		{"exporters down", []string{"ExporterDown"}, hours(1), func(c *conditions) { c.exportersDown = true }},
		{"drains stop", []string{"DrainNoData"}, hours(2), func(c *conditions) { c.drainsStopped = true }},
		{"disk fills within 8 hours", []string{"DiskForecastFull", "DiskNearlyFull"}, hours(6), func(c *conditions) { c.diskGrowth = 12e6 }},
		{"orders are deleted", []string{"CoreRowsLost"}, hours(1), func(c *conditions) { c.ordersDeleted = true }},
	}
}
