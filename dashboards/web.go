package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func webBoard() Board {
	return Board{
		UID: webUID, Title: "Marketplace / Web experience", TimeFrom: "now-24h",
		Description: "Real user measurements from browsers: page load, web vitals and layout shift. Percentiles " +
			"cover an hour unless labeled 1d.",
		Variables:    []Variable{requestEnvironment("metric:marketplace_web_vital_samples:increase1h")},
		AlertMatcher: `component="website"`,
		Rows: []Row{
			row(1000, "Overview", webTargets()),
			collapsedRow(1001, "Web vitals", webVitals()),
			collapsedRow(1002, "Devices", webBreakdown()),
			collapsedRow(1003, "Page views", webPageViews()),
		},
	}
}

// vitalP75 is the recorded 75th percentile of web vitals over an hour.
const vitalP75 = "metric:marketplace_web_vital_seconds:p75_1h"

func webTargets() []Panel {
	return grid(4, 8,
		timeSeriesPanel(1, "Web vitals relative to target", units.PercentUnit,
			"P75 as a percentage of each metric's target. Above 100 % the target is missed. Alerts use the day if an "+
				"hour has too few visits. An LCP outside the plausible range is drawn separately and indicates a "+
				"changed unit.",
			query(relativeToTarget(series(vitalP75)), "{{metric}} {{environment}}"),
			query(relativeToTarget(series("metric:marketplace_web_vital_seconds:p75_1d")),
				"1d {{metric}} {{environment}}").emptyIf(noHour),
			limit("vector(1)", "target"),
			query(relativeToTarget("("+outOfRangeLCP()+")"), "out of range {{metric}} {{environment}}").
				emptyIf("all values are plausible"),
		).manySeries().width(12),
		timeSeriesPanel(3, "Page load, P95", units.Seconds,
			"95th percentile of the largest contentful paint, the best available measure of page load time. Alerts "+
				"use the day if an hour has too few visits.",
			query(series("metric:marketplace_web_vital_seconds:p95_1h", `metric="LCP"`), "P95 {{environment}}"),
			query(series("metric:marketplace_web_vital_seconds:p95_1d", `metric="LCP"`), "1d P95 {{environment}}").
				emptyIf(noHour),
			threshold("web_page_load:seconds", "limit"),
		),
		timeSeriesPanel(2, "Layout shift", units.Short,
			"Cumulative layout shift (CLS), a score without a unit for unexpected movement of the page. The target "+
				"applies to the P75. Alerts use the day if an hour has too few visits.",
			query(series("environment:marketplace_web_layout_shift:p75_1h"), "P75 {{environment}}"),
			query(series("environment:marketplace_web_layout_shift:p95_1h"), "P95 {{environment}}"),
			query(series("environment:marketplace_web_layout_shift:p75_1d"), "1d P75 {{environment}}").emptyIf(noHour),
			threshold("web_layout_shift:score", "P75 target"),
		),
		tablePanel(110, "P75 by route",
			"P75 over an hour in the worst of the selected environments. Routes that are not in the allowlist are "+
				"counted as other.",
			column(vitalByRoute("LCP"), "LCP", units.Seconds),
			column(vitalByRoute("FCP"), "FCP", units.Seconds),
			column(vitalByRoute("TTFB"), "TTFB", units.Seconds),
			column(vitalByRoute("INP"), "INP", units.Seconds),
			column(maxBy("route", series("route:marketplace_web_layout_shift:p75_1h")),
				"layout shift", units.Short),
		).largestFirst("LCP").fullWidth(11),
	)
}

// relativeToTarget divides web vitals by the target of their metric.
func relativeToTarget(expr string) string {
	return expr + " / on (environment, metric) group_left () threshold:web_vital:seconds"
}

// outOfRangeLCP returns the P75 of the LCP if it is outside the plausible range.
func outOfRangeLCP() string {
	lcp := series(vitalP75, `metric="LCP"`)
	bound := func(name string) string {
		return ` on (environment) group_left () threshold:web_vital_plausible:seconds{bound="` + name + `"}`
	}
	return lcp + " <" + bound("low") + " or " + lcp + " >" + bound("high")
}

func webVitals() []Panel {
	vital := func(id uint32, metric, title, description string) Panel {
		metric = `metric="` + metric + `"`
		return timeSeriesPanel(id, title, units.Seconds, description+" The target applies to the P75.",
			query(series(vitalP75, metric), "P75 {{environment}}"),
			query(series("metric:marketplace_web_vital_seconds:p95_1h", metric), "P95 {{environment}}"),
			threshold("web_vital:seconds", "P75 target", metric),
		)
	}
	return grid(3, 8,
		vital(100, "LCP", "Largest contentful paint", "Time until the largest image or text is rendered."),
		vital(101, "FCP", "First contentful paint", "Time until the first content is rendered."),
		vital(102, "TTFB", "Time to first byte", "Time until the response starts: network, cache and function."),
		vital(103, "INP", "Interaction to next paint", "Longest time from an interaction to the next frame."),
		vital(104, "FID", "First input delay", "Delay of the first interaction. Current browsers report INP instead."),
		timeSeriesPanel(105, "Measurements", units.Short,
			"Number of measurements in an hour. Percentiles of few measurements are unreliable.",
			query(series("metric:marketplace_web_vital_samples:increase1h"), "{{metric}} {{environment}}"),
		),
	)
}

func webBreakdown() []Panel {
	return grid(2, 8,
		timeSeriesPanel(111, "Largest contentful paint by device", units.Seconds, "P75 over the last minutes.",
			query(quantile(0.75, "device", "marketplace_device_web_vital_seconds_bucket", `metric="LCP"`), "{{device}}"),
		),
		timeSeriesPanel(112, "Layout shift by device", units.Short, "P75 over the last minutes.",
			query(quantile(0.75, "device", "marketplace_device_web_layout_shift_bucket"), "{{device}}"),
		),
	)
}

// vitalByRoute drops the metric label, so that all metrics of a route share a row of the table.
func vitalByRoute(metric string) string {
	return maxBy("route", series("route_metric:marketplace_web_vital_seconds:p75_1h", `metric="`+metric+`"`))
}

func webPageViews() []Panel {
	return grid(2, 8,
		timeSeriesPanel(120, "Page views by route", units.RequestsPerSecond,
			"Page views per second, as reported by browsers. Bots that do not run scripts are not counted.",
			query(sumRate("route", "marketplace_page_views_total"), "{{route}}"),
		).stacked().manySeries(),
		timeSeriesPanel(121, "Page views by device", units.RequestsPerSecond, "Page views per second, by device type.",
			query(sumRate("device", "marketplace_page_views_total"), "{{device}}"),
		).stacked(),
	)
}
