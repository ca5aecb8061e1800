package marketplace

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Moments are written as timezone('UTC', now()): now() alone would store the local time of whatever zone the server is in.

func (c crowd) register(ctx context.Context) error {
	id := newID()
	return c.transaction(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO "User" ("id", "email", "name", "createdAt", "updatedAt")
			VALUES ($1, $2, 'New user', timezone('UTC', now()), timezone('UTC', now()))`, id, id+"@example.com")
		if err != nil {
			return err
		}
		if err := openSession(ctx, tx, id); err != nil {
			return err
		}
		return queueMail(ctx, tx, id+"@example.com", "welcome")
	})
}

func (c crowd) signIn(ctx context.Context) error {
	user, err := c.someUser(ctx)
	if err != nil {
		return err
	}
	return c.transaction(ctx, func(tx pgx.Tx) error { return openSession(ctx, tx, user) })
}

func openSession(ctx context.Context, tx pgx.Tx, user string) error {
	_, err := tx.Exec(ctx, `INSERT INTO "Session" ("id", "userId", "createdAt", "expiresAt")
		VALUES ($1, $2, timezone('UTC', now()), timezone('UTC', now()) + $3::interval)`, newID(), user, sessionLife)
	return err
}

// signOut deletes a recent session, as the application does.
func (c crowd) signOut(ctx context.Context) error {
	user, err := c.someUser(ctx)
	if err != nil {
		return err
	}
	return c.exec(ctx, `DELETE FROM "Session" WHERE "id" = (
		SELECT "id" FROM "Session" WHERE "userId" = $1 ORDER BY "createdAt" DESC LIMIT 1)`, user)
}

func (c crowd) readProfile(ctx context.Context) error {
	user, err := c.someUser(ctx)
	if err != nil {
		return err
	}
	if err := c.read(ctx, `SELECT "id", "name", "image", "subscriptionTier" FROM "User" WHERE "id" = $1`, user); err != nil {
		return err
	}
	return c.read(ctx, `SELECT o."id", o."amount", o."currency", o."status", p."title" FROM "Order" o
		JOIN "Product" p ON p."id" = o."product_id" WHERE o."buyer_id" = $1 ORDER BY o."createdAt" DESC LIMIT 20`, user)
}

// search is by category, by price, or by words in the title, which no index helps.
func (c crowd) search(ctx context.Context) error {
	switch c.dice.IntN(3) {
	case 0:
		return c.read(ctx, `SELECT "id", "title", "price", "currency" FROM "Product"
			WHERE "status" = 'active' AND "category" = $1 ORDER BY "createdAt" DESC LIMIT 24`, category(c.dice.IntN(1000), 0))
	case 1:
		return c.read(ctx, `SELECT "id", "title", "price" FROM "Product"
			WHERE "price" BETWEEN $1 AND $2 AND "currency" = 'KRW' AND "status" = 'active' ORDER BY "price" LIMIT 24`,
			float64(1000*c.dice.IntN(20)), float64(25_000))
	default:
		words := fmt.Sprintf("%d", c.dice.IntN(1000))
		if err := c.read(ctx, `SELECT "id", "title" FROM "Product" WHERE "title" ILIKE '%' || $1 || '%' LIMIT 24`, words); err != nil {
			return err
		}
		return c.exec(ctx, `INSERT INTO "SearchLog" ("id", "query", "created_at") VALUES ($1, $2, timezone('UTC', now()))`, newID(), words)
	}
}

func (c crowd) browse(ctx context.Context) error {
	prompt, err := c.somePromptOnSale(ctx)
	if err != nil {
		return err
	}
	if err := c.read(ctx, `SELECT p.*, u."name" FROM "Product" p JOIN "User" u ON u."id" = p."seller_id" WHERE p."id" = $1`, prompt); err != nil {
		return err
	}
	if err := c.read(ctx, `SELECT "rating", "comment" FROM "Review" WHERE "product_id" = $1 ORDER BY "created_at" DESC LIMIT 10`, prompt); err != nil {
		return err
	}
	return c.exec(ctx, `UPDATE "Product" SET "view_count" = "view_count" + 1 WHERE "id" = $1`, prompt)
}

// upload hands a prompt in for verification.
func (c crowd) upload(ctx context.Context) error {
	seller, err := c.text(ctx, `SELECT "seller_id" FROM "Product" WHERE "id" >= $1 ORDER BY "id" LIMIT 1`, c.somewhere())
	if err != nil {
		return err
	}
	prompt := newID()
	amount := price(c.dice, "KRW")
	return c.transaction(ctx, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(`INSERT INTO "Product" ("id", "seller_id", "title", "status", "category", "price", "currency", "createdAt", "updatedAt")
			VALUES ($1, $2, 'A new prompt', 'pending', $3, $4, $5, timezone('UTC', now()), timezone('UTC', now()))`,
			prompt, seller, orNullText(category(c.dice.IntN(1000), 0)), amount.major(), amount.currency)
		batch.Queue(`INSERT INTO "File" ("id", "product_id", "user_id", "name", "size", "status", "created_at")
			VALUES ($1, $2, $3, 'prompt.json', $4, 'SCANNING', timezone('UTC', now()))`, newID(), prompt, seller, c.dice.IntN(1_000_000))
		batch.Queue(`INSERT INTO "Verification" ("id", "product_id", "level", "status", "requested_at")
			VALUES ($1, $2, 1, 'PENDING', timezone('UTC', now()))`, newID(), prompt)
		return tx.SendBatch(ctx, batch).Close()
	})
}

// review is written by somebody who bought the prompt.
func (c crowd) review(ctx context.Context) error {
	return c.exec(ctx, `INSERT INTO "Review" ("id", "user_id", "product_id", "rating", "created_at")
		SELECT $2, "buyer_id", "product_id", $3, timezone('UTC', now()) FROM "Order"
		WHERE "id" >= $1 AND "status" IN ('PAID', 'COMPLETED') ORDER BY "id" LIMIT 1`, c.somewhere(), newID(), 1+c.dice.IntN(5))
}

// redeem holds a row that everybody wants for a moment, so that others wait for its lock; one row, hence no deadlock.
func (c crowd) redeem(ctx context.Context) error {
	hold := c.dice.between(200*time.Millisecond, 900*time.Millisecond)
	return c.transaction(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE "Coupon" SET "redeemed" = "redeemed" + 1 WHERE "code" = $1`, flashCoupon); err != nil {
			return err
		}
		sleep(ctx, hold)
		return nil
	})
}
