package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

func web() Board {
	return Board{
		UID: webUID, Title: "Marketplace / Web experience", From: "now-24h",
		Description: "What visitors' browsers measured: how soon pages are there, and whether they hold still. " +
			"Quantiles are of an hour unless they say that they are of a day.",
		Variables: []Variable{application("metric:marketplace_web_vital_samples:increase1h")},
		Alerts:    `component="website"`,
		Rows: []Row{
			{1000, "Against the targets", webTargets()},
			{1001, "Web vitals", webMetrics()},
			{1002, "Where it is slow", webPlaces()},
			{1003, "Visits", webVisits()},
		},
	}
}

// vitalP75 is what three of four visits stay below.
const vitalP75 = "metric:marketplace_web_vital_seconds:p75_1h"

// noHour is why the quantiles of a day, which are made of whole hours, may be missing.
const noHour = "no whole hour has been recorded yet"

func webTargets() []Panel {
	return []Panel{
		graph(Panel{
			ID: webVitals, Title: "Web vitals against their targets", Unit: units.PercentUnit, Width: 12,
			About: "P75, the visit that three of four are better than, as a share of the metric's own target: above 100 % it is missed. " +
				"Where an hour brings too few visits to judge by, the day counts. " +
				"A largest paint (LCP) that no browser could have is drawn apart: the unit of what arrives has changed.",
			Queries: []Query{
				{Expr: ofTarget(in(vitalP75)), Name: "{{metric}} {{environment}}"},
				Query{Expr: ofTarget(in("metric:marketplace_web_vital_seconds:p75_1d")), Name: "{{metric}} of a day {{environment}}"}.orNothing(noHour),
				{Expr: "vector(1)", Name: "target", Limit: true},
				Query{Expr: ofTarget("(" + implausible() + ")"), Name: "implausible {{metric}} {{environment}}"}.orNothing("all of it can be"),
			},
		}),
		graph(Panel{
			ID: webPageLoad, Title: "Page load, P95", Unit: units.Seconds, Width: 6,
			About: "95 of 100 visits saw the largest paint by then, which stands for the page being there: no browser tells of more. " +
				"Where an hour brings too few visits to judge by, the day counts.",
			Queries: []Query{
				{Expr: in("metric:marketplace_web_vital_seconds:p95_1h", `metric="LCP"`), Name: "P95 {{environment}}"},
				Query{Expr: in("metric:marketplace_web_vital_seconds:p95_1d", `metric="LCP"`), Name: "P95 of a day {{environment}}"}.orNothing(noHour),
				limit("web_page_load:seconds", "limit"),
			},
		}),
		graph(Panel{
			ID: webLayoutShift, Title: "Layout shift", Unit: units.Short, Width: 6,
			About: "Cumulative layout shift (CLS): how much of the page jumps, and how far, until it is still. It has no unit. " +
				"Its target is for the P75; where an hour brings too few visits to judge by, the day counts.",
			Queries: []Query{
				{Expr: in("environment:marketplace_web_layout_shift:p75_1h"), Name: "P75 {{environment}}"},
				{Expr: in("environment:marketplace_web_layout_shift:p95_1h"), Name: "P95 {{environment}}"},
				Query{Expr: in("environment:marketplace_web_layout_shift:p75_1d"), Name: "P75 of a day {{environment}}"}.orNothing(noHour),
				limit("web_layout_shift:score", "target of P75"),
			},
		}),
	}
}

// ofTarget is a metric's value as a share of its own target.
func ofTarget(expr string) string {
	return expr + " / on (metric) group_left () threshold:web_vital:seconds"
}

// implausible is a largest paint that is not between the two bounds.
func implausible() string {
	paint := in(vitalP75, `metric="LCP"`)
	bound := func(name string) string {
		return "scalar(" + thresholdSeries("web_vital_plausible:seconds", `bound="`+name+`"`) + ")"
	}
	return paint + " < " + bound("low") + " or " + paint + " > " + bound("high")
}

