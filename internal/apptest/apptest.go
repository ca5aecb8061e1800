// Package apptest runs the exporter in tests of other packages.
package apptest

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/app"
)

// Start runs the exporter with flags, on free ports, until the test ends.
func Start(t *testing.T, flags ...string) *app.App {
	t.Helper()
	config, _, err := app.Parse(append(flags, "--web.listen-address=127.0.0.1:0"), io.Discard, io.Discard)
	require.NoError(t, err)
	exporter, err := app.New(config, config.Logger(t.Output()))
	require.NoError(t, err)
	t.Cleanup(exporter.Close)
	require.NoError(t, exporter.Listen(t.Context()))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context())) // until the cleanup
	ended := make(chan error, 1)
	go func() { ended <- exporter.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	return exporter
}
