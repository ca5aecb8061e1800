package kpi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestCheckReportsProblemsWithHints(t *testing.T) {
	server := pgtest.Newest(t)
	server.Exec(t, "postgres", `CREATE TABLE "Visit" (id int PRIMARY KEY, "madeAt" timestamp, seen_at timestamp);
		INSERT INTO "Visit" SELECT n, now() - n * interval '1 minute', now() FROM generate_series(1, 150000) n;
		CREATE INDEX ON "Visit" (seen_at); ANALYZE;
		CREATE TABLE "Secret" (); CREATE ROLE watcher LOGIN PASSWORD 'x'; GRANT SELECT ON "Visit" TO watcher`)
	r := startSource(t, openAs(t, server, "postgres", "watcher:x"),
		entryText("denied", `SELECT count(*) AS value FROM "Secret"`)+
			entryText("unquoted", `SELECT count(*) AS value FROM User`)+
			entryText("scans", `SELECT count(*) AS value FROM "Visit" WHERE "madeAt" > now() - interval '30 days' AND "madeAt" <= now()`)+
			entryText("indexed", `SELECT count(*) AS value FROM "Visit" WHERE seen_at > now() - interval '30 days'`)+
			entryText("locking", `SELECT count("pg_try_advisory_lock_shared" (1)) AS value`)+
			entryText("limited", `SELECT count((SELECT "madeAt" FROM "Visit" LIMIT 0)) AS value`)+
			entryText("missing", `SELECT count(*) AS value FROM nowhere`)+
			entryText("cut", "SELECT n AS value, n AS x FROM generate_series(1, 5) n\n  labels: [x]\n  max_rows: 2"))
	r.stop()
	findings := map[string]check.Finding{}
	for _, f := range r.Check(t.Context()) {
		findings[f.Subject] = f
	}

	require.Len(t, findings, 10)
	require.Equal(t, check.Broken, findings["denied"].Status)
	require.Equal(t, `GRANT SELECT (column, …) ON "Secret" TO "watcher"; -- the columns that the query reads`, findings["denied"].Hint)
	require.Regexp(t, `^every 1h: 1 rows, [\d.]+m?s, cost [\d.]+$`, findings["limited"].Detail)
	require.Regexp(t, `^every 1h: 1 rows, [\d.]+m?s, cost 0; reads no table$`, findings["unquoted"].Detail)
	require.Contains(t, findings["unquoted"].Hint, `FROM "User" is a table`)
	require.Equal(t, "amounts in major units, utc timestamps, the default schema, calendar days in Asia/Seoul", findings["settings"].Detail)
	require.Equal(t, check.Note, findings["scans"].Status)
	require.Contains(t, findings["scans"].Detail, `full scan of "public"."Visit" (about 150000 rows)`)
	require.Equal(t, `CREATE INDEX CONCURRENTLY ON "public"."Visit" ("madeAt");`+"\n", findings["scans"].Hint)
	require.Empty(t, findings["indexed"].Hint, "the index exists, and the planner does not use it")
	require.Equal(t, check.OK, findings["limited"].Status, "LIMIT stops the scan early")
	require.Equal(t, check.Broken, findings["missing"].Status)
	require.Contains(t, findings["missing"].Detail, `relation "nowhere" does not exist`)
	require.Empty(t, findings["missing"].Hint, "the table is missing in an entry of the operator")
	require.Equal(t, check.Note, findings["cut"].Status)
	require.Contains(t, findings["cut"].Detail, "3 rows beyond max_rows dropped")
	require.Equal(t, check.Note, findings["locking"].Status)
	require.Contains(t, findings["locking"].Detail, "pg_try_advisory_lock_shared has side effects in spite of the read-only transaction")
	require.True(t, strings.HasSuffix(findings["locking"].Hint, "remove the function from the query\n"))
	require.Equal(t, check.Finding{Subject: "role", Detail: "watcher can only read"}, findings["role"])
}

func TestCheckReportsBrokenContracts(t *testing.T) {
	r := startSource(t, open(t, pgtest.Newest(t), "postgres"), `
- name: payments
  labels: [status, window]
  sql: SELECT status, w AS window, 1 AS value FROM (VALUES ('paid'), ('FAILED')) s (status), (VALUES ('1h'), ('1d'), ('7d')) v (w)
- name: emails
  sql: SELECT '' AS status, '' AS window, 1 AS value WHERE false`)
	r.stop()
	findings := map[string]check.Finding{}
	for _, f := range r.Check(t.Context()) {
		findings[f.Subject] = f
	}
	require.Equal(t, check.Note, findings["payments"].Status)
	require.Contains(t, findings["payments"].Detail, "; no status is SUCCEEDED: PaymentSuccessCritical and PaymentSuccessLow and "+
		"PaymentFailuresDaily and NoPaidOrders cannot fire; no window is 10m: dashboards show no data; no window is 15m: PaymentSuccessCritical and PaymentsPending and PaymentDeclinesHigh cannot fire")
	require.Contains(t, findings["payments"].Detail, "; the label provider is missing: rules and dashboards select or aggregate it")
	require.NotContains(t, findings["payments"].Detail, "no status is FAILED")
	require.Contains(t, findings["payments"].Hint, "docs/kpis.md")
	require.NotContains(t, findings["emails"].Detail, "no status", "without rows nothing is known")
}
