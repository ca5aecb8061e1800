package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/services"
	"github.com/aimarketplace/monitoring/internal/pgserver"
)

const databaseStopped = "database-stopped"

// fault is a failure of the running demo that begins and ends on request.
type fault struct {
	name       string
	effect     string
	alerts     string // those that are notified, and how long after the beginning; those of the first minutes resolve within 11 minutes
	scripted   bool   // needs a running database
	begin, end func(context.Context, faultTarget) error
}

// faultTarget is the parts of the demo that faults change.
type faultTarget struct {
	db       database
	website  *drains.Sender
	external *services.Services
}

// faults returns all faults in the order in which they end.
func faults() []fault {
	const errors = "SentryUsersAffected (P1) after 8 until the errors are an hour old, ErrorBudgetBurn1h (P1) within half an hour. ErrorRateHigh inhibits ErrorsDaily (P2), and " +
		"ErrorBudgetBurn1h inhibits ErrorBudgetBurn6h (P2), ErrorBudgetBurn1d (P3) and ErrorBudgetBurn3d (P3), until they resolve"
	return append([]fault{
		{
			name:   databaseStopped,
			effect: "Postgres is stopped",
			alerts: "DatabaseDown (P0) after about 1½ minutes, WebsiteDown (P0) and OutsideDown (P0) within 3. DatabaseDown inhibits SourceFailing (P1) and KPIStale (P2), which fire after 5 minutes and more",
			begin:  func(ctx context.Context, t faultTarget) error { return t.db.server.Stop(ctx, pgserver.Fast) },
			end:    func(ctx context.Context, t faultTarget) error { return t.db.server.Start(ctx) },
		},
		scripted("payments-failing", "at least half of the latest payments fail",
			"PaymentSuccessCritical (P0) and StripePaymentsFailing (P0) after about 2 minutes. PaymentSuccessCritical inhibits PaymentSuccessLow (P1) and PaymentFailuresDaily (P2)"),
		scripted("mail-stuck", "mail stays in the queue, some of it overdue",
			"EmailQueueStuck (P1) after about 6 minutes"),
		scripted("rows-deleted", "half of all payments are deleted, and kept in another schema",
			"CoreRowsLost (P0) after about 1½ minutes. It resolves when the end has restored the payments"),
		scripted("settlements-failed", "a fifth of the settlements to sellers fail",
			"SettlementsFailed (P1) after about 10 minutes"),
		scripted("slow-report", "the sales report takes more than three seconds",
			"StatementSlow (P2) after about 17 minutes"),
		website("slow-api", "the application takes twelve times as long", drains.SlowAPI,
			"LatencyP99High (P0) after about 3½ minutes, EndpointSlow (P2) after 16. LatencyP99High inhibits LatencyP95High (P1), "+
				"LatencyP99Elevated (P2), LatencyP95Elevated (P2) and LatencyP50High (P2)"),
		website("api-errors", "one search in six fails", drains.APIErrors,
			"ErrorRateHigh (P1) after about 6 minutes, FunctionsCrashing (P1) after about 8, LogErrorsHigh (P2) after 17, "+errors),
		website("login-broken", "nine of ten logins fail with any password", drains.LoginBroken,
			"LoginFailing (P0) after about 1½ minutes, ErrorRateHigh (P1) after 6, LogErrorsHigh (P2) after 17, "+errors),
		website("logins-rejected", "bots try stolen passwords", drains.LoginsRejected,
			"LoginsRejected (P1) after about 6 minutes"),
		website("validation-errors", "half of the searches and most uploads are invalid", drains.ValidationErrors,
			"ValidationErrorsHigh (P2) after about 17 minutes"),
	}, serviceFaults()...)
}

//go:embed faults/*.sql
var faultScripts embed.FS

// scripted returns a fault whose beginning and end are SQL, a transaction each.
func scripted(name, effect, alerts string) fault {
	run := func(script string) func(context.Context, faultTarget) error {
		return func(ctx context.Context, t faultTarget) error {
			text, err := faultScripts.ReadFile("faults/" + script)
			if err != nil {
				return fmt.Errorf("reading the fault: %w", err)
			}
			return execute(ctx, t.db.SuperuserURL, string(text))
		}
	}
	return fault{name: name, effect: effect, alerts: alerts, scripted: true, begin: run(name + ".sql"), end: run(name + ".end.sql")}
}

