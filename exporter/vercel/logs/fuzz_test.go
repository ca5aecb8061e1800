package logs_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func FuzzHandle(f *testing.F) {
	for _, seed := range []string{
		`{}`, logRow("1", fields{"statusCode": -1, "proxy": fields{"statusCode": 500, "wafAction": "deny", "method": "GET", "path": "/api/prompts?x"}}),
		logRow("1", fields{"message": `{"level":"error","message":"Payment failed","route":"/api/prompts","durationMs":7}`}),
		logRow("1", fields{"message": `START RequestId: x\nREPORT RequestId: x Duration: 1.5 ms`}) + "\n" + logRow("2", fields{"requestId": "icn1::1", "message": "{\"level\":\"warn\"}\n{"}),
	} {
		f.Add([]byte(seed))
	}
	lists := draintest.Lists(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		draintest.HandleAnything(t, body, inbound.JSON, func() (row.Handler, []prometheus.Collector) {
			f := start(lists)
			return f, []prometheus.Collector{f.Drain, f.requests}
		})
	})
}
