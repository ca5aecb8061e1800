package stripe

import (
	"math"
	"strings"
	"time"
)

const (
	succeeded       = "payment_intent.succeeded"
	failed          = "payment_intent.payment_failed"
	refunded        = "refund.created"
	disputeCreated  = "charge.dispute.created"
	disputeClosed   = "charge.dispute.closed"
	releaseOfEvents = "2026-07-29.dahlia"
)

// event is an Event object of Stripe's API.
type event struct {
	ID              string         `json:"id"`
	Object          string         `json:"object"`
	APIVersion      string         `json:"api_version"`
	Created         int64          `json:"created"`
	Data            data           `json:"data"`
	Livemode        bool           `json:"livemode"`
	PendingWebhooks int            `json:"pending_webhooks"`
	Request         map[string]any `json:"request"`
	Type            string         `json:"type"`

	exporterPending, shopPending bool // not delivered to the endpoint
}

type data struct {
	Object map[string]any `json:"object"`
}

// newEvent returns an event about a row. A type and an ID of a row are one event.
func newEvent(eventType, row string, at time.Time, object map[string]any) *event {
	object["created"], object["livemode"] = at.Unix(), true
	return &event{
		ID: "evt_" + strings.ReplaceAll(eventType, ".", "_") + "_" + row, Object: "event", APIVersion: releaseOfEvents, Created: at.Unix(),
		Data: data{object}, Livemode: true, Request: map[string]any{"id": nil, "idempotency_key": nil}, Type: eventType,
	}
}

// pending returns the number of endpoints that have not accepted the event.
func (e *event) pending() (endpoints int) {
	for _, pending := range []bool{e.exporterPending, e.shopPending} {
		if pending {
			endpoints++
		}
	}
	return endpoints
}

// row is a payment or a refund in the database.
type row struct {
	Type     string
	ID       string
	Order    string
	Amount   float64 // major units
	Currency string
	Code     string // of a failure
	At       time.Time
}

func (r row) event() *event {
	amount, currency := minor(r.Amount, r.Currency), strings.ToLower(r.Currency)
	intent := map[string]any{
		"id": "pi_" + r.Order, "object": "payment_intent", "amount": amount, "amount_received": amount, "currency": currency,
		"status": "succeeded", "last_payment_error": nil, "latest_charge": "ch_" + r.Order, "metadata": map[string]string{"order_id": r.Order},
	}
	switch r.Type {
	case failed:
		intent["status"], intent["amount_received"] = "requires_payment_method", 0
		intent["last_payment_error"] = map[string]any{"type": "card_error", "code": r.Code, "decline_code": nil, "message": "The payment failed."}
	case refunded:
		return newEvent(r.Type, r.ID, r.At, map[string]any{
			"id": "re_" + r.ID, "object": "refund", "amount": amount, "currency": currency, "status": "succeeded",
			"reason": "requested_by_customer", "payment_intent": "pi_" + r.Order,
		})
	}
	return newEvent(r.Type, r.ID, r.At, intent)
}

// minor converts major units to the smallest unit. The marketplace is paid in USD and EUR through
// Stripe; the won has no smaller unit.
func minor(amount float64, currency string) int64 {
	const cents = 100
	if currency == "KRW" {
		return int64(math.Round(amount))
	}
	return int64(math.Round(cents * amount))
}
