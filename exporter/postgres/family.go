package postgres

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// family is one query and what its columns become. It is served whole or not at all.
type family struct {
	part   string  // its name in failures
	labels []label // datname first
	values []value
	from   string             // the query from FROM on
	args   func(server) []any // its parameters; may be nil

	created  string            // SQL for the Unix time at which the counters began; may be empty
	on       func(server) bool // whether this server has such a thing at all; nil: it has
	allStats bool              // whether it is about other roles' sessions, which take pg_read_all_stats to see
	slow     bool              // asked once in Config.SlowInterval only, and replayed in between
}

// label is a column that becomes a label. Its values must come from a bounded set.
type label struct{ name, sql string }

// value is a column that becomes a metric. A NULL becomes nothing: absent is not zero.
type value struct {
	name, help string
	kind       prometheus.ValueType
	sql        string
	since      int // the first server version that has it, as server_version_num / 10000; 0 for all
	before     int // the first that has it no more
}

func counter(name, sql, help string) value {
	return value{name: name, help: help, kind: prometheus.CounterValue, sql: sql}
}

func gauge(name, sql, help string) value {
	return value{name: name, help: help, kind: prometheus.GaugeValue, sql: sql}
}

// from and until bound the major versions that have the column.
func (v value) from(major int) value  { v.since = major; return v }
func (v value) until(major int) value { v.before = major + 1; return v }

func (v value) in(major int) bool {
	return major >= v.since && (v.before == 0 || major < v.before)
}

// query is a family made ready for one server: its SQL and the descriptors of the columns it selects.
type query struct {
	sql     string
	labels  int
	columns []column
	created bool
}

type column struct {
	value
	desc *prometheus.Desc
}

// desc returns the descriptor of one of the family's metrics.
func (f family) desc(v value) *prometheus.Desc {
	names := make([]string, len(f.labels))
	for i, l := range f.labels {
		names[i] = l.name
	}
	return prometheus.NewDesc(v.name, v.help, names, nil)
}

func (f family) descs() []metric.Desc {
	descs := make([]metric.Desc, len(f.values))
	for i, v := range f.values {
		descs[i] = metric.Typed(f.desc(v), v.kind)
	}
	return descs
}

// prepare returns the query that major understands.
func (f family) prepare(major int) query {
	var columns []string
	q := query{labels: len(f.labels), created: f.created != ""}
	for _, l := range f.labels {
		columns = append(columns, l.sql)
	}
	for _, v := range f.values {
		if v.in(major) {
			columns = append(columns, v.sql)
			q.columns = append(q.columns, column{value: v, desc: f.desc(v)})
		}
	}
	if f.created != "" {
		columns = append(columns, f.created)
	}
	q.sql = "SELECT " + strings.Join(columns, ", ") + "\n" + f.from
	return q
}

// read turns rows into metrics. Results come as text, and a number's text is all that is needed of it.
func (q query) read(rows pgx.Rows, emit func(prometheus.Metric)) error {
	for rows.Next() {
		raw := rows.RawValues()
		if len(raw) < q.labels+len(q.columns) {
			return fmt.Errorf("reading a row: %d columns came", len(raw))
		}
		labels := make([]string, q.labels)
		for i := range labels {
			labels[i] = labelText(raw[i])
		}
		var created time.Time
		if q.created {
			created = unixTime(raw[len(raw)-1])
		}
		for i, c := range q.columns {
			if err := c.emit(raw[q.labels+i], created, labels, emit); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

func (c column) emit(raw []byte, created time.Time, labels []string, emit func(prometheus.Metric)) error {
	if raw == nil {
		return nil
	}
	number, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return fmt.Errorf("reading %s: %w", c.desc, err)
	}
	metric, err := c.metric(number, created, labels)
	if err != nil {
		return err
	}
	emit(metric)
	return nil
}

// metric is the column's number with labels; a counter also says when it began, where created is known.
func (c column) metric(number float64, created time.Time, labels []string) (prometheus.Metric, error) {
	var metric prometheus.Metric
	var err error
	if c.kind == prometheus.CounterValue && !created.IsZero() {
		metric, err = prometheus.NewConstMetricWithCreatedTimestamp(c.desc, c.kind, number, created, labels...)
	} else {
		metric, err = prometheus.NewConstMetric(c.desc, c.kind, number, labels...)
	}
	if err != nil {
		return nil, fmt.Errorf("making a metric: %w", err)
	}
	return metric, nil
}

// labelText is what raw says, as a label may hold it: names in a database of another encoding need not be UTF-8.
func labelText(raw []byte) string { return strings.ToValidUTF8(string(raw), "\uFFFD") }

func unixTime(raw []byte) time.Time {
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil { // NULL: it is not known
		return time.Time{}
	}
	return time.UnixMicro(int64(seconds * 1e6))
}
