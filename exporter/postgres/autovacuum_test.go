package postgres

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// TestAutovacuumThresholds compares the thresholds with hand-calculated ones and then with the
// server: autovacuum runs on the tables above their threshold and on no other.
func TestAutovacuumThresholds(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		fill := func(table, options string) string {
			return fmt.Sprintf("CREATE TABLE %[1]s (id int) WITH (%[2]s); INSERT INTO %[1]s SELECT generate_series(1, 10000);", table, options)
		}
		s.Exec(t, db, fill("by_default", "fillfactor = 100")+
			fill("own", "autovacuum_vacuum_threshold = 7, autovacuum_vacuum_scale_factor = 0.01")+
			fill("own_inserts", "autovacuum_vacuum_insert_threshold = 30, autovacuum_vacuum_insert_scale_factor = 0.5")+
			fill("no_inserts", "autovacuum_vacuum_insert_threshold = -1")+
			fill("disabled", "autovacuum_enabled = off"))
		e := newExporter(t, s.URL(db, "postgres"), testConfig())
		const dead, inserted = "pg_stat_user_tables_autovacuum_threshold", "pg_stat_user_tables_autovacuum_insert_threshold"
		before := e.scrapeUntil(t, ofTable("pg_stat_user_tables_n_ins_since_vacuum", db, "own"), 10_000)
		require.EqualValues(t, 50, before[ofTable(dead, db, "by_default")], "the number of rows is unknown before ANALYZE")
		s.Exec(t, db, "ANALYZE")

		samples := e.scrape(t)
		requireNoRelationFailures(t, samples)
		for series, want := range map[string]float64{
			ofTable(dead, db, "by_default"):      50 + 0.2*10_000,
			ofTable(inserted, db, "by_default"):  1000 + 0.2*10_000,
			ofTable(dead, db, "own"):             7 + 0.01*10_000,
			ofTable(inserted, db, "own"):         1000 + 0.2*10_000,
			ofTable(dead, db, "own_inserts"):     50 + 0.2*10_000,
			ofTable(inserted, db, "own_inserts"): 30 + 0.5*10_000,
			ofTable(dead, db, "no_inserts"):      50 + 0.2*10_000,
		} {
			require.InDelta(t, want, samples[series], 0.001, series)
		}
		for _, series := range []string{ofTable(inserted, db, "no_inserts"), ofTable(dead, db, "disabled"), ofTable(inserted, db, "disabled")} {
			require.NotContains(t, samples, series)
		}
		if s.Major() >= 18 {
			s.Exec(t, db, "ALTER TABLE own SET (autovacuum_vacuum_max_threshold = 60)")
			samples = e.scrape(t)
			require.EqualValues(t, 60, samples[ofTable(dead, db, "own")])
			run(t, s.Conn(t, db), "VACUUM FREEZE by_default", "VACUUM by_default",
				"INSERT INTO by_default SELECT generate_series(1, 10000)", "ANALYZE by_default")
			require.InDelta(t, 1000+0.2*20_000*0.5, e.scrape(t)[ofTable(inserted, db, "by_default")], 100, "half of the pages are frozen")
		}
	}, pgtest.Setting("autovacuum", "off"))
}

// TestAutovacuumStartsAtItsThreshold finds the exported threshold with the autovacuum of the server.
func TestAutovacuumStartsAtItsThreshold(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		const options = "WITH (autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_insert_threshold = -1)"
		for _, table := range []string{"below", "above"} {
			s.Exec(t, db, fmt.Sprintf("CREATE TABLE %[1]s (id int) %[2]s; INSERT INTO %[1]s SELECT generate_series(1, 2000)", table, options))
			s.Exec(t, db, "ANALYZE "+table)
		}
		e := newExporter(t, s.URL(db, "postgres"), testConfig())
		samples := e.scrape(t)
		require.EqualValues(t, 300, samples[ofTable("pg_stat_user_tables_autovacuum_threshold", db, "below")])
		s.Exec(t, db, "UPDATE below SET id = 0 WHERE id <= 300")
		s.Exec(t, db, "UPDATE above SET id = 0 WHERE id <= 301")
		e.scrapeUntil(t, ofTable("pg_stat_user_tables_n_dead_tup", db, "above"), 301)
		s.Exec(t, "postgres", "ALTER SYSTEM SET autovacuum = on")
		s.Exec(t, "postgres", "SELECT pg_reload_conf()")
		samples = e.scrapeUntil(t, ofTable("pg_stat_user_tables_autovacuum_count_total", db, "above"), 1)
		require.Contains(t, samples, ofTable("pg_stat_user_tables_autovacuum_count_total", db, "below"))
		require.Zero(t, samples[ofTable("pg_stat_user_tables_autovacuum_count_total", db, "below")])
	}, pgtest.Setting("autovacuum", "off"), pgtest.Setting("autovacuum_naptime", "1s"))
}
