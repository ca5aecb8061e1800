package dashboards_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
)

// question is a query that Grafana will ask Prometheus.
type question struct {
	where, expr, legend string
	instant             bool
	// label is asked of the series that a variable names; expr is those series.
	label      string
	mayBeEmpty string
}

// questions is all that the boards ask.
func questions(t *testing.T) []question {
	t.Helper()
	var all []question
	for _, board := range dashboards.Boards() {
		file := readBoard(t, board)
		for _, panel := range file.Panels {
			for i, target := range panel.Targets {
				all = append(all, question{
					where: fmt.Sprintf("%s, panel %d %q, query %s", board.UID, panel.ID, panel.Title, target.RefID),
					expr:  target.Expr, legend: target.LegendFormat, instant: target.Instant,
					mayBeEmpty: query(board, panel.ID, i).MayBeEmpty,
				})
			}
		}
		for _, variable := range board.Variables {
			all = append(all, question{
				where: board.UID + ", variable " + variable.Name,
				expr:  variable.Metric, label: variable.Of, mayBeEmpty: variable.MayBeEmpty,
			})
		}
		for _, annotation := range file.Annotations.List {
			all = append(all, question{
				where: board.UID + ", annotation " + annotation.Name,
				expr:  annotation.Expr, mayBeEmpty: "nothing is wrong",
			})
		}
	}
	require.NotEmpty(t, all)
	return all
}

func query(board dashboards.Board, panel uint32, i int) dashboards.Query {
	for _, candidate := range board.Panels() {
		if candidate.ID == panel {
			return candidate.Queries[i]
		}
	}
	return dashboards.Query{}
}

// as puts values in the place of variables, as Grafana does.
func (q question) as(values map[string]string) question {
	for name, value := range values {
		q.expr = strings.ReplaceAll(q.expr, "$"+name, value)
	}
	return q
}
