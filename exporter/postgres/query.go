package postgres

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	metrics "github.com/aimarketplace/monitoring/exporter/metric"
)

// query is a collector prepared for one version. Its rows have the labels, the columns and, if the
// collector has one, the created timestamp.
type query struct {
	collector
	sql     string
	columns []column
}

type column struct {
	metric
	desc metrics.Desc
}

// prepare returns the query for a major version.
func (c collector) prepare(major int) query {
	q := query{collector: c}
	var selected []string
	for _, l := range c.allLabels() {
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

// series returns the metrics of result.
func (q query) series(result database.Result) ([]prometheus.Metric, error) {
	var series []prometheus.Metric
	for _, row := range result.Rows {
		labels, numbers, err := q.parse(row)
		if err != nil {
			return nil, err
		}
		series = append(series, q.samples(0, labels, numbers, q.createdAt(row))...)
	}
	return series, nil
}

// parse returns the labels and the numbers of row.
func (q query) parse(row [][]byte) (labels []string, numbers []float64, err error) {
	first := len(q.labels) + 1
	for _, text := range row[:first] {
		labels = append(labels, labelValue(text))
	}
	numbers, err = parseNumbers(row[first : first+len(q.columns)])
	return labels, numbers, err
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
			return nil, fmt.Errorf("reading a number: %w", err)
		}
		numbers[i] = number
	}
	return numbers, nil
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

// samples returns the samples of the columns from the first one on. Counters carry the created
// timestamp if it is known.
func (q query) samples(first int, labels []string, numbers []float64, created time.Time) []prometheus.Metric {
	var samples []prometheus.Metric
	for i := first; i < len(numbers); i++ {
		c := q.columns[i]
		switch {
		case math.IsNaN(numbers[i]):
		case c.kind == prometheus.CounterValue && !created.IsZero():
			samples = append(samples,
				prometheus.MustNewConstMetricWithCreatedTimestamp(c.desc.Desc, c.kind, numbers[i], created, labels...))
		default:
			samples = append(samples, c.desc.Metric(numbers[i], labels...))
		}
	}
	return samples
}

// labelValue returns text as valid UTF-8, which names in a database with another encoding may not
// be.
func labelValue(text []byte) string { return strings.ToValidUTF8(string(text), "\uFFFD") }
