package postgres

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
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
		numbers, err := parseNumbers(row[len(q.labels) : len(q.labels)+len(q.columns)])
		if err != nil {
			return nil, err
		}
		datname := labelValue(row[0])
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
		created := q.createdAt(row)
		labels := []string{datname, labelValue(row[1]), labelValue(row[2])}
		for i := entryCounts; i < len(numbers); i++ {
			if math.IsNaN(numbers[i]) {
				continue
			}
			sample, err := q.columns[i].sample(numbers[i], created, labels)
			if err != nil {
				return nil, err
			}
			series = append(series, sample)
		}
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
			series = append(series, prometheus.MustNewConstMetric(perDatabase(c.metric), c.kind, sums[i], datname))
		case c.kind == prometheus.CounterValue && !math.IsNaN(sums[i]):
			total := s.totals.next(datname, c.name, sums[i], reset)
			series = append(series, prometheus.MustNewConstMetric(perDatabase(overAll(c.metric)), c.kind, total, datname))
		}
	}
	return series
}

// parseNumbers returns NaN for NULL.
func parseNumbers(row [][]byte) ([]float64, error) {
	numbers := make([]float64, len(row))
	for i, text := range row {
		if text == nil {
			numbers[i] = math.NaN()
			continue
		}
		number, err := strconv.ParseFloat(string(text), 64)
		if err != nil {
			return nil, fmt.Errorf("reading a number of pg_stat_statements: %w", err)
		}
		numbers[i] = number
	}
	return numbers, nil
}

// perDatabase returns the descriptor of m with the database as the only label.
func perDatabase(m metric) *prometheus.Desc {
	return prometheus.NewDesc(m.name, m.help, []string{"datname"}, nil)
}

// overAll returns m as the total of all entries of a database.
func overAll(m metric) metric {
	m.name = strings.Replace(m.name, "pg_stat_statements_", "pg_stat_statements_all_", 1)
	m.help = "Total over all entries: " + strings.ToLower(m.help[:1]) + m.help[1:]
	return m
}
