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
)

// canary is in every text that a test plants, and nowhere else.
const canary = "kanarie"

// TestNothingOfARequestGetsOut plants canaries in every field of every payload, and looks for them in what is scraped and in
// the log, at its most talkative.
func TestNothingOfARequestGetsOut(t *testing.T) {
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
					planted += l.plant(t, path, row)
				}
			}
			assert.Greater(t, planted, 300, "that many texts were planted")
			for drain, atLeast := range map[string]int{"traces": 50, "logs": 30, "speed_insights": 20, "analytics": 30} {
				assert.Greater(t, rowsOf(t, l, drain), atLeast, "rows of %s that were counted nevertheless", drain)
			}
			out := exposition(t, l) + l.log.String()
			for _, finding := range l.Check(t.Context()) {
				out += finding.Detail + finding.Hint
			}
			assert.NotContains(t, strings.ToLower(out), canary)
		})
	}
}

// plant delivers a row again and again, each time with a canary in the place of another text,
// and with a member more; and all that with headers and a query that have canaries, too.
func (l listening) plant(t *testing.T, path string, row any) (planted int) {
	t.Helper()
	deliver := func() {
		planted++
		text, err := json.Marshal(row)
		require.NoError(t, err)
		status := l.post(t, path+"?token="+canary, another(string(text), planted),
			"User-Agent", canary, "X-Forwarded-For", canary, "Referer", canary, "Authorization", canary, "X-"+canary, canary)
		require.Equal(t, http.StatusOK, status, "%s", text)
	}
	everyText(row, func(set func(string), was string) {
		for i, other := range []string{canary + "-%d@example.com", "/" + canary + "-%d", "https://" + canary + "-%d.example.com/" + canary} {
			set(fmt.Sprintf(other, planted*10+i))
			deliver()
		}
		set(was + canary)
		deliver()
		set(was)
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

// another makes a row one that nobody has seen: ids that the payloads have become others.
func another(row string, number int) string {
	return strings.NewReplacer(
		"aa2f8c1be1a34a5c8c3b6dd7d1d7b0", fmt.Sprintf("%030x", number+1),
		"29306223290170632791", fmt.Sprintf("%020d", number), "5g9hp-1706327914010", fmt.Sprint("5g9hp-", number),
	).Replace(row)
}

// rowsIn are what a delivery has: those of an array, one a line, or a single one.
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

// everyText calls visit for each text that is somewhere in value.
func everyText(value any, visit func(set func(string), was string)) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if text, ok := member.(string); ok {
				visit(func(other string) { value[name] = other }, text)
			}
			everyText(member, visit)
		}
	case []any:
		for i, element := range value {
			if text, ok := element.(string); ok {
				visit(func(other string) { value[i] = other }, text)
			}
			everyText(element, visit)
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

// exposition is what a scrape of a source gets.
func exposition(t *testing.T, l listening) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(scraped{l.Source})
	families, err := registry.Gather()
	require.NoError(t, err)
	var text bytes.Buffer
	for _, family := range families {
		_, err := expfmt.MetricFamilyToText(&text, family)
		require.NoError(t, err)
	}
	return text.String()
}
