package postgres

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// query is a collector prepared for one version: it selects the labels, the columns and, if the
// collector has one, the created timestamp.
type query struct {
	collector
	sql     string
	columns []column
}

type column struct {
	metric
	desc *prometheus.Desc
}

// prepare returns the query for a major version.
func (c collector) prepare(major int) query {
	q := query{collector: c}
	var selected []string
	for _, l := range c.labels {
		selected = append(selected, l.sql)
	}
	for _, m := range c.metrics {
		if m.in(major) {
			selected = append(selected, m.sql)
			q.columns = append(q.columns, column{metric: m, desc: c.desc(m)})
		}
	}
	if c.created != "" {
		selected = append(selected, c.created)
	}
	q.sql = "SELECT " + strings.Join(selected, ", ") + "\n" + c.from
	return q
}

// series returns the metrics of result, which has all numbers as text.
func (q query) series(result database.Result) ([]prometheus.Metric, error) {
	var series []prometheus.Metric
	for _, row := range result.Rows {
		if len(row) < len(q.labels)+len(q.columns) {
			return nil, fmt.Errorf("reading a row: it has %d columns", len(row))
		}
		labels := make([]string, len(q.labels))
		for i := range labels {
			labels[i] = labelValue(row[i])
		}
		created := q.createdAt(row)
		for i, c := range q.columns {
			text := row[len(labels)+i]
			if text == nil {
				continue
			}
			number, err := strconv.ParseFloat(string(text), 64)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", c.desc, err)
			}
			sample, err := c.sample(number, created, labels)
			if err != nil {
				return nil, err
			}
			series = append(series, sample)
		}
	}
	return series, nil
}

// createdAt returns the zero time if it is not known.
func (q query) createdAt(row [][]byte) time.Time {
	if q.created == "" {
		return time.Time{}
	}
	seconds, err := strconv.ParseFloat(string(row[len(row)-1]), 64)
	if err != nil { // NULL
		return time.Time{}
	}
	return time.UnixMicro(int64(seconds * 1e6))
}

// sample returns a sample of the column. Counters carry the created timestamp if it is known.
func (c column) sample(number float64, created time.Time, labels []string) (prometheus.Metric, error) {
	var sample prometheus.Metric
	var err error
	if c.kind == prometheus.CounterValue && !created.IsZero() {
		sample, err = prometheus.NewConstMetricWithCreatedTimestamp(c.desc, c.kind, number, created, labels...)
	} else {
		sample, err = prometheus.NewConstMetric(c.desc, c.kind, number, labels...)
	}
	if err != nil {
		return nil, fmt.Errorf("creating a sample: %w", err)
	}
	return sample, nil
}

// labelValue returns text as valid UTF-8, which names in a database with another encoding may not be.
func labelValue(text []byte) string { return strings.ToValidUTF8(string(text), "\uFFFD") }
