package dashboards

// Query is a PromQL query of a panel.
type Query struct {
	Expr string
	// Legend is the name of a series, in which {{label}} is replaced, or of a table's column.
	Legend string
	// Unit replaces the unit of the panel.
	Unit string
	// Threshold draws the result as a dashed red line.
	Threshold bool
	// EmptyReason explains why the query may return no data. Tests require data from queries that
	// have none.
	EmptyReason string
}

// Legends of series that redundant exporters, several environments or servers multiply.
const (
	databaseLegend = "{{datname}} {{server}}"
	requestLegend  = "{{environment}} {{origin}}"
)

func query(expr, legend string) Query { return Query{Expr: expr, Legend: legend} }

// column returns a column of a table.
func column(expr, title, unit string) Query { return Query{Expr: expr, Legend: title, Unit: unit} }

// limit returns a query that draws a limit.
func limit(expr, legend string) Query { return Query{Expr: expr, Legend: legend, Threshold: true} }

// threshold draws a threshold of rules/thresholds.yml, such as "pg_lock_queue:count". Matchers
// select one of several values.
func threshold(name, legend string, matchers ...string) Query {
	return limit(thresholdSeries(name, matchers...), legend)
}

// allowEmpty returns the query with the reason for which it may return no data.
func (q Query) allowEmpty(reason string) Query {
	q.EmptyReason = reason
	return q
}

// withUnit returns the query with a unit, and so an axis, of its own.
func (q Query) withUnit(unit string) Query {
	q.Unit = unit
	return q
}
