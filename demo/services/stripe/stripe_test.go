package stripe_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v86/webhook"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/demo/services/stripe"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const (
	key    = "rk_live_of_the_test"
	secret = "whsec_of_the_test"

	insertOrders = `
		INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "currency", "status", "payment_provider", "paid_at")
		SELECT $1 || n, u."id", p."id", 29.99, 'USD', 'PAID', 'stripe', timezone('UTC', now())
		FROM (SELECT "id" FROM "User" LIMIT 1) u, (SELECT "id" FROM "Product" LIMIT 1) p, generate_series(1, $2::int) n`
)

// start returns an account that follows a seeded marketplace.
func start(t *testing.T, failed func(stripe.Failure)) (*stripe.Account, *pgxpool.Pool) {
	t.Helper()
	t.Parallel() // tests wait for the interval of reading
	server := pgtest.Newest(t)
	name := server.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), server.Conn(t, name), marketplace.SeedOptions{Users: 200}))
	database, err := pgxpool.New(t.Context(), server.URL(name, pgserver.Superuser))
	require.NoError(t, err)
	t.Cleanup(database.Close)
	_, err = database.Exec(t.Context(), `UPDATE "Order" SET paid_at = NULL WHERE payment_provider = 'stripe'`)
	require.NoError(t, err)
	account := stripe.New(stripe.Options{Key: key, WebhookSecret: secret, Database: database, Failed: failed})
	return account, database
}

func exec(t *testing.T, database *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	_, err := database.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

type event struct {
	ID              string
	Type            string
	PendingWebhooks int `json:"pending_webhooks"`
	Data            struct {
		Object struct {
			Amount           int64
			Currency, Status string
			LastPaymentError *struct{ Code string } `json:"last_payment_error"`
		}
	}
}

type list struct {
	HasMore bool `json:"has_more"`
	Data    []event
}

func body(t *testing.T, account *stripe.Account, path string) string {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+key)
	response := httptest.NewRecorder()
	account.ServeHTTP(response, request)
	return response.Body.String()
}

func get(t *testing.T, account *stripe.Account, path string) (l list) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(body(t, account, path)), &l))
	return l
}

// receiver receives webhooks, and rejects them while it is broken.
type receiver struct {
	mu     sync.Mutex
	broken bool
	events []event
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	var e event
	if err != nil || webhook.ValidatePayload(body, request.Header.Get("Stripe-Signature"), secret) != nil || json.Unmarshal(body, &e) != nil || r.broken {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.events = append(r.events, e)
}

func (r *receiver) types() (types []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		types = append(types, e.Type)
	}
	return types
}

func (r *receiver) setBroken(broken bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = broken
}

// follow lets the account send webhooks to a receiver until the test ends.
func follow(t *testing.T, account *stripe.Account) *receiver {
	t.Helper()
	require.NoError(t, account.Load(t.Context()))
	r := &receiver{}
	server := httptest.NewServer(r)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { defer close(ended); account.Follow(ctx, server.URL) }()
	t.Cleanup(func() { cancel(); <-ended; server.Close() })
	return r
}

func TestPaymentsBecomeEventsAndWebhooks(t *testing.T) {
	failed := make(chan stripe.Failure, 10)
	account, database := start(t, func(f stripe.Failure) { failed <- f })
	exec(t, database, insertOrders, "earlier-", 1)
	r := follow(t, account)
	require.Len(t, get(t, account, "/v1/events").Data, 1, "a payment from before the start")

	exec(t, database, insertOrders, "order-", 1)
	exec(t, database, `INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "failure_code", "createdAt", "updatedAt")
		VALUES ('declined', 'order-1', 'stripe', 12.34, 'EUR', 'FAILED', 'card_declined', timezone('UTC', now()), timezone('UTC', now()))`)
	exec(t, database, `INSERT INTO "Refund" ("id", "order_id", "provider", "amount", "currency", "status", "createdAt")
		VALUES ('refund', 'order-1', 'stripe', 29.99, 'USD', 'SUCCEEDED', timezone('UTC', now()))`)
	require.Eventually(t, func() bool { return len(r.types()) == 3 }, 30*time.Second, 50*time.Millisecond, "the earlier payment is not delivered again")
	require.ElementsMatch(t, []string{"payment_intent.succeeded", "payment_intent.payment_failed", "refund.created"}, r.types())
	require.Equal(t, "card_declined", (<-failed).Code)

	for _, e := range get(t, account, "/v1/events").Data {
		switch e.Type {
		case "payment_intent.payment_failed":
			require.EqualValues(t, 1234, e.Data.Object.Amount)
			require.Equal(t, "eur", e.Data.Object.Currency)
			require.Equal(t, "card_declined", e.Data.Object.LastPaymentError.Code)
		default:
			require.EqualValues(t, 2999, e.Data.Object.Amount)
			require.Equal(t, "succeeded", e.Data.Object.Status)
		}
	}
}

