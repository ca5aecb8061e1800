package marketplace

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// order is a purchase during its checkout.
type order struct {
	id, payment, prompt, buyer, provider string
	amount                               float64
	currency                             string
}

// purchase creates an order, waits for the payment provider, and records its decision.
func (w worker) purchase(ctx context.Context) error {
	o := order{id: newID(), payment: newID()}
	var err error
	if o.buyer, err = w.randomUser(ctx); err != nil {
		return err
	}
	if o.prompt, err = w.randomPrompt(ctx); err != nil {
		return err
	}
	row := w.pool.QueryRow(ctx, `SELECT "price", "currency", CASE "currency" WHEN 'KRW' THEN 'toss' ELSE 'stripe' END
		FROM "Product" WHERE "id" = $1`, o.prompt)
	if err := row.Scan(&o.amount, &o.currency, &o.provider); err != nil {
		return err
	}
	if err := w.transaction(ctx, func(batch *pgx.Batch) { w.checkout(batch, o) }); err != nil {
		return err
	}
	sleep(ctx, w.dice.After(failurePause/2)) // the provider's decision; no transaction is open meanwhile
	return w.transaction(ctx, func(batch *pgx.Batch) { w.decide(batch, o) })
}

func (w worker) checkout(batch *pgx.Batch, o order) {
	method := dice.Pick(w.dice, []dice.Choice[string]{
		{Weight: 60, Value: "card"}, {Weight: 25, Value: map[string]string{"toss": "easy_pay", "stripe": "link"}[o.provider]}, {Weight: 15, Value: ""},
	})
	batch.Queue(`INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status",
			"payment_provider", "createdAt")
		SELECT $1, $2, $3, $4, fee, round(($4::float8 - fee)::numeric, 2), $5, 'PENDING', $6, timezone('UTC', now())
		FROM (SELECT CASE $5 WHEN 'KRW' THEN floor($4::float8 * 0.15) ELSE floor($4::float8 * 15) / 100 END AS fee) AS fees`,
		o.id, o.buyer, o.prompt, o.amount, o.currency, o.provider)
	batch.Queue(`INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "payment_method", "createdAt", "updatedAt")
		VALUES ($1, $2, $3, $4, $5, 'PROCESSING', $6, timezone('UTC', now()), timezone('UTC', now()))`,
		o.payment, o.id, o.provider, o.amount, o.currency, nullable(method))
}

// decide fails as many payments as the seeded year has.
func (w worker) decide(batch *pgx.Batch, o order) {
	if w.dice.Chance(0.007) {
		code := map[string]string{"toss": "REJECT_CARD_COMPANY", "stripe": "card_declined"}[o.provider]
		batch.Queue(`UPDATE "Payment" SET "status" = 'FAILED', "failure_code" = $2, "updatedAt" = timezone('UTC', now()) WHERE "id" = $1`, o.payment, code)
		batch.Queue(`UPDATE "Order" SET "status" = 'FAILED' WHERE "id" = $1`, o.id)
		return
	}
	batch.Queue(`UPDATE "Payment" SET "status" = 'SUCCEEDED', "updatedAt" = timezone('UTC', now()) WHERE "id" = $1`, o.payment)
	batch.Queue(`UPDATE "Order" SET "status" = 'PAID', "paid_at" = timezone('UTC', now()) WHERE "id" = $1`, o.id)
	batch.Queue(`INSERT INTO "Notification" ("id", "userId", "type", "createdAt")
		SELECT $1, "seller_id", 'sale', timezone('UTC', now()) FROM "Product" WHERE "id" = $2`, newID(), o.prompt)
	batch.Queue(insertMail, newID(), o.buyer+"@example.com", "receipt")
}

// refund returns the whole amount of a recent order that has no refund.
func (w worker) refund(ctx context.Context) error {
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		var id string
		err := tx.QueryRow(ctx, `UPDATE "Order" SET "status" = 'REFUNDED', "refunded_at" = timezone('UTC', now())
			WHERE "id" = (SELECT "id" FROM "Order" o WHERE "status" = 'PAID' AND "paid_at" > timezone('UTC', now()) - interval '7 days'
				AND NOT EXISTS (SELECT FROM "Refund" r WHERE r."order_id" = o."id") ORDER BY "paid_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING "id"`).Scan(&id)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue(`INSERT INTO "Refund" ("id", "order_id", "provider", "amount", "currency", "reason", "status", "createdAt")
			SELECT $1, "id", "payment_provider", "amount", "currency", 'requested_by_customer', 'SUCCEEDED', timezone('UTC', now())
			FROM "Order" WHERE "id" = $2`, newID(), id)
		batch.Queue(`UPDATE "Payment" SET "status" = 'REFUNDED', "updatedAt" = timezone('UTC', now())
			WHERE "order_id" = $1 AND "status" = 'SUCCEEDED'`, id)
		return tx.SendBatch(ctx, batch).Close()
	})
}
