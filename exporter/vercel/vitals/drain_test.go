package vitals_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
	"github.com/aimarketplace/monitoring/exporter/vercel/vitals"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func start(lists func() *bound.Lists) *vitals.Drain {
	return vitals.New(rows.Options{MaxRows: 100, Lists: lists, Seen: draintest.Window()})
}

// row is one of Vercel's reference, but for what a test is about.
func row(metric, value, more string) string {
	return `{"schema":"vercel.speed_insights.v1","timestamp":"2023-09-14T15:30:00.000Z","projectId":"Qmc52npNy86S8VV4Mt8a8dP1LEkRNbgosW3pBCQytkcgf2",` +
		`"ownerId":"team_nLlpyC6REAqxydlFKbrMDlud","deviceId":12345,"metricType":"` + metric + `","value":` + value + `,"origin":"https://example.com"` + more + `}`
}

func TestTheDocumentedRow(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	assert.Equal(t, batch.Tally{Counted: 1}, draintest.Take(t, d, "["+row("CLS", "0.1", `,"path":"/dashboard"`)+"]"))
	assert.Equal(t, []string{`marketplace_web_layout_shift{device="other",route="other"} 1 0.1`}, draintest.Counted(t, d))
}

func TestTimesComeInMillisecondsWhateverTheyLookLike(t *testing.T) {
	t.Parallel()
	for metric, sample := range map[string][2]string{
		"LCP": {"2500", "2.5"}, "FCP": {"1500.5", "1.5005"}, "TTFB": {"500", "0.5"}, "FID": {"16", "0.016"}, "INP": {`"200"`, "0.2"},
	} {
		d := start(draintest.Lists(t))
		draintest.Take(t, d, row(metric, sample[0], `,"deviceType":"mobile","vercelEnvironment":"production","route":"/api/prompts"`))
		assert.Equal(t, []string{
			`marketplace_web_vital_seconds{device="mobile",environment="production",metric="` + metric + `",route="/api/prompts"} 1 ` + sample[1],
		}, draintest.Counted(t, d))
	}
	d := start(draintest.Lists(t))
	draintest.Take(t, d, row("LCP", "2.5", ""))
	assert.Contains(t, draintest.Counted(t, d)[0], " 1 0.0025", "the sample of Vercel's reference is not believed to be seconds")
}

func TestEdgesAreAtTheTargetsAndAbove(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	draintest.Take(t, d, row("LCP", "1", "")+row("CLS", "0", ""))
	registry := prometheus.NewRegistry()
	registry.MustRegister(d)
	families, err := registry.Gather()
	require.NoError(t, err)
	edges := map[string][]float64{}
	for _, family := range families {
		for _, bucket := range family.GetMetric()[0].GetHistogram().GetBucket() {
			edges[family.GetName()] = append(edges[family.GetName()], bucket.GetUpperBound())
		}
		assert.NotZero(t, family.GetMetric()[0].GetHistogram().GetSchema(), "there are native buckets, too")
	}
	assert.Subset(t, edges["marketplace_web_vital_seconds"], []float64{0.1, 0.2, 0.5, 1.5, 2.5, 3, 10, 30})
	assert.Subset(t, edges["marketplace_web_layout_shift"], []float64{0.1, 0.25, 1})
}

func TestRouteIsThatOfThePageOrElseOfItsPath(t *testing.T) {
	t.Parallel()
	for more, route := range map[string]string{
		`,"route":"/api/prompts","path":"/api/health"`:           "/api/prompts",
		`,"route":null,"path":"/api/prompts/?q=kim@example.com"`: "/api/prompts",
		`,"route":"/prompts/[id]","path":"api/prompts"`:          "/api/prompts",
		`,"route":"/prompts/[id]","path":"/prompts/7f3e"`:        "other",
		`,"path":"/x?u=https://example.com/api/prompts"`:         "other",
		``: "other",
	} {
		d := start(draintest.Lists(t))
		draintest.Take(t, d, row("INP", "40", more))
		assert.Equal(t, []string{`marketplace_web_vital_seconds{device="other",metric="INP",route="` + route + `"} 1 0.04`}, draintest.Counted(t, d), more)
	}
}

