package alertmanager_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// peerTimeout is how long the second Alertmanager of a cluster waits for the first one.
const peerTimeout = 15 * time.Second

// promise is how soon somebody must be at work on an alert, and how soon somebody at the latest knows of it.
type promise struct {
	pending  time.Duration // `for`
	notice   time.Duration
	response time.Duration
}

func promises() map[string]promise {
	return map[string]promise{
		"P0": {time.Minute, 2 * time.Minute, 5 * time.Minute},
		"P1": {5 * time.Minute, 6 * time.Minute, 15 * time.Minute},
		"P2": {15 * time.Minute, 18 * time.Minute, time.Hour},
	}
}

// untilFiring is how long after the fact Alertmanager hears of it: a scrape and an evaluation may just have happened, and
// `for` ends at an evaluation.
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

func TestTheFirstNoticeComesInTime(t *testing.T) {
	for severity, p := range promises() {
		worst := untilFiring(t, p.pending) + loadShipped(t).routeTo(t, severity).GroupWait.Duration
		require.LessOrEqual(t, worst, p.notice, severity)
		require.Less(t, worst, p.response, severity)
	}
}

func TestALateAlertOfAGroupComesInTimeToo(t *testing.T) {
	for severity, p := range promises() {
		// It waits for the next group_interval, not for group_wait; at worst the first of two Alertmanagers is dead.
		worst := untilFiring(t, p.pending) + loadShipped(t).routeTo(t, severity).GroupInterval.Duration + peerTimeout
		require.Less(t, worst, p.response, severity)
	}
}

func TestEveryAlertOfTheRulesComesInTime(t *testing.T) {
	config := loadShipped(t)
	for _, r := range loadRules(t) {
		p, urgent := promises()[r.Labels["severity"]]
		if !urgent {
			continue
		}
		worst := untilFiring(t, r.For.Duration) + config.routeTo(t, r.Labels["severity"]).GroupWait.Duration + peerTimeout
		require.Less(t, worst, p.response, "%s waits for %s", r.Alert, r.For)
	}
}

// TestP3ComesOnTheNextBusinessDay: what the night held back is told at the first group_interval of the day.
func TestP3ComesOnTheNextBusinessDay(t *testing.T) {
	const day = 9 * time.Hour
	r := loadShipped(t).routeTo(t, "P3")
	require.Less(t, r.GroupInterval.Duration+r.GroupWait.Duration, day)
}

func TestRepeatsAreWholeGroupIntervals(t *testing.T) {
	for _, r := range loadShipped(t).Route.Routes {
		require.Zero(t, r.RepeatInterval.Duration%r.GroupInterval.Duration, "%s repeats later than it says", r.Receiver)
	}
}
