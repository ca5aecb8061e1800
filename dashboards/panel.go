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
	// ManySeries makes the legend of a time series panel a table. Tests require it from 9 series on.
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
type Mapping struct {
	Value, Text, Color string
}

// width replaces the share that grid would give to the panel.
func (p Panel) width(columns uint32) Panel {
	p.Width = columns
	return p
}

// size replaces both dimensions that grid would give to the panel.
func (p Panel) size(width, height uint32) Panel {
	p.Width, p.Height = width, height
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
