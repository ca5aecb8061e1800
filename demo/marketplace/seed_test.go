package marketplace_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// now is the middle of a month, so that the latest settled period is a whole one.
var now = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func TestSeed(t *testing.T) {
	s := pgtest.Newest(t, pgtest.Setting("timezone", "America/New_York"))
	conn := s.Conn(t, s.CreateDatabase(t))
	var progress bytes.Buffer
	opts := marketplace.SeedOptions{Seed: 1, Now: now, Progress: &progress}
	require.NoError(t, marketplace.Seed(t.Context(), conn, opts))

	t.Run("reports each table on a line", func(t *testing.T) {
		require.Contains(t, progress.String(), "12500 rows")
		require.NotContains(t, progress.String(), "\r")
	})
	t.Run("does not seed again", func(t *testing.T) {
		require.ErrorIs(t, marketplace.Seed(t.Context(), conn, opts), marketplace.ErrExists)
	})
	t.Run("leaves only the marketplace", func(t *testing.T) {
		require.Zero(t, number(t, conn, `SELECT count(*) FROM pg_namespace WHERE nspname = 'seed'`))
		require.Zero(t, number(t, conn, `SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN ('roll', 'id')`))
	})
	t.Run("produces a plausible year", func(t *testing.T) { requirePlausibleYear(t, conn) })
	t.Run("uses every status", func(t *testing.T) { requireEveryStatus(t, conn) })
	t.Run("is consistent", func(t *testing.T) { requireConsistent(t, conn) })
}

