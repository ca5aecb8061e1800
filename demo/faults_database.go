package main

import (
	"context"
	"embed"
	"fmt"
)

const databaseStopped = "database-stopped"

func databaseFaults() []fault {
	return []fault{
		{
			name:  databaseStopped,
			does:  "stops Postgres",
			told:  "DatabaseDown (P0) after about 1½ minutes, and of its end 2½ minutes after it is back",
			begin: func(ctx context.Context, on stage) error { return on.db.cluster.stop(ctx) },
			end:   func(ctx context.Context, on stage) error { return on.db.cluster.start(ctx) },
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
	run := func(script string) func(context.Context, stage) error {
		return func(ctx context.Context, on stage) error {
			text, err := faultScripts.ReadFile("faults/" + script)
			if err != nil {
				return fmt.Errorf("reading the fault: %w", err)
			}
			return execute(ctx, on.db.superuserURL, string(text))
		}
	}
	return fault{
		name: name, does: does, told: told, unless: databaseStopped,
		begin: run(name + ".sql"), end: run(name + ".heal.sql"),
	}
}
