package postgres

import (
	"testing"

	"github.com/alecthomas/kingpin/v2"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
	"github.com/aimarketplace/monitoring/rules"
)

// TestPinnedTablesAreTheCoreTables holds the default of --postgres.pinned-table to the list in
// rules/thresholds.yml.
func TestPinnedTablesAreTheCoreTables(t *testing.T) {
	var config Config
	app := kingpin.New("test", "")
	config.Register(app)
	_, err := app.Parse(nil)
	require.NoError(t, err)
	bundle, err := rules.Load()
	require.NoError(t, err)
	var core []string
	for rule := range bundle.All() {
		if rule.Record == "default:core:pg_table:info" {
			core = append(core, rule.Labels["relname"])
		}
	}
	require.Len(t, core, 7)
	require.Equal(t, core, config.PinnedTables)
}

// TestPinnedTables truncates a table, so that larger ones fill the limit, and then drops it.
func TestPinnedTables(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, `CREATE TABLE "Order" AS SELECT g AS id FROM generate_series(1, 20000) g;
			CREATE TABLE wide AS SELECT g, repeat('x', 100) AS text FROM generate_series(1, 5000) g;
			CREATE TABLE wider AS SELECT g, repeat('x', 200) AS text FROM generate_series(1, 5000) g`)
		s.Exec(t, db, "ANALYZE")
		config := testConfig()
		config.TablesLimit = 2
		e := newExporter(t, s.URL(db, "postgres"), config)
		const metric = "pg_stat_user_tables_n_live_tup"
		live, wider := ofTable(metric, db, "Order"), ofTable(metric, db, "wider")
		pinned := `pg_tables_pinned{datname="` + db + `",relname="Order",schemaname=""}`

		s.Exec(t, db, `TRUNCATE "Order"`)
		s.Exec(t, db, "ANALYZE")
		samples := e.scrapeUntil(t, live, 0)
		requireNoRelationFailures(t, samples)
		require.ElementsMatch(t, []string{live, wider}, series(samples, metric))
		require.Contains(t, samples, ofTable("pg_stat_user_tables_table_size_bytes", db, "Order"))
		require.EqualValues(t, 1, samples[pinned])
		require.Len(t, series(samples, "pg_tables_pinned"), 7)

		s.Exec(t, db, `CREATE SCHEMA backup; CREATE TABLE backup."Order" (id int)`)
		samples = e.scrape(t)
		require.EqualValues(t, 2, samples[pinned])
		s.Exec(t, db, `CREATE SCHEMA tenant; CREATE TABLE tenant."Order" (id int)`)
		require.NotContains(t, e.scrape(t), pinned, "more than the limit: it is unknown whether one is missing")

		s.Exec(t, db, `DROP TABLE "Order", backup."Order", tenant."Order"`)
		samples = e.scrape(t)
		require.NotContains(t, samples, live)
		require.Contains(t, samples, pinned)
		require.Zero(t, samples[pinned])
		require.Len(t, series(samples, metric), 2, "the limit stays")
	})
}
