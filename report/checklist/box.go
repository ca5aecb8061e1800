// Package checklist writes the daily, weekly and monthly reports: the checklists of operations with
// every box answered from Prometheus.
//
// boxes_*.go and tables.go declare what the reports contain, as PromQL with the placeholders of
// package query.
package checklist

import (
	"github.com/aimarketplace/monitoring/report/query"
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

// limit returns the expression of a limit in effect.
func limit(selector string) string { return query.Effective(selector) }
