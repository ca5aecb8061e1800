package vercel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/draintest"
)

// canary is part of every text that a test plants, and of no other.
const canary = "kanarie"

// TestNoDataOfRequestsLeaks plants canaries in every field of every payload, and searches the
// metrics, the debug log and the check for them.
func TestNoDataOfRequestsLeaks(t *testing.T) {
	t.Parallel()
	for _, from := range []string{fromTraces, fromLogs} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			config := configure(t)
			config.LatencyFrom, config.VerifyToken = from, "token"
			l := listen(t, config)
			planted := 0
			for path, body := range deliveries(t) {
				for _, row := range rowsIn(t, body) {
					complete(row, path)
					planted += l.plant(t, path, row)
				}
			}
			assert.Greater(t, planted, 2000, "planted texts")
			for drain, atLeast := range map[string]int{"traces": 3000, "logs": 300, "speed_insights": 100, "analytics": 500} {
				assert.Greater(t, rowsOf(t, l, drain), atLeast, "counted rows of %s", drain)
			}
			out := exposition(t, l) + l.log.String()
			for _, finding := range append(l.Check(t.Context()), l.server.Check(t.Context())...) {
				out += finding.Detail + finding.Hint
			}
			assert.NotContains(t, strings.ToLower(out), canary)
		})
	}
}

// plant delivers a row many times, each time with a canary in place of another value or in an
// additional member. The headers and the query contain canaries as well.
func (l listening) plant(t *testing.T, path string, row any) (planted int) {
	t.Helper()
	deliver := func() {
		planted++
		text, err := json.Marshal(row)
		require.NoError(t, err)
		status := l.post(t, path+"?token="+canary, renumber(string(text), planted),
			"User-Agent", canary, "X-Forwarded-For", canary, "Referer", canary, "Authorization", canary, "X-"+canary, canary)
		require.Equal(t, http.StatusOK, status, "%s", text)
		if body, err := draintest.Protobuf([]byte(renumber(string(text), planted+1_000_000))); path == "/vercel/traces" && err == nil {
			require.Equal(t, http.StatusOK, l.post(t, path, string(body), "Content-Type", "application/x-protobuf"), "%s", text)
		}
	}
	everyValue(row, func(set func(any), old any) {
		for i, other := range []string{canary + "-%d@example.com", "/" + canary + "-%d", "https://" + canary + "-%d.example.com/" + canary} {
			set(fmt.Sprintf(other, planted*10+i))
			deliver()
		}
		set(fmt.Sprint(old) + canary)
		deliver()
		set(old)
	})
	everyObject(row, func(object map[string]any) {
		object[canary] = map[string]any{canary: []any{canary}}
		deliver()
		delete(object, canary)
	})
	require.Equal(t, http.StatusUnauthorized, l.post(t, path, canary, "X-Vercel-Signature", canary))
	require.Equal(t, http.StatusNotFound, l.post(t, path+"/"+canary, canary))
	require.Equal(t, http.StatusUnsupportedMediaType, l.post(t, path, canary, "Content-Type", canary+"/"+canary))
	require.Equal(t, http.StatusUnsupportedMediaType, l.post(t, path, canary, "Content-Encoding", canary))
	require.Equal(t, http.StatusBadRequest, l.post(t, path, canary))
	return planted
}

// renumber replaces the ids of the payloads, so that a row is new.
func renumber(row string, number int) string {
	return strings.NewReplacer(
		"aa2f8c1be1a34a5c8c3b6dd7d1d7b0", fmt.Sprintf("%030x", number+1),
		"29306223290170632791", fmt.Sprintf("%020d", number), "5g9hp-1706327914010", fmt.Sprint("5g9hp-", number),
	).Replace(row)
}

