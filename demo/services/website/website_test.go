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

// get requests a page, and returns the status and the expiry of the certificate.
func get(t *testing.T, w *website.Website, path string, body any) (status int, expiry time.Time) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL(path), nil)
	require.NoError(t, err)
	response, err := w.Client().Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	if body != nil {
		require.NoError(t, json.NewDecoder(response.Body).Decode(body))
	}
	return response.StatusCode, response.TLS.PeerCertificates[0].NotAfter
}

func requireStatus(t *testing.T, w *website.Website, want int, path string, body any) {
	t.Helper()
	status, _ := get(t, w, path, body)
	require.Equal(t, want, status, path)
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
	requireStatus(t, w, http.StatusOK, "/api/health", &got)
	require.Equal(t, health{Status: "healthy", Version: "1.4.0", Environment: "production", Services: struct{ Database string }{"up"}}, got)

	stopped.Store(true)
	requireStatus(t, w, http.StatusServiceUnavailable, "/api/health", &got)
	require.Equal(t, "unhealthy", got.Status)
	require.Equal(t, "down", got.Services.Database)
	requireStatus(t, w, http.StatusOK, "/", nil) // pages need no database
	requireStatus(t, w, http.StatusNotFound, "/missing", nil)

	w.SetDown(true)
	requireStatus(t, w, http.StatusServiceUnavailable, "/api/health", &got)
	require.Equal(t, "Service unhealthy", got.Error)
	w.SetDown(false)
	requireStatus(t, w, http.StatusOK, "/api/prompts", nil)
}

func TestSlowDatabaseIsDegraded(t *testing.T) {
	w, err := website.Start(t.Context(), func(context.Context) error { time.Sleep(1100 * time.Millisecond); return nil })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	var got health
	requireStatus(t, w, http.StatusOK, "/api/health", &got)
	require.Equal(t, "degraded", got.Status)
}

func TestCertificate(t *testing.T) {
	w, err := website.Start(t.Context(), func(context.Context) error { return nil })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	days := func() float64 {
		_, expiry := get(t, w, "/", nil)
		return time.Until(expiry).Hours() / 24
	}
	require.InDelta(t, 90, days(), 0.1)
	require.NoError(t, w.LetExpire())
	require.InDelta(t, 5, days(), 0.1)
	require.NoError(t, w.Renew())
	require.InDelta(t, 90, days(), 0.1)
}
