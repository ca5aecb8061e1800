package marketplace

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// Times are written as timezone('UTC', now()): now() alone would store the local time of the server's time zone.

const (
	insertSession = `INSERT INTO "Session" ("id", "userId", "createdAt", "expiresAt")
		VALUES ($1, $2, timezone('UTC', now()), timezone('UTC', now()) + interval '30 days')`
	insertMail = `INSERT INTO "EmailQueue" ("id", "to", "template", "scheduled_at", "created_at")
		VALUES ($1, $2, $3, timezone('UTC', now()), timezone('UTC', now()))`
)

func (w worker) register(ctx context.Context) error {
	id := newID()
	return w.transaction(ctx, func(batch *pgx.Batch) {
		batch.Queue(`INSERT INTO "User" ("id", "email", "name", "createdAt", "updatedAt")
			VALUES ($1, $2, 'New user', timezone('UTC', now()), timezone('UTC', now()))`, id, id+"@example.com")
		batch.Queue(insertSession, newID(), id)
		batch.Queue(insertMail, newID(), id+"@example.com", "welcome")
	})
}

func (w worker) signIn(ctx context.Context) error {
	user, err := w.randomUser(ctx)
	if err != nil {
		return err
	}
	return w.transaction(ctx, func(batch *pgx.Batch) { batch.Queue(insertSession, newID(), user) })
}

// signOut deletes the user's latest session, as the application does.
func (w worker) signOut(ctx context.Context) error {
	user, err := w.randomUser(ctx)
	if err != nil {
		return err
	}
	return w.exec(ctx, `DELETE FROM "Session" WHERE "id" = (
		SELECT "id" FROM "Session" WHERE "userId" = $1 ORDER BY "createdAt" DESC LIMIT 1)`, user)
}

func (w worker) profile(ctx context.Context) error {
	user, err := w.randomUser(ctx)
	if err != nil {
		return err
	}
	if err := w.read(ctx, `SELECT "id", "name", "image", "subscriptionTier" FROM "User" WHERE "id" = $1`, user); err != nil {
		return err
	}
	return w.read(ctx, `SELECT o."id", o."amount", o."currency", o."status", p."title" FROM "Order" o
		JOIN "Product" p ON p."id" = o."product_id" WHERE o."buyer_id" = $1 ORDER BY o."createdAt" DESC LIMIT 20`, user)
}

// search filters by category, by price, or by a word in the title, for which there is no index.
func (w worker) search(ctx context.Context) error {
	switch w.dice.IntN(3) {
	case 0:
		return w.read(ctx, `SELECT "id", "title", "price", "currency" FROM "Product"
			WHERE "status" = 'active' AND "category" = $1 ORDER BY "createdAt" DESC LIMIT 24`, w.category())
	case 1:
		return w.read(ctx, `SELECT "id", "title", "price" FROM "Product"
			WHERE "price" BETWEEN $1 AND $2 AND "currency" = 'KRW' AND "status" = 'active' ORDER BY "price" LIMIT 24`,
			float64(1000*w.dice.IntN(20)), float64(25_000))
	default:
		words := strconv.Itoa(w.dice.IntN(1000))
		if err := w.read(ctx, `SELECT "id", "title" FROM "Product" WHERE "title" ILIKE '%' || $1 || '%' LIMIT 24`, words); err != nil {
			return err
		}
		return w.exec(ctx, `INSERT INTO "SearchLog" ("id", "query", "created_at") VALUES ($1, $2, timezone('UTC', now()))`, newID(), words)
	}
}

func (w worker) category() string {
	return dice.Pick(w.dice, []dice.Choice[string]{
		{Weight: 20, Value: "chatgpt"},
		{Weight: 16, Value: "midjourney"},
		{Weight: 12, Value: "coding"},
		{Weight: 10, Value: "marketing"},
		{Weight: 8, Value: "writing"},
		{Weight: 5, Value: ""},
	})
}

func (w worker) browse(ctx context.Context) error {
	prompt, err := w.randomPrompt(ctx)
	if err != nil {
		return err
	}
	if err := w.read(ctx, `SELECT p.*, u."name" FROM "Product" p JOIN "User" u ON u."id" = p."seller_id" WHERE p."id" = $1`, prompt); err != nil {
		return err
	}
	if err := w.read(ctx, `SELECT "rating", "comment" FROM "Review" WHERE "product_id" = $1 ORDER BY "created_at" DESC LIMIT 10`, prompt); err != nil {
		return err
	}
	return w.exec(ctx, `UPDATE "Product" SET "view_count" = "view_count" + 1 WHERE "id" = $1`, prompt)
}

// upload submits a prompt for verification.
func (w worker) upload(ctx context.Context) error {
	seller, err := w.text(ctx, `SELECT "seller_id" FROM "Product" WHERE "id" >= $1 ORDER BY "id" LIMIT 1`, w.randomID())
	if err != nil {
		return err
	}
	prompt := newID()
	return w.transaction(ctx, func(batch *pgx.Batch) {
		batch.Queue(`INSERT INTO "Product" ("id", "seller_id", "title", "status", "category", "price", "currency", "createdAt", "updatedAt")
			VALUES ($1, $2, 'A new prompt', 'pending', $3, $4, 'KRW', timezone('UTC', now()), timezone('UTC', now()))`,
			prompt, seller, nullable(w.category()), float64(1900+1000*w.dice.IntN(20)))
		batch.Queue(`INSERT INTO "File" ("id", "product_id", "user_id", "name", "size", "status", "created_at")
			VALUES ($1, $2, $3, 'prompt.json', $4, 'SCANNING', timezone('UTC', now()))`, newID(), prompt, seller, w.dice.IntN(1_000_000))
		batch.Queue(`INSERT INTO "Verification" ("id", "product_id", "level", "status", "requested_at")
			VALUES ($1, $2, 1, 'PENDING', timezone('UTC', now()))`, newID(), prompt)
	})
}

// review is written by the buyer of a random order.
func (w worker) review(ctx context.Context) error {
	return w.exec(ctx, `INSERT INTO "Review" ("id", "user_id", "product_id", "rating", "created_at")
		SELECT $2, "buyer_id", "product_id", $3, timezone('UTC', now()) FROM "Order"
		WHERE "id" >= $1 AND "status" IN ('PAID', 'COMPLETED') ORDER BY "id" LIMIT 1`, w.randomID(), newID(), 1+w.dice.IntN(5))
}

// redeemCoupon holds the lock of a row that other workers update, so that they wait. With one row there is no deadlock.
func (w worker) redeemCoupon(ctx context.Context) error {
	hold := 200*time.Millisecond + time.Duration(w.dice.Float64()*float64(700*time.Millisecond))
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE "Coupon" SET "redeemed" = "redeemed" + 1 WHERE "code" = 'FLASH10'`)
		sleep(ctx, hold)
		return err
	})
}
