package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// TestBusinessAlertsEndWithinMinutes requires a story for each alert on KPIs that ends soon. The
// first time at which such a story expects the alert is the end of its cause.
func TestBusinessAlertsEndWithinMinutes(t *testing.T) {
	t.Parallel()
	lasting := map[string]string{
		"PaymentFailuresDaily": "counts a day, because no shorter window has enough failures",
		"EmailFailuresDaily":   "counts a day, because no shorter window has enough failures",
		"RefundRateHigh":       "counts a week, because few orders are refunded",
		"DailyActiveUsersLow":  "counts the users of a day",
	}
	tested := 0
	for _, group := range load(t).Groups {
		if !slices.Contains([]string{"payments", "business", "email", "kpi"}, group.File) {
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
	require.Greater(t, tested, 8)
}

// ending returns the time between the first expected alert and the last check, which expects none.
func (s story) ending(t *testing.T) time.Duration {
	t.Helper()
	var times []time.Duration
	for _, test := range s.Alerts {
		at, err := model.ParseDuration(test.EvalTime)
		require.NoError(t, err)
		times = append(times, time.Duration(at))
	}
	require.NotEmpty(t, s.Alerts[0].Expected, s.Name)
	require.Empty(t, s.Alerts[len(s.Alerts)-1].Expected, s.Name)
	return times[len(times)-1] - times[0]
}
