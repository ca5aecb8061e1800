package rules_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

// outage is an hour in which all requests are bad.
type outage struct {
	alert    string
	rates    []float64 // mean number of requests in 5 minutes; ten if several windows decide
	series   []counter
	interval string // of evaluations; 2m if empty, which takes half the time of 1m
}

// counter is a series that counts good requests, bad ones or all.
type counter struct {
	series string // %s is the environment
	good   bool
	bad    bool
}

func good(series string) counter { return counter{series: series, good: true} }
func bad(series string) counter  { return counter{series: series, bad: true} }
func every(series string) counter {
	return counter{series: series, good: true, bad: true}
}

// around returns ten rates around the minimum of an alert.
func around(minimum float64, lowest float64) []float64 {
	rates := []float64{lowest}
	for _, factor := range []float64{0.25, 0.4, 0.6, 0.75, 1, 1.25, 1.5, 2, 4} {
		rates = append(rates, factor*minimum)
	}
	return rates
}

func errors(route string) []counter {
	series := `marketplace_http_requests_total{environment="%s", ` + route + `, code="`
	return []counter{good(series + `2xx"}`), bad(series + `500"}`)}
}

func rejections(code string) []counter {
	series := `marketplace_http_requests_total{environment="%s", method="GET", route="/api/prompts", code="`
	return []counter{good(series + `2xx"}`), bad(series + code + `"}`)}
}

func slow(limit, above string) []counter {
	const labels = `{environment="%s", method="GET", route="/api/prompts", `
	bucket := `marketplace_http_request_duration_seconds_bucket` + labels + `le="`
	return []counter{
		every(`marketplace_http_requests_total` + labels + `code="2xx"}`),
		good(bucket + limit + `"}`), every(bucket + above + `"}`), every(bucket + `+Inf"}`),
	}
}

func outages() []outage {
	return []outage{
		{alert: "MostRequestsFailing", rates: around(100, 15), series: errors(`method="GET", route="/api/prompts"`)},
		{alert: "ErrorRateHigh", rates: around(100, 5), series: errors(`method="GET", route="/api/prompts"`), interval: "1m"},
		{alert: "UploadsFailing", rates: around(20, 1), series: errors(`method="POST", route="/api/prompts/upload"`)},
		{alert: "LoginFailing", rates: around(20, 1), series: errors(`method="POST", route="/api/auth/login"`)},
		{alert: "PaymentEndpointFailing", rates: around(20, 1), series: errors(`method="POST", route="/api/payments/charge"`)},
		{alert: "PaymentWebhookFailing", rates: around(20, 1), series: errors(`method="POST", route="/api/webhooks/stripe"`)},
		{alert: "LatencyP50High", rates: around(20, 4), series: slow("0.5", "0.75")},
		{alert: "LatencyP95Elevated", rates: around(20, 2), series: slow("1", "1.5")},
		{alert: "LatencyP95High", rates: []float64{360, 3000}, series: slow("1", "1.5")},
		{alert: "LatencyP99Elevated", rates: around(300, 30), series: slow("2", "3")},
		{alert: "LatencyP99High", rates: []float64{1200, 10000}, series: slow("2", "3")},
		{alert: "EndpointSlow", rates: around(20, 3), series: slow("0.5", "0.75"), interval: "1m"},
		{alert: "ValidationErrorsHigh", rates: around(20, 3), series: rejections("400")},
		{alert: "RateLimitedHigh", rates: around(100, 10), series: rejections("429")},
		{alert: "LoginsRejected", rates: []float64{260, 2000}, series: []counter{
			good(`marketplace_http_requests_total{environment="%s", method="POST", route="/api/auth/login", code="2xx"}`),
			bad(`marketplace_http_requests_total{environment="%s", method="POST", route="/api/auth/login", code="401"}`),
		}},
		{alert: "ErrorBudgetBurn1h", rates: []float64{30, 500}, series: errors(`method="GET", route="/api/prompts"`)},
		{alert: "ThirdPartyFailing", rates: around(20, 3), series: []counter{
			good(`marketplace_outbound_requests_total{environment="%s", host="api.stripe.com", outcome="ok"}`),
			bad(`marketplace_outbound_requests_total{environment="%s", host="api.stripe.com", outcome="failed"}`),
		}},
		{alert: "FunctionsCrashing", rates: []float64{3, 4, 5, 6, 8, 10, 20, 50, 100, 1000}, interval: "1m", series: []counter{
			every(`marketplace_edge_requests_total{environment="%s", source="lambda", code="200"}`),
			bad(`marketplace_function_crashes_total{environment="%s", route="other"}`),
		}},
		{alert: "LogErrorsHigh", rates: around(20, 3), series: []counter{
			every(`marketplace_edge_requests_total{environment="%s", source="lambda", code="200"}`),
			bad(`marketplace_log_messages_total{environment="%s", source="lambda", level="error"}`),
		}},
	}
}

// endsLater contains the alerts that may outlast their cause by more than 15 minutes.
var endsLater = map[string]string{
	"ErrorsDaily":         "errors that recur within 6 hours have one cause",
	"ErrorBudgetBurn6h":   "its short window is 30 minutes",
	"ErrorBudgetBurn1d":   "its short window is 2 hours",
	"ErrorBudgetBurn3d":   "its short window is 6 hours",
	"WebVitalPoor":        "a quantile of an hour of visits",
	"LayoutShiftHigh":     "a quantile of an hour of visits",
	"PageLoadSlow":        "a quantile of an hour of visits",
	"WebVitalsOutOfRange": "a quantile of an hour of visits",
}

