package kpi

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// A story is a few rows of a marketplace and the values of KPIs that were computed by hand. Each
// runs on every major version, in a database whose time zone is neither UTC nor that of the KPIs.
type story struct {
	name   string
	rows   []string
	want   map[string]series  // by KPI; complete, so a missing series must be absent
	approx map[string]float64 // by KPI and label values, of ages: to a minute, since the test takes time
}

// series are values by label values, which are separated by spaces in the order of the entry.
type series map[string]float64

const (
	kpiZone    = "Asia/Seoul"          // UTC+9 all year
	serverZone = "America/Los_Angeles" // UTC-8 or -7
)

func allStories() []story {
	return slices.Concat(peopleStories(), retentionStories(), promptStories(), categoryStories(), tradeStories(), paymentStories(),
		revenueStories(), mailStories(), reconciliationStories())
}

func TestShippedKPIsReturnHandComputedValues(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		shop := server.CreateDatabase(t)
		server.Exec(t, shop, marketplace.Schema())
		server.Exec(t, "postgres", fmt.Sprintf("ALTER DATABASE %s SET timezone = '%s'", shop, serverZone))
		db := open(t, server, shop)
		for _, s := range allStories() {
			t.Run(s.name, func(t *testing.T) {
				avoidMidnight(t)
				server.Exec(t, shop, s.script())
				s.check(t, db, testConfig())
			})
		}
	})
}

// otherSchema stores the same marketplace in another way: amounts in minor units, times with a time
// zone, and tables in a schema of their own.
const otherSchema = `
	CREATE SCHEMA "Shop"; SET timezone = 'UTC';
	DO $$ DECLARE c record; BEGIN
		FOR c IN SELECT table_name, column_name FROM information_schema.columns
			WHERE table_schema = 'public' AND data_type LIKE 'timestamp without%' LOOP
			EXECUTE format('ALTER TABLE %I ALTER %I TYPE timestamptz', c.table_name, c.column_name);
		END LOOP;
		FOR c IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
			EXECUTE format('ALTER TABLE %I SET SCHEMA "Shop"', c.relname);
		END LOOP;
	END $$`

const minorUnits = `; UPDATE "Order" SET amount = amount * 100, platform_fee = platform_fee * 100;
	UPDATE "Refund" SET amount = amount * 100; UPDATE "Settlement" SET payout_amount = payout_amount * 100`

func TestShippedKPIsReturnTheSameForOtherSettings(t *testing.T) {
	server := pgtest.Newest(t)
	shop := server.CreateDatabase(t)
	server.Exec(t, shop, marketplace.Schema())
	server.Exec(t, shop, otherSchema)
	server.Exec(t, "postgres", fmt.Sprintf("ALTER DATABASE %s SET timezone = '%s'", shop, serverZone))
	config := testConfig()
	config.File = filepath.Join(t.TempDir(), "own.yaml")
	for _, timestamps := range []string{utc, timestamptz} { // utc also reads columns with a time zone
		settings := "settings: {money: minor, timestamps: " + timestamps + ", schema: Shop}"
		require.NoError(t, os.WriteFile(config.File, []byte(settings), 0o600))
		db := open(t, server, shop)
		for _, s := range allStories() {
			t.Run(timestamps+"/"+s.name, func(t *testing.T) {
				avoidMidnight(t)
				server.Exec(t, shop, `SET search_path = "Shop", public; SET timezone = 'UTC'; `+s.script()+minorUnits)
				s.check(t, db, config)
			})
		}
	}
}

// script replaces all rows by those of s. A replica session does not check foreign keys, so a story
// lists only the rows that it is about.
func (s story) script() string {
	statements := []string{"SET session_replication_role = replica"}
	for _, table := range []string{
		"User", "Session", "Product", "File", "Verification", "Order", "Payment", "Refund", "Settlement", "Subscription",
		"SubscriptionPlan", "Review", "EmailQueue",
	} {
		statements = append(statements, fmt.Sprintf("DELETE FROM %q", table))
	}
	return strings.Join(append(statements, s.rows...), ";")
}

