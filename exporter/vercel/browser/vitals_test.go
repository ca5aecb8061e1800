package browser_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/browser"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func startVitals(lists func() *allow.Lists) *browser.SpeedInsights {
	return browser.NewSpeedInsights(row.Options{MaxRows: 100, Lists: lists, Dedupe: draintest.Window()})
}

// vitalRow returns the row of Vercel's reference with another metric, value and further members.
func vitalRow(metric, value, more string) string {
	return `{"schema":"vercel.speed_insights.v1","timestamp":"2023-09-14T15:30:00.000Z","projectId":"Qmc52npNy86S8VV4Mt8a8dP1LEkRNbgosW3pBCQytkcgf2",` +
		`"ownerId":"team_nLlpyC6REAqxydlFKbrMDlud","deviceId":12345,"metricType":"` + metric + `","value":` + value + `,"origin":"https://example.com"` + more + `}`
}

// byRoute returns what draintest.Counted does, without the histograms by device.
func byRoute(t *testing.T, d *browser.SpeedInsights) []string {
	t.Helper()
	return slices.DeleteFunc(draintest.Counted(t, d), func(sample string) bool {
		return strings.HasPrefix(sample, "marketplace_device_")
	})
}

func TestSpeedInsightsReadsTheDocumentedRow(t *testing.T) {
	t.Parallel()
	d := startVitals(draintest.Lists(t))
	assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, d, "["+vitalRow("CLS", "0.1", `,"path":"/dashboard"`)+"]"))
	assert.Equal(t, []string{
		`marketplace_device_web_layout_shift{device="other"} 1 0.1`,
		`marketplace_web_layout_shift{route="other"} 1 0.1`,
	}, draintest.Counted(t, d))
}

func TestWebVitalsAreInMilliseconds(t *testing.T) {
	t.Parallel()
	for metric, sample := range map[string][2]string{
		"LCP": {"2500", "2.5"}, "FCP": {"1500.5", "1.5005"}, "TTFB": {"500", "0.5"}, "FID": {"16", "0.016"}, "INP": {`"200"`, "0.2"},
	} {
		d := startVitals(draintest.Lists(t))
		draintest.Handle(t, d, vitalRow(metric, sample[0], `,"deviceType":"mobile","vercelEnvironment":"production","route":"/api/prompts"`))
		assert.Equal(t, []string{
			`marketplace_device_web_vital_seconds{device="mobile",environment="production",metric="` + metric + `"} 1 ` + sample[1],
			`marketplace_web_vital_seconds{environment="production",metric="` + metric + `",route="/api/prompts"} 1 ` + sample[1],
		}, draintest.Counted(t, d))
	}
	d := startVitals(draintest.Lists(t))
	draintest.Handle(t, d, vitalRow("LCP", "2.5", ""))
	assert.Contains(t, draintest.Counted(t, d)[0], " 1 0.0025", "the sample of Vercel's reference looks like seconds")
}

func TestBucketBoundsContainTheTargets(t *testing.T) {
	t.Parallel()
	d := startVitals(draintest.Lists(t))
	draintest.Handle(t, d, vitalRow("LCP", "1", "")+vitalRow("CLS", "0", ""))
	registry := prometheus.NewRegistry()
	registry.MustRegister(d)
	families, err := registry.Gather()
	require.NoError(t, err)
	bounds := map[string][]float64{}
	for _, family := range families {
		for _, bucket := range family.GetMetric()[0].GetHistogram().GetBucket() {
			bounds[family.GetName()] = append(bounds[family.GetName()], bucket.GetUpperBound())
		}
		assert.NotZero(t, family.GetMetric()[0].GetHistogram().GetSchema(), "native buckets are enabled")
	}
	// The targets of the guide and the plausible range, the limits of "good" and "poor", and bounds
	// above: a quantile is never above the last finite bound.
	assert.Subset(t, bounds["marketplace_web_vital_seconds"],
		[]float64{0.01, 0.1, 0.2, 0.5, 1.5, 2.5, 3, 20, 0.3, 0.8, 1.8, 4, 10, 30})
	assert.Subset(t, bounds["marketplace_web_layout_shift"], []float64{0.1, 0.25, 1})
	assert.Equal(t, bounds["marketplace_web_vital_seconds"], bounds["marketplace_device_web_vital_seconds"])
	assert.Equal(t, bounds["marketplace_web_layout_shift"], bounds["marketplace_device_web_layout_shift"])
}

