package alertmanager_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// peerTimeout is how long the second Alertmanager of a cluster waits for the first.
const peerTimeout = 15 * time.Second

// objective limits the time from the start of a problem to its first notification and to the
// response.
type objective struct {
	pending      time.Duration // `for` of the rules
	notification time.Duration
	response     time.Duration
}

func objectives() map[string]objective {
	return map[string]objective{
		"P0": {time.Minute, 2 * time.Minute, 5 * time.Minute},
		"P1": {5 * time.Minute, 6 * time.Minute, 15 * time.Minute},
		"P2": {15 * time.Minute, 18 * time.Minute, time.Hour},
	}
}

// untilFiring returns the longest time from the start of a problem until Alertmanager receives the
// alert: a full scrape interval, a full evaluation interval, and `for` rounded up to whole
// evaluations.
func untilFiring(t *testing.T, pending time.Duration) time.Duration {
	t.Helper()
	text, err := os.ReadFile("../deploy/prometheus/prometheus.yml")
	require.NoError(t, err)
	var config struct {
		Global struct {
			Scrape   duration `yaml:"scrape_interval"`
			Evaluate duration `yaml:"evaluation_interval"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &config))
	scrape, evaluate := config.Global.Scrape.Duration, config.Global.Evaluate.Duration
	require.Positive(t, min(scrape, evaluate))
	evaluations := (pending + evaluate - 1) / evaluate
	return scrape + evaluate + evaluations*evaluate
}

// routesOf returns the routes to all receivers of a severity, without those of the escalation.
func (s shipped) routesOf(t *testing.T, severity string) []route {
	t.Helper()
	var routes []route
	for _, receiver := range strings.Split(receiversOf(severity), ",") {
		if !slices.Contains([]string{"P0-secondary", "P0-manager"}, receiver) {
			routes = append(routes, s.routeTo(t, receiver))
		}
	}
	return routes
}

func TestFirstNotificationIsInTime(t *testing.T) {
	for severity, o := range objectives() {
		for _, r := range loadShipped(t).routesOf(t, severity) {
			worst := untilFiring(t, o.pending) + r.GroupWait.Duration
			require.LessOrEqual(t, worst, o.notification, r.Receiver)
			require.Less(t, worst, o.response, r.Receiver)
		}
	}
}

func TestLaterAlertOfAGroupIsInTime(t *testing.T) {
	for severity, o := range objectives() {
		for _, r := range loadShipped(t).routesOf(t, severity) {
			// It waits for group_interval instead of group_wait, and at worst the first of two
			// Alertmanagers is down.
			worst := untilFiring(t, o.pending) + r.GroupInterval.Duration + peerTimeout
			require.Less(t, worst, o.response, r.Receiver)
		}
	}
}

// The page of a P1 changes its urgency before the second route has missed a flush.
func TestPagesOfP1OverlapAtTheChange(t *testing.T) {
	const overlap = 5 * time.Minute // see TestBusinessHours
	for _, r := range loadShipped(t).routesOf(t, "P1")[:2] {
		require.Less(t, r.GroupInterval.Duration+peerTimeout, overlap, r.Receiver)
	}
}

// ordinary lists how long a condition lasts without a problem, because nightly jobs or late
// webhooks cause it.
func ordinary() map[string]time.Duration {
	return map[string]time.Duration{"LongRunningStatements": time.Hour, "CacheHitRatioLow": time.Hour, "ReconciliationAmountDrift": 10 * time.Minute, "ReconciliationDrift": 10 * time.Minute}
}

func TestEveryAlertOfTheRulesIsInTime(t *testing.T) {
	config := loadShipped(t)
	for _, r := range loadRules(t) {
		o, urgent := objectives()[r.Labels["severity"]]
		if !urgent {
			continue
		}
		for _, route := range config.routesOf(t, r.Labels["severity"]) {
			worst := untilFiring(t, r.For.Duration-ordinary()[r.Alert]) + route.GroupWait.Duration + peerTimeout
			require.Less(t, worst, o.response, "%s waits for %s", r.Alert, r.For)
		}
	}
}

// Alerts muted overnight are sent at the first group_interval of the business day.
func TestP3IsSentOnTheNextBusinessDay(t *testing.T) {
	const day = 9 * time.Hour
	r := loadShipped(t).routeTo(t, "P3")
	require.Less(t, r.GroupInterval.Duration+r.GroupWait.Duration, day)
}

func TestRepeatIntervalsAreMultiplesOfGroupIntervals(t *testing.T) {
	for _, r := range loadShipped(t).Route.Routes {
		require.Zero(t, r.RepeatInterval.Duration%r.GroupInterval.Duration, "%s repeats later than its repeat_interval", r.Receiver)
	}
}