func (s story) check(t *testing.T, db *database.DB, config Config) {
	for kpi, want := range s.want {
		require.Equal(t, want, runShipped(t, db, config, kpi), kpi)
	}
	for subject, want := range s.approx {
		kpi, labels, _ := strings.Cut(subject, " ")
		require.InDelta(t, want, runShipped(t, db, config, kpi)[labels], 60, subject)
	}
}

// avoidMidnight waits if the day in the KPI time zone could end between the fixture and the query.
func avoidMidnight(t *testing.T) {
	t.Helper()
	zone, err := time.LoadLocation(kpiZone)
	require.NoError(t, err)
	now := time.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone)
	if left := midnight.Sub(now); left < 10*time.Second {
		time.Sleep(left)
	}
}

func open(t testing.TB, server *pgtest.Server, name string) *database.DB {
	t.Helper()
	return openAs(t, server, name, pgserver.Superuser)
}

func openAs(t testing.TB, server *pgtest.Server, name, user string) *database.DB {
	t.Helper()
	config := database.Config{URL: server.URL(name, user), Timeout: 5 * time.Second}
	db, err := database.Open(config.Replica(), "kpi")
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func testConfig() Config { return Config{TimeZone: kpiZone, Timeout: 30 * time.Second} }

// runShipped runs one shipped KPI.
func runShipped(t *testing.T, db *database.DB, config Config, name string) series {
	t.Helper()
	definitions, err := config.Load()
	require.NoError(t, err)
	for _, d := range definitions {
		if d.Name == name {
			result, err := d.Run(t.Context(), db)
			require.NoError(t, err)
			return byLabels(result)
		}
	}
	t.Fatalf("no shipped KPI has the name %s", name)
	return nil
}

func byLabels(result Result) series {
	values := series{}
	for _, row := range result.Rows {
		values[strings.Join(row.Labels, " ")] = row.Value
	}
	return values
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// ago returns a time as Prisma stores it: in UTC, in a column without a time zone.
func ago(interval string) string {
	return fmt.Sprintf("(now() AT TIME ZONE 'UTC' - interval '%s')", interval)
}

// onDay returns a time of day in the KPI time zone as Prisma stores it: onDay(1, "23:59") is late
// yesterday in Seoul.
func onDay(daysAgo int, clock string) string {
	return fmt.Sprintf("(((now() AT TIME ZONE '%[1]s')::date - %[2]d + time '%[3]s') AT TIME ZONE '%[1]s' AT TIME ZONE 'UTC')",
		kpiZone, daysAgo, clock)
}

// insert returns an INSERT of a row with a random id. Values are SQL; see text for strings.
func insert(table, columns string, values ...string) string {
	return fmt.Sprintf("INSERT INTO %q (id, %s) VALUES (gen_random_uuid()::text, %s)", table, columns, strings.Join(values, ", "))
}

// text quotes s for SQL; the empty string stands for NULL.
func text(s string) string {
	if s == "" {
		return "NULL"
	}
	return "'" + s + "'"
}

func number(n float64) string { return fmt.Sprint(n) }

func times(n int, row string) []string {
	var rows []string
	for range n {
		rows = append(rows, row)
	}
	return rows
}

func account(id, created string) string {
	return fmt.Sprintf(`INSERT INTO "User" (id, "createdAt") VALUES ('%s', %s)`, id, created)
}

func session(user, created string) string {
	return insert("Session", `"userId", "createdAt", "expiresAt"`, text(user), created, "now()")
}

func review(user, created string) string {
	return insert("Review", `user_id, product_id, rating, created_at`, text(user), "'p'", "5", created)
}

// prompt inserts a prompt of seller. An empty category is stored as NULL.
func prompt(seller, category, created string) string {
	return insert("Product", `seller_id, category, status, "createdAt"`, text(seller), text(category), "'active'", created)
}

// order inserts an order that was not paid.
func order(buyer, created string) string {
	return insert("Order", `buyer_id, product_id, amount, status, "createdAt"`, text(buyer), "'p'", "1", "'PENDING'", created)
}

// paid inserts an order of product "p" with a platform fee of a tenth, created two days before the
// payment.
func paid(at, status, currency string, amount float64) string {
	return insert("Order", `buyer_id, product_id, amount, platform_fee, currency, status, paid_at, "createdAt"`,
		"'buyer'", "'p'", number(amount), number(amount/10), text(currency), text(status), at, at+"- interval '2 days'")
}
