package logs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/logs"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// serial stands for a part of every id in the delivery of a benchmark, and is replaced by a new
// number in each iteration.
const serial = "########"

// delivery returns rows in the form of Vercel, about 900 bytes each. Every other row has a line of
// Winston in its message.
func delivery(rows int, begin, between, end string) []byte {
	text := `{"id":"1573817250283254651097########","deploymentId":"dpl_233NRGRjVZX1caZrXWtz5g1TAksD","source":"lambda",` +
		`"host":"my-app-abc123.vercel.app","timestamp":1573817250283,"projectId":"gdufoJxB6b9b1fEqr1jUtFkyavUU","level":"info",` +
		`"message":%s,"entrypoint":"api/index.js","requestId":"643af4e3-975a-4cc7-9e7a-1eda########","statusCode":200,` +
		`"path":"/api/prompts","executionRegion":"sfo1","environment":"production","traceId":"1b02cd14bb8642fd092bc23f54c7ffcd",` +
		`"spanId":"f24e8631bd11faa7","trace.id":"1b02cd14bb8642fd092bc23f54c7ffcd","span.id":"f24e8631bd11faa7",` +
		`"proxy":{"timestamp":1573817250172,"method":"GET","host":"my-app.vercel.app","path":"/api/prompts?page=1",` +
		`"userAgent":["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"],` +
		`"referer":"https://my-app.vercel.app","region":"sfo1","statusCode":200,"clientIp":"203.0.113.7","scheme":"https",` +
		`"pathType":"func","vercelId":"sfo1::iad1::5g9hp-1706327914010","vercelCache":"MISS"}}`
	messages := []string{
		`"API request processed"`,
		`"{\"level\":\"info\",\"message\":\"User logged in\",\"timestamp\":\"2026-03-09T15:30:00.000Z\",\"userId\":\"u_1234567\",` +
			`\"route\":\"/api/prompts\",\"method\":\"GET\",\"status\":200,\"durationMs\":116}"`,
	}
	all := make([]string, rows)
	for i := range all {
		all[i] = fmt.Sprintf(text, messages[i%2])
	}
	return []byte(begin + strings.Join(all, between) + end)
}

func BenchmarkHandle(b *testing.B) {
	const rows = 1000
	for form, body := range map[string][]byte{
		"array": delivery(rows, "[", ",", "]"), "ndjson": delivery(rows, "", "\n", "\n"),
	} {
		renew := draintest.Renew(body, serial)
		for latency, measured := range map[string]*requests.Metrics{"": nil, "/latency": requests.New(draintest.Lists(b))} {
			b.Run(form+latency, func(b *testing.B) {
				drain := logs.New(row.Options{MaxRows: rows, Lists: draintest.Lists(b), Dedupe: draintest.Window()}, measured)
				draintest.Measure(b, drain, inbound.JSON, body, rows, renew)
			})
		}
	}
}
