package vercel

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

// rowsPerDelivery is the size of a delivery of a busy website, sent once a second.
const rowsPerDelivery = 1000

// numbered returns a delivery with new rows.
func numbered(row string, delivery int) string {
	all := make([]string, rowsPerDelivery)
	for i := range all {
		all[i] = strings.ReplaceAll(row, "########", fmt.Sprintf("%08x", delivery*rowsPerDelivery+i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func benchRows() map[string]string {
	return map[string]string{
		"traces": `{"resourceSpans":[{"resource":{"attributes":[{"key":"env","value":{"stringValue":"production"}}]},"scopeSpans":[{"spans":[` +
			`{"traceId":"00000000000000000000000a########","spanId":"00000000########","name":"GET /api/prompts","kind":2,"startTimeUnixNano":"1694723400000000000",` +
			`"endTimeUnixNano":"1694723400116000000","attributes":[{"key":"http.method","value":{"stringValue":"GET"}},{"key":"http.route","value":{"stringValue":"/api/prompts"}},` +
			`{"key":"http.status_code","value":{"intValue":"200"}}]}]}]}]}`,
		"logs": `{"id":"1573817250283########","source":"lambda","host":"aimarketplace.com","timestamp":1573817250283,"projectId":"prj_x","level":"info",` +
			`"message":"{\"level\":\"info\",\"message\":\"User logged in\",\"durationMs\":116}","requestId":"643af4e3-975a-4cc7-9e7a-########","statusCode":200,` +
			`"path":"api/prompts","environment":"production","proxy":{"method":"GET","path":"/api/prompts?page=1","userAgent":["Mozilla/5.0"],"statusCode":200}}`,
		"speed-insights": `{"schema":"vercel.speed_insights.v1","timestamp":"2026-03-09T15:30:00.000Z","deviceId":12345,"metricType":"LCP","value":1830.4,` +
			`"path":"/api/prompts","route":"/api/prompts","deviceType":"mobile","vercelEnvironment":"production","deploymentId":"dpl_########"}`,
		"analytics": `{"schema":"vercel.analytics.v2","eventType":"event","eventName":"purchase_completed","eventData":"{\"amount\":5000,\"paymentMethod\":\"toss\"}",` +
			`"timestamp":1694723405000,"sessionId":12345,"path":"/prompts","vercelEnvironment":"production","deployment":"dpl_########"}`,
	}
}

// BenchmarkDeliveries measures deliveries of a thousand rows with HTTP, the signature, gzip and the
// rows. The bytes include those of the client, the time does not.
func BenchmarkDeliveries(b *testing.B) {
	for drain, row := range benchRows() {
		for _, encoding := range []string{"identity", "gzip"} {
			b.Run(drain+"/"+encoding, func(b *testing.B) {
				l := listen(b, configure(b))
				for delivery := 0; b.Loop(); delivery++ {
					b.StopTimer()
					body := numbered(row, delivery)
					if encoding == "gzip" {
						body = draintest.Zip(b, body)
					}
					b.StartTimer()
					if status := l.post(b, "/vercel/"+drain, body, "Content-Encoding", encoding); status != http.StatusOK {
						b.Fatalf("the status is %d", status)
					}
				}
				b.ReportMetric(float64(b.N*rowsPerDelivery)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkMemory delivers a million log rows, or SOAK_ROWS, each of its own request. It reports
// the heap after 5% of the rows and after the last: both must be equal.
//
//	SOAK_ROWS=10000000 go test -run '^$' -bench Memory -benchtime 1x ./exporter/vercel
func BenchmarkMemory(b *testing.B) {
	rows := 1_000_000
	if text, found := os.LookupEnv("SOAK_ROWS"); found {
		if _, err := fmt.Sscan(text, &rows); err != nil {
			b.Fatalf("SOAK_ROWS=%s is not a number", text)
		}
	}
	config := configure(b)
	config.inbound.DedupeEntries = 200_000 // full after a fifth of the rows
	l := listen(b, config)
	row := benchRows()["logs"]
	for b.Loop() {
		var early float64
		for delivery := range rows / rowsPerDelivery {
			if status := l.post(b, "/vercel/logs", numbered(row, delivery)); status != http.StatusOK {
				b.Fatalf("the status is %d", status)
			}
			if delivery == rows/rowsPerDelivery/20 {
				early = inUse()
			}
		}
		b.ReportMetric(early, "early-MB")
		b.ReportMetric(inUse(), "late-MB")
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	}
}

// inUse returns the heap after a garbage collection, in MB.
func inUse() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) / 1e6
}
