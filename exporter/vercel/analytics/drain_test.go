package analytics_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/analytics"
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/rows"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func start(lists func() *bound.Lists) *analytics.Drain {
	return analytics.New(rows.Options{MaxRows: 100, Lists: lists, Seen: draintest.Window()})
}

// event is a row of Vercel's reference, version 2, with properties as the text that they come as.
func event(name, properties, more string) string {
	data, err := json.Marshal(properties)
	if err != nil {
		panic(err)
	}
	return `{"schema":"vercel.analytics.v2","eventType":"event","eventName":"` + name + `","eventData":` + string(data) + `,"timestamp":1694723405000,` +
		`"projectId":"Qmc5","ownerId":"team_x","sessionId":12345,"deviceId":67890,"origin":"https://example.com","path":"/signup"` + more + `}`
}

const inProduction = `,"vercelEnvironment":"production"`

func TestTheDocumentedRow(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	assert.Equal(t, batch.Tally{Counted: 1}, draintest.Take(t, d, "["+event("button_click", `{"button": "signup"}`, "")+"]"))
	assert.Equal(t, []string{`marketplace_events_total{event="other"} 1`}, draintest.Counted(t, d))
}

func TestTheEventsOfTheMonitoringGuide(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/guide.ndjson")
	require.NoError(t, err)
	d := start(draintest.Lists(t))
	assert.Equal(t, batch.Tally{Counted: 7}, draintest.Take(t, d, string(body)))
	assert.Equal(t, []string{
		`marketplace_events_total{category="ai-art",environment="production",event="prompt_uploaded"} 1`,
		`marketplace_events_total{environment="production",event="purchase_completed",payment_method="stripe"} 2`,
		`marketplace_events_total{environment="production",event="search_performed"} 2`,
		`marketplace_page_views_total{device="desktop",environment="production",route="other"} 1`,
		`marketplace_page_views_total{device="mobile",environment="preview",route="/api/prompts"} 1`,
		`marketplace_purchase_amount_total{currency="KRW",environment="production",payment_method="stripe"} 5000`,
		`marketplace_purchase_amount_total{currency="unknown",environment="production",payment_method="stripe"} 5000`,
		`marketplace_search_results{environment="production"} 2 23`,
	}, draintest.Counted(t, d))
}

func TestSearchesThatFoundNothingHaveABucketOfTheirOwn(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	draintest.Take(t, d, event("search_performed", `{"resultsCount":0}`, "")+event("search_performed", `{"resultsCount":1}`, ""))
	registry := prometheus.NewRegistry()
	registry.MustRegister(d)
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "marketplace_search_results" {
			buckets := family.GetMetric()[0].GetHistogram().GetBucket()
			assert.Zero(t, buckets[0].GetUpperBound())
			assert.EqualValues(t, 1, buckets[0].GetCumulativeCount())
			assert.NotZero(t, family.GetMetric()[0].GetHistogram().GetSchema(), "there are native buckets, too")
			return
		}
	}
	t.Fatal("there is no such histogram")
}

