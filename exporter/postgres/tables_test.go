package postgres

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// tableFixture leaves seven live and seven dead rows in plain: of ten rows, four are updated and
// three deleted.
const tableFixture = `
CREATE TABLE plain (id int, price int) WITH (autovacuum_enabled = off);
INSERT INTO plain SELECT g, g FROM generate_series(1, 10) g;
UPDATE plain SET price = 0 WHERE id <= 4;
DELETE FROM plain WHERE id > 7;
SELECT count(*) FROM plain;

CREATE TABLE keyed (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
INSERT INTO keyed SELECT generate_series(1, 100);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
SELECT * FROM keyed WHERE id <= 5;

CREATE TABLE toasted (text text);
ALTER TABLE toasted ALTER text SET STORAGE EXTERNAL;
INSERT INTO toasted SELECT repeat('x', 50000) FROM generate_series(1, 10);
CREATE TABLE wide AS SELECT g, repeat('x', 100) FROM generate_series(1, 1000) g;

CREATE TABLE parted (k int) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE MATERIALIZED VIEW matted AS SELECT 1;
CREATE TEMP TABLE passing (id int)`

func TestTables(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, tableFixture)
		e := newExporter(t, s.URL(db, "postgres"), testConfig())
		samples := e.scrapeUntil(t, ofTable("pg_stat_user_tables_n_tup_ins_total", db, "plain"), 10)
		requireNoRelationFailures(t, samples)

		t.Run("counters", func(t *testing.T) {
			for metric, want := range map[string]int{
				"seq_scan_total":         3, // UPDATE, DELETE, SELECT
				"seq_tup_read_total":     27,
				"n_tup_upd_total":        4,
				"n_tup_hot_upd_total":    4,
				"n_tup_del_total":        3,
				"n_live_tup":             7,
				"n_dead_tup":             7,
				"n_mod_since_analyze":    17,
				"vacuum_count_total":     0,
				"analyze_count_total":    0,
				"autovacuum_count_total": 0,
			} {
				require.EqualValues(t, want, samples[ofTable("pg_stat_user_tables_"+metric, db, "plain")], metric)
				require.Contains(t, samples, ofTable("pg_stat_user_tables_"+metric, db, "plain"))
			}
			require.EqualValues(t, 1, samples[ofTable("pg_stat_user_tables_idx_scan_total", db, "keyed")])
			require.EqualValues(t, 5, samples[ofTable("pg_stat_user_tables_idx_tup_fetch_total", db, "keyed")])
			require.NotContains(t, samples, ofTable("pg_stat_user_tables_idx_scan_total", db, "plain"), "the table has no index")
		})
		t.Run("selected relations", func(t *testing.T) {
			var want []string
			for _, table := range []string{"plain", "keyed", "toasted", "wide", "parted_1", "matted"} {
				want = append(want, ofTable("pg_stat_user_tables_seq_scan_total", db, table))
			}
			require.ElementsMatch(t, want, series(samples, "pg_stat_user_tables_seq_scan_total"))
			require.EqualValues(t, 6, samples[ofDatabase("pg_tables", db)])
		})
		t.Run("last scan and maintenance", func(t *testing.T) {
			_, known := samples[ofTable("pg_stat_user_tables_last_seq_scan_timestamp_seconds", db, "plain")]
			require.Equal(t, s.Major() >= 16, known)
			analyzed := ofTable("pg_stat_user_tables_last_analyze_timestamp_seconds", db, "plain")
			require.NotContains(t, samples, analyzed, "absent if there was none")
			s.Exec(t, db, "ANALYZE")
			samples := e.scrapeUntil(t, ofTable("pg_stat_user_tables_analyze_count_total", db, "plain"), 1)
			require.WithinDuration(t, time.Now(), time.Unix(int64(samples[analyzed]), 0), time.Minute)
			require.EqualValues(t, 0, samples[ofTable("pg_stat_user_tables_n_mod_since_analyze", db, "plain")])
			require.NotContains(t, samples, ofTable("pg_stat_user_tables_last_vacuum_timestamp_seconds", db, "plain"))
		})
		t.Run("sizes", func(t *testing.T) { requireSizes(t, s, e.scrape(t), db) })
		t.Run("limit", func(t *testing.T) {
			s.Exec(t, db, "VACUUM toasted") // ANALYZE does not count the pages of TOAST
			config := testConfig()
			config.TablesLimit = 2
			samples := newExporter(t, s.URL(db, "postgres"), config).scrape(t)
			for _, metric := range []string{"n_live_tup", "table_size_bytes", "index_size_bytes"} {
				require.ElementsMatch(t, []string{
					ofTable("pg_stat_user_tables_"+metric, db, "toasted"),
					ofTable("pg_stat_user_tables_"+metric, db, "wide"),
				}, series(samples, "pg_stat_user_tables_"+metric))
			}
			require.EqualValues(t, 4, samples[ofDatabase("pg_tables_omitted", db)])
			require.EqualValues(t, 6, samples[ofDatabase("pg_tables", db)])
			require.EqualValues(t, 7+100+10+1000+1, samples[ofDatabase("pg_tables_live_rows", db)])
			require.EqualValues(t, 7, samples[ofDatabase("pg_tables_dead_rows", db)])
		})
	})
}

func requireSizes(t *testing.T, s *pgtest.Server, samples map[string]float64, db string) {
	t.Helper()
	for _, table := range []string{"keyed", "toasted", "wide"} {
		var heap, indexes float64
		row := s.Conn(t, db).QueryRow(t.Context(), fmt.Sprintf("SELECT pg_table_size('%[1]s'), pg_indexes_size('%[1]s')", table))
		require.NoError(t, row.Scan(&heap, &indexes))
		require.Equal(t, heap, samples[ofTable("pg_stat_user_tables_table_size_bytes", db, table)])
		require.Equal(t, indexes, samples[ofTable("pg_stat_user_tables_index_size_bytes", db, table)])
	}
	require.Greater(t, samples[ofTable("pg_stat_user_tables_table_size_bytes", db, "toasted")], 500_000.0, "includes TOAST")
	require.Greater(t, samples[ofDatabase("pg_tables_estimated_bytes", db)], 100_000.0)
	require.EqualValues(t, 0, samples[ofDatabase("pg_tables_omitted", db)])
}
