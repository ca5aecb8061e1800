package alertmanager_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// speedup divides the timings of alertmanager.yml in most tests. It leaves P0 a group_wait of 200
// ms, long enough to post many alerts on a busy machine, and P2 one of 2.4 s.
const speedup = 50

// chain is a real Alertmanager with the shipped configuration and local receivers.
type chain struct {
	*child.Server
	got *receivers.Receivers
}

func startChain(t *testing.T, divisor int, env ...string) chain {
	t.Helper()
	return startWith(t, amserver.Options{Faster: divisor, Env: env})
}

// startWith adds the program and the receivers to opts.
func startWith(t *testing.T, opts amserver.Options) chain {
	t.Helper()
	path, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	got, err := receivers.Start(t.Context(), io.Discard)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, got.Close()) })
	opts.Path, opts.To = path, got.Access()
	server, err := amserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(server.Log())
		}
		require.NoError(t, server.Close())
	})
	return chain{Server: server, got: got}
}

// await waits for at least n messages and returns all of them.
func await[T any](t *testing.T, box *receivers.Inbox[T], n int) []T {
	t.Helper()
	eventually(t, func() bool { return len(box.All()) >= n }, "want %d messages, got %d", n, len(box.All()))
	return box.All()
}

// awaitSuppressed waits until at least n notifications were suppressed for the given reason.
func (c chain) awaitSuppressed(t *testing.T, reason string, n float64) {
	t.Helper()
	eventually(t, func() bool {
		return c.metric(t, `alertmanager_notifications_suppressed_total{reason="`+reason+`"}`) >= n
	}, "suppressed notifications: %s", reason)
}

func eventually(t *testing.T, condition func() bool, message ...any) {
	t.Helper()
	const (
		timeout  = 30 * time.Second
		interval = 20 * time.Millisecond
	)
	require.Eventually(t, condition, timeout, interval, message...)
}

// alert returns an alert with the labels and annotations that the rules set. It has no start time,
// because Alertmanager skips group_wait for alerts that started earlier.
func alert(name, severity, component string) postedAlert {
	return postedAlert{
		Labels: map[string]string{"alertname": name, "severity": severity, "component": component},
		Annotations: map[string]string{
			"summary":     "Summary of " + name,
			"description": "The value is 3 s > 1 s & rising.",
			"panel":       "marketplace-database/1",
		},
		GeneratorURL: "http://prometheus-0:9090/graph?g0.expr=max+without+%28pod%29+%28pg_up%7Ba%3D%22b%22%7D%29+%3D%3D+0&g0.tab=1",
	}
}

// with sets a label.
func with(a postedAlert, label, value string) postedAlert {
	a.Labels[label] = value
	return a
}

func resolved(a postedAlert) postedAlert {
	a.EndsAt = time.Now()
	return a
}
