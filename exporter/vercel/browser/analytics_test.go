package browser_test

import (
	"encoding/json"
	"fmt"
	"os"
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

func startAnalytics(lists func() *allow.Lists) *browser.Analytics {
	return browser.NewAnalytics(row.Options{MaxRows: 100, Lists: lists, Dedupe: draintest.Window()})
}

// event returns the row of Vercel's reference, version 2, with properties as text.
func event(name, properties, more string) string {
	data, err := json.Marshal(properties)
	if err != nil {
		panic(err)
	}
	return `{"schema":"vercel.analytics.v2","eventType":"event","eventName":"` + name + `","eventData":` + string(data) + `,"timestamp":1694723405000,` +
		`"projectId":"Qmc5","ownerId":"team_x","sessionId":12345,"deviceId":67890,"origin":"https://example.com","path":"/signup"` + more + `}`
}

const inProduction = `,"vercelEnvironment":"production"`

func TestAnalyticsReadsTheDocumentedRow(t *testing.T) {
	t.Parallel()
	d := startAnalytics(draintest.Lists(t))
	assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, d, "["+event("button_click", `{"button": "signup"}`, "")+"]"))
	assert.Equal(t, []string{`marketplace_events_total{event="other"} 1`}, draintest.Counted(t, d))
}

func TestTheEventsOfTheMonitoringGuide(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/guide.ndjson")
	require.NoError(t, err)
	d := startAnalytics(draintest.Lists(t))
	assert.Equal(t, row.Tally{Counted: 7}, draintest.Handle(t, d, string(body)))
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

func TestSearchesWithoutResultsHaveTheirOwnBucket(t *testing.T) {
	t.Parallel()
	d := startAnalytics(draintest.Lists(t))
	draintest.Handle(t, d, event("search_performed", `{"resultsCount":0}`, "")+event("search_performed", `{"resultsCount":1}`, ""))
	registry := prometheus.NewRegistry()
	registry.MustRegister(d)
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "marketplace_search_results" {
			buckets := family.GetMetric()[0].GetHistogram().GetBucket()
			assert.Zero(t, buckets[0].GetUpperBound())
			assert.EqualValues(t, 1, buckets[0].GetCumulativeCount())
			assert.NotZero(t, family.GetMetric()[0].GetHistogram().GetSchema(), "native buckets are enabled")
			return
		}
	}
	t.Fatal("the histogram is missing")
}

func TestPropertiesInAllDocumentedForms(t *testing.T) {
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
		d := startAnalytics(draintest.Lists(t))
		assert.Equal(t, row.Tally{Counted: 1}, draintest.Handle(t, d, body), name)
		assert.Equal(t, []string{
			`marketplace_events_total{event="purchase_completed",payment_method="stripe"} 1`,
			`marketplace_purchase_amount_total{currency="unknown",payment_method="stripe"} 5000`,
		}, draintest.Counted(t, d), name)
	}
}

func TestAnEventWithoutPropertiesIsCounted(t *testing.T) {
	t.Parallel()
	for _, properties := range []string{``, `{}`, `null`, `{"amount":null,"paymentMethod":""}`} {
		d := startAnalytics(draintest.Lists(t))
		draintest.Handle(t, d, event("purchase_completed", properties, ""))
		assert.Equal(t, []string{`marketplace_events_total{event="purchase_completed",payment_method="unknown"} 1`}, draintest.Counted(t, d), properties)
	}
}

func TestUnlistedEventsAndValuesBecomeOther(t *testing.T) {
	t.Parallel()
	d := startAnalytics(draintest.Lists(t))
	draintest.Handle(t, d, event("prompt_uploaded", `{"category":"kim@example.com","paymentMethod":"stripe"}`, "")+
		event("purchase_completed", `{"paymentMethod":{"no":"text"},"amount":3,"currency":"doge","category":"coding"}`, "")+
		event("kim@example.com", `{"category":"coding","amount":-1}`, ""))
	assert.Equal(t, []string{
		`marketplace_events_total{category="other",event="prompt_uploaded"} 1`,
		`marketplace_events_total{event="other"} 1`,
		`marketplace_events_total{event="purchase_completed",payment_method="other"} 1`,
		`marketplace_purchase_amount_total{currency="other",payment_method="other"} 3`,
	}, draintest.Counted(t, d))
}

func TestSearchResultsHaveTwoSpellings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"resultsCount", "results_count"} {
		d := startAnalytics(draintest.Lists(t))
		draintest.Handle(t, d, event("search_performed", `{"`+name+`":"12"}`, ""))
		assert.Contains(t, draintest.Counted(t, d), `marketplace_search_results{} 1 12`, name)
	}
}

func TestTheFirstRowOfAnEnvironmentInitializesItsEvents(t *testing.T) {
	t.Parallel()
	d := startAnalytics(draintest.Lists(t))
	draintest.Handle(t, d, `{"eventType":"pageview","vercelEnvironment":"preview"}`)
	all := draintest.All(t, d)
	assert.Contains(t, all, `marketplace_events_total{environment="preview",event="search_performed"} 0`)
	assert.Contains(t, all, `marketplace_events_total{category="ai-art",environment="preview",event="prompt_uploaded"} 0`)
	assert.Contains(t, all, `marketplace_events_total{environment="preview",event="purchase_completed",payment_method="toss"} 0`)
	assert.Contains(t, all, `marketplace_purchase_amount_total{currency="KRW",environment="preview",payment_method="toss"} 0`)
	assert.Contains(t, all, `marketplace_purchase_amount_total{currency="unknown",environment="preview",payment_method="stripe"} 0`)
	assert.Contains(t, all, `marketplace_search_results{environment="preview"} 0 0`)
}

