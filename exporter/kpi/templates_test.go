package kpi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const plainTables = `
	CREATE TABLE users (id bigint, status text, created_at timestamptz);
	CREATE TABLE orders (id bigint, user_id bigint, status text, amount bigint, currency text, created_at timestamptz, paid_at timestamptz);
	CREATE TABLE payments (id bigint, provider text, status text, failure_code text, created_at timestamptz);
	CREATE TABLE subscriptions (plan text, billing_interval text, price bigint, currency text, status text, current_period_end timestamptz);
	INSERT INTO users VALUES (1, 'active', now() - interval '1 hour'), (2, 'active', now() - interval '3 days');
	INSERT INTO orders VALUES (1, 1, 'paid', 4900, 'usd', now(), now()), (2, 2, 'refunded', 100, 'usd', now() - interval '2 days', now() - interval '2 days'),
		(3, 2, 'open', 7000, 'usd', now(), NULL);
	INSERT INTO payments VALUES (1, 'toss', 'paid', NULL, now() - interval '30 minutes'), (2, 'toss', 'disputed', NULL, now()),
		(3, 'toss', 'failed', 'card_declined', now() - interval '12 minutes'), (4, 'toss', 'failed', 'new_code', now() - interval '2 days'),
		(5, 'iamport', 'pending', NULL, now() - interval '20 minutes'), (6, 'iamport', 'pending', NULL, now());
	INSERT INTO subscriptions VALUES ('pro', 'month', 1000, 'usd', 'active', now() + interval '1 day'),
		('pro', 'year', 12000, 'usd', 'active', now() + interval '1 day'), ('pro', 'year', 12000, 'usd', 'canceled', now())`

const stripeTables = `
	CREATE SCHEMA stripe; SET search_path = stripe;
	CREATE TABLE charges (id text, amount bigint, currency text, status text, refunded boolean, failure_code text, created integer);
	CREATE TABLE refunds (id text, amount bigint, currency text, status text, created integer);
	CREATE TABLE subscriptions (id text, status text, items jsonb);
	INSERT INTO charges SELECT 'c', amount, currency, status, refunded, code, extract(epoch FROM now() - age)::int
	FROM (VALUES (1250, 'usd', 'succeeded', false, NULL, interval '12 minutes'), (4900, 'krw', 'succeeded', true, NULL, interval '2 days'),
		(100, 'usd', 'failed', false, 'card_declined', interval '30 minutes'),
		(100, 'usd', 'failed', false, NULL, interval '2 hours')) v (amount, currency, status, refunded, code, age);
	INSERT INTO refunds VALUES ('r', 4900, 'krw', 'succeeded', extract(epoch FROM now())::int);
	INSERT INTO subscriptions VALUES
		('s', 'active', '{"data": [{"quantity": 2, "price": {"currency": "usd", "unit_amount": 500, "recurring": {"interval": "month", "interval_count": 1}}}]}'),
		('t', 'active', '{"data": [{"price": {"currency": "krw", "unit_amount": 120000, "recurring": {"interval": "year", "interval_count": 1}}}]}'),
		('u', 'active', '{"data": [{"price": {"currency": "usd", "unit_amount": 700, "recurring": {"interval": "week", "interval_count": 1}}}]}')`

type template struct {
	tables string
	want   map[string]series // by KPI; other series are not compared
}

func templates() map[string]template {
	return map[string]template{
		"plain": {plainTables, map[string]series{
			"users":              {"active": 2, "banned": 0},
			"user_registrations": {"1d": 1, "7d": 2, "30d": 2},
			"active_users":       {"1d": 2, "7d": 2, "30d": 2},
			"gmv":                {"USD 1d": 49, "USD 7d": 50, "USD 30d": 50},
			"paid_orders":        {"USD 1d": 1, "USD 7d": 2, "USD 30d": 2},
			"payments":           {"toss SUCCEEDED 15m": 0, "toss SUCCEEDED 1h": 1, "toss FAILED 30d": 2, "toss disputed 15m": 1, "toss disputed 10m": 1, "iamport PENDING 10m": 1, "iamport PENDING 1h": 2},
			"payment_failures":   {"toss declined 10m": 0, "toss declined 15m": 1, "toss other 1d": 0, "toss other 7d": 1, "toss unknown 30d": 0},
			"payments_pending":   {"iamport": 1, "toss": 0},
			"subscriptions":      {"pro month": 1, "pro year": 1},
			"mrr":                {"USD month": 10, "USD year": 10},
		}},
		"stripe": {stripeTables, map[string]series{
			"payments":         {"stripe SUCCEEDED 10m": 0, "stripe SUCCEEDED 15m": 1, "stripe FAILED 15m": 0, "stripe FAILED 1h": 1, "stripe REFUNDED 7d": 1, "stripe PENDING 30d": 0},
			"payment_failures": {"stripe declined 15m": 0, "stripe declined 1h": 1, "stripe unknown 1h": 0, "stripe unknown 1d": 1, "stripe other 30d": 0},
			"gmv":              {"USD 1d": 12.5, "KRW 1d": 0, "KRW 7d": 4900},
			"paid_orders":      {"USD 1d": 1, "KRW 7d": 1},
			"refunds":          {"KRW 1d": 1},
			"mrr":              {"USD month": 10, "KRW year": 10000, "USD other": 7},
		}},
	}
}

func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("templates/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, len(templates()))
	for name, template := range templates() {
		t.Run(name, func(t *testing.T) {
			server := pgtest.Newest(t)
			shop := server.CreateDatabase(t)
			server.Exec(t, shop, template.tables)
			db := open(t, server, shop)
			config := testConfig()
			config.File = "templates/" + name + ".yaml"
			definitions, err := config.Load()
			require.NoError(t, err)
			require.Len(t, definitions, len(template.want))
			for _, d := range definitions {
				result, err := d.Run(t.Context(), db)
				require.NoError(t, err)
				require.Empty(t, d.violations(result.Rows), d.Name)
				got := byLabels(result)
				for labels, value := range template.want[d.Name] {
					require.Contains(t, got, labels, d.Name)
					require.InDelta(t, value, got[labels], 1e-9, "%s %s", d.Name, labels)
				}
			}
		})
	}
}

func TestGuideListsEveryContract(t *testing.T) {
	text, err := os.ReadFile("../../docs/kpis.md")
	require.NoError(t, err)
	definitions, err := testConfig().Load()
	require.NoError(t, err)
	for _, d := range definitions {
		if len(d.Contract) == 0 {
			continue
		}
		_, row, found := strings.Cut(string(text), "\n| `"+d.Name+"` |")
		require.True(t, found, "docs/kpis.md does not list the contract of %s", d.Name)
		row, _, _ = strings.Cut(row, "\n")
		for label, values := range d.Contract {
			require.Contains(t, row, "`"+label+"`", d.Name)
			for value, alerts := range values {
				require.Contains(t, row, value, d.Name)
				for _, alert := range alerts {
					require.Contains(t, row, alert, d.Name)
				}
			}
		}
	}
}
