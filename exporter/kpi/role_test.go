package kpi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestCheckReportsPrivilegesBeyondReading(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		name := server.CreateDatabase(t)
		checkRole := func(user string) check.Finding {
			t.Helper()
			s, err := New(testConfig(), openAs(t, server, name, user), quiet())
			require.NoError(t, err)
			_, findings := s.checkRole(t.Context())
			require.Len(t, findings, 1)
			return findings[0]
		}
		server.Exec(t, name, `REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE TABLE "Cart" (id int); CREATE TABLE t (id int);
			CREATE VIEW v AS SELECT 1; CREATE ROLE "Reader" LOGIN PASSWORD 'secret'; GRANT SELECT ON "Cart", v TO "Reader"`)
		require.Equal(t, check.Finding{Subject: "role", Detail: `Reader can only read`}, checkRole("Reader:secret"))

		superuser := checkRole(pgserver.Superuser)
		require.Equal(t, check.Note, superuser.Status)
		require.Equal(t, "postgres is a superuser", superuser.Detail)
		require.Contains(t, superuser.Hint, "deploy/postgres")

		server.Exec(t, name, `CREATE SCHEMA extra; CREATE ROLE admin SUPERUSER;
			GRANT CREATE ON DATABASE `+name+` TO "Reader"; GRANT CREATE ON SCHEMA extra TO PUBLIC;
			GRANT UPDATE (id) ON "Cart" TO "Reader"; GRANT DELETE ON t TO "Reader";
			GRANT admin, pg_signal_backend TO "Reader"`)
		excess := checkRole("Reader:secret")
		require.Equal(t, check.Note, excess.Status)
		for _, part := range []string{
			"Reader may create schemas in the database " + name, "; may create tables in the schema extra",
			"; may write to 2 tables in the schema public, such as \"Cart\"", "; is a member of admin", "; is a member of pg_signal_backend",
		} {
			require.Contains(t, excess.Detail, part)
		}
		require.Len(t, strings.Split(excess.Hint, "\n"), 5)

		server.Exec(t, name, excess.Hint) // the hints are statements that revoke the privileges
		require.Equal(t, check.Finding{Subject: "role", Detail: `Reader can only read`}, checkRole("Reader:secret"))
	})
}
