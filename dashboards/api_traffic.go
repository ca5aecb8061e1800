package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// apiTraffic shows whether requests arrive at all.
func apiTraffic() []Panel {
	return grid(3, 8,
		timeSeriesPanel(40, "Requests relative to previous weeks", units.PercentUnit,
			"Requests over 5 minutes and an hour as a share of the median of the same hour in up to three previous weeks. "+
				"TrafficGone fires below the limit.",
			query(requests("origin:http_requests:kept_ratio5m"), "5m "+requestLegend).emptyIf(noWeek),
			query(requests("origin:http_requests:kept_ratio1h"), "1h "+requestLegend).emptyIf(noWeek),
			threshold("http_requests_kept:ratio", "limit"),
		),
		timeSeriesPanel(160, "Requests compared with previous weeks", units.RequestsPerSecond,
			"Requests per second over 5 minutes, and the median of the same hour in up to three previous weeks.",
			query(requests("origin:http_requests:rate5m"), "now "+requestLegend),
			query(requests("origin:http_requests:earlier_rate1h"), "previous weeks "+requestLegend).emptyIf(noWeek),
		),
		timeSeriesPanel(41, "Targets of applications", units.Short,
			"1 if the last scrape of a target succeeded, otherwise 0, for the jobs of service:job:info. ApplicationDown "+
				"fires if all targets of a job are at 0.",
			query(series("up", `job!~"marketplace_exporter|prometheus|alertmanager"`)+" and on (job) service:job:info", "{{job}} {{instance}} {{environment}}").
				emptyIf("no application is scraped"),
		).manySeries(),
	)
}
