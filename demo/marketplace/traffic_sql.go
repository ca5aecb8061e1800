package marketplace

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/jackc/pgx/v5"
)

// newID returns an id in the form of seeded ids. It does not depend on the seed, because traffic may start twice on one
// database.
func newID() string {
	var random [12]byte
	_, _ = rand.Read(random[:]) // never fails
	return "c" + hex.EncodeToString(random[:])
}

// randomID returns a random position in the order of ids: the row that follows it is found by the primary key, without
// counting the rows.
func (w worker) randomID() string { return "c" + w.dice.Hex(12) }

func (w worker) randomUser(ctx context.Context) (string, error) {
	return w.text(ctx, `SELECT "id" FROM "User" WHERE "id" >= $1 ORDER BY "id" LIMIT 1`, w.randomID())
}

func (w worker) randomPrompt(ctx context.Context) (string, error) {
	return w.text(ctx, `SELECT "id" FROM "Product" WHERE "id" >= $1 AND "status" = 'active' ORDER BY "id" LIMIT 1`, w.randomID())
}

func (w worker) exec(ctx context.Context, sql string, args ...any) error {
	_, err := w.pool.Exec(ctx, sql, args...)
	return err
}

// read runs a query for its load and discards the rows.
func (w worker) read(ctx context.Context, sql string, args ...any) error {
	rows, err := w.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	rows.Close() // reads to the end
	return rows.Err()
}

// text returns the first column of a query's first row.
func (w worker) text(ctx context.Context, sql string, args ...any) (value string, err error) {
	err = w.pool.QueryRow(ctx, sql, args...).Scan(&value)
	return value, err
}

// transaction queues statements and runs them as one transaction in one round trip.
func (w worker) transaction(ctx context.Context, queue func(*pgx.Batch)) error {
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		queue(batch)
		return tx.SendBatch(ctx, batch).Close()
	})
}

// nullable returns NULL for an empty text.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}
