// Package promtest runs Prometheus and promtool for tests. A test fails when a program is not
// installed, with a hint how to install it.
package promtest

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// Server is a Prometheus that runs until its test ends.
type Server struct{ *promserver.Server }

// Start runs the pinned Prometheus with the text of a configuration.
func Start(t testing.TB, config string, args ...string) *Server {
	t.Helper()
	return start(t, promserver.Options{Config: config, Args: args})
}

// StartScrapingItself runs the pinned Prometheus with a configuration that contains its address.
func StartScrapingItself(t testing.TB, config func(address string) string, args ...string) *Server {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return start(t, promserver.Options{Port: port, Config: config(address), Args: args})
}

func start(t testing.TB, opts promserver.Options) *Server {
	t.Helper()
	var err error
	opts.Path, err = toolbox.Path("prometheus")
	require.NoError(t, err)
	server, err := promserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return &Server{server}
}

// Query evaluates an expression at the current time.
func (s *Server) Query(t testing.TB, expression string) model.Vector {
	t.Helper()
	samples, err := s.Server.Query(t.Context(), expression)
	require.NoError(t, err)
	return samples
}

// Await evaluates an expression until it has a result. The first scrape of a new server takes about
// 6 s.
func (s *Server) Await(t testing.TB, expression string) model.Vector {
	t.Helper()
	const timeout, interval = 2 * time.Minute, 100 * time.Millisecond
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(interval) {
		if samples := s.Query(t, expression); len(samples) > 0 {
			return samples
		}
	}
	require.FailNow(t, "no result within "+timeout.String(), expression)
	return nil
}