func TestAReloadInitializesNewEventsInAllEnvironments(t *testing.T) {
	t.Parallel()
	lists := draintest.Lists(t)()
	d := startAnalytics(func() *allow.Lists { return lists })
	reload := func(event string) {
		events, err := allow.NewEvents(map[string]allow.Event{event: {}}, nil)
		require.NoError(t, err)
		lists = &allow.Lists{Routes: lists.Routes, Hosts: lists.Hosts, Events: events}
	}
	draintest.Handle(t, d, `{"eventType":"pageview","vercelEnvironment":"preview"}`)
	reload("prompt_shared")
	draintest.Handle(t, d, `{"eventType":"pageview","vercelEnvironment":"production"}`)
	draintest.Handle(t, d, `{"eventType":"pageview","vercelEnvironment":"preview","path":"/again"}`)
	for _, environment := range []string{"preview", "production"} {
		assert.Contains(t, draintest.All(t, d), `marketplace_events_total{environment="`+environment+`",event="prompt_shared"} 0`)
	}
	reload("prompt_liked")
	draintest.Handle(t, d, `{"eventType":"pageview","vercelEnvironment":"preview","path":"/third"}`)
	assert.Contains(t, draintest.All(t, d), `marketplace_events_total{environment="production",event="prompt_liked"} 0`, "no row of production has arrived since")
}

func TestAPageViewWithoutAPathIsNotOfTheFrontPage(t *testing.T) {
	t.Parallel()
	routes, err := allow.NewRoutes([]string{"/", "/pricing"})
	require.NoError(t, err)
	lists := *draintest.Lists(t)()
	lists.Routes = routes
	for more, route := range map[string]string{`"path":"/pricing"`: "/pricing", `"route":"/pricing","path":"/"`: "/pricing", `"route":null,"path":""`: "other", `"path":"/?ref=x"`: "/"} {
		d := startAnalytics(func() *allow.Lists { return &lists })
		draintest.Handle(t, d, `{"eventType":"pageview",`+more+`}`)
		assert.Equal(t, []string{`marketplace_page_views_total{device="other",route="` + route + `"} 1`}, draintest.Counted(t, d), more)
	}
}

func TestInvalidActions(t *testing.T) {
	t.Parallel()
	for bad, reason := range map[string]row.Reason{
		`"x"`:                                                 row.Malformed,
		`{"eventName":"search_performed"}`:                    row.Missing,
		`{"eventType":"event"}`:                               row.Missing,
		`{"eventType":{}}`:                                    row.WrongType,
		`{"eventType":"pageview","path":[]}`:                  row.WrongType,
		`{"eventType":"session"}`:                             row.BadValue,
		event("search_performed", `{"resultsCount`, ""):       row.BadValue,
		event("search_performed", `{"resultsCount":-1}`, ""):  row.BadValue,
		event("search_performed", `{"resultsCount":"x"}`, ""): row.WrongType,
		event("search_performed", `{"resultsCount":2e9}`, ""): row.BadValue,
		event("purchase_completed", `{"amount":-0.01}`, ""):   row.BadValue,
		event("purchase_completed", `{"amount":1e10}`, ""):    row.BadValue,
		event("purchase_completed", `{"amount":"NaN"}`, ""):   row.WrongType,
		event("purchase_completed", `{"amount":{"v":1}}`, ""): row.WrongType,
	} {
		d := startAnalytics(draintest.Lists(t))
		tally := draintest.Handle(t, d, "["+bad+","+event("search_performed", "", "")+"]")
		assert.Equal(t, row.Tally{Counted: 1, Invalid: map[row.Reason]int{reason: 1}}, tally, bad)
		assert.Equal(t, []string{`marketplace_events_total{event="search_performed"} 1`}, draintest.Counted(t, d), bad)
	}
}

func FuzzAnalytics(f *testing.F) {
	for _, seed := range []string{
		`{}`, event("purchase_completed", `{"amount":5000,"paymentMethod":"toss","currency":"KRW"}`, inProduction), `[{"eventType":"pageview","route":"/"}]`,
		event("search_performed", `{"resultsCount":"0"}`, "") + "\n" + event("x", `[`, ""), `{"eventType":"event","eventName":"purchase_completed","eventData":{"amount":1e-5}}`,
	} {
		f.Add([]byte(seed))
	}
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		draintest.HandleAnything(t, body, inbound.JSON, func() (row.Handler, []prometheus.Collector) {
			d := startAnalytics(lists)
			return d, []prometheus.Collector{d}
		})
	})
}

func BenchmarkAnalytics(b *testing.B) {
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
	d := browser.NewAnalytics(row.Options{MaxRows: count, Lists: draintest.Lists(b), Dedupe: draintest.Window()})
	draintest.Measure(b, d, inbound.JSON, body, count, draintest.Renew(body, "123456789012345"))
}
