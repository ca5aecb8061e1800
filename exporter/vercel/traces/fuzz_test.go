package traces_test

import (
	"os"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `{"resourceSpans":[null]}`, wrap(nextSpan("2", parent("1")), serverSpan("1", ""), clientSpan("3", parent("2"))),
		wrap(at("1", "", "GET /api/prompts", `,"kind":"server","attributes":[{"value":{"stringValue":"x"},"key":"env"}]`)) + "\n{",
	} {
		f.Add([]byte(seed))
	}
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) { takeAnything(t, lists, body, intake.JSON) })
}

func FuzzProtobuf(f *testing.F) {
	text, err := os.ReadFile("testdata/next.json")
	require.NoError(f, err)
	f.Add(protobufOf(f, text))
	f.Add([]byte{})
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		takeAnything(t, lists, body, intake.Protobuf)
		if tally, err := startWith(lists).Take(body, intake.Protobuf); err == nil {
			requireAsTheBook(t, body, tally)
		}
	})
}

func takeAnything(t *testing.T, lists func() *bound.Lists, body []byte, form intake.Form) {
	t.Helper()
	draintest.TakeAnything(t, body, form, func() (intake.Drain, []prometheus.Collector) {
		f := startWith(lists)
		return f, []prometheus.Collector{f.Drain, f.requests}
	})
}