func requirePlausibleYear(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	require.Equal(t, 5000, number(t, conn, `SELECT count(*) FROM "User"`))
	require.Equal(t, 2000, number(t, conn, `SELECT count(*) FROM "Product"`))
	for what, test := range map[string]struct {
		low, high int
		sql       string
	}{
		"successful payments in 10,000": {9850, 9980, `SELECT 10000 * count(*) FILTER (WHERE "status" IN ('SUCCEEDED', 'REFUNDED'))
			/ count(*) FILTER (WHERE "status" IN ('SUCCEEDED', 'REFUNDED', 'FAILED')) FROM "Payment"`},
		"orders in the last month for 100 in the first": {180, 400, `SELECT 100 * count(*) FILTER (WHERE "createdAt" > '2026-10-20')
			/ count(*) FILTER (WHERE "createdAt" < '2026-01-11') FROM "Order"`},
		"orders on a Sunday for 100 on a Tuesday": {60, 95, `SELECT 100 * count(*) FILTER (WHERE extract(dow FROM "createdAt") = 0)
			/ count(*) FILTER (WHERE extract(dow FROM "createdAt") = 2) FROM "Order"`},
		"orders at night in Seoul for 100 in the evening": {2, 25, `SELECT 100 * count(*) FILTER (WHERE extract(hour FROM "createdAt") = 19)
			/ count(*) FILTER (WHERE extract(hour FROM "createdAt") = 11) FROM "Order"`},
		"sessions at night in Seoul for 100 in the evening": {2, 25, `SELECT 100 * count(*) FILTER (WHERE extract(hour FROM "createdAt") = 19)
			/ count(*) FILTER (WHERE extract(hour FROM "createdAt") = 11) FROM "Session"`},
		"users who return within a week, in 100": {20, 70, `SELECT 100 * count(*) FILTER (WHERE EXISTS (SELECT FROM "Session" s
			WHERE s."userId" = u."id" AND s."createdAt" BETWEEN u."createdAt" + interval '1 minute' AND u."createdAt" + interval '7 days')) / count(*)
			FROM "User" u WHERE "createdAt" < '2026-11-01'`},
		"users who return on the next day, in 100": {15, 35, `SELECT 100 * count(*) FILTER (WHERE EXISTS (SELECT FROM "Session" s
			WHERE s."userId" = u."id" AND s."createdAt" BETWEEN u."createdAt" + interval '1 day' AND u."createdAt" + interval '2 days')) / count(*)
			FROM "User" u WHERE "createdAt" < '2026-11-01'`},
		"users of the last 30 days":  {1000, 3500, `SELECT count(DISTINCT "userId") FROM "Session" WHERE "createdAt" > '2026-10-21 12:00'`},
		"users of the last day":      {80, 600, `SELECT count(DISTINCT "userId") FROM "Session" WHERE "createdAt" > '2026-11-19 12:00'`},
		"days of business":           {345, 355, `SELECT count(DISTINCT "createdAt"::date) FROM "Order"`},
		"days of registrations":      {364, 366, `SELECT count(DISTINCT "createdAt"::date) FROM "User"`},
		"partial refunds":            {40, 120, `SELECT count(*) FROM "Refund" r JOIN "Order" o ON o."id" = r."order_id" WHERE r."amount" < o."amount"`},
		"months settled":             {10, 12, `SELECT count(DISTINCT "period_start") FROM "Settlement"`},
		"payments without a method":  {100, 800, `SELECT count(*) FROM "Payment" WHERE "payment_method" IS NULL`},
		"prompts without a category": {20, 200, `SELECT count(*) FROM "Product" WHERE "category" IS NULL`},
		"verifications that wait":    {3, 80, `SELECT count(*) FROM "Verification" WHERE "status" NOT IN ('APPROVED', 'REJECTED', 'CANCELLED')`},
		"hours that the longest verification waits": {2, 71, `SELECT extract(epoch FROM '2026-11-20 12:00' - min("requested_at"))::int / 3600
			FROM "Verification" WHERE "status" IN ('PENDING', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED')`},
		"levels of verification":                   {4, 4, `SELECT count(DISTINCT "level") FROM "Verification"`},
		"mails that are due and not sent":          {20, 300, `SELECT count(*) FROM "EmailQueue" WHERE "status" = 'PENDING' AND "scheduled_at" <= '2026-11-20 12:00'`},
		"currencies":                               {3, 3, `SELECT count(DISTINCT "currency") FROM "Order"`},
		"orders in won, in 100":                    {60, 80, `SELECT 100 * count(*) FILTER (WHERE "currency" = 'KRW') / count(*) FROM "Order"`},
		"subscribers in 1,000":                     {40, 80, `SELECT 1000 * count(*) FILTER (WHERE "status" <> 'CANCELLED') / 5000 FROM "Subscription"`},
		"minutes since the newest order, in UTC":   {0, 180, `SELECT extract(epoch FROM '2026-11-20 12:00' - max("createdAt"))::int / 60 FROM "Order"`},
		"tables without statistics of the planner": {0, 0, `SELECT count(*) FROM pg_class WHERE relname = 'Order' AND reltuples < 1`},
	} {
		t.Run(what, func(t *testing.T) {
			n := number(t, conn, test.sql)
			require.True(t, n >= test.low && n <= test.high, "%d is not in [%d, %d]", n, test.low, test.high)
		})
	}
}

func requireEveryStatus(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for _, table := range []string{"User", "File", "Verification", "Order", "Payment", "Refund", "EmailQueue"} {
		enum := map[bool]string{true: "EmailStatus", false: table + "Status"}[table == "EmailQueue"]
		missing := number(t, conn, `SELECT count(*) FROM unnest(enum_range(NULL::"`+enum+`")) AS state
			WHERE NOT EXISTS (SELECT FROM "`+table+`" WHERE "status" = state)`)
		require.Zero(t, missing, "statuses of %s without a row", table)
	}
	require.Equal(t, 5, number(t, conn, `SELECT count(DISTINCT "status") FROM "Product"`))
	require.Equal(t, 3, number(t, conn, `SELECT count(DISTINCT "status") FROM "Subscription"`))
	require.Equal(t, 4, number(t, conn, `SELECT count(DISTINCT "interval") FROM "Subscription"`), "in both spellings")
	require.Equal(t, 2, number(t, conn, `SELECT count(DISTINCT "status") FROM "Settlement" WHERE "status" IN ('PAID', 'CANCELLED')`))
	require.Zero(t, number(t, conn, `SELECT count(*) FROM "Settlement" WHERE "status" NOT IN ('PAID', 'CANCELLED')`), "three days after the month")
}

