package kpi

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// namespace is the prefix of every metric name here.
const namespace = "marketplace_"

// Definition is one KPI: a gauge and the query that returns its values.
type Definition struct {
	Name     string        // without "marketplace_"
	Help     string        // noun phrase: what the query counts
	Unit     string        // of the value: seconds, users, orders, currency (major units: 4900 KRW, 12.5 USD)
	Labels   []string      // columns of the query that become labels, in this order
	Interval time.Duration // between two runs
	MaxAge   time.Duration // how long a value is served while later runs fail
	Timeout  time.Duration // of one run
	MaxRows  int           // further rows are dropped and counted
	SQL      string        // returns the labels and "value"
	Contract Contract      // what rules and dashboards require of the values

	Settings
	position
}

// position is the place of a definition in its file.
type position struct {
	File string
	Line int // where the entry begins

	own  bool // the query or its labels are the operator's
	text textPosition
}

// Metric returns the name of the gauge.
func (d Definition) Metric() string { return namespace + d.Name }

// Place returns the position of the entry as file:line.
func (d Definition) Place() string { return fmt.Sprintf("%s:%d", d.File, d.Line) }

// placeOf returns the file:line of a character of the SQL text. Positions count characters from 1,
// as in the errors of Postgres; 0 means that the server named none.
func (d Definition) placeOf(character int) string {
	if character <= 0 {
		return d.Place()
	}
	line := d.text.first
	if d.text.literal {
		before := []rune(d.SQL)
		before = before[:min(character-1, len(before))]
		line += strings.Count(string(before), "\n")
	}
	return fmt.Sprintf("%s:%d", d.text.file, line)
}

// lockTimeout is short, because the work of the marketplace is more important than a KPI.
const lockTimeout = time.Second

// workMem keeps the hash table of a million users out of temporary files. All KPIs share one
// connection, so the server allocates it only once.
const workMem = "32MB"

// limits returns the limits of the transaction of d.
func (d Definition) limits() database.Limits {
	settings := d.server()
	settings["work_mem"] = workMem
	return database.Limits{Statement: d.Timeout, Lock: lockTimeout, Settings: settings}
}

// divisor converts the values of the query to those of the metric.
func (d Definition) divisor() float64 {
	if d.Unit == "currency" && d.Money == minor {
		return 100
	}
	return 1
}

func (d Definition) desc() metric.Desc { return metric.NewGauge(d.Metric(), d.Help, d.Labels...) }

// equal ignores the position, so that an entry keeps its value at a reload that only moves it.
func (d Definition) equal(other Definition) bool {
	d.position = other.position
	return reflect.DeepEqual(d, other)
}
