// Package checklist writes the daily, weekly and monthly reports: the checklists of operations with
// every box answered from Prometheus.
//
// boxes_*.go and tables.go declare what the reports contain, as PromQL with placeholders:
//
//	$environment  regular expression of the environment, or of no environment
//	$range        length of the period: 1d, 7d or 30d; the KPIs have the same windows
//	$step         resolution of subqueries
//	$interval     resolution of charts
//	$seconds      length of the period in seconds
package checklist

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/report/unit"
)

// section is a box of a checklist with the values that answer it.
type section struct {
	title  string
	boxes  []box
	tables []table
	// extra adds what does not come from a single query.
	extra extra
}

// box is a value, and whether it meets its target. Each series of the result is a row.
type box struct {
	title  string
	unit   unit.Unit
	query  string // over the period
	target string // at its end; empty if the value has no target
	better direction
	labels []string // that name a row
	panel  string   // BOARD/NUMBER
	chart  string   // drawn over the period; empty for no chart
}

// direction is the side of the target on which values are good.
type direction int

const (
	lower direction = iota
	higher
)

// meets reports whether a value is on the good side of a target, or equal.
func (d direction) meets(value, target float64) bool {
	if d == higher {
		return value >= target
	}
	return value <= target
}

// table lists the series of an expression with further values of the same series.
type table struct {
	title   string
	labels  []string // that name a row, and by which the columns are joined
	code    bool     // the first label is SQL
	columns []column // the first one selects and orders the rows
	panel   string
}

// column is a value of each row of a table.
type column struct {
	title  string
	unit   unit.Unit
	query  string
	target string // values above are marked
}

// limit returns the expression of a limit in effect. The labels that distinguish several limits of
// one signal are in the selector.
func limit(selector string) string {
	return "max without (severity, window, quantile, instance, pod, job) (threshold:" + selector + ")"
}

// period is the time that a report covers.
type period struct {
	name        string        // of the report
	span        time.Duration // in whole days
	step        time.Duration // of subqueries
	interval    time.Duration // of charts
	end         time.Time
	environment string
}

func (p period) start() time.Time { return p.end.Add(-p.span) }

// previous returns the period of the same length before.
func (p period) previous() period {
	p.end = p.start()
	return p
}

// expand replaces the placeholders of an expression.
func (p period) expand(expr string) string {
	return strings.NewReplacer(
		"$environment", strings.ReplaceAll(regexp.QuoteMeta(p.environment), `\`, `\\`)+"|",
		"$range", strconv.Itoa(int(p.span.Hours())/24)+"d",
		"$step", strconv.Itoa(int(p.step.Minutes()))+"m",
		"$interval", strconv.Itoa(int(p.interval.Minutes()))+"m",
		"$seconds", strconv.Itoa(int(p.span.Seconds())),
	).Replace(expr)
}
