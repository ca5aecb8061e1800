// Package promtest gives tests a real Prometheus and a real promtool. One that is not installed fails the test and says
// how to install it; nothing is skipped.
package promtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// Server is a Prometheus that ends with its test.
type Server struct{ *promserver.Server }

// Start runs the pinned Prometheus on the text of a configuration.
func Start(t testing.TB, config string, args ...string) *Server {
	t.Helper()
	path, err := toolbox.Path("prometheus")
	require.NoError(t, err)
	server, err := promserver.Start(t.Context(), promserver.Options{Path: path, Config: config, Args: args})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return &Server{server}
}

// Query evaluates an expression now.
func (s *Server) Query(t testing.TB, expression string) []promserver.Sample {
	t.Helper()
	samples, err := s.Server.Query(t.Context(), expression)
	require.NoError(t, err)
	return samples
}

// Await is the first result of an expression that is not empty. A server that starts scrapes first after some 6 s.
func (s *Server) Await(t testing.TB, expression string) []promserver.Sample {
	t.Helper()
	const (
		patience = time.Minute
		pause    = 100 * time.Millisecond
	)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(pause) {
		if samples := s.Query(t, expression); len(samples) > 0 {
			return samples
		}
	}
	require.FailNow(t, "Prometheus gave no result within "+patience.String(), expression)
	return nil
}
