package checklist

import (
	"fmt"

	"github.com/aimarketplace/monitoring/report/unit"
)

// withText adds the text of statements.
const withText = ` * on (queryid) group_left (query) topk by (queryid) (1, pg_stat_statements_query_info)`

// statementTables list the slowest statements and those that take the most time. There can be
// thousands, so only the selected ones are read in full, and increases are added up in steps.
func statementTables() []table {
	const (
		increase = `sum by (queryid) (max without (instance, pod, job)
			(increase(pg_stat_statements_%s_total{environment=~"$environment", queryid=~"$selected"}[$range:$step])))`
		slowest = `topk(20, max by (queryid) (pg_stat_statements_mean_seconds{environment=~"$environment"}))`
		longest = `max by (queryid) (pg_stat_statements_max_seconds{environment=~"$environment", queryid=~"$selected"})`
		most    = `topk(10, sum by (queryid) (max without (instance, pod, job)
			(increase(pg_stat_statements_seconds_total{environment=~"$environment"}[$range:$step]))))`
	)
	seconds, calls := fmt.Sprintf(increase, "seconds"), fmt.Sprintf(increase, "calls")
	mean := column{
		title: "Mean", unit: unit.Seconds, query: seconds + ` / (` + calls + ` > 0)` + withText, target: limit(`pg_statement_mean:seconds`),
	}
	count := column{title: "Calls", unit: unit.Count, query: calls + withText}
	return []table{
		{
			title: "Slowest statements by mean time", labels: []string{"query", "queryid"}, code: true, panel: "marketplace-queries/1",
			columns: []column{
				{title: "Mean since the reset of the statistics", unit: unit.Seconds, query: slowest + withText, target: limit(`pg_statement_mean:seconds`)},
				mean, count,
				{title: "Longest", unit: unit.Seconds, query: longest + withText},
			},
		},
		{
			title: "Statements by total time", labels: []string{"query", "queryid"}, code: true, panel: "marketplace-queries/100",
			columns: []column{{title: "Total", unit: unit.Seconds, query: most + withText}, count, mean},
		},
	}
}

func growthTables() []table {
	const size = `max without (instance, pod, job) (pg_stat_user_tables_table_size_bytes{environment=~"$environment"}`
	return []table{{
		title: "Fastest growing tables", labels: []string{"relname", "schemaname"}, panel: "marketplace-database/12",
		columns: []column{
			{title: "Growth", unit: unit.Bytes, query: `topk(10, ` + size + `) - ` + size + ` offset $range)) > 0`},
			{title: "Size", unit: unit.Bytes, query: size + `)`},
			{title: "Indexes", unit: unit.Bytes, query: `max without (instance, pod, job) (pg_stat_user_tables_index_size_bytes{environment=~"$environment"})`},
			{title: "Rows", unit: unit.Count, query: `max without (instance, pod, job) (pg_stat_user_tables_n_live_tup{environment=~"$environment"})`},
		},
	}}
}

func optimizationTables() []table {
	return []table{
		{
			title: "Largest unused indexes", labels: []string{"indexrelname", "relname", "schemaname"}, panel: "marketplace-queries/122",
			columns: []column{{
				title: "Size", unit: unit.Bytes,
				query: `topk(20, max without (instance, pod, job)
					(pg_index_size_bytes{environment=~"$environment"} and pg_index_unused{environment=~"$environment"}))`,
			}},
		},
		{
			title: "Rows read by sequential scans, per second", labels: []string{"relname", "schemaname"}, panel: "marketplace-queries/132",
			columns: []column{{
				title: "Rows", unit: unit.Rate,
				query: `topk(10, max without (instance, pod, job) (rate(pg_stat_user_tables_seq_tup_read_total{environment=~"$environment"}[$range:$step]))) > 0`,
			}},
		},
	}
}
