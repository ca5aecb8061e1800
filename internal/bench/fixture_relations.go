package main

import (
	"context"
	"fmt"
	"strings"
)

// createRelations makes tables of three columns, one of them with TOAST, and of few rows: what scrapes cost depends on
// how many there are and not on what is in them. Each table has its primary key's index; the rest go round in turn.
func (f *fixture) createRelations(ctx context.Context, opts options, progress *progress) error {
	const batch = 100 // more in one transaction would need a larger lock table
	progress.say("creating %d tables and %d indexes", opts.tables, opts.indexes)
	tell := progress.every("tables", opts.tables)
	for from := 0; from < opts.tables; from += batch {
		var ddl strings.Builder
		for i := from; i < min(from+batch, opts.tables); i++ {
			ddl.WriteString(relation(i, opts))
		}
		if _, err := f.admin.PgConn().Exec(ctx, ddl.String()).ReadAll(); err != nil {
			return err
		}
		tell(from + batch)
	}
	progress.say("analyzing them")
	_, err := f.admin.Exec(ctx, "ANALYZE")
	return err
}

// relation is the SQL of table i and its share of the indexes. The sizes differ, so that there is something to rank.
func relation(i int, opts options) string {
	name := fmt.Sprintf("listing_%04d", i)
	sql := fmt.Sprintf("CREATE TABLE %[1]s (id int PRIMARY KEY, seller int, title text);\n"+
		"INSERT INTO %[1]s SELECT n, n %% 7, repeat('x', 200) FROM generate_series(1, %[2]d) n;\n", name, i%400)
	for index := i + opts.tables; index < opts.indexes; index += opts.tables {
		sql += fmt.Sprintf("CREATE INDEX ON %s (seller);\n", name)
	}
	return sql
}
