package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/aimarketplace/monitoring/rules"
)

// firstEndpointID is the ID of the first endpoint's panel. The others follow in the order of thresholds.yml.
const firstEndpointID = 200

// apiEndpointPanels returns a panel for each endpoint with a target, one for all others, and a table of all endpoints.
func apiEndpointPanels(endpoints []rules.Threshold) []Panel {
	panels := []Panel{}
	for i, endpoint := range endpoints {
		panels = append(panels, endpointLatency(firstEndpointID+uint32(i), endpoint.Labels["method"], endpoint.Labels["route"]))
	}
	remainder := 24 - 8*uint32(len(endpoints)%3) // the columns that the last row of endpoints leaves empty
	return append(panels,
		timeSeriesPanel(Panel{
			ID: 115, Title: "Endpoints without a target", Unit: units.Seconds, Width: remainder,
			Description: "The ten endpoints with the highest P95 over 5 minutes. To set a target, add a line to " +
				"thresholds.yml.",
			Queries: []Query{
				Query{Expr: topK("10", withoutTarget(requestSeries("endpoint:http_request_duration_seconds:p95_5m"))), Legend: "{{method}} {{route}} {{environment}}"}.
					allowEmpty("no requests to these endpoints"),
			},
		}),
	)
}

func endpointLatency(id uint32, method, route string) Panel {
	endpoint := []string{fmt.Sprintf("method=%q", method), fmt.Sprintf("route=%q", route)}
	return timeSeriesPanel(Panel{
		ID: id, Title: method + " " + route, Unit: units.Seconds,
		Description: "Latency over 5 minutes. The target applies to the P95.",
		Queries: []Query{
			{Expr: requestSeries("endpoint:http_request_duration_seconds:p50_5m", endpoint...), Legend: "P50 " + requestLegend},
			{Expr: requestSeries("endpoint:http_request_duration_seconds:p95_5m", endpoint...), Legend: "P95 " + requestLegend},
			{Expr: requestSeries("endpoint:http_request_duration_seconds:p99_5m", endpoint...), Legend: "P99 " + requestLegend},
			threshold("http_endpoint:seconds", "P95 target", endpoint...),
		},
	})
}

// withoutTarget drops endpoints that have a target.
func withoutTarget(expr string) string {
	return expr + " unless on (method, route) threshold:http_endpoint:seconds"
}

// endpointTargets returns the targets with the labels of the latency, so that both share a row of the table.
func endpointTargets() string {
	return "0 * " + requestSeries("endpoint:http_request_duration_seconds:p95_5m") + " + on (method, route) group_left () threshold:http_endpoint:seconds"
}

// maxByEndpoint returns the maximum over the selected environments.
func maxByEndpoint(expr string) string { return "max by (method, route, origin) (" + expr + ")" }
