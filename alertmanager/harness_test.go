package alertmanager_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is how much faster than in production time passes: group_wait of P0 is 200 ms, which many alerts take to be handed
// over on a busy machine, and that of P2 2.4 s.
const quick = 50

// chain is a real Alertmanager on the shipped configuration, and what people got from it.
type chain struct {
	*amserver.Server
	got *receivers.Receivers
}

func startChain(t *testing.T, faster int, env ...string) chain {
	t.Helper()
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	got, err := receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, got.Close()) })
	server, err := amserver.Start(t.Context(), amserver.Options{Path: path, To: got.Access(), Faster: faster, Env: env})
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(server.Log())
		}
		require.NoError(t, server.Close())
	})
	return chain{Server: server, got: got}
}

func (c chain) send(t *testing.T, alerts ...amserver.Alert) {
	t.Helper()
	require.NoError(t, c.Send(t.Context(), alerts...))
}

// await is what a box holds when at least n messages are in it.
func await[T any](t *testing.T, box *receivers.Inbox[T], n int) []T {
	t.Helper()
	eventually(t, func() bool { return len(box.All()) >= n }, "%d messages wanted, %d received", n, len(box.All()))
	return box.All()
}

// awaitSuppressed waits until at least n notifications were held back for a reason.
func (c chain) awaitSuppressed(t *testing.T, reason string, n float64) {
	t.Helper()
	eventually(t, func() bool {
		held, err := c.Metric(t.Context(), `alertmanager_notifications_suppressed_total{reason="`+reason+`"}`)
		require.NoError(t, err)
		return held >= n
	}, "notifications held back because of %s", reason)
}

func eventually(t *testing.T, condition func() bool, message ...any) {
	t.Helper()
	const (
		patience = 30 * time.Second
		pause    = 20 * time.Millisecond
	)
	require.Eventually(t, condition, patience, pause, message...)
}

// alert is one with all that the rules give an alert. It starts when Alertmanager hears of it: an older one would be told
// without its group_wait.
func alert(name, severity, component string) amserver.Alert {
	return amserver.Alert{
		Labels: map[string]string{"alertname": name, "severity": severity, "component": component},
		Annotations: map[string]string{
			"summary":       "Summary of " + name,
			"description":   "The value is 3 s > 1 s & rising.",
			"runbook_url":   "https://runbooks.example.com/" + name + "?a=1&b=2",
			"dashboard_url": "https://grafana.example.com/d/board?viewPanel=1",
		},
	}
}

// with adds a label.
func with(a amserver.Alert, label, value string) amserver.Alert {
	a.Labels[label] = value
	return a
}

// without removes a label.
func without(a amserver.Alert, label string) amserver.Alert {
	delete(a.Labels, label)
	return a
}

func resolved(a amserver.Alert) amserver.Alert {
	a.EndsAt = time.Now()
	return a
}
