package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

const webUID = "marketplace-web"

func webBoard() Board {
	return Board{
		UID: webUID, Title: "Marketplace / Web experience", TimeFrom: "now-24h",
		Description: "Real user measurements from browsers: page load, web vitals and layout shift. Percentiles cover an " +
			"hour unless labeled 1d.",
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

// noHour applies to percentiles over a day, which consist of whole hours.
const noHour = "less than an hour of history"

func webTargets() []Panel {
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 1, Title: "Web vitals relative to target", Unit: units.PercentUnit, Width: 12,
			Description: "P75 as a percentage of each metric's target. Above 100 % the target is missed. Alerts use the day if " +
				"an hour has too few visits. An LCP outside the plausible range is drawn separately and indicates a " +
				"changed unit.",
			Queries: []Query{
				{Expr: relativeToTarget(series(vitalP75)), Legend: "{{metric}} {{environment}}"},
				Query{Expr: relativeToTarget(series("metric:marketplace_web_vital_seconds:p75_1d")), Legend: "1d {{metric}} {{environment}}"}.allowEmpty(noHour),
				{Expr: "vector(1)", Legend: "target", Threshold: true},
				Query{Expr: relativeToTarget("(" + outOfRangeLCP() + ")"), Legend: "out of range {{metric}} {{environment}}"}.allowEmpty("all values are plausible"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 3, Title: "Page load, P95", Unit: units.Seconds, Width: 6,
			Description: "95th percentile of the largest contentful paint, the best available measure of page load time. " +
				"Alerts use the day if an hour has too few visits.",
			Queries: []Query{
				{Expr: series("metric:marketplace_web_vital_seconds:p95_1h", `metric="LCP"`), Legend: "P95 {{environment}}"},
				Query{Expr: series("metric:marketplace_web_vital_seconds:p95_1d", `metric="LCP"`), Legend: "1d P95 {{environment}}"}.allowEmpty(noHour),
				threshold("web_page_load:seconds", "limit"),
			},
		}),
		timeSeriesPanel(Panel{
			ID: 2, Title: "Layout shift", Unit: units.Short, Width: 6,
			Description: "Cumulative layout shift (CLS), a score without a unit for unexpected movement of the page. The " +
				"target applies to the P75. Alerts use the day if an hour has too few visits.",
			Queries: []Query{
				{Expr: series("environment:marketplace_web_layout_shift:p75_1h"), Legend: "P75 {{environment}}"},
				{Expr: series("environment:marketplace_web_layout_shift:p95_1h"), Legend: "P95 {{environment}}"},
				Query{Expr: series("environment:marketplace_web_layout_shift:p75_1d"), Legend: "1d P75 {{environment}}"}.allowEmpty(noHour),
				threshold("web_layout_shift:score", "P75 target"),
			},
		}),
		tablePanel(Panel{
			ID: 110, Title: "P75 by route", Unit: units.Seconds, Height: 11, SortBy: []SortColumn{{"LCP", true}},
			Description: "P75 over an hour in the worst of the selected environments. Routes that are not in the allowlist are " +
				"counted as other.",
			Queries: []Query{
				{Expr: vitalByRoute("LCP"), Legend: "LCP"},
				{Expr: vitalByRoute("FCP"), Legend: "FCP"},
				{Expr: vitalByRoute("TTFB"), Legend: "TTFB"},
				{Expr: vitalByRoute("INP"), Legend: "INP"},
				{Expr: "max by (route) (" + series("route:marketplace_web_layout_shift:p75_1h") + ")", Legend: "layout shift", Unit: units.Short},
			},
		}),
	}
}

// relativeToTarget divides web vitals by the target of their metric.
func relativeToTarget(expr string) string {
	return expr + " / on (metric) group_left () threshold:web_vital:seconds"
}

// outOfRangeLCP returns the P75 of the LCP if it is outside the plausible range.
func outOfRangeLCP() string {
	lcp := series(vitalP75, `metric="LCP"`)
	bound := func(name string) string {
		return "scalar(" + thresholdSeries("web_vital_plausible:seconds", `bound="`+name+`"`) + ")"
	}
	return lcp + " < " + bound("low") + " or " + lcp + " > " + bound("high")
}

func webVitals() []Panel {
	panels := []Panel{}
	for _, vital := range []struct {
		id                         uint32
		metric, title, description string
	}{
		{100, "LCP", "Largest contentful paint", "Time until the largest image or text is rendered."},
		{101, "FCP", "First contentful paint", "Time until the first content is rendered."},
		{102, "TTFB", "Time to first byte", "Time until the response starts: network, cache and function."},
		{103, "INP", "Interaction to next paint", "Longest time from an interaction to the next frame."},
		{104, "FID", "First input delay", "Delay of the first interaction. Current browsers report INP instead."},
	} {
		metric := `metric="` + vital.metric + `"`
		panels = append(panels, timeSeriesPanel(Panel{
			ID: vital.id, Title: vital.title, Unit: units.Seconds,
			Description: vital.description + " The target applies to the P75.",
			Queries: []Query{
				{Expr: series(vitalP75, metric), Legend: "P75 {{environment}}"},
				{Expr: series("metric:marketplace_web_vital_seconds:p95_1h", metric), Legend: "P95 {{environment}}"},
				threshold("web_vital:seconds", "P75 target", metric),
			},
		}))
	}
	return append(panels, timeSeriesPanel(Panel{
		ID: 105, Title: "Measurements", Unit: units.Short,
		Description: "Number of measurements in an hour. Percentiles of few measurements are unreliable.",
		Queries:     []Query{{Expr: series("metric:marketplace_web_vital_samples:increase1h"), Legend: "{{metric}} {{environment}}"}},
	}))
}

func webBreakdown() []Panel {
	byDevice := func(metric string, matchers ...string) string {
		return "histogram_quantile(0.75, " + sumRate("device, le", series(metric, matchers...)) + ")"
	}
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 111, Title: "Largest contentful paint by device", Unit: units.Seconds, Width: 12,
			Description: "P75 over the last minutes.",
			Queries:     []Query{{Expr: byDevice("marketplace_web_vital_seconds_bucket", `metric="LCP"`), Legend: "{{device}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 112, Title: "Layout shift by device", Unit: units.Short, Width: 12,
			Description: "P75 over the last minutes.",
			Queries:     []Query{{Expr: byDevice("marketplace_web_layout_shift_bucket"), Legend: "{{device}}"}},
		}),
	}
}

// vitalByRoute drops the metric label, so that all metrics of a route share a row of the table.
func vitalByRoute(metric string) string {
	return "max by (route) (" + series("route_metric:marketplace_web_vital_seconds:p75_1h", `metric="`+metric+`"`) + ")"
}

func webPageViews() []Panel {
	views := series("marketplace_page_views_total")
	return []Panel{
		timeSeriesPanel(Panel{
			ID: 120, Title: "Page views by route", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			Description: "Page views per second, as reported by browsers. Bots that do not run scripts are not counted.",
			Queries:     []Query{{Expr: sumRate("route", views), Legend: "{{route}}"}},
		}),
		timeSeriesPanel(Panel{
			ID: 121, Title: "Page views by device", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			Description: "Page views per second, by device type.",
			Queries:     []Query{{Expr: sumRate("device", views), Legend: "{{device}}"}},
		}),
	}
}