func TestAPageWithoutAPathIsNotTheFrontPage(t *testing.T) {
	t.Parallel()
	routes, err := bound.NewRoutes([]string{"/", "/pricing"})
	require.NoError(t, err)
	lists := *draintest.Lists(t)()
	lists.Routes = routes
	for more, route := range map[string]string{`,"path":"/pricing"`: "/pricing", `,"route":null,"path":""`: "other", `,"path":"/?ref=x"`: "/"} {
		d := start(func() *bound.Lists { return &lists })
		draintest.Take(t, d, row("INP", "40", more))
		assert.Equal(t, []string{`marketplace_web_vital_seconds{device="other",metric="INP",route="` + route + `"} 1 0.04`}, draintest.Counted(t, d), more)
	}
}

func TestOddRowsAreRead(t *testing.T) {
	t.Parallel()
	zoneless := strings.Replace(row("LCP", "1000", ""), "00.000Z", "00.000", 1)
	huge := strings.Replace(row("LCP", "1000", ""), "12345", "18446744073709551615", 1)
	nulls := row("LCP", "1000", `,"path":null,"route":null,"deviceType":null,"vercelEnvironment":null,"attribution":null`)
	for name, body := range map[string]string{
		"a time without a zone": "[" + zoneless + "]", "a device of 64 bits": huge, "nulls": nulls + "\n", "one object": row("LCP", "1000", ""),
		"the same twice": row("LCP", "1000", "") + "\n" + row("LCP", "1000", ""),
	} {
		d := start(draintest.Lists(t))
		assert.Equal(t, 1, draintest.Take(t, d, body).Counted, name)
		assert.Equal(t, []string{`marketplace_web_vital_seconds{device="other",metric="LCP",route="other"} 1 1`}, draintest.Counted(t, d), name)
	}
}

func TestABadRowCostsOnlyItself(t *testing.T) {
	t.Parallel()
	for bad, reason := range map[string]batch.Reason{
		`7`:                              batch.Malformed,
		`{"metricType":"LCP"}`:           batch.Missing,
		row("LCP", "null", ""):           batch.Missing,
		row("", "7", ""):                 batch.Missing,
		row("LCP", `{}`, ""):             batch.WrongType,
		row("LCP", `"fast"`, ""):         batch.WrongType,
		row("LCP", "7", `,"path":["x"]`): batch.WrongType,
		row("XYZ", "7", ""):              batch.BadValue,
		row("XYZ", "{}", ""):             batch.BadValue, // the first reason is the one that counts
		row("LCP", "-1", ""):             batch.BadValue,
		row("LCP", "3600001", ""):        batch.BadValue,
		row("CLS", "100.5", ""):          batch.BadValue,
	} {
		d := start(draintest.Lists(t))
		tally := draintest.Take(t, d, "["+bad+","+row("FCP", "900", "")+"]")
		assert.Equal(t, batch.Tally{Counted: 1, Rejected: map[batch.Reason]int{reason: 1}}, tally, bad)
		assert.Len(t, draintest.Counted(t, d), 1, bad)
	}
}

func FuzzTake(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[{}]`, row("LCP", "2500", `,"route":"/prompts/[id]"`), row("CLS", "1e-3", "") + "\n" + row("INP", `"7"`, ""), `[{"value":1e999}]`,
	} {
		f.Add([]byte(seed))
	}
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		draintest.TakeAnything(t, body, intake.JSON, func() (intake.Drain, []prometheus.Collector) {
			d := start(lists)
			return d, []prometheus.Collector{d}
		})
	})
}

func BenchmarkTake(b *testing.B) {
	const count = 1000
	all := make([]string, count)
	for i := range all {
		all[i] = row([]string{"LCP", "FCP", "TTFB", "INP", "CLS"}[i%5], fmt.Sprintf("%d.5", i%90), `,"deploymentId":"dpl_123456789012345","path":"/prompts/7f3e","route":"/api/prompts",`+
			`"country":"KR","city":"Seoul","osName":"Android","clientName":"Chrome","deviceType":"mobile","connectionSpeed":"4g","vercelEnvironment":"production"`)
	}
	body := []byte("[" + strings.Join(all, ",") + "]")
	d := vitals.New(rows.Options{MaxRows: count, Lists: draintest.Lists(b), Seen: draintest.Window()})
	draintest.Measure(b, d, intake.JSON, body, count, draintest.Renew(body, "123456789012345"))
}
