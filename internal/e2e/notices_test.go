package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/receivers"
)

const interval = 100 * time.Millisecond // of looking at the receivers

// notice is the text of a notification.
type notice struct {
	text     string
	resolved bool
}

// notices returns the notifications received so far, by channel.
func (c chain) notices() map[string][]notice {
	return map[string][]notice{
		"PagerDuty": collect(&c.got.PagerDuty, func(e receivers.PagerDutyEvent) bool { return e.EventAction == "resolve" }),
		"Slack":     collect(&c.got.Slack, func(m receivers.SlackMessage) bool { return strings.Contains(m.Attachments[0].Title, " resolved: ") }),
		"mail":      collect(&c.got.Mails, func(m receivers.Mail) bool { return strings.HasSuffix(m.Subject, " resolved") }),
		"SMS":       collect(&c.got.Texts, func(m receivers.TextMessage) bool { return strings.Contains(m.Message, " RESOLVED ") }),
	}
}

func collect[T fmt.Stringer](box *receivers.Inbox[T], resolved func(T) bool) []notice {
	var found []notice
	for _, message := range box.All() {
		found = append(found, notice{text: message.String(), resolved: resolved(message)})
	}
	return found
}

// await returns the notice of an alert in each channel.
func (c chain) await(t *testing.T, event time.Time, limit time.Duration, resolved bool, alert string) map[string]notice {
	t.Helper()
	return c.awaitIn(t, slices.Collect(maps.Keys(c.notices())), event, limit, resolved, alert)
}

// awaitIn returns the notice of an alert in some channels. It fails when one of them has none at
// the limit after the event.
func (c chain) awaitIn(t *testing.T, channels []string, event time.Time, limit time.Duration, resolved bool, alert string) map[string]notice {
	t.Helper()
	arrived := map[string]notice{}
	for ; len(arrived) < len(channels); time.Sleep(interval) {
		require.Less(t, time.Since(event), limit, "%s (resolved: %t) reached only %v of %+v", alert, resolved,
			slices.Collect(maps.Keys(arrived)), c.notices())
		for channel, all := range c.notices() {
			if !slices.Contains(channels, channel) {
				continue
			}
			i := slices.IndexFunc(all, func(n notice) bool { return n.resolved == resolved && strings.Contains(n.text, alert) })
			if _, known := arrived[channel]; i >= 0 && !known {
				arrived[channel] = all[i]
				t.Logf("%s (resolved: %t) reached %s after %s", alert, resolved, channel, time.Since(event).Round(interval))
			}
		}
	}
	return arrived
}

// awaitWatchdog waits for the first heartbeat at the dead man's switch.
func (c chain) awaitWatchdog(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return len(c.got.Heartbeats.All()) > 0 }, time.Minute, interval)
	require.Equal(t, "Watchdog", c.got.Heartbeats.All()[0].Alerts[0].Labels["alertname"])
}
