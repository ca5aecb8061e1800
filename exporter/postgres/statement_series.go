package postgres

import (
	"math"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	metrics "github.com/aimarketplace/monitoring/exporter/metric"
)

// entryCounts is the number of metrics of statementNumbers that count entries. They are exported by
// database only.
const entryCounts = 3

// secondsColumn is the index of the execution time among the metrics of statementNumbers.
const secondsColumn = entryCounts + 1

// series returns the numbers of each chosen statement and the totals of each database. The time of
// the latest reset is zero if it is not known.
func (s *statements) series(q query, result database.Result, reset time.Time) ([]prometheus.Metric, error) {
	var series []prometheus.Metric
	sums, covered := map[string][]float64{}, map[string]float64{}
	for _, row := range result.Rows {
		labels, numbers, err := q.parse(row)
		if err != nil {
			return nil, err
		}
		datname := labels[0]
		if sums[datname] == nil {
			sums[datname] = make([]float64, len(numbers))
		}
		for i, number := range numbers {
			sums[datname][i] += number
		}
		if row[2] == nil { // the other statements of the database
			continue
		}
		covered[datname] += numbers[secondsColumn]
		series = append(series, q.samples(entryCounts, labels, numbers, q.createdAt(row))...)
	}
	for datname, sums := range sums {
		series = append(series, s.databaseSeries(q, datname, sums, reset)...)
		if seconds := sums[secondsColumn]; seconds > 0 {
			series = append(series, s.coveredDesc.Metric(covered[datname]/seconds, datname))
		}
	}
	return series, nil
}

func (s *statements) databaseSeries(q query, datname string, sums []float64, reset time.Time) []prometheus.Metric {
	var series []prometheus.Metric
	for i, c := range q.columns {
		switch {
		case i < entryCounts:
			series = append(series, perDatabase(c.metric).Metric(sums[i], datname))
		case c.kind == prometheus.CounterValue && !math.IsNaN(sums[i]):
			total := s.totals.next(datname, c.name, sums[i], reset)
			series = append(series, perDatabase(overAll(c.metric)).Metric(total, datname))
		}
	}
	return series
}

// perDatabase returns the descriptor of m with the database as the only label.
func perDatabase(m metric) metrics.Desc {
	return metrics.Typed(prometheus.NewDesc(m.name, m.help, []string{"datname"}, nil), m.kind)
}

// overAll returns m as the total of all entries of a database.
func overAll(m metric) metric {
	m.name = strings.Replace(m.name, "pg_stat_statements_", "pg_stat_statements_all_", 1)
	m.help = "Total over all entries: " + strings.ToLower(m.help[:1]) + m.help[1:]
	return m
}

// totals are sums over all statements of a database. They never decrease when the server evicts an
// entry, because Prometheus would take the decrease for a counter reset and count the whole sum
// again.
type totals map[totalKey]*monotonic

type totalKey struct{ datname, metric string }

// next returns the counter of the metric for its current sum and the time of the latest reset of
// the statistics, which is zero if the server does not report it.
func (t totals) next(datname, metric string, sum float64, reset time.Time) float64 {
	key := totalKey{datname, metric}
	if t[key] == nil {
		t[key] = &monotonic{}
	}
	return t[key].next(sum, reset)
}

// monotonic turns a sum that loses evicted entries into a counter.
type monotonic struct {
	latest, evicted float64
	reset           time.Time // of the statistics; zero if it is not known
}

// next returns the counter for the current sum. A reset of the statistics resets the counter.
// Without the time of the reset, a sum below half of the previous one counts as a reset, and a
// smaller decrease as an eviction, which removes the least used twentieth of the entries.
func (m *monotonic) next(sum float64, reset time.Time) float64 {
	wasReset := sum < m.latest/2
	if !reset.IsZero() {
		wasReset = !m.reset.IsZero() && !reset.Equal(m.reset) || m.reset.IsZero() && wasReset
		m.reset = reset
	}
	switch {
	case wasReset:
		m.evicted = 0
	case sum < m.latest:
		m.evicted += m.latest - sum
	}
	m.latest = sum
	return m.latest + m.evicted
}
