package kpi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestRowLevelSecurityNeverCountsTooFewRows(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		name := server.CreateDatabase(t)
		server.Exec(t, name, `CREATE TABLE "User" (id int, owner text); INSERT INTO "User" SELECT n FROM generate_series(1, 200) n;
			CREATE TABLE "Order" (LIKE "User"); INSERT INTO "Order" SELECT 1;
			CREATE VIEW accounts AS SELECT id FROM "User";
			DO $$ BEGIN CREATE ROLE kpi_reader LOGIN PASSWORD 'secret'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
			GRANT SELECT ON "User", "Order", accounts TO kpi_reader`)
		db := openAs(t, server, name, "kpi_reader:secret")
		count := func(sql string) (series, error) {
			result, err := definition(sql).Run(t.Context(), db)
			return byLabels(result), err
		}
		users := `SELECT count(*) AS value FROM "User";`
		requireHidden := func(message string) {
			t.Helper()
			_, err := count(users)
			require.ErrorContains(t, err, `row level security hides rows of public."User"; hint: `+
				`CREATE POLICY marketplace_exporter_counts ON public."User" FOR SELECT TO kpi_reader USING (true);`, message)
			require.Equal(t, failure.PermissionDenied, failure.All(err)[0].Reason, message)
		}
		requireCounted := func(sql, message string) {
			t.Helper()
			got, err := count(sql)
			require.NoError(t, err, message)
			require.Equal(t, series{"": 200}, got, message)
		}
		requireCounted(users, "without row level security")

		server.Exec(t, name, `ALTER TABLE "User" ENABLE ROW LEVEL SECURITY`)
		requireHidden("without a policy, the planner removes the table from the plan")
		requireCounted("SELECT count(*) AS value FROM accounts", "the view reads the table with the privileges of its owner")

		server.Exec(t, name, `CREATE POLICY own ON "User" FOR SELECT USING (owner = current_user)`)
		requireHidden("the policy shows some rows")

		server.Exec(t, name, `CREATE POLICY marketplace_exporter_counts ON "User" FOR SELECT TO kpi_reader USING (true)`)
		requireCounted(users, "with the policy of the hint")

		server.Exec(t, name, `ALTER TABLE "Order" ENABLE ROW LEVEL SECURITY`)
		_, err := count(`SELECT (SELECT count(*) FROM "User") + (SELECT count(*) FROM "Order") AS value`)
		require.ErrorContains(t, err, `hides rows of public."Order"; hint: CREATE POLICY`, "one of two tables")

		server.Exec(t, name, `CREATE POLICY fewer ON "User" AS RESTRICTIVE FOR SELECT USING (id < 10)`)
		requireHidden("a restrictive policy removes rows again")
	})
}
