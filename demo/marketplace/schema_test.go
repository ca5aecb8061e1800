package marketplace_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestSchemaLoadsIntoEachMajor(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		db := s.CreateDatabase(t)
		s.Exec(t, db, marketplace.Schema())
		conn := s.Conn(t, db)

		tables := number(t, conn, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`)
		require.True(t, tables >= 38 && tables <= 44, "%d tables", tables)
		indexes := number(t, conn, `SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'`)
		require.True(t, indexes >= 120 && indexes <= 140, "%d indexes", indexes)
		keyless := number(t, conn, `SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
			AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)`)
		require.Zero(t, keyless, "tables without a primary key")
	})
}

func TestSchemaMatchesPrismas(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	s.Exec(t, db, marketplace.Schema())
	conn := s.Conn(t, db)

	t.Run("columns of an order", func(t *testing.T) {
		require.Equal(t, map[string]string{
			"id": "text", "buyer_id": "text", "product_id": "text", "amount": "float8", "platform_fee": "float8",
			"seller_amount": "float8", "currency": "text", "status": "OrderStatus", "payment_provider": "text",
			"paid_at": "timestamp", "refunded_at": "timestamp", "createdAt": "timestamp",
		}, columns(t, conn, "Order"))
	})
	t.Run("timestamps have milliseconds and no time zone", func(t *testing.T) {
		odd := number(t, conn, `SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'
			AND table_name <> '_prisma_migrations' AND udt_name LIKE 'timestamp%' AND (udt_name <> 'timestamp' OR datetime_precision <> 3)`)
		require.Zero(t, odd)
	})
	t.Run("sessions have no index by time", func(t *testing.T) {
		require.Zero(t, number(t, conn, `SELECT count(*) FROM pg_indexes WHERE tablename = 'Session' AND indexdef LIKE '%createdAt%'`))
	})
}

func columns(t *testing.T, conn *pgx.Conn, table string) map[string]string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT column_name::text, udt_name::text FROM information_schema.columns WHERE table_name = $1`, table)
	require.NoError(t, err)
	found := map[string]string{}
	var name, kind string
	_, err = pgx.ForEachRow(rows, []any{&name, &kind}, func() error { found[name] = kind; return nil })
	require.NoError(t, err)
	return found
}

// number returns the number that a query selects.
func number(t *testing.T, conn *pgx.Conn, sql string) int {
	t.Helper()
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&n), sql)
	return n
}
