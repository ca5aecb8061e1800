package amserver_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"strings"
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

func TestServer(t *testing.T) {
	pinned, err := toolbox.Path("alertmanager")
	require.NoError(t, err)
	t.Run("pinned", func(t *testing.T) { requireDeliveries(t, pinned, false) })
	debians, err := exec.LookPath("prometheus-alertmanager")
	require.NoError(t, err, "hint: make tools-debian-alertmanager")
	t.Run("Debian's with the reduced configuration", func(t *testing.T) { requireDeliveries(t, debians, true) })
}

// requireDeliveries checks that an alert reaches every receiver.
func requireDeliveries(t *testing.T, program string, reduced bool) {
	t.Helper()
	var printed bytes.Buffer
	got, err := receivers.Start(t.Context(), &printed)
	require.NoError(t, err)
	const faster = 100
	server := start(t, amserver.Options{Path: program, Reduced: reduced, To: got.Access(), Faster: faster})

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL()+"/api/v2/alerts",
		strings.NewReader(`[{"labels":{"alertname":"A","severity":"P0"}}]`))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Eventually(t, func() bool {
		return len(got.Mails.All()) == 1 && len(got.Slack.All()) == 1 && len(got.PagerDuty.All()) == 1 && len(got.Texts.All()) == 1
	}, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, got.Close())
	require.Contains(t, printed.String(), "SMS to ")

	info, err := os.Stat(server.Join("secrets/smtp_password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestStartFailsWithoutTheProgram(t *testing.T) {
	_, err := amserver.Start(t.Context(), amserver.Options{Path: "/nowhere/alertmanager"})
	require.ErrorContains(t, err, "/nowhere/alertmanager")
}

func start(t *testing.T, opts amserver.Options) *child.Server {
	t.Helper()
	server, err := amserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}
