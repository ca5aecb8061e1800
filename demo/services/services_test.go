package services_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/demo/services"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// internal/e2e tests the services with the exporter.
func TestFailuresReachStripeAndSentry(t *testing.T) {
	server := pgtest.Newest(t)
	database := server.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), server.Conn(t, database), marketplace.SeedOptions{Users: 200}))
	external, err := services.Start(t.Context(), services.Options{
		DatabaseURL: server.URL(database, pgserver.Superuser), Dir: t.TempDir(), ProbeInterval: time.Second,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, external.Close()) })
	webhooks := make(chan string, 10)
	inbound := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		webhooks <- r.URL.Path + string(body)
	}))
	t.Cleanup(inbound.Close)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); external.Run(ctx, inbound.URL) }()
	t.Cleanup(func() { cancel(); <-ended })

	external.CaptureRequest(drains.Failure{Route: "/api/prompts", Status: 500, User: "user", At: time.Now()})
	requireWebhook(t, webhooks, "/sentry/webhook", `"action":"created"`, "Error: Request failed with status 500", `"culprit":"/api/prompts"`)
	server.Exec(t, database, `
		INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "failure_code", "createdAt", "updatedAt")
		SELECT 'declined', "id", 'stripe', 12.34, 'USD', 'FAILED', 'card_declined', timezone('UTC', now()), timezone('UTC', now()) FROM "Order" LIMIT 1`)
	requireWebhook(t, webhooks, "/stripe/webhook", `"type":"payment_intent.payment_failed"`)
	requireWebhook(t, webhooks, "/sentry/webhook", "StripeCardError: card_declined", `"culprit":"/api/payments/charge"`)
}

// requireWebhook checks that one of the next two webhooks has the path and the texts.
func requireWebhook(t *testing.T, webhooks chan string, path string, texts ...string) {
	t.Helper()
	got := <-webhooks
	if !strings.HasPrefix(got, path) {
		later := got
		got = <-webhooks
		webhooks <- later
	}
	require.True(t, strings.HasPrefix(got, path), got)
	for _, text := range texts {
		require.Contains(t, got, text)
	}
}
