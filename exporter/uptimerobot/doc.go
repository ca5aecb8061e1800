// Package uptimerobot is the source of what UptimeRobot observes from outside: whether each monitor
// is up, its uptime, its response time and its certificate.
//
// It polls one list of monitors: the API v3, or v2 with a key of the older form. Calls for each
// monitor would exceed the limit of the free plan.
package uptimerobot
