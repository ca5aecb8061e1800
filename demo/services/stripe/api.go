package stripe

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// ServeHTTP implements http.Handler with the resources that a restricted key of the exporter reads.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+a.opts.Key {
		reject(w, http.StatusUnauthorized, "Invalid API Key provided")
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "GET /v1/events":
		a.serveEvents(w, r.URL.Query())
	case "GET /v1/webhook_endpoints":
		status := "enabled"
		if a.shopFailing {
			status = "disabled"
		}
		list(w, r.URL.Path, false, []any{
			endpoint("we_shop", "https://aimarketplace.com/api/webhooks/stripe", status),
			endpoint("we_monitoring", "https://hooks.aimarketplace.com/stripe/webhook", "enabled"),
		})
	case "GET /v1/balance":
		a.serveBalance(w)
	default:
		reject(w, http.StatusNotFound, "Unrecognized request URL ("+r.Method+": "+r.URL.Path+").")
	}
}

func reject(w http.ResponseWriter, code int, message string) {
	httpjson.Reply(w, code, map[string]any{"error": map[string]string{"type": "invalid_request_error", "message": message}})
}

func list[T any](w http.ResponseWriter, path string, more bool, objects []T) {
	httpjson.Reply(w, http.StatusOK, map[string]any{"object": "list", "url": path, "has_more": more, "data": objects})
}

func endpoint(id, address, status string) map[string]any {
	return map[string]any{
		"id": id, "object": "webhook_endpoint", "url": address, "status": status, "enabled_events": []string{"*"},
		"api_version": releaseOfEvents, "livemode": true,
	}
}

// serveEvents responds with a page of events, the newest first.
func (a *Account) serveEvents(w http.ResponseWriter, query url.Values) {
	const defaultLimit, maxLimit = 10, 100
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)
	since, _ := strconv.ParseInt(query.Get("created[gte]"), 10, 64) // 0 without it
	after, page := query.Get("starting_after"), []event{}
	for _, e := range a.events {
		if after != "" {
			if e.ID == after {
				after = ""
			}
			continue
		}
		undelivered := e.pending() > 0
		if e.Created < since || query.Has("type") && e.Type != query.Get("type") ||
			query.Has("delivery_success") && undelivered == (query.Get("delivery_success") == "true") {
			continue
		}
		if len(page) == limit {
			list(w, "/v1/events", true, page)
			return
		}
		copied := *e
		copied.PendingWebhooks = e.pending()
		page = append(page, copied)
	}
	list(w, "/v1/events", false, page)
}

// serveBalance responds with a balance to which the payments of two days are pending.
func (a *Account) serveBalance(w http.ResponseWriter) {
	pending := map[string]int64{"usd": 0, "eur": 0}
	for _, e := range a.events {
		currency, _ := e.Data.Object["currency"].(string)
		amount, _ := e.Data.Object["amount"].(int64)
		switch e.Type {
		case succeeded:
			pending[currency] += amount
		case refunded, disputeCreated:
			pending[currency] -= amount
		}
	}
	const available = 250_000 // cents
	balance := map[string][]any{}
	for currency, amount := range pending {
		balance["pending"] = append(balance["pending"], sum(amount, currency))
		balance["available"] = append(balance["available"], sum(available, currency))
	}
	httpjson.Reply(w, http.StatusOK, map[string]any{
		"object": "balance", "livemode": true, "available": balance["available"], "pending": balance["pending"],
	})
}

func sum(amount int64, currency string) map[string]any {
	return map[string]any{"amount": amount, "currency": currency, "source_types": map[string]int64{"card": amount}}
}
