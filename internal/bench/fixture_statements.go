package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/internal/pgserver"
)

const (
	// wideColumns have more pairs than there are statements; each pair in a WHERE is a statement of its own.
	wideColumns = 110

	shortest, longest = 300, 4000 // characters of a statement
)

// runStatements fills pg_stat_statements with distinct statements such as an ORM writes them, as two users.
func (f *fixture) runStatements(ctx context.Context, count int, progress *progress) error {
	progress.say("running %d statements of %d to %d characters", count, shortest, longest)
	conn, err := pgx.Connect(ctx, f.server.URL(databaseName, pgserver.Superuser))
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the server notices anyway
	prepare := "SET pg_stat_statements.track_utility = off; CREATE ROLE shop; CREATE ROLE worker; " + wideTable() +
		"GRANT SELECT ON wide TO shop, worker"
	if _, err := conn.PgConn().Exec(ctx, prepare).ReadAll(); err != nil {
		return err
	}
	users := []string{"shop", "worker"}
	tell := progress.every("statements", count)
	next := 0
	for i, user := range users {
		if _, err := conn.PgConn().Exec(ctx, "SET ROLE "+user).ReadAll(); err != nil {
			return err
		}
		for ; next < count*(i+1)/len(users); next++ {
			if _, err := conn.PgConn().Exec(ctx, statement(next)).ReadAll(); err != nil {
				return err
			}
			tell(next)
		}
	}
	return nil
}

func wideTable() string {
	columns := make([]string, wideColumns)
	for i := range columns {
		columns[i] = column(i) + " int"
	}
	return "CREATE TABLE wide (" + strings.Join(columns, ", ") + ");\n"
}

func column(i int) string { return fmt.Sprintf("column_%03d", i) }

// statement is the one of number i, always the same. Its columns repeat until it is as long as it is to be.
func statement(i int) string {
	first, second := twoColumns(i)
	where := fmt.Sprintf(` FROM wide WHERE %s = %d AND %s > %d`, column(first), i, column(second), i+1)
	length := shortest + i*7919%(longest-shortest)
	var text strings.Builder
	text.WriteString("SELECT ")
	for n := 0; ; n++ {
		fmt.Fprintf(&text, `%s AS "public_wide_%s_as_it_was_selected_%03d"`, column((first+n)%wideColumns), column(second), n)
		if text.Len()+len(where) >= length-len(column(0)) {
			break
		}
		text.WriteString(", ")
	}
	return text.String() + where
}

// twoColumns are the i-th of all pairs of two different columns.
func twoColumns(i int) (first, second int) {
	first = i / (wideColumns - 1)
	second = (first + 1 + i%(wideColumns-1)) % wideColumns
	return first, second
}
