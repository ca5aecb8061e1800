package main

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/aimarketplace/monitoring/demo/drains"
)

const databaseStopped = "database-stopped"

// fault is a failure of the running demo that begins and ends on request.
type fault struct {
	name       string
	effect     string
	alert      string // which one fires, how long after the beginning, and when it resolves
	scripted   bool   // needs a running database
	begin, end func(context.Context, faultTarget) error
}

// faultTarget is the parts of the demo that faults change.
type faultTarget struct {
	db      database
	website *drains.Sender
}

// faults returns all faults in the order in which they end.
func faults() []fault {
	return []fault{
		{
			name:   databaseStopped,
			effect: "Postgres is stopped",
			alert:  "DatabaseDown (P0) after about 1½ minutes; resolved 2½ minutes after the end",
			begin:  func(ctx context.Context, t faultTarget) error { return t.db.cluster.stop(ctx) },
			end:    func(ctx context.Context, t faultTarget) error { return t.db.cluster.start(ctx) },
		},
		scripted("payments-failing", "at least half of the latest payments fail",
			"PaymentSuccessCritical (P0) after about 2 minutes; resolved 6 minutes after the end"),
		scripted("mail-stuck", "mail stays in the queue, some of it overdue",
			"EmailQueueStuck (P1) after about 6 minutes; resolved 2 minutes after the end"),
		scripted("rows-deleted", "half of all payments are deleted, and kept in another schema",
			"CoreRowsLost (P0) after about 1½ minutes; resolved 6 hours after the end, to leave time for an investigation"),
		website("slow-api", "the application takes twelve times as long", drains.SlowAPI,
			"LatencyP99High (P0) after about 1½ minutes; resolved 10½ minutes after the end"),
		website("api-errors", "one search in six fails", drains.APIErrors,
			"ErrorRateHigh (P1) after about 6 minutes"),
		website("login-broken", "nine of ten logins fail with any password", drains.LoginBroken,
			"LoginFailing (P0) after about 1½ minutes; resolved 10½ minutes after the end"),
		website("logins-refused", "bots try stolen passwords", drains.LoginsRefused,
			"LoginsRejected (P1) after about 5½ minutes; resolved 6 minutes after the end"),
		website("validation-errors", "half of the searches and most uploads are invalid", drains.ValidationErrors,
			"ValidationErrorsHigh (P2) after about 17 minutes"),
	}
}

//go:embed faults/*.sql
var faultScripts embed.FS

// scripted returns a fault whose beginning and end are SQL, a transaction each.
func scripted(name, effect, alert string) fault {
	run := func(script string) func(context.Context, faultTarget) error {
		return func(ctx context.Context, t faultTarget) error {
			text, err := faultScripts.ReadFile("faults/" + script)
			if err != nil {
				return fmt.Errorf("reading the fault: %w", err)
			}
			return execute(ctx, t.db.superuserURL, string(text))
		}
	}
	return fault{name: name, effect: effect, alert: alert, scripted: true, begin: run(name + ".sql"), end: run(name + ".end.sql")}
}

// website returns a fault that the drains report.
func website(name, effect string, f drains.Fault, alert string) fault {
	return fault{
		name: name, effect: effect, alert: alert,
		begin: func(_ context.Context, t faultTarget) error { t.website.Begin(f); return nil },
		end:   func(_ context.Context, t faultTarget) error { t.website.End(f); return nil },
	}
}

// findFault returns an error with the list of faults for an unknown name.
func findFault(name string) (fault, error) {
	all := faults()
	i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
	if i < 0 {
		return fault{}, fmt.Errorf("unknown fault %q; the faults are:\n%s", name, listFaults())
	}
	return all[i], nil
}

// listFaults returns a table of the faults.
func listFaults() string {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	for _, f := range faults() {
		fmt.Fprintf(table, "  %s\t%s\n\t  -> %s\n", f.name, f.effect, f.alert)
	}
	fmt.Fprintf(table, "  none\tends all faults\n")
	_ = table.Flush() // a Builder does not fail
	return strings.TrimRight(list.String(), "\n")
}
