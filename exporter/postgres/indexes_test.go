package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// indexFixture has an index of every kind. Two may be dropped: shop_unused and parted_1_loose.
const indexFixture = `
CREATE TABLE shop (id int PRIMARY KEY, used int, unused int, code int, name text, span int4range,
	EXCLUDE USING gist (span WITH &&));
CREATE INDEX shop_used ON shop (used);
CREATE INDEX shop_unused ON shop (unused);
CREATE UNIQUE INDEX shop_code ON shop (code);
CREATE INDEX shop_name ON shop (lower(name));
INSERT INTO shop SELECT g, g % 100, g, g, repeat('x', 200) || g FROM generate_series(1, 2000) g;

CREATE TABLE replicated (k int NOT NULL);
CREATE UNIQUE INDEX replicated_k ON replicated (k);
ALTER TABLE replicated REPLICA IDENTITY USING INDEX replicated_k;

CREATE TABLE parted (k int) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE INDEX parted_k ON parted (k);
CREATE INDEX parted_1_loose ON parted_1 (k);

CREATE TABLE doubled (k int);
INSERT INTO doubled VALUES (1), (1);
ANALYZE`

// useIndex scans shop_used three times; each scan returns twenty rows.
const useIndex = `
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT * FROM shop WHERE used = 1;
SELECT * FROM shop WHERE used = 2;
SELECT * FROM shop WHERE used = 3`

// indexed returns a database with the fixture, after scans of its index.
func indexed(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	db := s.CreateDatabase(t)
	s.Exec(t, db, indexFixture)
	_, err := s.Conn(t, db).Exec(t.Context(), "CREATE UNIQUE INDEX CONCURRENTLY doubled_k ON doubled (k)")
	require.ErrorContains(t, err, "could not create unique index")
	s.Exec(t, db, useIndex)
	return db
}

func TestIndexes(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := indexed(t, s)
		url := s.URL(db, "postgres")
		samples := newExporter(t, url, testConfig()).
			scrapeUntil(t, ofIndex("pg_stat_user_indexes_idx_scan_total", db, "shop", "shop_used"), 3)
		requireNoRelationFailures(t, samples)

		t.Run("scans", func(t *testing.T) {
			require.EqualValues(t, 60, samples[ofIndex("pg_stat_user_indexes_idx_tup_read_total", db, "shop", "shop_used")])
			require.EqualValues(t, 60, samples[ofIndex("pg_stat_user_indexes_idx_tup_fetch_total", db, "shop", "shop_used")])
			require.Contains(t, samples, ofIndex("pg_stat_user_indexes_idx_scan_total", db, "parted_1", "parted_1_k_idx"))
			require.Len(t, series(samples, "pg_stat_user_indexes_idx_scan_total"), 10, "without the partitioned index")
		})
		t.Run("last scan", func(t *testing.T) {
			const metric = "pg_stat_user_indexes_last_idx_scan_timestamp_seconds"
			last, known := samples[ofIndex(metric, db, "shop", "shop_used")]
			require.Equal(t, s.Major() >= 16, known)
			if known {
				require.WithinDuration(t, time.Now(), time.Unix(int64(last), 0), time.Minute)
			}
			require.NotContains(t, samples, ofIndex(metric, db, "shop", "shop_unused"))
		})
		t.Run("unused", func(t *testing.T) {
			require.ElementsMatch(t, []string{
				ofIndex("pg_index_unused", db, "shop", "shop_unused"),
				ofIndex("pg_index_unused", db, "parted_1", "parted_1_loose"),
			}, series(samples, "pg_index_unused"))
		})
		t.Run("validity", func(t *testing.T) {
			require.EqualValues(t, 0, samples[ofIndex("pg_index_valid", db, "doubled", "doubled_k")])
			require.EqualValues(t, 1, samples[ofIndex("pg_index_valid", db, "shop", "shop_unused")])
		})
		t.Run("sizes", func(t *testing.T) {
			var size float64
			row := s.Conn(t, db).QueryRow(t.Context(), "SELECT pg_relation_size('shop_name')")
			require.NoError(t, row.Scan(&size))
			require.Greater(t, size, 400_000.0)
			require.Equal(t, size, samples[ofIndex("pg_index_size_bytes", db, "shop", "shop_name")])
			require.EqualValues(t, 0, samples[ofDatabase("pg_indexes_omitted", db)])
		})
		t.Run("classes", func(t *testing.T) {
			requireClasses(t, samples, db)
			// ANALYZE and CREATE INDEX count pages, so the estimate is exact here.
			exclusion := samples[ofIndex("pg_index_size_bytes", db, "shop", "shop_span_excl")]
			require.Positive(t, exclusion)
			require.Equal(t, exclusion, samples[ofClass("pg_indexes_estimated_bytes", db, "constraint")])
		})
		t.Run("limit", func(t *testing.T) {
			config := testConfig()
			config.IndexesLimit = 1
			samples := newExporter(t, url, config).scrape(t)
			require.Equal(t, []string{ofIndex("pg_stat_user_indexes_idx_scan_total", db, "shop", "shop_name")},
				series(samples, "pg_stat_user_indexes_idx_scan_total"), "the largest")
			require.ElementsMatch(t, []string{
				ofIndex("pg_index_size_bytes", db, "shop", "shop_name"),
				ofIndex("pg_index_size_bytes", db, "shop", "shop_unused"),
				ofIndex("pg_index_size_bytes", db, "doubled", "doubled_k"),
			}, series(samples, "pg_index_size_bytes"), "the largest unused and the largest invalid index are not displaced")
			require.EqualValues(t, 9, samples[ofDatabase("pg_indexes_omitted", db)])
			requireClasses(t, samples, db)
		})
		t.Run("temporary tables", func(t *testing.T) {
			_, err := s.Conn(t, db).Exec(t.Context(), "CREATE TEMP TABLE passing (id int PRIMARY KEY)")
			require.NoError(t, err)
			samples := newExporter(t, url, testConfig()).scrape(t)
			requireClasses(t, samples, db)
			for name := range samples {
				require.NotContains(t, name, "passing")
			}
		})
	})
}

func requireClasses(t *testing.T, samples map[string]float64, db string) {
	t.Helper()
	for class, count := range map[string]int{
		"invalid":    1, // doubled_k
		"primary":    1, // shop_pkey
		"unique":     2, // shop_code, replicated_k
		"constraint": 1, // shop_span_excl
		"unused":     2, // shop_unused, parted_1_loose
		"other":      3, // shop_used, shop_name (an expression), parted_1_k_idx (attached)
	} {
		require.EqualValues(t, count, samples[ofClass("pg_indexes", db, class)], class)
	}
	require.Len(t, series(samples, "pg_indexes"), 6)
}
