package main

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// fault is something that breaks in the running demo, and can be mended.
type fault struct {
	name string
	does string
	told string // what people are told, how long after it, and when that ends
	// begin and end are for a database that runs, except that the end of databaseStopped is what makes it run.
	begin, end func(context.Context, database) error
}

const databaseStopped = "database-stopped"

// faults are in the order that they are mended in.
func faults() []fault {
	return []fault{
		{
			name:  databaseStopped,
			does:  "stops Postgres",
			told:  "DatabaseDown (P0) after about 1½ minutes, and of its end 2½ minutes after it is back",
			begin: func(ctx context.Context, db database) error { return db.cluster.stop(ctx) },
			end:   func(ctx context.Context, db database) error { return db.cluster.start(ctx) },
		},
		scripted("payments-failing", "has at least half of the latest payments fail",
			"PaymentSuccessCritical (P0) after about 2 minutes, and of its end 6 minutes after it is mended"),
		scripted("mail-stuck", "keeps mails in their queue, some of them overdue",
			"EmailQueueStuck (P1) after about 6 minutes, and of its end 2 minutes after it is mended"),
		scripted("rows-deleted", "deletes half of all payments, and keeps them aside",
			"CoreRowsLost (P0) after about 1½ minutes, and of its end 6 hours after they are back, for somebody to look"),
	}
}

//go:embed faults/*.sql
var faultScripts embed.FS

// scripted is a fault whose beginning and end are SQL, each a transaction.
func scripted(name, does, told string) fault {
	run := func(script string) func(context.Context, database) error {
		return func(ctx context.Context, db database) error {
			text, err := faultScripts.ReadFile("faults/" + script)
			if err != nil {
				return fmt.Errorf("reading the fault: %w", err)
			}
			return execute(ctx, db.superuserURL, string(text))
		}
	}
	return fault{name: name, does: does, told: told, begin: run(name + ".sql"), end: run(name + ".heal.sql")}
}

// findFault fails with a list of those that there are.
func findFault(name string) (fault, error) {
	all := faults()
	i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
	if i < 0 {
		return fault{}, fmt.Errorf("no fault is called %q; there are:\n%s", name, listFaults())
	}
	return all[i], nil
}

// listFaults is a table for people.
func listFaults() string {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	for _, f := range faults() {
		fmt.Fprintf(table, "  %s\t%s\n\t  -> %s\n", f.name, f.does, f.told)
	}
	fmt.Fprintf(table, "  none\tmends whatever is broken\n")
	_ = table.Flush() // a Builder takes everything
	return strings.TrimRight(list.String(), "\n")
}
