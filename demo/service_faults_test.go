package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/services"
)

// internal/e2e tests that their alerts fire and resolve.
func TestServiceFaultsBeginAndEnd(t *testing.T) {
	db, server := startSeeded(t)
	server.Exec(t, databaseName, `
		UPDATE "Order" SET "payment_provider" = 'stripe', "currency" = 'USD', "paid_at" = timezone('UTC', now()) - interval '10 minutes'
		WHERE "id" IN (SELECT "id" FROM "Order" WHERE "status" = 'COMPLETED' LIMIT 3)`)
	external, err := services.Start(t.Context(), services.Options{DatabaseURL: db.SuperuserURL, Dir: t.TempDir(), ProbeInterval: time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, external.Close()) })
	var out strings.Builder
	r := newFaultRunner(faultTarget{db: db, external: external}, &sync.Mutex{}, func(format string, args ...any) { fmt.Fprintf(&out, format, args...) })
	var names []string
	for _, f := range serviceFaults() {
		names = append(names, f.name)
	}
	website := func() (status int, days float64) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, external.Website.URL("/"), nil)
		require.NoError(t, err)
		response, err := external.Website.Client().Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		return response.StatusCode, time.Until(response.TLS.PeerCertificates[0].NotAfter).Hours() / 24
	}
	for range 2 { // a demo may have a fault twice
		status, days := website()
		require.Equal(t, http.StatusOK, status)
		require.InDelta(t, 90, days, 1)
		r.apply(t.Context(), only(names...))
		require.Equal(t, names, r.activeNames())
		status, days = website()
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.InDelta(t, 5, days, 1)
		r.apply(t.Context(), only())
		require.Empty(t, r.activeNames())
		require.NotContains(t, out.String(), "failed to change")
	}
}
