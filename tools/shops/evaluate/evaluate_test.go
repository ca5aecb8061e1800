package evaluate

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/stretchr/testify/require"
)

// minute returns a time of the test. Times are not near 0, which means that there is none.
func minute(n int) time.Time { return time.Unix(86400+60*int64(n), 0) }

// number is the inverse of minute.
func number(at time.Time) int { return int(at.Sub(minute(0)).Minutes()) }

// evaluated runs rules over a series x with one sample a minute; NaN is none. It evaluates the
// minutes in two parts.
func evaluated(t *testing.T, rules string, samples ...float64) *Run {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rules.yml")
	require.NoError(t, os.WriteFile(file, []byte("groups:\n  - name: test\n    rules:\n"+rules), 0o600))
	loaded, err := Load([]string{file})
	require.NoError(t, err)
	run := loaded.NewRun()
	id := run.Store.Series(labels.FromStrings(model.MetricNameLabel, "x", "a", "b"))
	for n, v := range samples {
		if math.IsNaN(v) {
			run.Store.AppendStale(id, minute(n).UnixMilli())
		} else {
			run.Store.Append(id, minute(n).UnixMilli(), v)
		}
	}
	half := len(samples) / 2
	require.NoError(t, run.Evaluate(t.Context(), minute(0), minute(half)))
	require.NoError(t, run.Evaluate(t.Context(), minute(half+1), minute(len(samples)-1)))
	return run
}

// values returns the samples of a metric by minute, and 1000 for a stale marker.
func values(run *Run, metric string) map[int]float64 {
	values := map[int]float64{}
	for _, id := range run.Store.byName[metric] {
		for _, p := range run.Store.series[id].Floats {
			values[number(time.UnixMilli(p.T))] = p.F
			if value.IsStaleNaN(p.F) {
				values[number(time.UnixMilli(p.T))] = 1000
			}
		}
	}
	return values
}

func TestRulesReadWhatOthersRecordAtTheSameTime(t *testing.T) {
	run := evaluated(t, `
      - { alert: Any, expr: third }
      - { record: third, expr: "sum_over_time(second[1h])" }
      - { record: second, expr: "first * 2" }
      - { record: first, expr: "x > 0", labels: { c: d } }
      - { record: unused, expr: x }
`, 1, 2, 0, 3)
	require.Empty(t, values(run, "unused"), "no alert reads it")
	require.Equal(t, map[int]float64{0: 2, 1: 6, 2: 6, 3: 12}, values(run, "third"))
	require.Equal(t, map[int]float64{0: 2, 1: 4, 2: 1000, 3: 6}, values(run, "second"))
}

func TestSeriesThatEndBetweenParts(t *testing.T) {
	run := evaluated(t, "      - { record: first, expr: x }\n      - { alert: Any, expr: 'sum_over_time(first[1h])' }\n", 1, 1, math.NaN(), math.NaN())
	require.Equal(t, map[int]float64{0: 1, 1: 1, 2: 1000}, values(run, "first"))
}

func TestRulesThatReadThemselvesOrEachOther(t *testing.T) {
	run := evaluated(t, `
      - { record: longest, expr: "max(x or longest)" }
      - { record: a, expr: "x + on () (b or vector(0))" }
      - { record: b, expr: "sum(a)" }
      - { alert: Any, expr: 'sum_over_time(b[1h]) + sum_over_time(longest[1h])' }
`, 1, 2, 3, 4)
	require.Equal(t, map[int]float64{0: 1, 1: 3, 2: 6, 3: 10}, values(run, "b"))
}

func TestSelectorsWithoutTheNameOfAMetric(t *testing.T) {
	run := evaluated(t, `
      - { alert: Any, expr: all }
      - { record: all, expr: 'sum({__name__=~"part:.+"})' }
      - { record: "part:a", expr: x }
      - { record: "part:b", expr: x * 2 }
`, 1, 2)
	require.Equal(t, map[int]float64{0: 3, 1: 6}, values(run, "all"))
}

func TestRulesThatReadTheirLatestSample(t *testing.T) {
	run := evaluated(t, `
      - { alert: Any, expr: kept }
      - { record: kept, expr: "x > 1 or last_over_time(kept[2m])" }
`, 2, 1, math.NaN(), 3, 1, 1, 1)
	require.Equal(t, map[int]float64{0: 2, 1: 2, 2: 2, 3: 3, 4: 3, 5: 3, 6: 3}, values(run, "kept"))
}

func TestAlertsFireAsInPrometheus(t *testing.T) {
	rules := "      - { alert: High, expr: x > 0, for: 2m, keep_firing_for: 3m, labels: { severity: P1 } }\n"
	minutes := func(samples ...float64) [][2]int {
		var fired [][2]int
		for _, e := range evaluated(t, rules, samples...).Episodes() {
			require.Equal(t, "P1", e.Severity)
			end := -1
			if !e.End.IsZero() {
				end = number(e.End)
			}
			fired = append(fired, [2]int{number(e.Start), end})
		}
		return fired
	}
	require.Empty(t, minutes(1, 1, 0, 1, 1, 0), "each time shorter than for")
	require.Equal(t, [][2]int{{2, -1}}, minutes(1, 1, 1, 0, 0), "keeps firing")
	require.Equal(t, [][2]int{{2, 6}}, minutes(1, 1, 1, 0, 0, 0, 0, 0), "ends 3 minutes later")
	require.Equal(t, [][2]int{{2, 10}}, minutes(1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0), "begins again before the end")
	require.Equal(t, [][2]int{{2, 6}, {10, -1}}, minutes(1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1), "fires twice")
}

func TestSamplesThatNoRuleReadsAreDropped(t *testing.T) {
	run := evaluated(t, "      - { record: y, expr: 'x offset 1m + sum_over_time(x[2m:1m] offset 1m)' }\n      - { alert: Any, expr: y }\n",
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	require.Len(t, values(run, "x"), 9, "5 minutes of lookback, a range of 2, an offset of 1, and the last")
	require.Len(t, values(run, "y"), 6)
}
