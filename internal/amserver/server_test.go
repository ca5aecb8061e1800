package amserver_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServer(t *testing.T) {
	var printed bytes.Buffer
	got, err := receivers.Start(t.Context(), &printed)
	require.NoError(t, err)
	const faster = 100
	server := start(t, amserver.Options{To: got.Access(), Faster: faster})

	alert := amserver.Alert{Labels: map[string]string{"alertname": "A", "severity": "P0"}, StartsAt: time.Now()}
	require.NoError(t, server.Send(t.Context(), alert))
	require.Eventually(t, func() bool {
		return len(got.Mails.All()) == 1 && len(got.Slack.All()) == 1 && len(got.PagerDuty.All()) == 1 && len(got.Texts.All()) == 1
	}, 20*time.Second, 10*time.Millisecond)

	states, err := server.States(t.Context())
	require.NoError(t, err)
	require.Len(t, states, 1)
	require.Equal(t, "active", states[0].Status.State)
	sent, err := server.Metric(t.Context(), `alertmanager_alerts_received_total{status="firing",version="v2"}`)
	require.NoError(t, err)
	require.Equal(t, 1.0, sent)
	require.Positive(t, server.Pid())

	require.ErrorContains(t, server.Send(t.Context(), amserver.Alert{}), "labels in body is required")
	require.NoError(t, got.Close())
	require.Contains(t, printed.String(), "SMS to ")
}

func TestCloseKeepsTheCallersDirectory(t *testing.T) {
	dir := t.TempDir()
	server := start(t, amserver.Options{Dir: dir})
	require.NotEmpty(t, server.Log())
	require.NoError(t, server.Close())
	info, err := os.Stat(filepath.Join(dir, "secrets", "smtp_password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestStartFailsWithoutTheProgram(t *testing.T) {
	_, err := amserver.Start(t.Context(), amserver.Options{Path: "/nowhere/alertmanager"})
	require.ErrorContains(t, err, "/nowhere/alertmanager")
}

func start(t *testing.T, opts amserver.Options) *amserver.Server {
	t.Helper()
	var err error
	opts.Path, err = toolbox.Path("alertmanager")
	require.NoError(t, err)
	if opts.To.PagerDuty == "" {
		got, err := receivers.Start(t.Context(), io.Discard)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, got.Close()) })
		opts.To = got.Access()
	}
	server, err := amserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}
