package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func overviewApplication() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 140, Title: "Request rate", Unit: units.RequestsPerSecond, Width: 6, Height: 6, DrilldownUID: apiUID,
			Description: "Requests per second handled by functions, by origin of the metrics.",
			Queries:     []Query{{Expr: series("origin:http_requests:rate5m"), Legend: requestLegend}},
		}),
		timeSeriesPanel(Panel{
			ID: 141, Title: "Error rate", Unit: units.PercentUnit, Width: 6, Height: 6, DrilldownUID: apiUID,
			Description: "Share of requests with a 5xx response, over 5 minutes.",
			Queries: []Query{
				{Expr: series("origin:http_request_errors:ratio_rate5m"), Legend: requestLegend},
				threshold("http_request_errors:ratio", "P1 limit"),
				threshold("http_slo_errors:ratio", "objective"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 142, Title: "Latency", Unit: units.Seconds, Width: 6, Height: 6, DrilldownUID: apiUID,
			Description: "Request latency over 5 minutes.",
			Queries: []Query{
				{Expr: series("origin:http_request_duration_seconds:p95_5m"), Legend: "P95 " + requestLegend},
				{Expr: series("origin:http_request_duration_seconds:p99_5m"), Legend: "P99 " + requestLegend},
				threshold("http_request_p95:seconds", "P95 limit"),
				threshold("http_request_p99:seconds", "P99 limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 143, Title: "Web vitals relative to target", Unit: units.PercentUnit, Width: 6, Height: 6, DrilldownUID: webUID,
			Description: "P75 over an hour as a percentage of each metric's target. Above 100 % the target is missed.",
			Queries: []Query{
				{Expr: relativeToTarget(series(vitalP75)), Legend: "{{metric}} {{environment}}"},
				{Expr: "vector(1)", Legend: "target", Threshold: true},
			},
		}),
	}
}
