package checklist

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/rules"
	"github.com/stretchr/testify/require"
)

// end is the end of the history: a Monday, 00:00 in Seoul.
func end() time.Time { return time.Date(2026, 6, 28, 15, 0, 0, 0, time.UTC) }

const (
	day    = 24 * time.Hour
	sample = 5 * time.Minute // of the history, long before which real ones are 15 s apart
)

// marketplace returns two months of a marketplace, with the names of recorded series. The request
// rate follows the time of day.
func marketplace(t *testing.T, span time.Duration) *promtest.History {
	t.Helper()
	h := &promtest.History{}
	from := end().Add(-span)
	add := func(series string, value func(time.Time) float64) {
		h.Add(series, from, end().Add(sample), sample, value)
	}
	constant := func(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }
	daily := func(mean float64) func(time.Time) float64 {
		return func(at time.Time) float64 {
			return mean * (1 + 0.5*math.Sin(2*math.Pi*float64(at.Unix()%86400)/86400))
		}
	}
	growing := func(start, perDay float64) func(time.Time) float64 {
		return func(at time.Time) float64 { return start + perDay*at.Sub(end()).Hours()/24 }
	}
	counter := func(perSecond float64) func(time.Time) float64 {
		return func(at time.Time) float64 { return perSecond * at.Sub(from).Seconds() }
	}
	bundle, err := rules.Load()
	require.NoError(t, err)
	thresholds, err := bundle.Thresholds()
	require.NoError(t, err)
	for _, threshold := range thresholds {
		for _, environment := range []string{"", "production"} {
			labels := []string{fmt.Sprintf("environment=%q", environment)}
			for name, value := range threshold.Labels {
				labels = append(labels, fmt.Sprintf("%s=%q", name, value))
			}
			since := end().Add(-time.Hour)
			if threshold.Labels["route"] != "" { // selects the endpoints of the previous period, too
				since = from
			}
			value := threshold.Value
			if threshold.Series == "threshold:marketplace_payment_declines:ratio" {
				value = 0.05 // an override
			}
			if environment == "" {
				value *= 1000 // so that a test fails where the limit of the environment should apply
			}
			h.Add(threshold.Series+"{"+strings.Join(labels, ",")+"}", since, end().Add(sample), sample, constant(value))
		}
	}
	const web = `{environment="production",origin="drains"}`
	// An outage of an hour on the last day: 20 % of the requests fail.
	outage := func(at time.Time) bool {
		return !at.Before(end().Add(-10*time.Hour)) && at.Before(end().Add(-9*time.Hour))
	}
	errors := func(at time.Time) float64 {
		if outage(at) {
			return 0.2 * daily(40)(at)
		}
		return 0.0002 * daily(40)(at)
	}
	const preview = `{environment="preview",origin="drains"}`
	add("origin:http_requests:rate5m"+preview, constant(1))
	add("origin:http_request_errors:rate5m"+preview, constant(1))
	add("origin:http_requests:rate5m"+web, daily(40))
	add("origin:http_request_errors:rate5m"+web, errors)
	add("origin:http_request_errors:ratio_rate5m"+web, func(at time.Time) float64 { return errors(at) / daily(40)(at) })
	add("origin:http_validation_errors:rate5m"+web, daily(0.4))
	add("origin:http_validation_errors:ratio_rate5m"+web, constant(0.01))
	add("origin:http_rate_limited:rate5m"+web, daily(0.01))
	add("origin:http_rejected_logins:rate5m"+web, daily(0.02))
	add("origin:http_rejected_logins:increase5m"+web, daily(6))
	add("origin:http_request_errors:ratio_rate30d"+web, constant(0.0005))
	add("origin:http_error_budget_remaining:ratio30d"+web, constant(0.5))
	add(`origin:http_error_budget_burn:factor{environment="production",origin="drains",window="1h"}`, func(at time.Time) float64 {
		if outage(at) {
			return 200
		}
		return 0.2
	})
	add("origin:http_request_duration_seconds:p95_5m"+web, daily(0.4))
	for bucket, share := range map[string]float64{"0.1": 0.4, "0.5": 0.9, "1": 0.97, "2": 0.999, "+Inf": 1} {
		add(fmt.Sprintf(`origin:http_request_duration_seconds_bucket:rate5m{environment="production",origin="drains",le=%q}`, bucket), daily(40*share))
		for route, method := range map[string]string{"/api/auth/login": "POST", "/api/prompts": "GET", "/api/payments/charge": "POST", "/other": "GET"} {
			add(fmt.Sprintf(`endpoint:http_request_duration_seconds_bucket:rate5m{environment="production",origin="drains",method=%q,route=%q,le=%q}`,
				method, route, bucket), daily(10*share))
		}
	}
	for _, provider := range []string{"stripe", "toss"} {
		label := fmt.Sprintf(`{environment="production",provider=%q,window="1h"}`, provider)
		add("provider:marketplace_payments_ended:count"+label, constant(20))
		add("provider:marketplace_payments_succeeded:count"+label, constant(19.99))
		add("provider:marketplace_payments_failed:count"+label, constant(0.01))
		add("provider:marketplace_payment_success:ratio"+label, constant(0.9995))
		add("provider:marketplace_payment_declines:ratio"+label, constant(0.08))
		add(strings.Replace("provider:marketplace_payment_declines:ratio"+label, "1h", "15m", 1), constant(0.08))
	}
	for _, target := range []string{"home", "api"} {
		add(fmt.Sprintf(`probe_success{environment="production",instance="a",component="website",target=%q}`, target), func(at time.Time) float64 {
			if target == "api" && outage(at) {
				return 0
			}
			return 1
		})
		add(fmt.Sprintf(`probe_ssl_earliest_cert_expiry{environment="production",instance="a",target=%q}`, target),
			constant(float64(end().Add(50*day).Unix())))
	}
	add(`pg_up{environment="production",instance="a",datname="postgres"}`, constant(1))
	add(`server:pg_database_size_bytes:sum{environment="production"}`, growing(5<<30, 40<<20))
	add(`server:pg_disk_used:ratio{environment="production"}`, growing(0.625, 0.005))
	add(`server:pg_connections_used:ratio{environment="production"}`, daily(0.2))
	add(`datname:pg_stat_database_blks_hit:ratio_rate15m{environment="production",datname="postgres"}`, constant(0.997))
	for i, query := range []string{"SELECT * FROM \"Order\" WHERE buyer_id = $1 | $2", "UPDATE \"User\" SET x = `y`"} {
		id := fmt.Sprintf(`queryid="%d"`, i+1)
		add(fmt.Sprintf(`pg_stat_statements_query_info{environment="production",instance="a",%s,query=%q}`, id, query), constant(1))
		series := `{environment="production",instance="a",datname="postgres",user="app",` + id + "}"
		add("pg_stat_statements_seconds_total"+series, counter(0.2*float64(i)+0.02))
		add("pg_stat_statements_calls_total"+series, counter(0.1))
		add("pg_stat_statements_mean_seconds"+series, constant(1.5*float64(i)+0.3))
		add("pg_stat_statements_max_seconds"+series, constant(7))
	}
	for i, size := range []float64{300 << 20, 20 << 20} {
		index := fmt.Sprintf(`{environment="production",instance="a",datname="postgres",schemaname="public",relname="Order",indexrelname="Order_%d_idx"}`, i)
		add("pg_index_size_bytes"+index, constant(size))
		add("pg_index_unused"+index, constant(1))
	}
	add(`pg_indexes_estimated_bytes{environment="production",instance="a",datname="postgres",class="unused"}`, constant(320<<20))
	add(`pg_stat_user_tables_table_size_bytes{environment="production",instance="a",datname="postgres",schemaname="public",relname="Order"}`, growing(1<<30, 10<<20))
	add(`pg_stat_user_tables_n_live_tup{environment="production",instance="a",datname="postgres",schemaname="public",relname="Order"}`, growing(1e6, 1e4))
	for _, window := range []string{"1d", "7d", "30d"} {
		days := map[string]float64{"1d": 1, "7d": 7, "30d": 30}[window]
		label := fmt.Sprintf(`{environment="production",instance="a",window=%q`, window)
		add("marketplace_active_users"+label+"}", constant(400*math.Sqrt(days)))
		add("marketplace_user_registrations"+label+"}", constant(30*days))
		add("marketplace_gmv"+label+`,currency="KRW"}`, constant(4_000_000*days))
		add("marketplace_gmv"+label+`,currency="USD"}`, constant(1234.5*days))
		add("marketplace_paid_orders"+label+`,currency="KRW"}`, constant(400*days))
	}
	for metric, seconds := range map[string]float64{"LCP": 2.2, "FCP": 1.9, "TTFB": 0.3} {
		for _, bucket := range []float64{0.1, 0.5, 1, 1.5, 2, 2.5, 3, 4} {
			share := 0.5
			if bucket >= seconds {
				share = 1
			}
			add(fmt.Sprintf(`metric:marketplace_web_vital_seconds_bucket:rate1h{environment="production",metric=%q,le="%g"}`, metric, bucket), constant(share))
		}
		add(fmt.Sprintf(`metric:marketplace_web_vital_seconds_bucket:rate1h{environment="production",metric=%q,le="+Inf"}`, metric), constant(1))
	}
	for source, perSecond := range map[string]float64{"postgres": 0.004, "kpi": 0.011} {
		add(fmt.Sprintf(`marketplace_database_seconds_total{environment="production",instance="a",source=%q}`, source), counter(perSecond))
	}
	add(`service:job:info{job="marketplace_exporter"}`, constant(1))
	add(`scrape_samples_scraped{environment="production",job="marketplace_exporter",instance="a"}`, constant(4200))
	add(`process_cpu_seconds_total{environment="production",job="marketplace_exporter",instance="a"}`, counter(0.03))
	add(`ALERTS{alertname="Watchdog",severity="P3",alertstate="firing"}`, constant(1))
	addAlerts(h)
	return h
}

