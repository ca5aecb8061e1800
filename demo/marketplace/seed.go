package marketplace

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrExists says that the database holds a marketplace already; Seed never touches one.
var ErrExists = errors.New(`the database already has a table "User": seed an empty one`)

// Seed makes the marketplace's schema in a database that has none and fills it with a year of business that ends now. All of
// it is one transaction: it is there whole or not at all, and a cancelled ctx leaves nothing behind. Memory stays bounded
// whatever the number of users. It fails with ErrExists in a database that has a marketplace.
func Seed(ctx context.Context, conn *pgx.Conn, opts SeedOptions) error {
	opts = opts.withDefaults()
	w, err := newWorld(opts)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	p := newProgress(opts.Progress)
	if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return w.fill(ctx, tx, p) }); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	if err := p.step("statistics", func(func(string)) error { return analyze(ctx, conn) }); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	return nil
}

// analyze first waits until the session has handed over its counts, which it does when it ends a statement and a second
// has passed. Else they would be added to the estimates that ANALYZE sets: the server would believe in twice the rows, and
// soon in their loss.
func analyze(ctx context.Context, conn *pgx.Conn) error {
	if err := exec(ctx, conn, "SELECT pg_sleep(1.1)"); err != nil {
		return err
	}
	return exec(ctx, conn, "ANALYZE")
}

// fill loads before it indexes, which takes a third of the time of the other order.
func (w *world) fill(ctx context.Context, tx pgx.Tx, p *progress) error {
	if err := createTables(ctx, tx); err != nil {
		return err
	}
	for _, t := range w.tables() {
		if err := p.load(t.name, func(count func()) error { return load(ctx, tx, t, count) }); err != nil {
			return fmt.Errorf("loading %s: %w", t.name, err)
		}
	}
	return p.step("keys and indexes", func(reached func(string)) error { return createIndexes(ctx, tx, reached) })
}

func createTables(ctx context.Context, tx pgx.Tx) error {
	var exists bool
	if err := tx.QueryRow(ctx, `SELECT to_regclass('"User"') IS NOT NULL`).Scan(&exists); err != nil {
		return fmt.Errorf("looking for a marketplace: %w", err)
	}
	if exists {
		return ErrExists
	}
	if err := exec(ctx, tx.Conn(), tablesDDL()); err != nil {
		return fmt.Errorf("creating tables: %w", err)
	}
	types, err := tx.Conn().LoadTypes(ctx, enumTypes())
	if err != nil {
		return fmt.Errorf("reading the enum types: %w", err)
	}
	tx.Conn().TypeMap().RegisterTypes(types)
	return nil
}

func createIndexes(ctx context.Context, tx pgx.Tx, reached func(string)) error {
	if err := exec(ctx, tx.Conn(), "SET LOCAL maintenance_work_mem = '256MB'"); err != nil {
		return fmt.Errorf("giving index builds memory: %w", err)
	}
	todo := statements(indexesDDL())
	for i, statement := range todo {
		reached(fmt.Sprintf("%d of %d", i+1, len(todo)))
		if err := exec(ctx, tx.Conn(), statement); err != nil {
			return fmt.Errorf("running %q: %w", statement, err)
		}
	}
	return nil
}

// exec runs a script of any number of statements by the simple protocol.
func exec(ctx context.Context, conn *pgx.Conn, script string) error {
	_, err := conn.PgConn().Exec(ctx, script).ReadAll()
	return err
}
