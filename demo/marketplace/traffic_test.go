package marketplace_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const poolSize = 5

func TestTraffic(t *testing.T) {
	s := pgtest.Newest(t, pgtest.Setting("timezone", "Asia/Seoul"))
	db := s.CreateDatabase(t)
	s.Exec(t, db, "CREATE EXTENSION pg_stat_statements")
	conn := s.Conn(t, db)
	began := time.Now().UTC()
	require.NoError(t, marketplace.Seed(t.Context(), conn, marketplace.SeedOptions{Users: 500, Now: began.Add(-time.Minute)}))
	s.Exec(t, db, `INSERT INTO "FeatureFlag" ("key") VALUES ('slow-report')`)

	before := goleak.IgnoreCurrent()
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	ended := make(chan struct{})
	pool := newPool(t, s.URL(db, pgserver.Superuser))
	go func() {
		defer close(ended)
		marketplace.Traffic(ctx, pool, marketplace.TrafficOptions{
			Seed: 1, Rate: 200, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
	}()

	for what, sql := range newRows(began) {
		require.Eventually(t, func() bool { return number(t, conn, sql) > 0 }, time.Minute, 100*time.Millisecond, what)
		requireFewConnections(t, conn)
	}

	stop()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("traffic did not stop")
	}
	pool.Close()
	goleak.VerifyNone(t, before)
	require.Empty(t, log.String(), "failed actions")
	require.Zero(t, number(t, conn, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`))
}

// newRows returns queries that count what traffic has changed since it began, by times in UTC.
func newRows(began time.Time) map[string]string {
	since := "'" + began.Format("2006-01-02 15:04:05") + "' AND timezone('UTC', now())"
	return map[string]string{
		"sessions":        `SELECT count(*) FROM "Session" WHERE "createdAt" BETWEEN ` + since,
		"users":           `SELECT count(*) FROM "User" WHERE "createdAt" BETWEEN ` + since,
		"uploads":         `SELECT count(*) FROM "Product" WHERE "createdAt" BETWEEN ` + since,
		"verifications":   `SELECT count(*) FROM "Verification" WHERE "assigned_at" BETWEEN ` + since,
		"paid orders":     `SELECT count(*) FROM "Order" WHERE "status" = 'PAID' AND "paid_at" BETWEEN ` + since,
		"payments":        `SELECT count(*) FROM "Payment" WHERE "status" = 'SUCCEEDED' AND "updatedAt" BETWEEN ` + since,
		"refunds":         `SELECT count(*) FROM "Refund" WHERE "createdAt" BETWEEN ` + since,
		"mails sent":      `SELECT count(*) FROM "EmailQueue" WHERE "sent_at" BETWEEN ` + since,
		"reviews":         `SELECT count(*) FROM "Review" WHERE "created_at" BETWEEN ` + since,
		"a slow report":   `SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%sales_report%' AND max_exec_time > 1000`,
		"lock waits":      `SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'UPDATE "Coupon"%' AND max_exec_time > 100`,
		"many statements": `SELECT count(*) / 20 FROM pg_stat_statements WHERE query NOT LIKE 'CREATE%'`,
	}
}

func requireFewConnections(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	others := number(t, conn, `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`)
	require.LessOrEqual(t, others, poolSize)
}

func TestTrafficContinuesAfterARestart(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	require.NoError(t, marketplace.Seed(t.Context(), s.Conn(t, db), marketplace.SeedOptions{Users: 200}))
	pool := newPool(t, s.URL(db, pgserver.Superuser))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		marketplace.Traffic(ctx, pool, marketplace.TrafficOptions{Rate: 200})
	}()
	t.Cleanup(func() { stop(); <-ended; pool.Close() })

	require.NoError(t, s.Restart(t.Context()))
	conn := s.Conn(t, db)
	sessions := number(t, conn, `SELECT count(*) FROM "SearchLog"`)
	require.Eventually(t, func() bool { return number(t, conn, `SELECT count(*) FROM "SearchLog"`) > sessions }, time.Minute, 100*time.Millisecond)
}

func newPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.MaxConns = poolSize
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	return pool
}
