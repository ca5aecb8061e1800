package stripe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// FailDeliveries makes the shop's webhook endpoint fail: Stripe has not delivered the events of the
// last hour to it, and has disabled it.
func (a *Account) FailDeliveries() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shopFailing = true
	since := time.Now().Add(-time.Hour).Unix()
	for _, e := range a.events {
		e.shopPending = e.Created >= since
	}
}

// ResendDeliveries enables the shop's webhook endpoint and delivers all events to it.
func (a *Account) ResendDeliveries() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shopFailing = false
	for _, e := range a.events {
		e.shopPending = false
	}
}

// PayUnrecorded adds payments that the shop does not record, a twentieth of those in the list and
// at least 20.
func (a *Account) PayUnrecorded() {
	a.mu.Lock()
	defer a.mu.Unlock()
	const minimum, share, price = 20, 20, 12.5
	now := time.Now()
	for range minimum + len(a.events)/share {
		r := row{Type: succeeded, ID: "unrecorded" + rand.Text(), Amount: price, Currency: "USD", At: now}
		r.Order = r.ID
		e := r.event()
		e.exporterPending = true
		a.add(e)
		a.unrecorded = append(a.unrecorded, e)
	}
}

// recordOrder inserts the order of a payment, as the shop does when it receives the webhook.
const recordOrder = `
INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status", "payment_provider", "paid_at", "createdAt")
SELECT @id::text, u."id", p."id", 12.5, 1.87, 10.63, 'USD', 'PAID', 'stripe', timezone('UTC', @paid::timestamptz), timezone('UTC', @paid::timestamptz)
FROM (SELECT "id" FROM "User" ORDER BY "id" LIMIT 1) u, (SELECT "id" FROM "Product" ORDER BY "id" LIMIT 1) p`

// RecordPayments inserts the orders of the payments that PayUnrecorded added.
func (a *Account) RecordPayments(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	batch := &pgx.Batch{}
	for _, e := range a.unrecorded {
		metadata, _ := e.Data.Object["metadata"].(map[string]string)
		batch.Queue(recordOrder, pgx.NamedArgs{"id": metadata["order_id"], "paid": time.Unix(e.Created, 0)})
	}
	if err := a.opts.Database.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("recording payments: %w", err)
	}
	a.unrecorded = nil
	return nil
}

// OpenDispute opens a dispute of the latest payment.
func (a *Account) OpenDispute() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.events, func(e *event) bool { return e.Type == succeeded })
	if i < 0 {
		return errors.New("opening a dispute: there is no payment yet")
	}
	paid := a.events[i].Data.Object
	a.dispute = map[string]any{
		"id": "dp_" + rand.Text(), "object": "dispute", "amount": paid["amount"], "currency": paid["currency"], "status": "needs_response",
		"reason": "fraudulent", "charge": paid["latest_charge"], "evidence_details": map[string]any{"has_evidence": false},
	}
	a.addDispute(disputeCreated)
	return nil
}

// WinDispute closes the dispute in favor of the shop.
func (a *Account) WinDispute() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.dispute == nil {
		return
	}
	a.dispute = maps.Clone(a.dispute)
	a.dispute["status"] = "won"
	a.addDispute(disputeClosed)
	a.dispute = nil
}

// addDispute adds an event about the dispute. The caller holds the lock.
func (a *Account) addDispute(eventType string) {
	id, _ := a.dispute["id"].(string)
	e := newEvent(eventType, id, time.Now(), a.dispute)
	e.exporterPending = true
	a.add(e)
}
