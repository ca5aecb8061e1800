package app

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAppListensOnSeveralAddresses(t *testing.T) {
	a := newApp(t, "--web.listen-address=127.0.0.1:0", "--web.listen-address=127.0.0.1:0")
	require.NoError(t, a.Listen(t.Context()))
	require.Len(t, a.listeners, 2)
	require.Equal(t, a.listeners[0].Addr(), a.Addr())
	require.NoError(t, a.Listen(t.Context()))
	require.Len(t, a.listeners, 2, "a second call does nothing")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	for _, listener := range a.listeners {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/-/ready", nil)
		require.NoError(t, err)
		request.Close = true
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	stop()
	require.NoError(t, <-ended)
}

func TestFailedListenHasAHint(t *testing.T) {
	a := newApp(t, "--web.listen-address=127.0.0.1:0", "--web.listen-address=256.0.0.1:1")
	require.ErrorContains(t, a.Listen(t.Context()), "hint: set --web.listen-address")
	require.Empty(t, a.listeners)
	require.Nil(t, a.Addr())
}

func TestCloseReleasesTheAddress(t *testing.T) {
	a := newApp(t, "--web.listen-address=127.0.0.1:0")
	require.NoError(t, a.Listen(t.Context()))
	address := a.Addr().String()
	a.Close()
	_, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.Error(t, err)
}

func TestMetricsListenerHasTimeouts(t *testing.T) {
	server := newApp(t, "--collect.timeout=20s").newServer(http.NotFoundHandler())
	require.Equal(t, 10*time.Second, server.ReadHeaderTimeout)
	require.Equal(t, 50*time.Second, server.WriteTimeout, "the collection and 30 s")
	require.Equal(t, 5*time.Minute, server.IdleTimeout)
}