func webMetrics() []Panel {
	panels := []Panel{}
	for i, vital := range []struct{ metric, title, about string }{
		{"LCP", "Largest contentful paint", "When the largest image or text is there."},
		{"FCP", "First contentful paint", "When anything is there."},
		{"TTFB", "Time to first byte", "When the server begins to answer: network, cache and function."},
		{"INP", "Interaction to next paint", "How long the page takes to react, at its worst."},
		{"FID", "First input delay", "How long the first click waited. Browsers that are up to date tell INP instead."},
	} {
		metric := `metric="` + vital.metric + `"`
		panels = append(panels, graph(Panel{
			ID: 100 + uint32(i), Title: vital.title, Unit: units.Seconds,
			About: vital.about + " Its target is for the P75.",
			Queries: []Query{
				{Expr: in(vitalP75, metric), Name: "P75 {{environment}}"},
				{Expr: in("metric:marketplace_web_vital_seconds:p95_1h", metric), Name: "P95 {{environment}}"},
				limit("web_vital:seconds", "target of P75", metric),
			},
		}))
	}
	return append(panels, graph(Panel{
		ID: 105, Title: "Measurements", Unit: units.Short,
		About:   "Of an hour. A quantile of few is chance.",
		Queries: []Query{{Expr: in("metric:marketplace_web_vital_samples:increase1h"), Name: "{{metric}} {{environment}}"}},
	}))
}

func webPlaces() []Panel {
	byDevice := func(metric string, matchers ...string) string {
		return "histogram_quantile(0.75, " + pushed("device, le", in(metric, matchers...)) + ")"
	}
	return []Panel{
		list(Panel{
			ID: 110, Title: "P75 by route", Unit: units.Seconds, SortBy: "LCP",
			About: "Of an hour, the worst of the chosen environments. What is not in the list of routes is together in other.",
			Queries: []Query{
				{Expr: vitalByRoute("LCP"), Name: "LCP"},
				{Expr: vitalByRoute("FCP"), Name: "FCP"},
				{Expr: vitalByRoute("TTFB"), Name: "TTFB"},
				{Expr: vitalByRoute("INP"), Name: "INP"},
				{Expr: "max by (route) (" + in("route:marketplace_web_layout_shift:p75_1h") + ")", Name: "layout shift", Unit: units.Short},
			},
		}),
		graph(Panel{
			ID: 111, Title: "Largest contentful paint by device", Unit: units.Seconds, Width: 12,
			About:   "P75 of the moment. Phones are slower, and are most of the visits.",
			Queries: []Query{{Expr: byDevice("marketplace_web_vital_seconds_bucket", `metric="LCP"`), Name: "{{device}}"}},
		}),
		graph(Panel{
			ID: 112, Title: "Layout shift by device", Unit: units.Short, Width: 12,
			About:   "P75 of the moment.",
			Queries: []Query{{Expr: byDevice("marketplace_web_layout_shift_bucket"), Name: "{{device}}"}},
		}),
	}
}

// vitalByRoute is a metric of each route. Its name is the column's and no label, or else lines of a table would not meet.
func vitalByRoute(metric string) string {
	return "max by (route) (" + in("route_metric:marketplace_web_vital_seconds:p75_1h", `metric="`+metric+`"`) + ")"
}

func webVisits() []Panel {
	views := in("marketplace_page_views_total")
	return []Panel{
		graph(Panel{
			ID: 120, Title: "Page views by route", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			About:   "In a second, as browsers tell them: robots that run no scripts are not in it, nor is anybody identified.",
			Queries: []Query{{Expr: pushed("route", views), Name: "{{route}}"}},
		}),
		graph(Panel{
			ID: 121, Title: "Page views by device", Unit: units.RequestsPerSecond, Width: 12, Stacked: true,
			About:   "The same by what people hold in their hands.",
			Queries: []Query{{Expr: pushed("device", views), Name: "{{device}}"}},
		}),
	}
}
