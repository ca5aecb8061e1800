package sourcetest

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// Listener returns a listener with which a source registers its webhooks. It is not bound to an
// address: tests call its ServeHTTP.
func Listener(tb testing.TB) *inbound.Server {
	tb.Helper()
	server, err := inbound.New(inbound.Config{
		ListenAddress: "127.0.0.1:0", MaxBodySize: 10_000_000, MaxDecompressedSize: 50_000_000, MaxRequests: 16, MaxConnections: 256,
		DedupeWindow: 5 * time.Minute, DedupeEntries: 1000,
	}, slog.New(slog.DiscardHandler))
	require.NoError(tb, err)
	return server
}

// File writes a file for the rest of the test and returns its path.
func File(tb testing.TB, text string) string {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "file")
	require.NoError(tb, os.WriteFile(file, []byte(text), 0o600))
	return file
}