// endsInStory contains the alerts whose end has a story, since they need weeks of history or read no
// requests.
var endsInStory = []string{"ErrorSpike", "TrafficGone", "ApplicationDown"}

func TestEveryAlertOnTrafficEnds(t *testing.T) {
	t.Parallel()
	var tested, want []string
	for _, o := range outages() {
		tested = append(tested, o.alert)
	}
	tested = append(append(tested, endsInStory...), slices.Collect(maps.Keys(endsLater))...)
	for _, group := range load(t).Groups {
		for _, rule := range group.Rules {
			files := []string{"latency", "api", "endpoints", "application", "slo", "uploads", "web", "traffic"}
			if rule.Alert != "" && slices.Contains(files, group.File) {
				want = append(want, rule.Alert)
			}
		}
	}
	require.ElementsMatch(t, want, tested)
}

// TestOutagesAreFoundAtAnyTraffic simulates requests that arrive at random. A good hour precedes the
// outage of an hour, and 15 good minutes follow, after which the alert must have ended. Each of the
// environments in a story is one random sequence.
func TestOutagesAreFoundAtAnyTraffic(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	for _, o := range outages() {
		t.Run(o.alert, func(t *testing.T) {
			out, err := o.trial(bundle).promtool(t, nil)
			require.NoError(t, err, out)
		})
	}
}

const (
	sequences = 20 // for each rate
	found     = 19 // 95 % of them

	goodMinutes = 60
	badMinutes  = 60
	endMinutes  = 15

	// shows is the lowest rate at which requests show the end of an outage within 15 minutes.
	shows = 3
)

func (o outage) trial(bundle rules.Bundle) trial {
	groups := only(bundle.Groups, sources(bundle.Groups, []string{o.alert}, everything))
	for _, group := range groups { // evaluating the annotations of each alert takes long
		for i := range group.Rules {
			group.Rules[i].Annotations = nil
		}
	}
	file := storyFile{RuleFiles: []string{"rules.yml"}, EvaluationInterval: cmp.Or(o.interval, "2m"), GroupEvalOrder: evaluationOrder(groups)}
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- reproducible test data
	for _, rate := range o.rates {
		file.Tests = append(file.Tests, o.story(random, rate))
	}
	return trial{name: o.alert, groups: groups, file: file}
}

// story has one environment for each sequence. promtool limits the samples of a query, so each rate
// has a story of its own.
func (o outage) story(random *rand.Rand, rate float64) story {
	s := story{Name: fmt.Sprintf("%s at %g requests in 5 minutes", o.alert, rate), Interval: "1m"}
	for i := range sequences {
		alerting := fmt.Sprintf(`override:environment:info{environment="%d"}`, i)
		s.InputSeries = append(s.InputSeries, map[string]string{"series": alerting, "values": "1x200"})
		s.InputSeries = append(s.InputSeries, o.input(random, strconv.Itoa(i), rate/5)...)
	}
	firing := fmt.Sprintf(`ALERTS{alertname=%q, alertstate="firing"}`, o.alert)
	s.Exprs = []exprTest{{
		Expr:     fmt.Sprintf(`clamp_max(count(sum without (window, method, route) (count_over_time(%s[1h]))), %d)`, firing, found),
		EvalTime: fmt.Sprintf("%dm", goodMinutes+badMinutes),
		Samples:  []sample{{Labels: "{}", Value: found}},
	}}
	if rate >= shows {
		s.Exprs = append(s.Exprs, exprTest{
			Expr:     fmt.Sprintf(`count(%s) > %d`, firing, sequences-found),
			EvalTime: fmt.Sprintf("%dm", goodMinutes+badMinutes+endMinutes),
		})
	}
	return s
}

// evaluationOrder puts groups after those that record their input.
func evaluationOrder(groups []rules.Group) []string {
	var names []string
	for _, group := range groups {
		names = append(names, group.Name)
	}
	level := func(name string) int {
		switch {
		case strings.HasPrefix(name, "defaults"):
			return 0
		case name == "limits":
			return 1
		case name == "http", strings.HasPrefix(name, "vercel"):
			return 2
		case name == "http-days":
			return 3
		default:
			return 4
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return level(a) - level(b) })
	return names
}

// input returns the counters of one environment.
func (o outage) input(random *rand.Rand, environment string, perMinute float64) []map[string]string {
	values := make([]strings.Builder, len(o.series))
	totals := make([]int, len(o.series))
	for minute := range goodMinutes + badMinutes + endMinutes + 1 {
		requests := poisson(random, perMinute)
		isBad := minute > goodMinutes && minute <= goodMinutes+badMinutes
		for i, c := range o.series {
			if minute > 0 && (isBad && c.bad || !isBad && c.good) {
				totals[i] += requests
			}
			fmt.Fprintf(&values[i], "%d ", totals[i])
		}
	}
	var input []map[string]string
	for i, c := range o.series {
		input = append(input, map[string]string{"series": fmt.Sprintf(c.series, environment), "values": strings.TrimSpace(values[i].String())})
	}
	return input
}

// poisson returns the random number of events with the mean.
func poisson(random *rand.Rand, mean float64) int {
	if mean > 50 { // the normal distribution is close enough
		return max(0, int(math.Round(mean+math.Sqrt(mean)*random.NormFloat64())))
	}
	events, product := 0, random.Float64()
	for limit := math.Exp(-mean); product > limit; product *= random.Float64() {
		events++
	}
	return events
}