// requireConsistent counts rows that contradict each other. Orphans are impossible: the foreign
// keys exist and are valid.
func requireConsistent(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	require.Zero(t, number(t, conn, `SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated`))
	require.Greater(t, number(t, conn, `SELECT count(*) FROM pg_constraint WHERE contype = 'f'`), 40)
	for what, sql := range map[string]string{
		"payments unlike their order": `SELECT count(*) FROM "Payment" p JOIN "Order" o ON o."id" = p."order_id"
			WHERE (p."currency", p."amount", p."provider") IS DISTINCT FROM (o."currency", o."amount", o."payment_provider")`,
		"refunds above their order, or in another currency": `SELECT count(*) FROM "Refund" r JOIN "Order" o ON o."id" = r."order_id"
			WHERE r."currency" <> o."currency" OR r."amount" > o."amount" OR r."amount" <= 0 OR o."paid_at" IS NULL`,
		"orders unlike their prompt": `SELECT count(*) FROM "Order" o JOIN "Product" p ON p."id" = o."product_id"
			WHERE p."currency" <> o."currency" OR p."price" <> o."amount"`,
		"won at Stripe, or dollars at Toss": `SELECT count(*) FROM "Order" WHERE ("currency" = 'KRW') <> ("payment_provider" = 'toss')`,
		"parts of a won":                    `SELECT count(*) FROM "Order" WHERE "currency" = 'KRW' AND "amount" <> floor("amount")`,
		"parts of a cent":                   `SELECT count(*) FROM "Order" WHERE "amount"::numeric <> round("amount"::numeric, 2) OR "platform_fee"::numeric <> round("platform_fee"::numeric, 2)`,
		"orders whose parts do not add up":  `SELECT count(*) FROM "Order" WHERE abs("platform_fee" + "seller_amount" - "amount") > 0.001`,
		"fees other than 15 %, rounded down": `SELECT count(*) FROM "Order", LATERAL (SELECT CASE "currency" WHEN 'KRW' THEN 1 ELSE 100 END AS unit) units
			WHERE abs(floor(round("amount" * unit) * 15 / 100) - "platform_fee" * unit) > 0.001`,
		"settlements unlike their orders": `SELECT count(*) FROM (SELECT p."seller_id", o."currency", date_trunc('month', o."paid_at") AS period,
				sum(o."amount") AS amount, sum(o."platform_fee") AS fee, sum(o."seller_amount") AS payout
				FROM "Order" o JOIN "Product" p ON p."id" = o."product_id"
				WHERE o."status" IN ('PAID', 'COMPLETED') AND o."paid_at" < '2026-11-01' GROUP BY 1, 2, 3) due
			FULL JOIN "Settlement" s ON s."seller_id" = due."seller_id" AND s."currency" = due."currency" AND s."period_start" = due.period
			WHERE s."id" IS NULL OR due.period IS NULL OR abs(s."total_amount" - due.amount) > 0.001
				OR abs(s."platform_fee" - due.fee) > 0.001 OR abs(s."payout_amount" - due.payout) > 0.001`,
		"settlements of anything but a month": `SELECT count(*) FROM "Settlement" WHERE "period_end" <> "period_start" + interval '1 month' OR "period_start" <> date_trunc('month', "period_start")`,
		"orders before their buyer, or their prompt": `SELECT count(*) FROM "Order" o JOIN "User" u ON u."id" = o."buyer_id"
			JOIN "Product" p ON p."id" = o."product_id" WHERE o."createdAt" < u."createdAt" OR o."createdAt" < p."published_at"
				OR p."published_at" IS NULL`,
		"prompts before their seller":         `SELECT count(*) FROM "Product" p JOIN "User" u ON u."id" = p."seller_id" WHERE p."createdAt" < u."createdAt"`,
		"prompts of other users than sellers": `SELECT count(*) FROM "Product" p JOIN "User" u ON u."id" = p."seller_id" WHERE u."role" <> 'seller'`,
		"sessions before their user":          `SELECT count(*) FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE s."createdAt" < u."createdAt"`,
		"subscriptions outside of their period": `SELECT count(*) FROM "Subscription" WHERE "currentPeriodStart" < "createdAt"
			OR "currentPeriodEnd" NOT IN ("currentPeriodStart" + interval '1 month', "currentPeriodStart" + interval '1 year')
			OR ("status" = 'CANCELLED') <> ("currentPeriodEnd" <= '2026-11-20 12:00')`,
		"accounts with another tier than their subscription": `SELECT count(*) FROM "User" u LEFT JOIN "Subscription" s
			ON s."userId" = u."id" AND s."status" <> 'CANCELLED' WHERE u."subscriptionTier" <> coalesce(s."tier", 'FREE')`,
		"verifications by a verifier who is not registered yet": `SELECT count(*) FROM "Verification" v JOIN "User" u ON u."id" = v."verifier_id"
			WHERE v."assigned_at" < u."createdAt" OR u."role" <> 'verifier'`,
		"tables without row level security": `SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity`,
		"verifications out of order": `SELECT count(*) FROM "Verification" WHERE "assigned_at" < "requested_at" OR "reviewed_at" < "assigned_at"
			OR "completed_at" < "reviewed_at" OR ("status" IN ('COMPLETED', 'APPROVED', 'REJECTED')) <> ("completed_at" IS NOT NULL)`,
		"times in the future": `SELECT count(*) FROM (SELECT "createdAt" AS at FROM "User" UNION ALL SELECT "createdAt" FROM "Session"
			UNION ALL SELECT "createdAt" FROM "Product" UNION ALL SELECT "published_at" FROM "Product" UNION ALL SELECT "created_at" FROM "File"
			UNION ALL SELECT "requested_at" FROM "Verification" UNION ALL SELECT "assigned_at" FROM "Verification"
			UNION ALL SELECT "reviewed_at" FROM "Verification" UNION ALL SELECT "completed_at" FROM "Verification"
			UNION ALL SELECT "createdAt" FROM "Order" UNION ALL SELECT "paid_at" FROM "Order" UNION ALL SELECT "refunded_at" FROM "Order"
			UNION ALL SELECT "createdAt" FROM "Payment" UNION ALL SELECT "updatedAt" FROM "Payment" UNION ALL SELECT "createdAt" FROM "Refund"
			UNION ALL SELECT "created_at" FROM "Review" UNION ALL SELECT "sent_at" FROM "EmailQueue" UNION ALL SELECT "created_at" FROM "Wishlist"
			UNION ALL SELECT "created_at" FROM "EmailQueue" UNION ALL SELECT "payout_date" FROM "Settlement") moments WHERE at > '2026-11-20 12:00'`,
		"paid orders without their payment": `SELECT count(*) FROM "Order" o WHERE ("paid_at" IS NOT NULL) <>
			EXISTS (SELECT FROM "Payment" p WHERE p."order_id" = o."id" AND p."status" IN ('SUCCEEDED', 'REFUNDED'))`,
		"refunded orders without a refund of the whole amount": `SELECT count(*) FROM "Order" o WHERE ("status" = 'REFUNDED') <>
			EXISTS (SELECT FROM "Refund" r WHERE r."order_id" = o."id" AND r."amount" = o."amount" AND r."status" = 'SUCCEEDED')`,
		"failed payments without a reason": `SELECT count(*) FROM "Payment" WHERE ("status" = 'FAILED') <> ("failure_code" IS NOT NULL)`,
		"ids unlike Prisma's":              `SELECT count(*) FROM (SELECT "id" FROM "User" UNION ALL SELECT "id" FROM "Order" UNION ALL SELECT "id" FROM "Session") ids WHERE "id" !~ '^c[0-9a-z]{24}$'`,
	} {
		t.Run("no "+what, func(t *testing.T) { require.Zero(t, number(t, conn, sql)) })
	}
}

