package kpi

import (
	"fmt"
	"reflect"
	"strings"
	"time"

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

	position
}

// position is the place of a definition in its file.
type position struct {
	File string
	Line int // where the entry begins

	own     bool // the file is the operator's
	sqlLine int  // first line of the SQL text
	literal bool // each line of the SQL text is a line of the file
}

// Metric returns the name of the gauge.
func (d Definition) Metric() string { return namespace + d.Name }

// Place returns the position of the entry as file:line.
func (d Definition) Place() string { return fmt.Sprintf("%s:%d", d.File, d.Line) }

// lineAt returns the line of the file that holds the given character of the SQL text. Positions
// count characters from 1, as in the errors of Postgres; 0 means that the server named none.
func (d Definition) lineAt(character int) int {
	switch {
	case character <= 0:
		return d.Line
	case !d.literal:
		return d.sqlLine
	}
	before := []rune(d.SQL)
	before = before[:min(character-1, len(before))]
	return d.sqlLine + strings.Count(string(before), "\n")
}

func (d Definition) desc() metric.Desc { return metric.NewGauge(d.Metric(), d.Help, d.Labels...) }

// equal ignores the position, so that an entry keeps its value at a reload that only moves it.
func (d Definition) equal(other Definition) bool {
	d.position = other.position
	return reflect.DeepEqual(d, other)
}
