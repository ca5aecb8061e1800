// Package simulate produces the series that the exporters of a marketplace expose.
//
// A [Shop] is a size of marketplace. A [Simulation] draws its requests, orders and database load
// from seasons and a seed, together with everything that is ordinary: deployments, campaigns, cold
// starts, mistyped passwords, declined cards, bots, nightly jobs, restarts of exporters and a
// preview environment that fails. An [Incident] adds what is not.
package simulate

import (
	"math"
	"time"
)

// Shop is a size of marketplace.
type Shop struct {
	Name             string
	Summary          string
	requests         float64 // mean per minute
	orders           float64 // mean per day
	coldStarts       float64 // share of requests
	deployment       float64 // share of cold starts in the minute after a deployment
	declines         float64 // share of payments that the customer's bank declines
	deploymentsADay  int     // on working days
	databaseSessions float64 // maximum
	sellers          float64
}

// Shops returns the sizes.
func Shops() []Shop {
	const day = 24 * 60
	return []Shop{
		{"small", "2,000 requests and 60 orders a day", 2000. / day, 60, 0.05, 0.5, 0.05, 1, 100, 20},
		{"medium", "50 requests a second and 4,000 orders a day", 50 * 60, 4000, 0.02, 0.15, 0.10, 3, 200, 400},
		{"big", "5,000 requests a second and 200,000 orders a day", 5000 * 60, 200000, 0.01, 0.05, 0.15, 8, 500, 5000},
	}
}

// conditions are what differs from one minute to the next.
type conditions struct {
	traffic    float64 // requests and orders, relative to the mean
	latency    float64 // durations, relative to ordinary ones
	coldStarts float64 // share of requests
	errors     float64 // share of requests with a 5xx response
	bots       float64 // requests to unknown paths, relative to requests
	sessions   float64 // share of database sessions in use
	nightly    bool    // a batch job runs in the database

	loginErrors, chargeErrors     float64 // share of the endpoint's requests with a 5xx response
	databaseDown, exportersDown   bool
	drainsStopped                 bool
	emailsRejected, ordersDeleted bool
	failingProvider, webhooksLost string  // a provider of payments
	diskGrowth                    float64 // bytes per minute beside the ordinary growth
}

// ordinary returns the conditions of a minute without any incident.
func (s Shop) ordinary(at time.Time) conditions {
	c := conditions{traffic: season(at), latency: 1, coldStarts: s.coldStarts, errors: 0.0002, bots: 0.02}
	if campaign(at) {
		c.traffic *= 10
	}
	c.sessions = min(0.75, 0.2+0.2*c.traffic)
	minutes := at.Hour()*60 + at.Minute()
	working := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
	for n := range s.deploymentsADay {
		since := minutes - 9*60 - n*9*60/s.deploymentsADay
		if working && since == 0 {
			c.coldStarts = s.deployment
			c.errors = 0.005 // old functions end with requests in flight
		} else if working && since > 0 && since < 3 {
			c.coldStarts = max(c.coldStarts, s.deployment/3)
		}
	}
	if minutes >= 4*60 && minutes < 5*60 && at.YearDay()%3 == 0 {
		c.bots = 0.5 // a scan for known vulnerabilities
	}
	c.nightly = minutes >= 2*60 && minutes < 2*60+40
	if c.nightly {
		c.latency = 1.2
	}
	return c
}

// season returns the traffic relative to its mean: least at 03:00, most at 15:00, less on weekends.
func season(at time.Time) float64 {
	hour := float64(at.Hour()) + float64(at.Minute())/60
	factor := 1.1
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		factor = 0.75
	}
	return factor * (1 + 0.8*math.Cos(2*math.Pi*(hour-15)/24))
}

// campaign reports whether a newsletter or a sale multiplies the traffic, every second Wednesday.
func campaign(at time.Time) bool {
	return at.Weekday() == time.Wednesday && at.YearDay()/7%2 == 0 && at.Hour() >= 18 && at.Hour() < 20
}
