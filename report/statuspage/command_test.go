package statuspage_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/crypto/bcrypt"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/aimarketplace/monitoring/report/app"
)

func TestServeUntilItIsStopped(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "web.yml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "basic_auth_users:\n  visitor: %s\n", hash), 0o600))
	t.Setenv("MARKETPLACE_REPORT_WEB_CONFIG_FILE", file)
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	address := fmt.Sprintf("127.0.0.1:%d", port)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	var log testlog.Buffer
	go func() {
		ended <- app.Run(ctx, []string{"status-page", "serve", "--web.listen-address=" + address, "--prometheus.url=http://127.0.0.1:1"}, io.Discard, &log)
	}()

	get := func(user string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/-/healthy", nil)
		require.NoError(t, err)
		request.Close = true
		request.SetBasicAuth(user, "secret")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0
		}
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Eventually(t, func() bool { return get("visitor") == http.StatusOK }, time.Minute, 50*time.Millisecond)
	require.Equal(t, http.StatusUnauthorized, get("other"), "the environment sets --web.config.file")
	stop()
	require.NoError(t, <-ended)
	require.Contains(t, log.String(), "Querying Prometheus failed")
}

func TestInvalidFlagsHaveAHint(t *testing.T) {
	for _, url := range []string{"status.example.com", "https://user:secret@status.example.com", "ftp://status.example.com"} {
		err := app.Run(t.Context(), []string{"status-page", "serve", "--external-url=" + url}, io.Discard, io.Discard)
		require.ErrorContains(t, err, "hint: use a URL such as")
		require.NotContains(t, err.Error(), "secret")
	}
	err := app.Run(t.Context(), []string{"status-page", "serve", "--web.listen-address=256.0.0.1:1"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "hint: check --web.listen-address")
}
