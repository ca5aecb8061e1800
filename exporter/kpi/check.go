package kpi

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Check checks the privileges of the role, runs every KPI once, and reports what it returns, what
// it costs and how to make it cheaper.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if err := s.connect(ctx); err != nil {
		return []check.Finding{{
			Status: check.Broken, Subject: "connection",
			Detail: fmt.Sprintf("%s: no KPI was checked: %s", database.Reason(err), strings.Join(strings.Fields(err.Error()), " ")),
		}}
	}
	role, findings := s.checkRole(ctx)
	for i, d := range s.Definitions() {
		if i == 0 {
			findings = append(findings, check.Finding{Subject: "settings", Detail: d.String()})
		}
		findings = append(findings, s.checkKPI(ctx, d, role))
	}
	return findings
}

// connect makes one round trip, so that a failed connection is one finding.
func (s *Source) connect(ctx context.Context) error {
	tx := s.db.Begin(database.Limits{Statement: s.config.Timeout, Lock: lockTimeout})
	defer tx.Close()
	_, err := tx.RoundTripAndCommit(ctx)
	return err
}

func (s *Source) checkKPI(ctx context.Context, d Definition, role string) check.Finding {
	started := time.Now()
	result, err := d.Run(ctx, s.db)
	took := time.Since(started)
	if err != nil {
		text, hint, _ := strings.Cut(strings.Join(strings.Fields(err.Error()), " "), "; hint: ")
		if hint == "" {
			hint = s.failureHint(ctx, d, role, err)
		}
		return check.Finding{
			Status: check.Broken, Subject: d.Name, Hint: hint, Detail: fmt.Sprintf("%s: %s", database.Reason(err), text),
		}
	}
	finding := check.Finding{
		Subject: d.Name,
		Detail:  fmt.Sprintf("every %s: %d rows, %s", model.Duration(d.Interval), len(result.Rows), took.Round(time.Millisecond)),
	}
	if top, relations, err := explain(ctx, s.db, d.limits(), d.SQL); err != nil {
		finding.Detail += ", no plan: " + err.Error()
	} else {
		finding.Detail += fmt.Sprintf(", cost %.0f", top.Cost)
		noteScans(&finding, top, relations)
		if len(relations) == 0 {
			note(&finding, "reads no table", `put names with capitals in quotes: FROM User is the current user, FROM "User" is a table`)
		}
	}
	if result.Dropped > 0 {
		note(&finding, fmt.Sprintf("%d rows beyond max_rows dropped", result.Dropped), "raise max_rows, or use fewer label values")
	}
	if len(result.Rows) > 0 { // nothing is known about the values of an empty table
		for _, violation := range d.violations(result.Rows) {
			note(&finding, violation, "return the values that docs/kpis.md lists, and 0 for those without rows")
		}
	}
	noteSideEffects(&finding, d.SQL)
	return finding
}

// failureHint returns a hint on how to fix the failure of a KPI, or an empty string.
func (s *Source) failureHint(ctx context.Context, d Definition, role string, err error) string {
	switch database.Reason(err) {
	case failure.PermissionDenied:
		return d.missingGrants(ctx, s.db, role)
	case failure.Unsupported:
		if !d.own {
			return "if this database has no such table, list the KPIs that it can serve in --kpi.file, as in shipped: [users, gmv], " +
				"or write the query for its tables (docs/kpis.md)"
		}
	case failure.Timeout:
		return "set a longer timeout for the entry, or create an index for the query"
	}
	return ""
}

// note adds a detail to finding and a line to its hint, unless the hint already has that line.
func note(finding *check.Finding, detail, hint string) {
	finding.Status = max(finding.Status, check.Note)
	finding.Detail += "; " + detail
	if hint != "" && !strings.Contains(finding.Hint, hint) {
		finding.Hint += hint + "\n"
	}
}

// noteSideEffects notes functions that have an effect although the transaction is read-only and
// the query is rolled back. It only searches the text, so a mention in a string counts as well.
func noteSideEffects(finding *check.Finding, sql string) {
	functions := regexp.MustCompile(`(?i)\b(pg_(?:cancel|terminate)_backend|pg_(?:try_)?advisory_(?:un)?lock\w*|` +
		`pg_stat_reset\w*|pg_stat_statements_reset|pg_reload_conf|pg_rotate_logfile\w*|pg_promote|pg_switch_wal|` +
		`pg_log_\w+|pg_backup_\w+|pg_(?:start|stop)_backup|pg_wal_replay_\w+|pg_create_restore_point|` +
		`pg_\w*replication_\w+|pg_logical_\w+|pg_file_\w+|lo_export|dblink\w*|http_\w+)"?\s*\(`)
	for _, match := range functions.FindAllStringSubmatch(sql, -1) {
		note(finding, match[1]+" has side effects in spite of the read-only transaction", "remove the function from the query")
	}
}
