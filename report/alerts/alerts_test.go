package alerts_test

import (
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/report/alertmanager"
	"github.com/aimarketplace/monitoring/report/alerts"
)

func noon() time.Time { return time.Date(2026, 6, 28, 12, 0, 0, 0, time.UTC) }

// episode returns an alert that fires from one minute to another after noon.
func episode(name, severity string, from, to int) alerts.Episode {
	firing := noon().Add(time.Duration(from) * time.Minute)
	return alerts.Episode{
		Labels:  model.Metric{"alertname": model.LabelValue(name), "severity": model.LabelValue(severity), "component": "api"},
		Pending: firing.Add(-time.Minute), Firing: firing, End: noon().Add(time.Duration(to) * time.Minute),
	}
}

func TestIncidentsAreOverlappingAlerts(t *testing.T) {
	incidents := alerts.Incidents([]alerts.Episode{
		episode("A", "P1", 0, 30), episode("B", "P0", 10, 20), episode("C", "P2", 12, 300), // P2 starts and extends none
		episode("A", "P1", 45, 60), // 15 minutes later: the same incident
		episode("D", "P1", 76, 80), // 16 minutes later: another
	})
	require.Len(t, incidents, 2)
	require.Equal(t, noon().Add(-time.Minute), incidents[0].Start)
	require.Equal(t, noon().Add(60*time.Minute), incidents[0].End)
	require.Equal(t, "P0", incidents[0].Severity())
	require.Equal(t, []string{"A", "B"}, incidents[0].Alerts())
	require.Equal(t, []string{"D"}, incidents[1].Alerts())
}

func TestNightIsLocal(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	require.NoError(t, err)
	for minutes, night := range map[int]bool{0: false, 59: false, 60: true, 600 - 1: true, 600: false} { // 21:00, 21:59, 22:00, 06:59, 07:00
		require.Equal(t, night, alerts.AtNight(episode("A", "P1", minutes, minutes), seoul), "%d", minutes)
	}
	require.False(t, alerts.AtNight(episode("A", "P1", 60, 60), time.UTC))
}

func TestActionsDuringAnAlert(t *testing.T) {
	at := func(minutes int) time.Time { return noon().Add(time.Duration(minutes) * time.Minute) }
	silence := func(minutes int, name string) alerts.Actions {
		return alerts.Actions{Silences: []alertmanager.Silence{{
			StartsAt: at(minutes), Matchers: []alertmanager.Matcher{{Name: "alertname", Value: name}},
		}}}
	}
	deployment := func(minutes int) alerts.Actions {
		return alerts.Actions{Deployments: []alerts.Deployment{{Time: at(minutes)}}}
	}
	e := episode("A", "P1", 0, 30)
	require.True(t, deployment(10).Followed(e))
	require.False(t, deployment(-1).Followed(e), "it may be the cause")
	require.False(t, deployment(31).Followed(e))
	require.True(t, silence(10, "A").Followed(e))
	require.False(t, silence(10, "B").Followed(e))
	require.False(t, alerts.Actions{}.Followed(e))
}