func TestPropertiesAreReadHoweverTheyCome(t *testing.T) {
	t.Parallel()
	const asText = `"eventData":"{\"amount\":5000,\"paymentMethod\":\"stripe\"}"`
	for name, body := range map[string]string{
		"as text":         event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe"}`, ""),
		"by another name": event("purchase_completed", `{"amount":"5000","payment_method":"stripe"}`, ""),
		"as an object":    strings.Replace(event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe"}`, ""), asText, `"eventData":{"amount":5000,"paymentMethod":"stripe"}`, 1),
		"in version 1":    strings.Replace(event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe"}`, `,"dataSourceName":"web-analytics"`), "analytics.v2", "analytics.v1", 1),
		"without a zone":  strings.Replace(event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe"}`, ""), "1694723405000", `"2023-09-14 15:30:00.000"`, 1),
		"with more, null": event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe","coupon":null,"user":"kim@example.com"}`, `,"flags":null,"referrer":null`),
		"with 64-bit ids": strings.Replace(event("purchase_completed", `{"amount":5000,"paymentMethod":"stripe"}`, ""), "67890", "18446744073709551615", 1),
	} {
		d := start(draintest.Lists(t))
		assert.Equal(t, batch.Tally{Counted: 1}, draintest.Take(t, d, body), name)
		assert.Equal(t, []string{
			`marketplace_events_total{event="purchase_completed",payment_method="stripe"} 1`,
			`marketplace_purchase_amount_total{currency="unknown",payment_method="stripe"} 5000`,
		}, draintest.Counted(t, d), name)
	}
}

func TestAnEventWithoutItsPropertiesStillHappened(t *testing.T) {
	t.Parallel()
	for _, properties := range []string{``, `{}`, `null`, `{"amount":null,"paymentMethod":""}`} {
		d := start(draintest.Lists(t))
		draintest.Take(t, d, event("purchase_completed", properties, ""))
		assert.Equal(t, []string{`marketplace_events_total{event="purchase_completed",payment_method="unknown"} 1`}, draintest.Counted(t, d), properties)
	}
}

func TestValuesThatAreOnNoListAreOther(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	draintest.Take(t, d, event("prompt_uploaded", `{"category":"kim@example.com","paymentMethod":"stripe"}`, "")+
		event("purchase_completed", `{"paymentMethod":{"no":"text"},"amount":3,"currency":"doge","category":"coding"}`, "")+
		event("kim@example.com", `{"category":"coding","amount":-1}`, ""))
	assert.Equal(t, []string{
		`marketplace_events_total{category="other",event="prompt_uploaded"} 1`,
		`marketplace_events_total{event="other"} 1`,
		`marketplace_events_total{event="purchase_completed",payment_method="other"} 1`,
		`marketplace_purchase_amount_total{currency="other",payment_method="other"} 3`,
	}, draintest.Counted(t, d))
}

func TestResultsOfASearchHaveTwoSpellings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"resultsCount", "results_count"} {
		d := start(draintest.Lists(t))
		draintest.Take(t, d, event("search_performed", `{"`+name+`":"12"}`, ""))
		assert.Contains(t, draintest.Counted(t, d), `marketplace_search_results{} 1 12`, name)
	}
}

func TestEventsAreBornWithTheFirstRowOfTheirEnvironment(t *testing.T) {
	t.Parallel()
	d := start(draintest.Lists(t))
	draintest.Take(t, d, `{"eventType":"pageview","vercelEnvironment":"preview"}`)
	all := draintest.All(t, d)
	assert.Contains(t, all, `marketplace_events_total{environment="preview",event="search_performed"} 0`)
	assert.Contains(t, all, `marketplace_events_total{category="ai-art",environment="preview",event="prompt_uploaded"} 0`)
	assert.Contains(t, all, `marketplace_events_total{environment="preview",event="purchase_completed",payment_method="toss"} 0`)
	assert.Contains(t, all, `marketplace_purchase_amount_total{currency="KRW",environment="preview",payment_method="toss"} 0`)
	assert.Contains(t, all, `marketplace_purchase_amount_total{currency="unknown",environment="preview",payment_method="stripe"} 0`)
	assert.Contains(t, all, `marketplace_search_results{environment="preview"} 0 0`)
}

func TestEventsOfANewListAreBornWhereThereWasARowBefore(t *testing.T) {
	t.Parallel()
	lists := *draintest.Lists(t)()
	d := start(func() *bound.Lists { return &lists })
	draintest.Take(t, d, `{"eventType":"pageview","vercelEnvironment":"preview"}`)
	var err error
	lists.Events, err = bound.NewEvents(map[string]bound.Event{"prompt_shared": {}}, nil)
	require.NoError(t, err)
	draintest.Take(t, d, `{"eventType":"pageview","vercelEnvironment":"production"}`)
	draintest.Take(t, d, `{"eventType":"pageview","vercelEnvironment":"preview","path":"/again"}`)
	for _, environment := range []string{"preview", "production"} {
		assert.Contains(t, draintest.All(t, d), `marketplace_events_total{environment="`+environment+`",event="prompt_shared"} 0`)
	}
	lists.Events, err = bound.NewEvents(map[string]bound.Event{"prompt_liked": {}}, nil)
	require.NoError(t, err)
	draintest.Take(t, d, `{"eventType":"pageview","vercelEnvironment":"preview","path":"/third"}`)
	assert.Contains(t, draintest.All(t, d), `marketplace_events_total{environment="production",event="prompt_liked"} 0`, "although it knew both")
}

func TestAViewWithoutAPathIsNotOfTheFrontPage(t *testing.T) {
	t.Parallel()
	routes, err := bound.NewRoutes([]string{"/", "/pricing"})
	require.NoError(t, err)
	lists := *draintest.Lists(t)()
	lists.Routes = routes
	for more, route := range map[string]string{`"path":"/pricing"`: "/pricing", `"route":"/pricing","path":"/"`: "/pricing", `"route":null,"path":""`: "other", `"path":"/?ref=x"`: "/"} {
		d := start(func() *bound.Lists { return &lists })
		draintest.Take(t, d, `{"eventType":"pageview",`+more+`}`)
		assert.Equal(t, []string{`marketplace_page_views_total{device="other",route="` + route + `"} 1`}, draintest.Counted(t, d), more)
	}
}

func TestABadRowCostsOnlyItself(t *testing.T) {
	t.Parallel()
	for bad, reason := range map[string]batch.Reason{
		`"x"`:                                                 batch.Malformed,
		`{"eventName":"search_performed"}`:                    batch.Missing,
		`{"eventType":"event"}`:                               batch.Missing,
		`{"eventType":{}}`:                                    batch.WrongType,
		`{"eventType":"pageview","path":[]}`:                  batch.WrongType,
		`{"eventType":"session"}`:                             batch.BadValue,
		event("search_performed", `{"resultsCount`, ""):       batch.BadValue,
		event("search_performed", `{"resultsCount":-1}`, ""):  batch.BadValue,
		event("search_performed", `{"resultsCount":"x"}`, ""): batch.WrongType,
		event("search_performed", `{"resultsCount":2e9}`, ""): batch.BadValue,
		event("purchase_completed", `{"amount":-0.01}`, ""):   batch.BadValue,
		event("purchase_completed", `{"amount":1e10}`, ""):    batch.BadValue,
		event("purchase_completed", `{"amount":"NaN"}`, ""):   batch.WrongType,
		event("purchase_completed", `{"amount":{"v":1}}`, ""): batch.WrongType,
	} {
		d := start(draintest.Lists(t))
		tally := draintest.Take(t, d, "["+bad+","+event("search_performed", "", "")+"]")
		assert.Equal(t, batch.Tally{Counted: 1, Rejected: map[batch.Reason]int{reason: 1}}, tally, bad)
		assert.Equal(t, []string{`marketplace_events_total{event="search_performed"} 1`}, draintest.Counted(t, d), bad)
	}
}

func FuzzTake(f *testing.F) {
	for _, seed := range []string{
		`{}`, event("purchase_completed", `{"amount":5000,"paymentMethod":"toss","currency":"KRW"}`, inProduction), `[{"eventType":"pageview","route":"/"}]`,
		event("search_performed", `{"resultsCount":"0"}`, "") + "\n" + event("x", `[`, ""), `{"eventType":"event","eventName":"purchase_completed","eventData":{"amount":1e-5}}`,
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
		more := `,"deployment":"dpl_123456789012345","country":"KR","osName":"Android","clientName":"Chrome","deviceType":"mobile"` + inProduction
		all[i] = `{"schema":"vercel.analytics.v2","eventType":"pageview","timestamp":1694723405000,"route":"/api/prompts","path":"/api/prompts"` + more + `}`
		if i%2 == 0 {
			all[i] = event("purchase_completed", fmt.Sprintf(`{"amount":%d,"paymentMethod":"toss","currency":"KRW"}`, i), more)
		}
	}
	body := []byte("[" + strings.Join(all, ",") + "]")
	d := analytics.New(rows.Options{MaxRows: count, Lists: draintest.Lists(b), Seen: draintest.Window()})
	draintest.Measure(b, d, intake.JSON, body, count, draintest.Renew(body, "123456789012345"))
}
