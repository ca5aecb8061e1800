package dashboards

import "github.com/aimarketplace/monitoring/rules"

// Panel is a panel of a board. The constructors, such as timeSeriesPanel, are in visualizations.go.
type Panel struct {
	// ID is below 100 if alerts link to the panel, and from 100 to 999 otherwise.
	ID          uint32
	Title       string
	Description string
	// Unit is Grafana's identifier of the unit of all queries that have none of their own, or
	// eachCurrency.
	Unit    string
	Queries []Query
	// Width and Height are in cells of Grafana's grid.
	Width, Height uint32
	// DrilldownUID is the board that values link to.
	DrilldownUID string
	// KPI marks panels of values that change when the query of a KPI runs.
	KPI bool

	// Stacked stacks the series of a time series panel.
	Stacked bool
	// ManySeries makes the legend of a time series panel a table. Tests require it from 9 series
	// on.
	ManySeries bool

	// Mappings replace values by text.
	Mappings []Mapping
	// Color is the color of values without a mapping.
	Color string

	// SortBy lists the columns that a table is sorted by, the most significant first.
	SortBy     []string
	Descending bool
	// Columns is the order of a table's columns. Columns that it does not list come last.
	Columns []string
	// WideColumn is a column of a table with long text.
	WideColumn string
	// Hidden are columns that a table omits.
	Hidden []string
	// Alerts makes a table of alerts link to their runbooks and panels.
	Alerts []rules.Rule

	kind kind
}

// Mapping is the text and color of a value.
type Mapping struct{ Value, Text, Color string }

// width replaces the width that grid would set.
func (p Panel) width(columns uint32) Panel {
	p.Width = columns
	return p
}

// fullWidth puts the panel on a line of its own.
func (p Panel) fullWidth(height uint32) Panel {
	p.Width, p.Height = gridColumns, height
	return p
}

func (p Panel) linkTo(boardUID string) Panel {
	p.DrilldownUID = boardUID
	return p
}

func (p Panel) kpi() Panel {
	p.KPI = true
	return p
}

func (p Panel) stacked() Panel {
	p.Stacked = true
	return p
}

func (p Panel) manySeries() Panel {
	p.ManySeries = true
	return p
}

func (p Panel) sortedBy(columns ...string) Panel {
	p.SortBy = columns
	return p
}

func (p Panel) largestFirst(column string) Panel {
	p.SortBy, p.Descending = []string{column}, true
	return p
}

func (p Panel) hide(columns ...string) Panel {
	p.Hidden = columns
	return p
}

// Query is a PromQL query of a panel.
type Query struct {
	Expr string
	// Legend is the name of a series, in which {{label}} is replaced, or of a table's column.
	Legend string
	// Unit replaces the unit of the panel.
	Unit string
	// Threshold draws the result as a dashed red line.
	Threshold bool
	// RedUnlessZero colors the cells of a table's column whose value is a difference.
	RedUnlessZero bool
	// EmptyReason explains why the query may return no data. Tests require data from queries that
	// have none.
	EmptyReason string
}

// Legends of series that redundant exporters, several environments or servers multiply.
const (
	databaseLegend = "{{datname}} {{server}}"
	requestLegend  = "{{environment}} {{origin}}"
)

// Reasons for which queries return no data. Recorded windows consist of steps of 5 minutes or an
// hour.
const (
	noHistory = "less than 5 minutes of history"
	noHour    = "less than an hour of history"
	noDay     = "less than a day of history"
	noWeek    = "less than a week of history"
)

func query(expr, legend string) Query { return Query{Expr: expr, Legend: legend} }

// column returns a column of a table.
func column(expr, title, unit string) Query { return Query{Expr: expr, Legend: title, Unit: unit} }

// limit returns a query that draws a limit.
func limit(expr, legend string) Query { return Query{Expr: expr, Legend: legend, Threshold: true} }

// threshold draws a threshold of rules/thresholds.yml, such as "pg_lock_queue:count", for each
// environment and server. Matchers select one of several values.
func threshold(name, legend string, matchers ...string) Query {
	return limit(thresholdSeries(name, matchers...), legend+" {{environment}} {{server}}")
}

// sharedThreshold draws a threshold that is the same in all environments.
func sharedThreshold(name, legend string, matchers ...string) Query {
	return limit(globalThreshold(name, matchers...), legend)
}

// emptyIf returns the query with the reason for which it may return no data.
func (q Query) emptyIf(reason string) Query {
	q.EmptyReason = reason
	return q
}

func (q Query) redUnlessZero() Query {
	q.RedUnlessZero = true
	return q
}

// withUnit returns the query with a unit, and so an axis, of its own.
func (q Query) withUnit(unit string) Query {
	q.Unit = unit
	return q
}
