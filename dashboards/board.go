package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/aimarketplace/monitoring/rules"
)

// Board is a dashboard. Its UID and the IDs of its panels are part of links from alerts, runbooks and bookmarks: they
// never change and are never reused.
type Board struct {
	UID         string
	Title       string
	Description string
	// TimeFrom is the default start of the time range, such as now-6h.
	TimeFrom string
	// Variables are the selectors at the top of the board, without the data source.
	Variables []Variable
	// AlertMatcher selects the alerts whose start is marked on the graphs. An empty matcher selects all.
	AlertMatcher string
	Rows         []Row
}

// Row is a heading and the panels below it, from left to right and top to bottom. Rows have IDs from 1000 on. The rows
// that are not collapsed fit on the first screen, so that a board shows its main panels without scrolling.
type Row struct {
	ID        uint32
	Title     string
	Panels    []Panel
	Collapsed bool
}

// Panel is a panel of a board. A constructor such as timeSeriesPanel sets its visualization.
type Panel struct {
	// ID is below 100 if alerts link to the panel, and from 100 to 999 otherwise.
	ID          uint32
	Title       string
	Description string
	// Unit is Grafana's identifier of the unit of all queries that have none of their own.
	Unit    string
	Queries []Query
	// Width and Height are in cells of Grafana's grid, which has 24 columns. Zero selects the default of the visualization.
	Width, Height uint32

	// Mappings replace values by text.
	Mappings []Mapping
	// Color is the color of values without a mapping.
	Color string
	// DrilldownUID is the board that values link to.
	DrilldownUID string
	// Alerts makes a table of alerts link to their runbooks and panels.
	Alerts []rules.Rule
	// KPI marks panels of values that change when the query of a KPI runs.
	KPI bool
	// Currency sets the unit of each series from its name, which starts with a currency code.
	Currency bool
	// Stacked stacks the series of a time series panel.
	Stacked bool
	// SortBy lists the columns that a table is sorted by, the most significant first.
	SortBy []SortColumn
	// Columns is the order of a table's columns. Columns that it does not list come last.
	Columns []string
	// WideColumn is a column of a table with long text.
	WideColumn string
	// HiddenColumns are labels that a table omits.
	HiddenColumns []string

	graph   bool // values over time
	instant bool // queries are evaluated at the end of the time range only
	table   bool // queries become columns
	build   func(Panel) cog.Builder[dashboard.Panel]
}

// SortColumn is the displayed name of a column and the order of its values.
type SortColumn struct {
	Name string
	Desc bool
}

// Mapping is the text and color of a value.
type Mapping struct {
	Value, Text, Color string
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
	// EmptyReason explains why the query may return no data. Tests require data from queries that have none.
	EmptyReason string
}

// Variable is a selector at the top of a board.
type Variable struct {
	Name, Label, Description string
	// Metric and FromLabel define the options: the values of a label of a metric.
	Metric, FromLabel string
	// Default is the initially selected option. If it is empty, all options are selected.
	Default string
	// EmptyReason explains why there may be no options.
	EmptyReason string
}

// Boards returns all boards, in the order of the menu. The API board has a panel for each endpoint with a target in
// rules/thresholds.yml.
func Boards() ([]Board, error) {
	bundle, err := rules.Load()
	if err != nil {
		return nil, err
	}
	thresholds, err := bundle.Thresholds()
	if err != nil {
		return nil, err
	}
	endpoints := slices.DeleteFunc(thresholds, func(t rules.Threshold) bool { return t.Series != "threshold:http_endpoint:seconds" })
	return []Board{
		overviewBoard(bundle.Alerts()), apiBoard(endpoints), webBoard(), eventsBoard(),
		databaseBoard(), queriesBoard(), businessBoard(), monitoringBoard(),
	}, nil
}

func row(id uint32, title string, panels []Panel) Row {
	return Row{ID: id, Title: title, Panels: panels}
}

func collapsedRow(id uint32, title string, panels []Panel) Row {
	return Row{ID: id, Title: title, Panels: panels, Collapsed: true}
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

// Panels returns the panels of all rows.
func (b Board) Panels() []Panel {
	var panels []Panel
	for _, row := range b.Rows {
		panels = append(panels, row.Panels...)
	}
	return panels
}