// website returns a fault that the drains report.
func website(name, effect string, f drains.Fault, alerts string) fault {
	return fault{
		name: name, effect: effect, alerts: alerts,
		begin: func(_ context.Context, t faultTarget) error { t.website.Begin(f); return nil },
		end:   func(_ context.Context, t faultTarget) error { t.website.End(f); return nil },
	}
}

// listFaults returns a table of the faults.
func listFaults() string {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	for _, f := range faults() {
		fmt.Fprintf(table, "  %s\t%s\n\t  -> %s\n", f.name, f.effect, f.alerts)
	}
	_ = table.Flush() // a Builder does not fail
	return strings.TrimRight(list.String(), "\n")
}

func breakCommand(cmd *kingpin.CmdClause) command {
	dir := directoryFlag(cmd)
	end := cmd.Flag("end", "End the fault instead.").Bool()
	name := cmd.Arg("fault", "Fault to begin. none ends all faults. Without it, all faults are listed.").String()
	return func(_ context.Context, stdout io.Writer) error {
		result, err := changeFaults(directory(*dir), *name, !*end)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, result)
		return err
	}
}

// changeFaults begins or ends a fault of the running demo, and returns what to expect.
func changeFaults(dir directory, name string, begin bool) (string, error) {
	if name == "" {
		return "Begin a fault with FAULT=name, end it with FAULT=name END=1, and all of them with FAULT=none:\n" + listFaults(), nil
	}
	all := faults()
	i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
	if i < 0 && name != "none" {
		return "", fmt.Errorf("unknown fault %q; the faults are:\n%s", name, listFaults())
	}
	if err := dir.requireDemo(); err != nil {
		return "", err
	}
	switch {
	case name == "none":
		for _, f := range all {
			if err := dir.want(f.name, false); err != nil {
				return "", err
			}
		}
		return "all faults end; the demo's terminal shows when", nil
	case begin == dir.wanted(name):
		return "", fmt.Errorf("%s is active: %t; END=1 ends it", name, begin)
	case all[i].scripted && dir.wanted(databaseStopped):
		return "", fmt.Errorf("%s needs the database: end %s first", name, databaseStopped)
	case begin:
		return fmt.Sprintf("%s begins; expect %s", name, all[i].alerts), dir.want(name, true)
	}
	return name + " ends; its alerts resolve by themselves", dir.want(name, false)
}

// faultRunner begins and ends faults until the active ones are the wanted ones.
type faultRunner struct {
	target faultTarget
	parts  sync.Locker // of the parts that a fault stops and starts
	print  func(format string, args ...any)
	active map[string]bool
	failed map[string]string // the last printed result of a fault
}

func newFaultRunner(target faultTarget, parts sync.Locker, print func(string, ...any)) *faultRunner {
	return &faultRunner{target: target, parts: parts, print: print, active: map[string]bool{}, failed: map[string]string{}}
}

// follow applies the wanted faults until ctx is done.
func (r *faultRunner) follow(ctx context.Context, dir directory) {
	const interval = 250 * time.Millisecond
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			r.apply(ctx, dir.wanted)
		}
	}
}

// apply begins the wanted faults and ends the others. A fault that fails to begin or to end is
// tried again by the next call. Faults that need the database wait while it is stopped.
func (r *faultRunner) apply(ctx context.Context, wanted func(name string) bool) {
	for _, f := range faults() {
		want := wanted(f.name)
		if want == r.active[f.name] || f.scripted && r.active[databaseStopped] {
			continue
		}
		r.change(ctx, f, want)
	}
}

func (r *faultRunner) change(ctx context.Context, f fault, begin bool) {
	const timeout = 30 * time.Second // a lock or a shutdown may take some of it
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	change, result := f.end, "has ended"
	if begin {
		change, result = f.begin, "has begun; expect "+f.alerts
	}
	r.parts.Lock()
	err := change(ctx, r.target)
	r.parts.Unlock()
	if err == nil {
		r.active[f.name] = begin
	} else {
		result = "failed to change: " + err.Error()
	}
	if r.failed[f.name] != result {
		r.print("\n%s  *** %s %s\n", time.Now().Format(time.TimeOnly), f.name, result)
	}
	r.failed[f.name] = result
}
