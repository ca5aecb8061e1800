package database

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// cost is what one source costs the database.
type cost struct {
	metric.Collectors

	queries     prometheus.Counter
	roundTrips  prometheus.Counter
	seconds     prometheus.Counter
	connections prometheus.GaugeFunc
}

func newCost(user string, connections func() float64) *cost {
	labels := prometheus.Labels{"source": user}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels})
	}
	c := &cost{
		queries: counter("marketplace_database_queries_total",
			"Queries that the exporter sent to the database, without those that open and close the transaction."),
		roundTrips: counter("marketplace_database_round_trips_total",
			"Times that the exporter sent something to the database and waited for the answer."),
		seconds: counter("marketplace_database_seconds_total",
			"Time that the exporter spent in the database or waiting for it, connecting included."),
		connections: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name:        "marketplace_database_connections",
			Help:        "Connections that the exporter holds to the database: at most one a source.",
			ConstLabels: labels,
		}, connections),
	}
	c.Collectors = metric.Collectors{c.queries, c.roundTrips, c.seconds, c.connections}
	return c
}

// timer starts a timer and returns the function that stops it.
func (c *cost) timer() func() {
	started := time.Now()
	return func() { c.seconds.Add(time.Since(started).Seconds()) }
}

// count counts r, unless it was not sent or is not executed.
func (c *cost) count(r request) {
	if r.result.Err == nil && !r.describe {
		c.queries.Inc()
	}
}
