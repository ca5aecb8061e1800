package traces_test

import (
	"os"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
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
	f.Fuzz(func(t *testing.T, body []byte) { handleAnything(t, lists, body, inbound.JSON) })
}

func FuzzProtobuf(f *testing.F) {
	text, err := os.ReadFile("testdata/next.json")
	require.NoError(f, err)
	f.Add(protobufOf(f, text))
	f.Add([]byte{})
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		handleAnything(t, lists, body, inbound.Protobuf)
		if tally, err := startWith(lists).Handle(body, inbound.Protobuf); err == nil {
			requireEqualToLibrary(t, body, tally)
		}
	})
}

func handleAnything(t *testing.T, lists func() *allow.Lists, body []byte, format inbound.Format) {
	t.Helper()
	draintest.HandleAnything(t, body, format, func() (row.Handler, []prometheus.Collector) {
		f := startWith(lists)
		return f, []prometheus.Collector{f.Drain, f.requests}
	})
}
