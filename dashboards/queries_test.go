package dashboards_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
)

// query is a query that Grafana sends to Prometheus.
type query struct {
	where, expr, legend string
	panel               *panelJSON // nil unless a panel sends the query
	instant             bool
	// label is set for variables, whose options are its values in the series that expr selects.
	label       string
	emptyReason string
}

// boardQueries returns the queries of all boards.
func boardQueries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, board := range loadBoards(t) {
		file := readBoard(t, board)
		for _, panel := range file.allPanels() {
			for i, target := range panel.Targets {
				all = append(all, query{
					where: fmt.Sprintf("%s, panel %d %q, query %s", board.UID, panel.ID, panel.Title, target.RefID),
					panel: &panel, expr: target.Expr, legend: target.LegendFormat, instant: target.Instant,
					emptyReason: panelQuery(board, panel.ID, i).EmptyReason,
				})
			}
		}
		for _, variable := range board.Variables {
			all = append(all, query{
				where: board.UID + ", variable " + variable.Name,
				expr:  variable.Metric, label: variable.FromLabel, emptyReason: variable.EmptyReason,
			})
		}
		for _, annotation := range file.Annotations.List {
			all = append(all, query{
				where: board.UID + ", annotation " + annotation.Name,
				expr:  annotation.Expr, emptyReason: "no alert is firing, or nothing was deployed",
			})
		}
	}
	require.NotEmpty(t, all)
	return all
}

func panelQuery(board dashboards.Board, panel uint32, i int) dashboards.Query {
	for _, candidate := range board.Panels() {
		if candidate.ID == panel {
			return candidate.Queries[i]
		}
	}
	return dashboards.Query{}
}

// withVariables replaces variables by values, as Grafana does.
func (q query) withVariables(values map[string]string) query {
	for name, value := range values {
		q.expr = strings.ReplaceAll(q.expr, "$"+name, value)
	}
	return q
}
