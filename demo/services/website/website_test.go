package website_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/services/website"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func get(t *testing.T, w *website.Website, path string, body any) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL(path), nil)
	require.NoError(t, err)
	response, err := w.Client().Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, response.Body.Close()) })
	if body != nil {
		require.NoError(t, json.NewDecoder(response.Body).Decode(body))
	}
	return response
}

type health struct {
	Status, Version, Environment, Error string
	Services                            struct{ Database string }
}

func TestHealth(t *testing.T) {
	var stopped atomic.Bool
	w, err := website.Start(t.Context(), func(context.Context) error {
		if stopped.Load() {
			return errors.New("stopped")
		}
		return nil
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	var got health
	require.Equal(t, http.StatusOK, get(t, w, "/api/health", &got).StatusCode)
	require.Equal(t, health{Status: "healthy", Version: "1.4.0", Environment: "production", Services: struct{ Database string }{"up"}}, got)

	stopped.Store(true)
	require.Equal(t, http.StatusServiceUnavailable, get(t, w, "/api/health", &got).StatusCode)
	require.Equal(t, "unhealthy", got.Status)
	require.Equal(t, "down", got.Services.Database)
	require.Equal(t, http.StatusOK, get(t, w, "/", nil).StatusCode, "pages need no database")
	require.Equal(t, http.StatusNotFound, get(t, w, "/missing", nil).StatusCode)

	w.SetDown(true)
	require.Equal(t, http.StatusServiceUnavailable, get(t, w, "/api/health", &got).StatusCode)
	require.Equal(t, "Service unhealthy", got.Error)
	w.SetDown(false)
	require.Equal(t, http.StatusOK, get(t, w, "/api/prompts", nil).StatusCode)
}

func TestSlowDatabaseIsDegraded(t *testing.T) {
	w, err := website.Start(t.Context(), func(context.Context) error { time.Sleep(1100 * time.Millisecond); return nil })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	var got health
	require.Equal(t, http.StatusOK, get(t, w, "/api/health", &got).StatusCode)
	require.Equal(t, "degraded", got.Status)
}

func TestCertificate(t *testing.T) {
	w, err := website.Start(t.Context(), func(context.Context) error { return nil })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	days := func() float64 {
		return time.Until(get(t, w, "/", nil).TLS.PeerCertificates[0].NotAfter).Hours() / 24
	}
	require.InDelta(t, 90, days(), 0.1)
	require.NoError(t, w.NeglectRenewal())
	require.InDelta(t, 5, days(), 0.1)
	require.NoError(t, w.Renew())
	require.InDelta(t, 90, days(), 0.1)
}
