package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func drainPanels() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 8, Title: "Rejected deliveries and invalid rows", Unit: units.PercentUnit, Width: 12,
			Description: "Share of rejected deliveries and of invalid rows, over 15 minutes and over a day. The alerts use the " +
				"day if an hour has too few deliveries.",
			Queries: []Query{
				{Expr: series("endpoint:marketplace_inbound_rejections:ratio_rate15m"), Legend: "rejected {{endpoint}}"},
				{Expr: series("drain:marketplace_vercel_invalid_rows:ratio_rate15m"), Legend: "invalid {{drain}}"},
				{Expr: series("endpoint:marketplace_inbound_rejections:ratio_rate1d"), Legend: "rejected 1d {{endpoint}}"},
				{Expr: series("drain:marketplace_vercel_invalid_rows:ratio_rate1d"), Legend: "invalid 1d {{drain}}"},
				threshold("marketplace_inbound_rejections:ratio", "rejected limit"),
				threshold("marketplace_vercel_invalid_rows:ratio", "invalid limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 9, Title: "Deduplication window", Unit: units.Short, Width: 12,
			Description: "Rows in the deduplication window, and rows evicted from it before their time in the last hour.",
			Queries: []Query{
				{Expr: series("marketplace_inbound_dedupe_entries"), Legend: "entries {{instance}}"},
				{Expr: series("environment:marketplace_inbound_dedupe_evictions:increase1h"), Legend: "evicted early"},
				threshold("marketplace_inbound_dedupe_evictions:count", "eviction limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 160, Title: "Rows by drain", Unit: units.CountsPerSecond, Width: 6, Stacked: true,
			Description: "Counted rows per second.",
			Queries:     []Query{{Expr: sumRate("drain", series("marketplace_vercel_rows_total")), Legend: "{{drain}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 161, Title: "Deliveries", Unit: units.RequestsPerSecond, Width: 6, Stacked: true,
			Description: "Accepted and rejected deliveries per second.",
			Queries: []Query{
				{Expr: sumRate("endpoint", series("marketplace_inbound_deliveries_total")), Legend: "accepted {{endpoint}}"},
				{Expr: "sum(rate(" + series("marketplace_inbound_rejections_total") + "[$__rate_interval]))", Legend: "rejected"},
			},
		}),
		timeSeriesPanel(Panel{
			ID: 162, Title: "Rejected deliveries by reason", Unit: units.RequestsPerSecond, Width: 6, Stacked: true,
			Description: "Rejected deliveries per second. A missing endpoint indicates a port scan; the reason signature " +
				"indicates a wrong secret.",
			Queries: []Query{
				Query{Expr: sumRate("endpoint, reason", series("marketplace_inbound_rejections_total")) + " > 0", Legend: "{{endpoint}} {{reason}}"}.
					allowEmpty("no delivery was rejected"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 163, Title: "Rows not counted", Unit: units.CountsPerSecond, Width: 6, Stacked: true,
			Description: "Rows per second that were invalid, by reason, and duplicates.",
			Queries: []Query{
				Query{Expr: sumRate("drain, reason", series("marketplace_vercel_invalid_rows_total")) + " > 0", Legend: "{{drain}} {{reason}}"}.
					allowEmpty("all rows were valid"),
				{Expr: sumRate("drain", series("marketplace_vercel_duplicate_rows_total")), Legend: "duplicate {{drain}}"},
			},
		}),
	}
}
