package stripe_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// stripe-mock validates requests by Stripe's OpenAPI specification, and responds with its examples.
func TestRequestsFollowStripesSpecification(t *testing.T) {
	server := startMock(t)
	s := open(t, http.NotFoundHandler(), func(c *stripe.Config) {
		c.URL, c.KeyFile = server, sourcetest.File(t, "rk_test_123")
	})
	samples, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	for _, name := range []string{
		"marketplace_stripe_undelivered_events{", "marketplace_stripe_webhook_endpoints{", "marketplace_stripe_balance_amount{",
		"marketplace_stripe_succeeded_payments_complete",
	} {
		require.True(t, sourcetest.Has(samples, name), name)
	}
	for _, finding := range s.(source.Checker).Check(t.Context()) {
		require.NotEqual(t, check.Broken, finding.Status, finding)
	}

	unknown := *server
	unknown.Path, unknown.RawQuery = "/v1/events", "delivered=false"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, unknown.String(), nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer rk_test_123")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusBadRequest, response.StatusCode, "stripe-mock rejects unknown parameters")
}

// startMock starts stripe-mock and returns its address.
func startMock(t *testing.T) *url.URL {
	t.Helper()
	path, err := toolbox.Path("stripe-mock")
	require.NoError(t, err)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, "-http-port", port)
	command.Stdout, command.Stderr = io.Discard, io.Discard
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Wait() }) // killed by the context of the test
	require.Eventually(t, func() bool {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
	return &url.URL{Scheme: "http", Host: address}
}
