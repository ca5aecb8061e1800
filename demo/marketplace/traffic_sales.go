package marketplace

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// sale is an order on its way through the checkout.
type sale struct {
	order, payment, prompt, buyer string
	amount                        float64
	currency                      string
}

// buy is a checkout: the order, the provider's answer, and what follows from it.
func (c crowd) buy(ctx context.Context) error {
	s := sale{order: newID(), payment: newID()}
	var err error
	if s.buyer, err = c.someUser(ctx); err != nil {
		return err
	}
	if s.prompt, err = c.somePromptOnSale(ctx); err != nil {
		return err
	}
	row := c.pool.QueryRow(ctx, `SELECT "price", "currency" FROM "Product" WHERE "id" = $1`, s.prompt)
	if err := row.Scan(&s.amount, &s.currency); err != nil {
		return err
	}
	if err := c.transaction(ctx, func(tx pgx.Tx) error { return c.begin(ctx, tx, s) }); err != nil {
		return err
	}
	sleep(ctx, c.dice.after(setback/2)) // the provider thinks; no transaction is open meanwhile
	return c.transaction(ctx, func(tx pgx.Tx) error { return c.settle(ctx, tx, s) })
}

func (c crowd) begin(ctx context.Context, tx pgx.Tx, s sale) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO "Order" ("id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status",
			"payment_provider", "createdAt")
		SELECT $1, $2, $3, $4, fee, round(($4::float8 - fee)::numeric, 2), $5, 'PENDING', $6, timezone('UTC', now())
		FROM (SELECT CASE $5 WHEN 'KRW' THEN floor($4::float8 * 0.15) ELSE floor($4::float8 * 15) / 100 END AS fee) AS fees`,
		s.order, s.buyer, s.prompt, s.amount, s.currency, provider(s.currency))
	batch.Queue(`INSERT INTO "Payment" ("id", "order_id", "provider", "amount", "currency", "status", "payment_method", "createdAt", "updatedAt")
		VALUES ($1, $2, $3, $4, $5, 'PROCESSING', $6, timezone('UTC', now()), timezone('UTC', now()))`,
		s.payment, s.order, provider(s.currency), s.amount, s.currency, orNullText(method(c.dice, s.currency)))
	return tx.SendBatch(ctx, batch).Close()
}

func (c crowd) settle(ctx context.Context, tx pgx.Tx, s sale) error {
	if c.dice.chance(failureShare) {
		batch := &pgx.Batch{}
		batch.Queue(`UPDATE "Payment" SET "status" = 'FAILED', "failure_code" = $2, "updatedAt" = timezone('UTC', now()) WHERE "id" = $1`,
			s.payment, failureCode(c.dice, s.currency))
		batch.Queue(`UPDATE "Order" SET "status" = 'FAILED' WHERE "id" = $1`, s.order)
		return tx.SendBatch(ctx, batch).Close()
	}
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE "Payment" SET "status" = 'SUCCEEDED', "updatedAt" = timezone('UTC', now()) WHERE "id" = $1`, s.payment)
	batch.Queue(`UPDATE "Order" SET "status" = 'PAID', "paid_at" = timezone('UTC', now()) WHERE "id" = $1`, s.order)
	batch.Queue(`INSERT INTO "Notification" ("id", "userId", "type", "createdAt")
		SELECT $1, "seller_id", 'sale', timezone('UTC', now()) FROM "Product" WHERE "id" = $2`, newID(), s.prompt)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	return queueMail(ctx, tx, s.buyer+"@example.com", "receipt")
}

// refund gives the whole of a recent order back, once.
func (c crowd) refund(ctx context.Context) error {
	return c.transaction(ctx, func(tx pgx.Tx) error {
		var order string
		err := tx.QueryRow(ctx, `UPDATE "Order" SET "status" = 'REFUNDED', "refunded_at" = timezone('UTC', now())
			WHERE "id" = (SELECT "id" FROM "Order" o WHERE "status" = 'PAID' AND "paid_at" > timezone('UTC', now()) - interval '7 days'
				AND NOT EXISTS (SELECT FROM "Refund" r WHERE r."order_id" = o."id") ORDER BY "paid_at" LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING "id"`).Scan(&order)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue(`INSERT INTO "Refund" ("id", "order_id", "provider", "amount", "currency", "reason", "status", "createdAt")
			SELECT $1, "id", "payment_provider", "amount", "currency", 'requested_by_customer', 'SUCCEEDED', timezone('UTC', now())
			FROM "Order" WHERE "id" = $2`, newID(), order)
		batch.Queue(`UPDATE "Payment" SET "status" = 'REFUNDED', "updatedAt" = timezone('UTC', now())
			WHERE "order_id" = $1 AND "status" = 'SUCCEEDED'`, order)
		return tx.SendBatch(ctx, batch).Close()
	})
}
