package role_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// project prepares a database like a Supabase project. The role owner stands for "postgres" there,
// which is not a superuser.
const project = `
CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;
CREATE ROLE owner LOGIN PASSWORD 'secret' CREATEROLE CREATEDB BYPASSRLS;
GRANT pg_monitor, anon, authenticated, service_role TO owner;
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO owner WITH GRANT OPTION;
GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role;
ALTER SCHEMA public OWNER TO owner;
CREATE EXTENSION pg_stat_statements WITH SCHEMA extensions`

func TestRoleOnSupabase(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, project)
		s.Exec(t, db, "SET ROLE owner; "+marketplace.Schema()+fixture)
		owner := s.URL(db, "owner:secret")
		for range 2 {
			_, warnings := apply(t, owner, supabase)
			if s.Major() >= 16 {
				require.Len(t, warnings, 1)
				require.Contains(t, warnings[0], "pg_monitor could not be granted")
			} else {
				require.Empty(t, warnings)
			}
		}
		conn := connect(t, owner)
		defer conn.Close(t.Context())
		_, err := conn.Exec(t.Context(), "ALTER ROLE marketplace_exporter PASSWORD 'secret'")
		require.NoError(t, err)
		role := s.URL(db, "marketplace_exporter:secret")
		requireKPIs(t, role)
		if s.Major() >= 16 {
			require.ErrorContains(t, collect(t, role), "pg_monitor")
		}

		s.Exec(t, db, "GRANT pg_monitor TO owner WITH ADMIN OPTION")
		_, warnings := apply(t, owner, supabase)
		require.Empty(t, warnings)
		require.NoError(t, collect(t, role))
		requireKPIs(t, role)
		requireNothingElse(t, role)

		s.Exec(t, db, `GRANT SELECT ON "Order" TO anon`)
		_, err = conn.Exec(t.Context(), "SET ROLE anon")
		require.NoError(t, err)
		var rows int
		require.NoError(t, conn.QueryRow(t.Context(), `SELECT count(*) FROM "Order"`).Scan(&rows))
		require.Equal(t, 0, rows, "the policy is only for the monitoring role")
	})
}

func TestRoleWithoutGrantablePrivileges(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	s.Exec(t, db, `CREATE ROLE owner LOGIN PASSWORD 'secret' CREATEROLE; CREATE TABLE "User" (id text);
		REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO owner`)
	_, warnings := apply(t, s.URL(db, "owner:secret"), supabase)
	require.Len(t, warnings, 4, "pg_monitor, the schema, the extension, the table: %v", warnings)
}

func TestFilesGrantSameColumns(t *testing.T) {
	grants := func(file string) string {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, rest, found := strings.Cut(string(text), "-- The columns that the KPIs need")
		require.True(t, found)
		return rest
	}
	require.Equal(t, grants(plain), grants(supabase))
}