func TestSmallestMarketplaceIsConsistent(t *testing.T) {
	s := pgtest.Newest(t)
	for seed := range uint64(5) {
		conn := s.Conn(t, s.CreateDatabase(t))
		require.NoError(t, marketplace.Seed(t.Context(), conn, marketplace.SeedOptions{Users: 200, Seed: seed, Now: now}))
		require.Equal(t, 500, number(t, conn, `SELECT count(*) FROM "Order"`))
		requireConsistent(t, conn)
	}
}

func TestSameSeedProducesTheSameRows(t *testing.T) {
	s := pgtest.Newest(t)
	base := marketplace.SeedOptions{Users: 500, Seed: 7, Now: now}
	rows := fingerprint(t, s, base)
	elsewhere := base
	elsewhere.Now = now.In(time.FixedZone("KST", 9*60*60))
	require.Equal(t, rows, fingerprint(t, s, elsewhere), "the zone of Now has no effect")
	for what, change := range map[string]func(*marketplace.SeedOptions){
		"seed":  func(o *marketplace.SeedOptions) { o.Seed++ },
		"users": func(o *marketplace.SeedOptions) { o.Users++ },
		"now":   func(o *marketplace.SeedOptions) { o.Now = o.Now.Add(time.Hour) },
	} {
		other := base
		change(&other)
		require.NotEqual(t, rows, fingerprint(t, s, other), what)
	}
}