// A histogram of 20 bounds by route and device had 15,240 series for 30 pages.
func TestThirtyPagesHaveFewSeries(t *testing.T) {
	t.Parallel()
	var pages []string
	for i := range 30 {
		pages = append(pages, fmt.Sprintf("/page-%d", i))
	}
	routes, err := allow.NewRoutes(pages)
	require.NoError(t, err)
	lists := *draintest.Lists(t)()
	lists.Routes = routes
	d := startVitals(func() *allow.Lists { return &lists })
	for _, page := range pages {
		for _, device := range []string{"desktop", "mobile", "tablet", "watch"} {
			for _, metric := range []string{"LCP", "FCP", "TTFB", "FID", "INP", "CLS"} {
				draintest.Handle(t, d, vitalRow(metric, "50", `,"route":"`+page+`","deviceType":"`+device+`"`))
			}
		}
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(d)
	families, err := registry.Gather()
	require.NoError(t, err)
	series := 0
	for _, family := range families {
		for _, m := range family.GetMetric() {
			series += len(m.GetHistogram().GetBucket()) + 3 // le="+Inf", the sum and the count
		}
	}
	assert.Equal(t, 3604, series, "at most a quarter of 15,240, which is 3,810")
}

func TestRouteOfAPage(t *testing.T) {
	t.Parallel()
	for more, route := range map[string]string{
		`,"route":"/api/prompts","path":"/api/health"`:           "/api/prompts",
		`,"route":null,"path":"/api/prompts/?q=kim@example.com"`: "/api/prompts",
		`,"route":"/prompts/[id]","path":"api/prompts"`:          "/api/prompts",
		`,"route":"/prompts/[id]","path":"/prompts/7f3e"`:        "other",
		`,"path":"/x?u=https://example.com/api/prompts"`:         "other",
		``: "other",
	} {
		d := startVitals(draintest.Lists(t))
		draintest.Handle(t, d, vitalRow("INP", "40", more))
		assert.Equal(t, []string{`marketplace_web_vital_seconds{metric="INP",route="` + route + `"} 1 0.04`}, byRoute(t, d), more)
	}
}

func TestAVitalWithoutAPathIsNotOfTheFrontPage(t *testing.T) {
	t.Parallel()
	routes, err := allow.NewRoutes([]string{"/", "/pricing"})
	require.NoError(t, err)
	lists := *draintest.Lists(t)()
	lists.Routes = routes
	for more, route := range map[string]string{`,"path":"/pricing"`: "/pricing", `,"route":null,"path":""`: "other", `,"path":"/?ref=x"`: "/"} {
		d := startVitals(func() *allow.Lists { return &lists })
		draintest.Handle(t, d, vitalRow("INP", "40", more))
		assert.Equal(t, []string{`marketplace_web_vital_seconds{metric="INP",route="` + route + `"} 1 0.04`}, byRoute(t, d), more)
	}
}

func TestSpeedInsightsAcceptsUnusualRows(t *testing.T) {
	t.Parallel()
	zoneless := strings.Replace(vitalRow("LCP", "1000", ""), "00.000Z", "00.000", 1)
	huge := strings.Replace(vitalRow("LCP", "1000", ""), "12345", "18446744073709551615", 1)
	nulls := vitalRow("LCP", "1000", `,"path":null,"route":null,"deviceType":null,"vercelEnvironment":null,"attribution":null`)
	for name, body := range map[string]string{
		"a time without a zone": "[" + zoneless + "]", "a device of 64 bits": huge, "nulls": nulls + "\n", "one object": vitalRow("LCP", "1000", ""),
		"the same twice": vitalRow("LCP", "1000", "") + "\n" + vitalRow("LCP", "1000", ""),
	} {
		d := startVitals(draintest.Lists(t))
		assert.Equal(t, 1, draintest.Handle(t, d, body).Counted, name)
		assert.Equal(t, []string{`marketplace_web_vital_seconds{metric="LCP",route="other"} 1 1`}, byRoute(t, d), name)
	}
}

func TestInvalidVitals(t *testing.T) {
	t.Parallel()
	for bad, reason := range map[string]row.Reason{
		`7`:                                   row.Malformed,
		`{"metricType":"LCP"}`:                row.Missing,
		vitalRow("LCP", "null", ""):           row.Missing,
		vitalRow("", "7", ""):                 row.Missing,
		vitalRow("LCP", `{}`, ""):             row.WrongType,
		vitalRow("LCP", `"fast"`, ""):         row.WrongType,
		vitalRow("LCP", "7", `,"path":["x"]`): row.WrongType,
		vitalRow("XYZ", "7", ""):              row.BadValue,
		vitalRow("XYZ", "{}", ""):             row.BadValue, // the first reason counts
		vitalRow("LCP", "-1", ""):             row.BadValue,
		vitalRow("LCP", "3600001", ""):        row.BadValue,
		vitalRow("CLS", "100.5", ""):          row.BadValue,
	} {
		d := startVitals(draintest.Lists(t))
		tally := draintest.Handle(t, d, "["+bad+","+vitalRow("FCP", "900", "")+"]")
		assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{reason: 1}}, tally, bad)
		assert.Len(t, byRoute(t, d), 1, bad)
	}
}

func FuzzSpeedInsights(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[{}]`, vitalRow("LCP", "2500", `,"route":"/prompts/[id]"`), vitalRow("CLS", "1e-3", "") + "\n" + vitalRow("INP", `"7"`, ""), `[{"value":1e999}]`,
	} {
		f.Add([]byte(seed))
	}
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		draintest.HandleAnything(t, body, inbound.JSON, func() (row.Handler, []prometheus.Collector) {
			d := startVitals(lists)
			return d, []prometheus.Collector{d}
		})
	})
}

func BenchmarkSpeedInsights(b *testing.B) {
	const count = 1000
	all := make([]string, count)
	for i := range all {
		all[i] = vitalRow([]string{"LCP", "FCP", "TTFB", "INP", "CLS"}[i%5], fmt.Sprintf("%d.5", i%90), `,"deploymentId":"dpl_123456789012345","path":"/prompts/7f3e","route":"/api/prompts",`+
			`"country":"KR","city":"Seoul","osName":"Android","clientName":"Chrome","deviceType":"mobile","connectionSpeed":"4g","vercelEnvironment":"production"`)
	}
	body := []byte("[" + strings.Join(all, ",") + "]")
	d := browser.NewSpeedInsights(row.Options{MaxRows: count, Lists: draintest.Lists(b), Dedupe: draintest.Window()})
	draintest.Measure(b, d, inbound.JSON, body, count, draintest.Renew(body, "123456789012345"))
}
