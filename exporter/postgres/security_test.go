package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const exposedFixture = `
CREATE TABLE open_1 (id int);
CREATE TABLE open_2 (id int);
CREATE TABLE guarded (id int);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE TABLE parted (k int) PARTITION BY RANGE (k);
ALTER TABLE parted ENABLE ROW LEVEL SECURITY;
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE VIEW viewed AS SELECT 1;
CREATE TABLE of_extension (id int);
ALTER EXTENSION pg_stat_statements ADD TABLE of_extension;

CREATE SCHEMA api;
CREATE TABLE api.guarded (id int);
ALTER TABLE api.guarded ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA hidden;
CREATE TABLE hidden.open (id int);
INSERT INTO open_2 SELECT generate_series(1, 1000);
ANALYZE`

func TestTablesWithoutRowSecurity(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, "CREATE EXTENSION pg_stat_statements")
		s.Exec(t, db, exposedFixture)
		config := testConfig()
		config.ExposedSchemas = []string{"public", "api", "not_there"}
		ofSchema := func(schema string) string {
			return `pg_tables_without_row_security{datname="` + db + `",schemaname="` + schema + `"}`
		}

		samples := newExporter(t, s.URL(db, "postgres"), config).scrape(t)
		require.Empty(t, series(samples, "pg_tables_without_row_security"), "no API client can reach the schemas")
		require.Empty(t, series(samples, "pg_table_row_security_disabled"))

		s.Exec(t, db, `DO $$ BEGIN CREATE ROLE anon; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT USAGE ON SCHEMA public, api TO anon`)
		samples = newExporter(t, s.URL(db, "postgres"), config).scrape(t)
		requireNoRelationFailures(t, samples)
		require.EqualValues(t, 3, samples[ofSchema("public")], "the policies of a partitioned table do not protect its partitions")
		require.EqualValues(t, 0, samples[ofSchema("api")])
		require.Len(t, series(samples, "pg_tables_without_row_security"), 2)
		require.ElementsMatch(t, []string{
			ofTable("pg_table_row_security_disabled", db, "open_1"),
			ofTable("pg_table_row_security_disabled", db, "open_2"),
			ofTable("pg_table_row_security_disabled", db, "parted_1"),
		}, series(samples, "pg_table_row_security_disabled"))

		config.TablesLimit = 1
		samples = newExporter(t, s.URL(db, "postgres"), config).scrape(t)
		require.EqualValues(t, 3, samples[ofSchema("public")], "the limit does not change the count")
		require.Equal(t, []string{ofTable("pg_table_row_security_disabled", db, "open_2")},
			series(samples, "pg_table_row_security_disabled"), "the largest")
	})
}

func TestRelationsRequireNoPrivileges(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, "CREATE ROLE guest LOGIN PASSWORD 'secret'; CREATE TABLE shop (id int PRIMARY KEY)")
		ofRelations := func(user string) []string {
			samples := newExporter(t, s.URL(db, user), testConfig()).scrape(t)
			requireNoRelationFailures(t, samples)
			var names []string
			for name := range samples {
				if strings.Contains(name, "index") || strings.Contains(name, "table") {
					names = append(names, name)
				}
			}
			return names
		}
		statisticsSince(t, s, db)
		all := ofRelations("postgres")
		require.Contains(t, all, ofIndex("pg_index_size_bytes", db, "shop", "shop_pkey"))
		require.ElementsMatch(t, all, ofRelations("guest:secret"))
	})
}
