package dashboards_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
)

// Every query of every panel, variable and annotation gets an answer from a real Prometheus that scrapes the real
// exporter of a real database and of the drains of a website; an empty one only where the board says that it may be.
func TestEveryQueryHasAnAnswer(t *testing.T) {
	server := startChain(t)
	for _, chosen := range []map[string]string{
		{"environment": ".*", "datname": ".*", "origin": ".*"},
		{"environment": "production", "datname": database, "origin": "drains"},
	} {
		chosen["__rate_interval"], chosen["__range"] = "20s", "1m"
		for _, q := range unanswered(t, server, chosen) {
			if q.mayBeEmpty == "" {
				t.Errorf("%s finds nothing: %s", q.where, q.expr)
			} else {
				t.Logf("%s finds nothing: %s", q.where, q.mayBeEmpty)
			}
		}
	}
}

// unanswered asks again what has to have an answer, until it has: rates want two scrapes, rules of rules their turns, and
// those of days and hours come once a minute, the first time too early.
func unanswered(t *testing.T, server *promtest.Server, chosen map[string]string) []question {
	t.Helper()
	const patience = 100 * time.Second
	var waiting []question
	for _, q := range questions(t) {
		waiting = append(waiting, q.as(chosen))
	}
	must := func(q question) bool { return q.mayBeEmpty == "" }
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Second) {
		waiting = slices.DeleteFunc(waiting, func(q question) bool { return q.answered(t, server) })
		if !slices.ContainsFunc(waiting, must) {
			break
		}
	}
	return waiting
}

// series is one of an answer, be it of a moment or of a time.
type series struct {
	Metric map[string]string
	Value  []any
	Values [][]any
}

// answered is whether there is anything to see.
func (q question) answered(t *testing.T, server *promtest.Server) bool {
	t.Helper()
	if q.label != "" {
		var values []string
		answer := ask(t, server, "/api/v1/label/"+q.label+"/values", url.Values{"match[]": {q.expr}})
		require.NoError(t, json.Unmarshal(answer, &values))
		return len(values) > 0
	}
	var answer struct{ Result []series }
	require.NoError(t, json.Unmarshal(q.ask(t, server), &answer), q.where)
	seen := slices.ContainsFunc(answer.Result, series.visible)
	if seen {
		q.checkLegend(t, answer.Result)
		q.checkPair(t, answer.Result)
	}
	return seen
}

func (q question) ask(t *testing.T, server *promtest.Server) json.RawMessage {
	t.Helper()
	if q.instant {
		return ask(t, server, "/api/v1/query", url.Values{"query": {q.expr}})
	}
	now := time.Now()
	moment := func(at time.Time) []string { return []string{strconv.FormatInt(at.Unix(), 10)} }
	return ask(t, server, "/api/v1/query_range", url.Values{
		"query": {q.expr}, "start": moment(now.Add(-30 * time.Second)), "end": moment(now), "step": {"2"},
	})
}

// visible is whether a series has a number: NaN draws nothing.
func (s series) visible() bool {
	return slices.ContainsFunc(append(s.Values, s.Value), func(point []any) bool { return len(point) == 2 && point[1] != "NaN" })
}

// checkLegend holds the labels that name series against those that they have.
func (q question) checkLegend(t *testing.T, all []series) {
	t.Helper()
	// What tells replicas apart, and what a build from a checkout does not know.
	optional := []string{"server", "application_name", "part", "version", "revision"}
	for _, used := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(q.legend, -1) {
		has := func(s series) bool { return s.Metric[used[1]] != "" }
		require.True(t, slices.Contains(optional, used[1]) || slices.ContainsFunc(all, has), "%s: no series has {{%s}}", q.where, used[1])
	}
}

// checkPair holds that a pair of exporters is shown as one, but for where monitoring looks at itself.
func (q question) checkPair(t *testing.T, all []series) {
	t.Helper()
	if strings.HasPrefix(q.where, "marketplace-monitoring") || strings.Contains(q.expr, "ALERTS") {
		return
	}
	for _, s := range all {
		require.NotContains(t, s.Metric, "instance", "%s shows each exporter: %s", q.where, q.expr)
	}
}
