package database

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// cost holds the metrics of the load that a source causes on the database.
type cost struct {
	metric.Collectors

	queries, roundTrips, seconds prometheus.Counter
}

func newCost(source string, connections func() float64) *cost {
	labels := prometheus.Labels{"source": source}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels})
	}
	c := &cost{
		queries: counter("marketplace_database_queries_total",
			"Queries sent to the database, except those that begin and end transactions."),
		roundTrips: counter("marketplace_database_round_trips_total",
			"Round trips to the database."),
		seconds: counter("marketplace_database_seconds_total",
			"Time spent waiting for the database, including connecting, in seconds."),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "marketplace_database_connections",
		Help:        "Open connections to the database, at most one for each source.",
		ConstLabels: labels,
	}, connections)
	c.Collectors = metric.Collectors{c.queries, c.roundTrips, c.seconds, open}
	return c
}

// timer starts a timer and returns the function that stops it.
func (c *cost) timer() func() {
	started := time.Now()
	return func() { c.seconds.Add(time.Since(started).Seconds()) }
}