// fingerprint returns a hash of the rows of every table.
func fingerprint(t *testing.T, s *pgtest.Server, opts marketplace.SeedOptions) map[string]string {
	t.Helper()
	conn := s.Conn(t, s.CreateDatabase(t))
	require.NoError(t, marketplace.Seed(t.Context(), conn, opts))
	rows, err := conn.Query(t.Context(), `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	hashes := map[string]string{}
	for _, table := range tables {
		var hash string
		sql := `SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM ` + pgx.Identifier{table}.Sanitize() + ` t`
		require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&hash))
		hashes[table] = hash
	}
	return hashes
}

func TestCanceledSeedLeavesNothing(t *testing.T) {
	s := pgtest.Newest(t)
	db := s.CreateDatabase(t)
	ctx, cancel := context.WithCancel(t.Context())
	opts := marketplace.SeedOptions{Users: 1000, Now: now, Progress: cancelAt{"Order ", cancel}}
	require.ErrorIs(t, marketplace.Seed(ctx, s.Conn(t, db), opts), context.Canceled)
	require.Eventually(t, func() bool {
		return number(t, s.Conn(t, db), `SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'seed')`) == 0
	}, 5*time.Second, 50*time.Millisecond)
}

func TestSeedRequiresUsers(t *testing.T) {
	err := marketplace.Seed(t.Context(), nil, marketplace.SeedOptions{Users: 5})
	require.ErrorContains(t, err, "at least 200")
}

// cancelAt cancels when a step is reported.
type cancelAt struct {
	step   string
	cancel context.CancelFunc
}

func (c cancelAt) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte(c.step)) {
		c.cancel()
	}
	return len(text), nil
}

func TestStatisticsCountTheSeededRows(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		database := s.CreateDatabase(t)
		conn, err := pgx.Connect(t.Context(), s.URL(database, "postgres"))
		require.NoError(t, err)
		require.NoError(t, marketplace.Seed(t.Context(), conn, marketplace.SeedOptions{Users: 300, Seed: 1}))
		require.NoError(t, conn.Close(t.Context())) // the end of a session reports the rest of its counters
		time.Sleep(time.Second)                     // before 15 a separate process collects them, twice a second
		var live float64
		err = s.Conn(t, database).QueryRow(t.Context(), `SELECT pg_stat_get_live_tuples('"User"'::regclass)`).Scan(&live)
		require.NoError(t, err)
		require.EqualValues(t, 300, live)
	})
}
