package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// apiTraffic shows whether requests arrive at all.
func apiTraffic() []Panel {
	previousWeeks := requests("origin:http_requests:earlier_rate1h")
	return grid(2, 8,
		timeSeriesPanel(40, "Requests compared with previous weeks", units.RequestsPerSecond,
			"Requests per second over 5 minutes and an hour, and the median of the same hour in up to three previous "+
				"weeks. TrafficGone fires below a share of it.",
			query(requests("origin:http_requests:rate5m"), "now "+requestLegend),
			query(requests("origin:http_requests:rate1h"), "1h "+requestLegend).emptyIf(noHistory),
			query(previousWeeks, "previous weeks "+requestLegend).emptyIf(noWeek),
			limit(previousWeeks+" * scalar("+thresholdSeries("http_requests_kept:ratio")+")", "limit "+requestLegend).
				emptyIf(noWeek),
		).manySeries(),
		timeSeriesPanel(41, "Targets of applications", units.Short,
			"1 if the last scrape of a target succeeded, otherwise 0. ApplicationDown fires if all targets of a job are "+
				"at 0.",
			query(series("up", `job!~"marketplace_exporter|prometheus|alertmanager"`), "{{job}} {{instance}} {{environment}}").
				emptyIf("no application is scraped"),
		).manySeries(),
	)
}
