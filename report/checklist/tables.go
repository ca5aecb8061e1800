package checklist

import "github.com/aimarketplace/monitoring/report/unit"

// withText adds the text of statements.
const withText = ` * on (queryid) group_left (query) topk by (queryid) (1, pg_stat_statements_query_info)`

// statementTables list the statements that take the most time, by their mean and in total.
// Increases are added up in steps, since statements have many series.
func statementTables() []table {
	const (
		seconds = `sum by (queryid) (max without (instance, pod, job) (increase(pg_stat_statements_seconds_total{environment=~"$environment"}[$range])))`
		calls   = `sum by (queryid) (max without (instance, pod, job) (increase(pg_stat_statements_calls_total{environment=~"$environment"}[$range])))`
	)
	mean := column{
		title: "Mean", unit: unit.Seconds, query: seconds + ` / (` + calls + ` > 0)` + withText, target: limit(`pg_statement_mean:seconds`),
	}
	total := column{title: "Total", unit: unit.Seconds, query: seconds + withText}
	count := column{title: "Calls", unit: unit.Count, query: calls + withText}
	longest := column{
		title: "Longest", unit: unit.Seconds,
		query: `max by (queryid) (pg_stat_statements_max_seconds{environment=~"$environment"})` + withText,
	}
	byMean, byTotal := mean, total
	byMean.query = `topk(20, ` + seconds + ` / (` + calls + ` > 0))` + withText
	byTotal.query = `topk(10, ` + seconds + `)` + withText
	return []table{
		{
			title: "Slowest statements by mean time", labels: []string{"query", "queryid"}, code: true, panel: "marketplace-queries/1",
			columns: []column{byMean, count, total, longest},
		},
		{
			title: "Statements by total time", labels: []string{"query", "queryid"}, code: true, panel: "marketplace-queries/100",
			columns: []column{byTotal, count, mean},
		},
	}
}

func growthTables() []table {
	const growth = `max without (instance, pod, job) (delta(pg_stat_user_tables_table_size_bytes{environment=~"$environment"}[$range]))`
	return []table{{
		title: "Fastest growing tables", labels: []string{"relname", "schemaname"}, panel: "marketplace-database/12",
		columns: []column{
			{title: "Growth", unit: unit.Bytes, query: `topk(10, ` + growth + `) > 0`},
			{title: "Size", unit: unit.Bytes, query: `max without (instance, pod, job) (pg_stat_user_tables_table_size_bytes{environment=~"$environment"})`},
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
				query: `topk(10, max without (instance, pod, job) (rate(pg_stat_user_tables_seq_tup_read_total{environment=~"$environment"}[$range]))) > 0`,
			}},
		},
	}
}
