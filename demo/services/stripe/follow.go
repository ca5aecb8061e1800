package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stripe/stripe-go/v86/webhook"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// changes lists the payments and refunds since a time. The database has UTC without a time zone.
const changes = `
SELECT 'payment_intent.succeeded' AS type, "id", "id" AS "order", "amount", "currency", '' AS code, paid_at AT TIME ZONE 'UTC' AS at
FROM "Order" WHERE paid_at >= timezone('UTC', @since::timestamptz) AND "payment_provider" = 'stripe' AND "amount" > 0
UNION ALL
SELECT 'payment_intent.payment_failed', "id", "order_id", "amount", "currency",
	CASE "failure_code" WHEN 'card_declined' THEN 'card_declined' ELSE 'processing_error' END, "updatedAt" AT TIME ZONE 'UTC'
FROM "Payment" WHERE "createdAt" >= timezone('UTC', @since::timestamptz) AND "provider" = 'stripe' AND "status" = 'FAILED'
UNION ALL
SELECT 'refund.created', "id", "order_id", "amount", "currency", '', "createdAt" AT TIME ZONE 'UTC'
FROM "Refund" WHERE "createdAt" >= timezone('UTC', @since::timestamptz) AND "provider" = 'stripe'
ORDER BY at`

// Follow reads the database every second and sends webhooks until ctx is done. Load must have
// returned.
func (a *Account) Follow(ctx context.Context, webhookURL string) {
	const interval = time.Second
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		// A transaction shows its rows after their time.
		const overlap = time.Minute
		_ = a.read(ctx, a.since().Add(-overlap), true) // again in a second: the database may be stopped
		_ = a.deliver(ctx, webhookURL)                 // again in a second, as Stripe repeats deliveries
	}
}

// Load reads the payments of today and yesterday. Their webhooks were delivered earlier.
func (a *Account) Load(ctx context.Context) error {
	const days = 2 * 24 * time.Hour
	now := time.Now()
	a.mu.Lock()
	a.latest = now
	a.mu.Unlock()
	return a.read(ctx, now.Add(-days), false)
}

func (a *Account) since() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.latest
}

// read adds the events of the rows since a time.
func (a *Account) read(ctx context.Context, since time.Time, deliver bool) error {
	const timeout = 5 * time.Second
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errors.New("the database does not respond"))
	defer cancel()
	found, err := a.opts.Database.Query(ctx, changes, pgx.NamedArgs{"since": since})
	if err != nil {
		return fmt.Errorf("reading payments: %w", err)
	}
	rows, err := pgx.CollectRows(found, pgx.RowToStructByPos[row])
	if err != nil {
		return fmt.Errorf("reading payments: %w", err)
	}
	for _, r := range rows {
		if a.addRow(r, deliver) && deliver && r.Type == failed {
			a.opts.Failed(Failure{Order: r.Order, Code: r.Code, At: r.At})
		}
	}
	return nil
}

func (a *Account) addRow(r row, deliver bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.At.After(a.latest) {
		a.latest = r.At
	}
	e := r.event()
	e.exporterPending = deliver
	return a.add(e)
}

// deliver posts the events that the exporter has not accepted, the oldest first, up to the first
// failure.
func (a *Account) deliver(ctx context.Context, url string) error {
	for _, e := range a.undelivered() {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: a.opts.WebhookSecret})
		if err := httpjson.Post(ctx, &a.client, url, http.Header{"Stripe-Signature": {signed.Header}}, body); err != nil {
			return err
		}
		a.mu.Lock()
		e.exporterPending = false
		a.mu.Unlock()
	}
	return nil
}

// undelivered returns the events that the exporter has not accepted, the oldest first.
func (a *Account) undelivered() (events []*event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := len(a.events) - 1; i >= 0; i-- {
		if a.events[i].exporterPending {
			events = append(events, a.events[i])
		}
	}
	return events
}
