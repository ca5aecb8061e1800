package dashboards_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/internal/freeport"
)

const drainSecret = "a secret of the test"

// sendDrains has a website deliver all four drains until the test ends, busy enough for a second to have some of everything.
// Some of its searches fail, and others are refused, so that panels of errors have them.
func sendDrains(t *testing.T, url string) {
	t.Helper()
	website, err := drains.New(drains.Options{URL: url, Secret: drainSecret, Seed: 1})
	require.NoError(t, err)
	website.Begin(drains.APIErrors)
	website.Begin(drains.LoginsRefused)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		website.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
}

func secretFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(drainSecret+"\n"), 0o600))
	return path
}

// pickAddress is one that is free.
func pickAddress(t *testing.T) string {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	return "127.0.0.1:" + strconv.Itoa(port)
}
