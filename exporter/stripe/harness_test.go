package stripe_test

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

const (
	key    = "rk_live_planted"
	secret = "whsec_0123456789abcdef0123456789abcdef"
)

// fake is a Stripe with the documented list objects.
type fake struct {
	key       string           // empty for the restricted one
	events    []map[string]any // the newest first
	endpoints string
	balance   string
	override  func(w http.ResponseWriter, r *http.Request) bool // reports whether it responded
	requests  []*url.URL
}

func newFake() *fake {
	return &fake{
		endpoints: `{"object":"list","url":"/v1/webhook_endpoints","has_more":false,"data":[
			{"id":"we_1","object":"webhook_endpoint","url":"https://planted.example","status":"enabled","enabled_events":["*"],"livemode":true},
			{"id":"we_2","object":"webhook_endpoint","url":"https://planted.example","status":"disabled","enabled_events":["*"],"livemode":true}]}`,
		balance: `{"object":"balance","livemode":true,"available":[{"amount":-1250,"currency":"usd","source_types":{"card":-1250}},
			{"amount":90000,"currency":"krw","source_types":{"card":90000}}],"pending":[{"amount":500,"currency":"usd","source_types":{"card":500}}]}`,
	}
}

// add adds an event that occurred some time ago and returns it.
func (f *fake) add(eventType string, ago time.Duration, object map[string]any) map[string]any {
	e := map[string]any{
		"id": "evt_" + strconv.Itoa(len(f.events)), "object": "event", "api_version": "2026-07-29.dahlia", "type": eventType,
		"created": time.Now().Add(-ago).Unix(), "livemode": true, "pending_webhooks": 0, "data": map[string]any{"object": object},
	}
	f.events = append(f.events, e)
	f.sort()
	return e
}

func (f *fake) sort() {
	slices.SortStableFunc(f.events, func(a, b map[string]any) int { return int(b["created"].(int64) - a["created"].(int64)) })
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests = append(f.requests, r.URL)
	if r.Header.Get("Authorization") != "Bearer "+cmp.Or(f.key, key) || r.Method != http.MethodGet {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: planted"}}`))
		return
	}
	if f.override != nil && f.override(w, r) {
		return
	}
	switch r.URL.Path {
	case "/v1/events":
		f.serveEvents(w, r.URL.Query())
	case "/v1/payment_intents", "/v1/customers", "/v1/payouts", "/v1/invoices", "/v1/products":
		_, _ = w.Write([]byte(`{"object":"list","has_more":false,"data":[]}`))
	case "/v1/webhook_endpoints":
		_, _ = w.Write([]byte(f.endpoints))
	case "/v1/balance":
		_, _ = w.Write([]byte(f.balance))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *fake) serveEvents(w http.ResponseWriter, query url.Values) {
	since, _ := strconv.ParseInt(query.Get("created[gte]"), 10, 64)
	limit, _ := strconv.Atoi(query.Get("limit"))
	data, skip := []map[string]any{}, query.Get("starting_after") != ""
	more := false
	for _, e := range f.events {
		if skip {
			skip = e["id"] != query.Get("starting_after")
			continue
		}
		undelivered := e["pending_webhooks"].(int) > 0
		if e["created"].(int64) < since || query.Get("type") != "" && e["type"] != query.Get("type") ||
			query.Get("delivery_success") == "false" && !undelivered {
			continue
		}
		if more = len(data) == limit; more {
			break
		}
		data = append(data, e)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "url": "/v1/events", "has_more": more, "data": data})
}

// open opens the source with a fake, and without webhooks.
func open(t *testing.T, f http.Handler, changes ...func(*stripe.Config)) source.Source {
	t.Helper()
	return openAt(t, sourcetest.Serve(t, f), changes...)
}

// openAt opens the source with an address of the API, and without webhooks.
func openAt(t *testing.T, address *url.URL, changes ...func(*stripe.Config)) source.Source {
	t.Helper()
	config := defaults(t)
	config.KeyFile, config.URL = sourcetest.File(t, key), address
	for _, change := range changes {
		change(&config)
	}
	s, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return s
}

func defaults(t *testing.T) stripe.Config {
	t.Helper()
	return stripe.Config{
		URL: &url.URL{Scheme: "https", Host: "api.stripe.com"}, WebhookTolerance: 5 * time.Minute,
		Interval: time.Minute, MaxAge: 10 * time.Minute, MaxPages: 10, TimeZone: "UTC", Currencies: []string{"USD"},
	}
}

// receive returns the source with webhooks only, and its listener.
func receive(t *testing.T, secrets string) (source.Source, http.Handler) {
	t.Helper()
	server := sourcetest.Listener(t)
	config := defaults(t)
	config.WebhookSecretFile = sourcetest.File(t, secrets)
	s, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler), Inbound: server})
	require.NoError(t, err)
	return s, server
}
