package marketplace

import (
	"context"
	"crypto/rand"
	"encoding/binary"

	"github.com/jackc/pgx/v5"
)

// newID differs at every run, unlike the ids of seeded rows: traffic may start twice on the same database with the same seed.
func newID() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return cuid(binary.BigEndian.Uint64(random[:8]), binary.BigEndian.Uint64(random[8:]))
}

// somewhere is a random place in the order of ids, to find a row at with an index and without counting them all.
func (c crowd) somewhere() string { return cuid(c.dice.Uint64(), c.dice.Uint64()) }

func (c crowd) exec(ctx context.Context, sql string, args ...any) error {
	_, err := c.pool.Exec(ctx, sql, args...)
	return err
}

// read runs a query for its load and throws its rows away.
func (c crowd) read(ctx context.Context, sql string, args ...any) error {
	rows, err := c.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	rows.Close() // reads to the end
	return rows.Err()
}

// text is the one text that a query finds.
func (c crowd) text(ctx context.Context, sql string, args ...any) (found string, err error) {
	err = c.pool.QueryRow(ctx, sql, args...).Scan(&found)
	return found, err
}

func (c crowd) transaction(ctx context.Context, do func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, c.pool, do)
}

func (c crowd) someUser(ctx context.Context) (string, error) {
	return c.text(ctx, `SELECT "id" FROM "User" WHERE "id" >= $1 ORDER BY "id" LIMIT 1`, c.somewhere())
}

func (c crowd) somePromptOnSale(ctx context.Context) (string, error) {
	return c.text(ctx, `SELECT "id" FROM "Product" WHERE "id" >= $1 AND "status" = 'active' ORDER BY "id" LIMIT 1`, c.somewhere())
}
