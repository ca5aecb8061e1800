package alertmanager_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTestNotificationReachesEveryChannel(t *testing.T) {
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) // P3 is sent in business hours
	for name, escalation := range map[string]string{"ends before the escalation": "", "escalates": "1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const divisor = 300 // 10 minutes are 2 s
			chain := startChain(t, divisor, "ZONEINFO="+fakeSeoul(t, noon))
			command := exec.CommandContext(t.Context(), "../tools/test-notification.sh")
			command.Env = append(os.Environ(), "ALERTMANAGER_URL="+chain.URL(), "ESCALATION="+escalation)
			out, err := command.CombinedOutput()
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), "Sent TestNotification as P0, P1, P2 and P3 to "+chain.URL())

			await(t, &chain.got.Slack, 3)     // P0, P1, P2
			await(t, &chain.got.Mails, 3)     // P0, P1, P3
			await(t, &chain.got.PagerDuty, 2) // P0, P1
			require.Equal(t, "P0 TestNotification (monitoring): Test of the notifications for P0", await(t, &chain.got.Texts, 1)[0].Message)
			require.Equal(t, escalation != "", chain.endOf(t, "P0").After(time.Now().Add(15*time.Minute)))
			require.Equal(t, escalation == "", chain.endOf(t, "P0").Before(time.Now().Add(5*time.Minute)))
		})
	}
}

// endOf returns when the alert of a severity resolves.
func (c chain) endOf(t *testing.T, severity string) time.Time {
	t.Helper()
	var alerts []postedAlert
	require.NoError(t, json.Unmarshal(c.request(t, http.MethodGet, "/api/v2/alerts", nil), &alerts))
	for _, a := range alerts {
		if a.Labels["severity"] == severity {
			return a.EndsAt
		}
	}
	require.FailNow(t, "no alert", severity)
	return time.Time{}
}