// rowsIn returns the rows of a delivery.
func rowsIn(t *testing.T, body string) []any {
	t.Helper()
	var list []any
	if json.Unmarshal([]byte(body), &list) == nil {
		return list
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	for decoder.More() {
		var row any
		require.NoError(t, decoder.Decode(&row))
		list = append(list, row)
	}
	return list
}

// everyValue calls visit for every value that is neither object nor array.
func everyValue(value any, visit func(set func(any), old any)) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if isPlain(member) {
				visit(func(other any) { value[name] = other }, member)
			}
			everyValue(member, visit)
		}
	case []any:
		for i, element := range value {
			if isPlain(element) {
				visit(func(other any) { value[i] = other }, element)
			}
			everyValue(element, visit)
		}
	}
}

func isPlain(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// documented returns the fields of Vercel's reference, and attributes of spans, by the path or the
// object that contains them.
func documented() map[string]string {
	return map[string]string{
		"/vercel/logs": "id deploymentId source host timestamp projectId level message buildId entrypoint destination path type statusCode requestId " +
			"environment branch ja3Digest ja4Digest edgeType projectName executionRegion traceId spanId trace.id span.id",
		"proxy": "timestamp method host path userAgent region referer statusCode clientIp scheme responseByteSize cacheId pathType pathTypeVariant " +
			"vercelId vercelCache lambdaRegion wafAction wafRuleId",
		"/vercel/speed-insights": "schema timestamp projectId ownerId deviceId metricType value origin path route country region city osName osVersion " +
			"clientName clientType clientVersion deviceType deviceBrand connectionSpeed browserEngine browserEngineVersion scriptVersion sdkVersion " +
			"sdkName vercelEnvironment vercelUrl deploymentId attribution",
		"/vercel/analytics": "schema dataSourceName eventType eventName eventData timestamp projectId ownerId sessionId deviceId origin path referrer " +
			"queryParams route country region city osName osVersion clientName clientType clientVersion deviceType deviceBrand deviceModel " +
			"browserEngine browserEngineVersion sdkVersion sdkName sdkVersionFull vercelEnvironment vercelUrl flags deployment deploymentId",
		"attributes": "http.method http.request.method http.status_code http.route http.target http.url http.host http.user_agent http.referer url.full " +
			"url.path url.query next.route next.span_name next.span_type vercel.request_id vercel.matched_path vercel.edge_region server.address " +
			"net.peer.name client.address enduser.id exception.message db.statement operation.name resource.name vercel.projectId vercel.host vercel.sha",
	}
}

// complete adds the missing fields of a row, as empty texts.
func complete(row any, path string) {
	switch row := row.(type) {
	case map[string]any:
		for _, name := range strings.Fields(documented()[path]) {
			if _, found := row[name]; !found {
				row[name] = ""
			}
		}
		for name, member := range row {
			complete(member, name)
		}
		if list, ok := row["attributes"].([]any); ok {
			for _, key := range strings.Fields(documented()["attributes"]) {
				list = append(list, map[string]any{"key": key, "value": map[string]any{"stringValue": ""}})
			}
			row["attributes"] = list
		}
	case []any:
		for _, element := range row {
			complete(element, "")
		}
	}
}

func everyObject(value any, visit func(map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			everyObject(member, visit)
		}
		visit(value)
	case []any:
		for _, element := range value {
			everyObject(element, visit)
		}
	}
}

func rowsOf(t *testing.T, l listening, drain string) (rows int) {
	t.Helper()
	for _, sample := range l.counted(t) {
		_, _ = fmt.Sscanf(sample, `marketplace_vercel_rows_total{drain="`+drain+`"} %d`, &rows)
	}
	return rows
}

// exposition returns the metrics in the text format.
func exposition(t *testing.T, l listening) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collector{l.Source}, l.server)
	families, err := registry.Gather()
	require.NoError(t, err)
	var text bytes.Buffer
	for _, family := range families {
		_, err := expfmt.MetricFamilyToText(&text, family)
		require.NoError(t, err)
	}
	return text.String()
}
