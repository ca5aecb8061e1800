package dashboards_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
)

const drainSecret = "a secret of the tests of the boards"

// sendDrains delivers all four drains of a busy website until the test ends. Some requests fail and
// some logins are rejected, so that panels on errors have data.
func sendDrains(t *testing.T, url string) {
	t.Helper()
	website, err := drains.New(drains.Options{URL: url, Secret: drainSecret, Seed: 1})
	require.NoError(t, err)
	website.Begin(drains.APIErrors)
	website.Begin(drains.LoginsRejected)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		website.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
}

func secretFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(drainSecret+"\n"), 0o600))
	return path
}
