package kpi

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// largeTable is from how many rows on reading a table whole is worth a remark.
const largeTable = 100_000

// relation is what the server knows of a table that a KPI reads.
type relation struct {
	name    string // qualified and quoted
	rows    float64
	indexed []string // leading columns of its indexes
	hidden  bool     // row level security may keep rows from the exporter
}

// Check runs every KPI once and looks at its plan: what it returns, what it costs and what would make it cheaper.
func (s *Source) Check(ctx context.Context) []check.Finding {
	var findings []check.Finding
	for _, d := range s.Queries() {
		findings = append(findings, s.checkOne(ctx, d))
	}
	return findings
}

func (s *Source) checkOne(ctx context.Context, d Definition) check.Finding {
	limits := s.config.Limits(d)
	started := time.Now()
	answer, err := d.Ask(ctx, s.db, limits)
	took := time.Since(started)
	if err != nil {
		return check.Finding{
			Status: check.Broken, Subject: d.Name, Hint: s.failureHint(ctx, d, err),
			Detail: fmt.Sprintf("%s: %s", database.Reason(err), strings.Join(strings.Fields(err.Error()), " ")),
		}
	}
	finding := check.Finding{
		Subject: d.Name,
		Detail:  fmt.Sprintf("every %s: %d rows, %s", model.Duration(d.Interval), len(answer.Rows), took.Round(time.Millisecond)),
	}
	top, relations, err := explain(ctx, s.db, limits, d.SQL)
	if err != nil {
		finding.Detail += ", no plan: " + err.Error()
		return finding
	}
	finding.Detail += fmt.Sprintf(", cost %.0f", top.Cost)
	if answer.Dropped > 0 {
		remark(&finding, fmt.Sprintf("%d rows over max_rows dropped", answer.Dropped), "raise max_rows, or group more coarsely")
	}
	adviseIndexes(&finding, top, relations)
	warnOfHiddenRows(&finding, relations)
	return finding
}

// failureHint says what to do about a KPI that does not run.
func (s *Source) failureHint(ctx context.Context, d Definition, err error) string {
	switch database.Reason(err) {
	case failure.PermissionDenied:
		if denied := regexp.MustCompile(`permission denied for \w+ (\S+)`).FindStringSubmatch(err.Error()); denied != nil {
			return fmt.Sprintf("GRANT SELECT ON %s TO %s;", pgx.Identifier{denied[1]}.Sanitize(), s.role(ctx, d))
		}
	case failure.Unsupported:
		return fmt.Sprintf("if there is no such table here, disable it in --kpi.file: {name: %s, disabled: true}", d.Name)
	case failure.Timeout:
		return "give the entry a longer timeout, or the query an index"
	}
	return ""
}

// role returns who the database says we are, quoted, or a placeholder.
func (s *Source) role(ctx context.Context, d Definition) string {
	tx := s.db.Begin(s.config.Limits(d))
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(ctx, database.Query{SQL: "SELECT quote_ident(current_user)"})
	if err != nil || results[0].Err != nil {
		return "ROLE"
	}
	return string(results[0].Rows[0][0])
}

func remark(finding *check.Finding, detail, hint string) {
	finding.Status = max(finding.Status, check.Note)
	finding.Detail += "; " + detail
	if hint != "" && !strings.Contains(finding.Hint, hint) {
		finding.Hint += hint + "\n"
	}
}

// adviseIndexes names each large table that is read whole, and the index that would spare it: one on the columns that
// rows are thrown away by. A table that is read without a condition is read whole by intent.
func adviseIndexes(finding *check.Finding, top plan, relations map[string]relation) {
	seen := map[string]bool{}
	top.each(func(node plan) {
		r := relations[node.qualified()]
		if !node.scansWhole() || r.rows < largeTable || seen[r.name] {
			return
		}
		seen[r.name] = true
		hint := ""
		if columns := node.filterColumns(); len(columns) > 0 && !slices.Contains(r.indexed, columns[0]) {
			hint = fmt.Sprintf("CREATE INDEX CONCURRENTLY ON %s (%s);", r.name, columnList(columns))
		}
		remark(finding, fmt.Sprintf("reads all of %s (about %.0f rows)", r.name, r.rows), hint)
	})
}

func warnOfHiddenRows(finding *check.Finding, relations map[string]relation) {
	for _, r := range relations {
		if r.hidden {
			remark(finding, "row level security may hide rows of "+r.name,
				"run the SQL of the monitoring role in deploy/postgres again: it makes a policy for such tables")
		}
	}
}

func (p plan) qualified() string {
	if p.Relation == "" {
		return ""
	}
	return pgx.Identifier{p.Schema, p.Relation}.Sanitize()
}

func columnList(columns []string) string {
	var names []string
	for _, column := range columns {
		names = append(names, pgx.Identifier{column}.Sanitize())
	}
	return strings.Join(names, ", ")
}

const relationsSQL = `SELECT n.name, greatest(c.reltuples, 0)::float8, ARRAY(
		SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid = c.oid AND i.indisvalid
	),
	row_security_active(c.oid) AND NOT EXISTS (
		SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
			AND pg_get_expr(p.polqual, p.polrelid) = 'true'
			AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) r WHERE pg_has_role(r, 'USAGE')))
	)
FROM unnest($1::text[]) AS n (name) JOIN pg_class c ON c.oid = to_regclass(n.name)`

// explain returns the plan of sql and, by qualified name, the tables in it. The query is not run.
func explain(ctx context.Context, db Database, limits database.Limits, sql string) (plan, map[string]relation, error) {
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTrip(ctx, database.Query{SQL: "EXPLAIN (FORMAT JSON, VERBOSE) " + sql})
	if err = errors.Join(err, results[0].Err); err != nil {
		return plan{}, nil, err
	}
	top, err := parsePlan(string(results[0].Rows[0][0]))
	if err != nil {
		return plan{}, nil, err
	}
	names := []string{}
	top.each(func(node plan) {
		if name := node.qualified(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	results, err = tx.RoundTripAndCommit(ctx, database.Query{SQL: relationsSQL, Args: []any{names}})
	if err = errors.Join(err, results[0].Err); err != nil {
		return plan{}, nil, err
	}
	relations := map[string]relation{}
	for i := range results[0].Rows {
		var r relation
		if err := results[0].Scan(i, &r.name, &r.rows, &r.indexed, &r.hidden); err != nil {
			return plan{}, nil, err
		}
		relations[r.name] = r
	}
	return top, relations, nil
}
