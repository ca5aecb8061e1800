package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// bareReader reads the numbers of all statements and does nothing with them: the least that they can cost.
type bareReader struct {
	conn *pgx.Conn
	sql  string
}

func (b *bench) openBare(ctx context.Context) (*bareReader, error) {
	conn, err := pgx.Connect(ctx, b.fixture.url(bareRole))
	if err != nil {
		return nil, fmt.Errorf("connecting for the bare reads: %w", err)
	}
	b.onStop(func() error { return conn.Close(context.WithoutCancel(ctx)) })
	return &bareReader{conn: conn, sql: "SELECT * FROM " + b.fixture.view + "(false)"}, nil
}

// read takes all rows in, as text: so does the exporter, and so do psql and most drivers.
func (r *bareReader) read(ctx context.Context) (took time.Duration, err error) {
	started := time.Now()
	_, err = r.conn.PgConn().Exec(ctx, r.sql).ReadAll()
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", r.sql, err)
	}
	return time.Since(started), nil
}
