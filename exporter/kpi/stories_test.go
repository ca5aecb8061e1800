package kpi

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// A story is a few rows of a marketplace and the numbers that a person worked out for them. Every story runs on every
// major version, in a database whose own TimeZone is neither UTC nor that of the KPIs.
type story struct {
	says string
	rows []string
	want map[string]answers // by KPI, complete: what is not listed must be absent
	near map[string]float64 // of KPIs that tell an age: to a minute, since the test takes time
}

// answers are values by labels, joined by blanks in the order of the entry.
type answers map[string]float64

const (
	kpiZone    = "Asia/Seoul"          // UTC+9 all year
	serverZone = "America/Los_Angeles" // UTC-8 or -7
)

func TestShippedKPIsAgainstHandComputedNumbers(t *testing.T) {
	var all []story
	all = append(all, peopleStories()...)
	all = append(all, retentionStories()...)
	all = append(all, promptStories()...)
	all = append(all, categoryStories()...)
	all = append(all, tradeStories()...)
	all = append(all, revenueStories()...)
	all = append(all, mailStories()...)
	pgtest.EachMajor(t, func(t *testing.T, server *pgtest.Server) {
		shop := server.CreateDatabase(t)
		server.Exec(t, shop, marketplace.Schema())
		server.Exec(t, "postgres", fmt.Sprintf("ALTER DATABASE %s SET timezone = '%s'", shop, serverZone))
		db := open(t, server, shop)
		for _, s := range all {
			t.Run(s.says, func(t *testing.T) {
				stayClearOfMidnight(t)
				server.Exec(t, shop, s.script())
				s.check(t, db)
			})
		}
	})
}

// script makes s all that there is. As a replica the session does not check foreign keys, so that a fixture names only
// the rows that it is about.
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

func (s story) check(t *testing.T, db *database.DB) {
	for kpi, want := range s.want {
		require.Equal(t, want, askShipped(t, db, kpi), kpi)
	}
	for kpi, want := range s.near {
		require.InDelta(t, want, askShipped(t, db, kpi)[""], 60, kpi)
	}
}

// stayClearOfMidnight waits if the day could end in the KPI time zone between a fixture and the query.
func stayClearOfMidnight(t *testing.T) {
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

// askShipped runs one shipped KPI.
func askShipped(t *testing.T, db *database.DB, name string) answers {
	t.Helper()
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	for _, d := range definitions {
		if d.Name == name {
			answer, err := d.Ask(t.Context(), db, testConfig().Limits(d))
			require.NoError(t, err)
			return byLabels(answer)
		}
	}
	t.Fatalf("no shipped KPI is named %s", name)
	return nil
}

func byLabels(answer Answer) answers {
	values := answers{}
	for _, row := range answer.Rows {
		values[strings.Join(row.Labels, " ")] = row.Value
	}
	return values
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// ago is a moment as Prisma stores it: UTC, in a column without a time zone.
func ago(interval string) string {
	return fmt.Sprintf("(now() AT TIME ZONE 'UTC' - interval '%s')", interval)
}

// onDay is a time of day in the KPI time zone, as Prisma stores it: onDay(1, "23:59") is late yesterday in Seoul.
func onDay(daysAgo int, clock string) string {
	return fmt.Sprintf("(((now() AT TIME ZONE '%[1]s')::date - %[2]d + time '%[3]s') AT TIME ZONE '%[1]s' AT TIME ZONE 'UTC')",
		kpiZone, daysAgo, clock)
}

// insert makes a row with an id of its own. Values are SQL; see text for strings.
func insert(table, columns string, values ...string) string {
	return fmt.Sprintf("INSERT INTO %q (id, %s) VALUES (gen_random_uuid()::text, %s)", table, columns, strings.Join(values, ", "))
}

// text quotes for SQL; the empty string stands for NULL.
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

// prompt of seller; without a category it is NULL.
func prompt(seller, category, created string) string {
	return insert("Product", `seller_id, category, status, "createdAt"`, text(seller), text(category), "'active'", created)
}

// order that buyer made and did not pay.
func order(buyer, created string) string {
	return insert("Order", `buyer_id, product_id, amount, status, "createdAt"`, text(buyer), "'p'", "1", "'PENDING'", created)
}

// paid is an order of product "p" with a platform fee of a tenth, made two days before it was paid.
func paid(at, status, currency string, amount float64) string {
	return insert("Order", `buyer_id, product_id, amount, platform_fee, currency, status, paid_at, "createdAt"`,
		"'buyer'", "'p'", number(amount), number(amount/10), text(currency), text(status), at, at+"- interval '2 days'")
}