func TestDeliveriesAreRepeated(t *testing.T) {
	account, database := start(t, nil)
	r := follow(t, account)
	r.setBroken(true)
	exec(t, database, insertOrders, "order-", 2)
	require.Eventually(t, func() bool { return len(get(t, account, "/v1/events?delivery_success=false").Data) == 2 }, 30*time.Second, 50*time.Millisecond)
	account.FailDeliveries()
	require.Equal(t, 2, get(t, account, "/v1/events").Data[0].PendingWebhooks, "the shop and the exporter")
	require.Contains(t, body(t, account, "/v1/webhook_endpoints"), `"disabled"`)

	r.setBroken(false)
	require.Eventually(t, func() bool { return len(r.types()) == 2 }, 30*time.Second, 50*time.Millisecond)
	require.Equal(t, 1, get(t, account, "/v1/events?delivery_success=false").Data[0].PendingWebhooks)
	account.ResendDeliveries()
	require.Empty(t, get(t, account, "/v1/events?delivery_success=false").Data)
	require.NotContains(t, body(t, account, "/v1/webhook_endpoints"), `"disabled"`)
}

func TestEventsHavePages(t *testing.T) {
	account, database := start(t, nil)
	exec(t, database, insertOrders, "order-", 5)
	require.NoError(t, account.Load(t.Context()))
	seen := map[string]bool{}
	page := get(t, account, "/v1/events?limit=2&type=payment_intent.succeeded")
	for requests := 1; ; requests++ {
		for _, e := range page.Data {
			seen[e.ID] = true
		}
		if !page.HasMore {
			require.Equal(t, 3, requests)
			break
		}
		page = get(t, account, "/v1/events?limit=2&type=payment_intent.succeeded&starting_after="+page.Data[1].ID)
	}
	require.Len(t, seen, 5)
	require.Empty(t, get(t, account, "/v1/events?type=refund.created").Data)
	require.Empty(t, get(t, account, "/v1/events?created[gte]=4000000000").Data)
}

func TestUnrecordedPaymentsAreRecordedOnce(t *testing.T) {
	account, database := start(t, nil)
	r := follow(t, account)
	account.PayUnrecorded()
	require.Eventually(t, func() bool { return len(r.types()) == 20 }, 30*time.Second, 50*time.Millisecond)
	require.NoError(t, account.RecordPayments(t.Context()))
	require.NoError(t, account.RecordPayments(t.Context()), "an end without a beginning")
	time.Sleep(2 * time.Second) // long enough to read the new orders
	require.Len(t, r.types(), 20)
	var orders int
	var amount float64
	require.NoError(t, database.QueryRow(t.Context(), `SELECT count(*), sum("amount") FROM "Order" WHERE paid_at IS NOT NULL AND payment_provider = 'stripe'`).Scan(&orders, &amount))
	require.Equal(t, 20, orders)
	require.InDelta(t, 250, amount, 0.001)
}

func TestDispute(t *testing.T) {
	account, database := start(t, nil)
	require.ErrorContains(t, account.OpenDispute(), "no payment")
	exec(t, database, insertOrders, "order-", 1)
	require.NoError(t, account.Load(t.Context()))
	account.WinDispute() // none is open
	for range 2 {
		require.NoError(t, account.OpenDispute())
		account.WinDispute()
	}
	require.Len(t, get(t, account, "/v1/events?type=charge.dispute.created").Data, 2)
	closed := get(t, account, "/v1/events?type=charge.dispute.closed").Data
	require.Len(t, closed, 2)
	require.Equal(t, "won", closed[0].Data.Object.Status)
	require.EqualValues(t, 2999, closed[0].Data.Object.Amount)
	require.Contains(t, body(t, account, "/v1/balance"), `"pending"`)
}

func TestRequestsWithoutTheKeyAreRejected(t *testing.T) {
	account := stripe.New(stripe.Options{Key: key})
	response := httptest.NewRecorder()
	account.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/balance", nil))
	require.Equal(t, http.StatusUnauthorized, response.Code)
	require.Contains(t, body(t, account, "/v1/customers"), "Unrecognized request URL")
}
