package rules_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// TestDatabaseAlertsEndWithTheirCause requires a story in which a series of the alert changes and
// the alert has ended 15 minutes later.
func TestDatabaseAlertsEndWithTheirCause(t *testing.T) {
	t.Parallel()
	lasting := map[string]string{
		"ChecksumFailures":   "a damaged page stays damaged, until people acknowledge the failure",
		"DiskForecastFull":   "an hour of growth includes the growth of hourly jobs",
		"TableGrowthUnusual": "it compares the size with that of the day before",
	}
	const suffix = " fires until 15 minutes after its cause"
	ends := map[string]story{}
	for _, s := range allStories(t) {
		if alert, found := strings.CutSuffix(s.Name, suffix); found {
			ends[alert] = s
		}
	}
	for _, group := range load(t).Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" || !strings.HasPrefix(group.File, "database") || lasting[rule.Alert] != "" {
				continue
			}
			s, found := ends[rule.Alert]
			require.True(t, found, "no story %q", rule.Alert+suffix)
			require.Len(t, s.Alerts, 2, s.Name)
			require.NotEmpty(t, s.Alerts[0].Expected, s.Name)
			require.Empty(t, s.Alerts[1].Expected, s.Name)
			cause := causeEnds(t, s)
			require.Equal(t, cause, duration(t, s.Alerts[0].EvalTime), s.Name)
			require.Equal(t, cause+15*time.Minute, duration(t, s.Alerts[1].EvalTime), s.Name)
		}
	}
}

// causeEnds returns the time of the last sample before the first series changes.
func causeEnds(t *testing.T, s story) time.Duration {
	t.Helper()
	first := regexp.MustCompile(`^\S+x(\d+) \S`).FindStringSubmatch(s.InputSeries[0]["values"])
	require.NotNil(t, first, "the first series of %q does not change", s.Name)
	samples, err := strconv.Atoi(first[1])
	require.NoError(t, err)
	return time.Duration(samples) * duration(t, s.Interval)
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := model.ParseDuration(text)
	require.NoError(t, err)
	return time.Duration(d)
}

// TestBusinessAlertsEndWithinMinutes requires a story for each alert on KPIs and services that ends soon. The
// first time at which such a story expects the alert is at the latest the end of its cause.
func TestBusinessAlertsEndWithinMinutes(t *testing.T) {
	t.Parallel()
	lasting := map[string]string{
		"PaymentFailuresDaily": "counts a day, because no shorter window has enough failures",
		"EmailFailuresDaily":   "counts a day, because no shorter window has enough failures",
		"RefundRateHigh":       "counts a week, because few orders are refunded",
		"DailyActiveUsersLow":  "counts the users of a day",
		"PayoutFailed":         "a payout fails at one moment, which counts for an hour",
		"DisputeOpened":        "a dispute is opened at one moment, which counts for an hour",
		"DisputeRateHigh":      "counts a week, because few payments are disputed",
		"SentryFatalIssue":     "Sentry counts an hour",
		"SentryRegression":     "an issue regresses at one moment, which counts for an hour",
		"SentryUsersAffected":  "Sentry counts an hour",
		"SentryErrorSpike":     "Sentry counts an hour",
		"SentryEventsDropped":  "Sentry counts an hour",
	}
	tested := 0
	for _, group := range load(t).Groups {
		files := []string{"payments", "business", "email", "kpi", "stripe", "sentry", "probe", "uptimerobot"}
		if !slices.Contains(files, group.File) {
			continue
		}
		for _, rule := range group.Rules {
			if rule.Alert == "" || lasting[rule.Alert] != "" {
				continue
			}
			tested++
			var slowest time.Duration
			for _, s := range allStories(t) {
				if strings.HasPrefix(s.Name, rule.Alert+" fires") && strings.HasSuffix(s.Name, "ends within 15 minutes of its cause") {
					slowest = max(slowest, s.ending(t))
				}
			}
			require.Positive(t, slowest, "%s has no story that fires and ends within 15 minutes of its cause", rule.Alert)
			require.LessOrEqual(t, slowest, 15*time.Minute, rule.Alert)
		}
	}
	require.Greater(t, tested, 20)
}

// ending returns the time between the first expected alert and the last check, which expects none.
func (s story) ending(t *testing.T) time.Duration {
	t.Helper()
	var times []time.Duration
	for _, test := range s.Alerts {
		times = append(times, duration(t, test.EvalTime))
	}
	fires := slices.IndexFunc(s.Alerts, func(test alertTest) bool { return len(test.Expected) > 0 })
	require.GreaterOrEqual(t, fires, 0, s.Name)
	require.Empty(t, s.Alerts[len(s.Alerts)-1].Expected, s.Name)
	return times[len(times)-1] - times[fires]
}
