package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Board is one dashboard.
type Board struct {
	UID         string
	Title       string
	Description string
	// From is how far back it looks at first, such as now-6h.
	From string
	// Variables are what can be chosen at its top, besides the data source.
	Variables []Variable
	// Alerts selects those that are marked on its graphs by a matcher, or all of them where it is "".
	Alerts string
	Rows   []Row
}

// Row is a heading and the panels below it, left to right and then down.
type Row struct {
	ID     uint32
	Title  string
	Panels []Panel
}

// Panel is one of them. A maker, such as graph or list, gives it its looks.
type Panel struct {
	// ID is where links point to: see ids.go.
	ID    uint32
	Title string
	// About tells what is seen and what to make of it.
	About string
	// Unit is what a value is in, by Grafana's names. Queries may have units of their own.
	Unit    string
	Queries []Query
	// Width and Height are in Grafana's grid of 24 columns; 0 takes what the maker thinks fit.
	Width, Height uint32

	// States give names and colours to values that are no numbers; Color is for all others.
	States []State
	Color  string
	// Details is the board that a click on a value leads to.
	Details string
	// Runbooks says that a table has a column alertname, to make links of.
	Runbooks bool
	// Money says that names of series begin with the currency that they are in.
	Money bool
	// Stacked says that the series of a graph add up to something.
	Stacked bool
	// SortBy is the column that orders a table: the most comes first, or the least with Rising.
	SortBy string
	Rising bool
	// Hidden are labels that a table does not show.
	Hidden []string

	// now says that only the present counts: nothing that ended a while ago is shown as if it were.
	now bool
	// table says that queries become columns.
	table bool
	draw  func(Panel) cog.Builder[dashboard.Panel]
}

// State is what a value means.
type State struct {
	Value, Text, Color string
}

// Query is a PromQL expression and how to call what it finds.
type Query struct {
	Expr string
	// Name is that of a series, with labels as {{label}}, or of a table's column.
	Name string
	// Unit is of a table's column or a graph's line, where it is not the panel's.
	Unit string
	// Limit marks a threshold, drawn as a line to stay away from.
	Limit bool
	// MayBeEmpty tells why it can be right that nothing is found. Where it is "", an empty answer is a fault.
	MayBeEmpty string
}

// Variable is something to choose from at the top of a board.
type Variable struct {
	Name, Label, About string
	// Metric and Of are where values come from: those of a label.
	Metric, Of string
	// MayBeEmpty tells why it can be right that there is nothing to choose.
	MayBeEmpty string
}

// Boards is all of them, in the order of the menu.
func Boards() []Board {
	return []Board{overview(), api(), web(), events(), database(), queries(), business(), monitoring()}
}

// orNothing is the query, excused from finding something.
func (q Query) orNothing(why string) Query {
	q.MayBeEmpty = why
	return q
}

// inUnit is the query with a unit, and thereby an axis, of its own.
func (q Query) inUnit(unit string) Query {
	q.Unit = unit
	return q
}

// Panels are those of all rows.
func (b Board) Panels() []Panel {
	var all []Panel
	for _, row := range b.Rows {
		all = append(all, row.Panels...)
	}
	return all
}
