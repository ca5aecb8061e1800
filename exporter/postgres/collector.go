package postgres

import (
	"cmp"

	"github.com/prometheus/client_golang/prometheus"

	metrics "github.com/aimarketplace/monitoring/exporter/metric"
)

// collector is one query and the metrics that its columns become. It is exported whole or not at
// all.
type collector struct {
	part    string  // its name in failures
	datname string  // SQL of the first label; empty for the database of the connection
	labels  []label // the other labels
	metrics []metric
	from    string // the query, starting with FROM
	args    []any  // parameters of the query

	created  string            // SQL for the Unix time at which the counters started; may be empty
	on       func(server) bool // whether the server has these metrics; nil for all servers
	allStats bool              // whether the query needs pg_read_all_stats to see other roles' sessions
	slow     bool              // run once every Config.SlowInterval; the cached result is exported in between
}

// label is a column that becomes a label. Its values must come from a bounded set.
type label struct{ name, sql string }

// metric is a column that becomes a metric. NULL exports nothing, because absent is not zero.
type metric struct {
	name, help string
	kind       prometheus.ValueType
	sql        string
	since      int // first major version that has the column; 0 for all
	before     int // first major version without the column; 0 for none
}

func counter(name, sql, help string) metric {
	return metric{name: name, help: help, kind: prometheus.CounterValue, sql: sql}
}

func gauge(name, sql, help string) metric {
	return metric{name: name, help: help, kind: prometheus.GaugeValue, sql: sql}
}

// from and until set the first and the last major version that have the column.
func (m metric) from(major int) metric  { m.since = major; return m }
func (m metric) until(major int) metric { m.before = major + 1; return m }

func (m metric) in(major int) bool {
	return major >= m.since && (m.before == 0 || major < m.before)
}

// allLabels returns the labels in the order of the selected columns.
func (c collector) allLabels() []label {
	return append([]label{{"datname", cmp.Or(c.datname, "current_database()")}}, c.labels...)
}

// desc returns the descriptor of one of the collector's metrics.
func (c collector) desc(m metric) metrics.Desc {
	var names []string
	for _, l := range c.allLabels() {
		names = append(names, l.name)
	}
	return metrics.Typed(prometheus.NewDesc(m.name, m.help, names, nil), m.kind)
}

// descs returns the descriptors of all metrics of the collector.
func (c collector) descs() []metrics.Desc {
	var descs []metrics.Desc
	for _, m := range c.metrics {
		descs = append(descs, c.desc(m))
	}
	return descs
}