// addAlerts adds the alerts of the outage, one that fires every night for 5 minutes, and one that
// always fires.
func addAlerts(h *promtest.History) {
	const minute = time.Minute
	alert := func(name, severity, component, state string, from, to time.Time) {
		h.Add(fmt.Sprintf(`ALERTS{environment="production",alertname=%q,severity=%q,component=%q,alertstate=%q}`, name, severity, component, state),
			from, to, minute, func(time.Time) float64 { return 1 })
	}
	started := end().Add(-10 * time.Hour)
	alert("ErrorRateHigh", "P1", "api", "pending", started.Add(2*minute), started.Add(7*minute))
	alert("ErrorRateHigh", "P1", "api", "firing", started.Add(7*minute), started.Add(62*minute))
	alert("WebsiteDown", "P0", "website", "firing", started.Add(3*minute), started.Add(61*minute))
	for night := range 30 {
		at := end().Add(time.Duration(night-30)*day + 4*time.Hour) // 04:00 in Seoul
		alert("Deadlocks", "P2", "database", "firing", at, at.Add(5*minute))
	}
	alert("UnusedIndexes", "P3", "database", "firing", end().Add(-29*day), end().Add(minute))
	h.Add(`environment:marketplace_app_deployed:timestamp{environment="production",version="1.4.2"}`,
		started.Add(-5*minute), started.Add(55*minute), minute, func(time.Time) float64 { return float64(started.Add(-5 * minute).Unix()) })
}
