package rules_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// tolerated is a set of mutants that no story detects.
type tolerated struct {
	change *regexp.Regexp
	reason string
}

// equivalents are mutants that behave as the original does.
var equivalents = []tolerated{
	{regexp.MustCompile(`:p\d\d_\w+: >= → >$`), "a quantile of exactly 0 does not occur"},
	{regexp.MustCompile(`_bucket:\w+(\[.*\])?: (rate → increase|sum_over_time → avg_over_time)$`), "quantiles do not depend on the scale of the buckets"},
	{regexp.MustCompile(`:p\d\d_1[hd]: sum_over_time → avg_over_time$`), "quantiles do not depend on the scale of the buckets"},
	{regexp.MustCompile(`origin:http_rejected_logins:rate5m: sum → max'$`), "a sum of zeros"},
	{regexp.MustCompile(`origin:http_requests:kept_ratio\w+: > → >=$`), "NaN is below no limit"},
	{regexp.MustCompile(`origin:http_request_errors:earlier_ratio_rate1h: > → >=$`), "no rate of errors is above NaN"},
	{regexp.MustCompile(`origin:http_rejected_logins:ratio_rate5m: > → >=$`), "NaN is above no limit"},
	{regexp.MustCompile(`environment:marketplace_function_crashes:ratio_rate\w+: > → >='?$`), "without requests there are no crashes, and NaN is above no limit"},
	{regexp.MustCompile(`server:pg_connections_used:ratio: sum → max'$`), "an exporter has one series per setting"},
	{regexp.MustCompile(`statement:\S+:mean5m: > → >=$`), "NaN exceeds no limit"},
	{regexp.MustCompile(`datname:pg_database_wraparound_age:max: >= → >$`), "of two equal ages either is the maximum"},
	{regexp.MustCompile(`datname:pg_stat_database_blks_hit:ratio_rate15m: > → >=$`), "NaN is below no limit"},
	{regexp.MustCompile(`^DiskForecastFull: > → >='?$`), "two forecasts of exactly the size of the disk do not occur"},
	{regexp.MustCompile(`^(KPIStale|ThresholdInvalid|OverrideUnused): > → >=$`), "a count is never 0"},
	{regexp.MustCompile(`^MaintenanceActive: > → >=$`), "a remaining time is only recorded above 0"},
	{regexp.MustCompile(`drain:marketplace_vercel_rows:rate5m: (sum → max|rate → increase)$`), "the rate is only compared with 0"},
	{regexp.MustCompile(`drain:marketplace_vercel_active_intervals:count1h: \[1h\] → \[2h\]$`), "the rule repeats its last sample at every evaluation, so that the length of the window does not matter"},
	{regexp.MustCompile(`drain:marketplace_vercel_last_row:timestamp: (\[5m\] → \[10m\]|\[1h\] → \[2h\]|> → >=)$`), "the rule repeats its last sample at every evaluation; the limit is exceeded a second later"},
	{regexp.MustCompile(`currency:marketplace_stripe_disputes:\w+: \[1w\] → \[2w\]$`), "needs a story of more than a week"},
	{regexp.MustCompile(`day:marketplace_payment_drift:(count|amount_ratio): \[5m\] → \[10m\]$`), "the first is compared with the time, the other ends with the difference"},
	{regexp.MustCompile(`marketplace:sentry_dropped:ratio1h: \[5m\] → \[10m\]'?$`), "the ratio ends with the other of its two operands"},
	{regexp.MustCompile(`project:marketplace_sentry_regressions:increase1h: (sum → max|increase → rate)$`), "only compared with 0"},
	{regexp.MustCompile(`project:marketplace_sentry_events:timestamp: \[1d\] → \[2d\]$`), "only decides after Prometheus was down"},
	{regexp.MustCompile(`project:marketplace_sentry_events:expected_count1h: > → >='$`), "at equal numbers of requests both sides are equal"},
	{regexp.MustCompile(`project:marketplace_sentry_ended_silence:seconds: \[2h\] → \[4h\]$`), "a longer window contains the same silences"},
	{regexp.MustCompile(`currency:marketplace_stripe_payments:mean_amount: > → >=$`), "no amount is above NaN"},
	{regexp.MustCompile(`default:marketplace_stripe_balance:amount: 0 → 0$`), "a share of 0 is 0"},
	{regexp.MustCompile(`^(EmailFailing|EmailFailuresDaily|PaymentDeclinesHigh|PaymentFailuresDaily|PaymentSuccessCritical|PaymentSuccessLow|RefundRateHigh): (, )?window="(15m|1h|1d|7d)" → `), "the other operand of `and` has the label as well"},
	{regexp.MustCompile(`^NoPaidOrders: window="1h" → '$`), "the other operand of `and` has the label as well"},
	{regexp.MustCompile(`^OutsideDown: unless on \(environment\) environment:marketplace_alerting:count → $`), "the second operand of `unless` removes the same probes"},
	{regexp.MustCompile(`^currency:marketplace_commission_per_user:avg: window="30d" → `), "the other operand of the division has the label as well"},
	{regexp.MustCompile(`^Latency(P95|P99)High: quantile="p\d\d", → `), "only one limit has the severity"},
	{regexp.MustCompile(`^threshold:http_request_p95:seconds: (, server="" → ''|environment="", → ')$`), "defaults have neither label"},
	{regexp.MustCompile(`^threshold:marketplace_source_age:seconds: (, server=""|environment="",) → '$`), "defaults have neither label"},
	{regexp.MustCompile(`^threshold:pg_lock_queue:count: , server="" → ''$`), "defaults have neither label"},
	{regexp.MustCompile(`^(threshold:(http_request_p95:seconds|pg_lock_queue:count)|table:pg_core_rows_expected:max|ChecksumFailures): (environment!="",|, server!="") → '?$`), "other operands treat overrides without the label in the same way"},
	{regexp.MustCompile(`^ChecksumFailures: max → min'+$`), "there is one override for each set of labels"},
	{regexp.MustCompile(`^(DisputeOpened|PayoutFailed|NotificationsDropped|NotificationsFailing|RuleEvaluationFailing): (increase → rate'?|sum → max'?)$`), "only compared with 0"},
	{regexp.MustCompile(`^LatencyHistogramMissing: rate → increase'?$`), "only compared with 0"},
	{regexp.MustCompile(`^(ReconciliationDrift: day:marketplace_payment_drift:count|ReconciliationAmountDrift: day:marketplace_payment_drift:amount|PaymentsPending: last_over_time\(provider:marketplace_payments_due_pending:count\[5m\]\)) and → $`), "the operand only gives the value of the alert"},
	{regexp.MustCompile(`^origin:http_error_budget_burn:factor\[window:(1h|6h|1d|3d)\]: and origin:http_request_errors:ratio_rate(1h|6h|1d|3d) → $`), "the long window has a ratio whenever the short one has"},
	{regexp.MustCompile(`^origin:http_rejected_logins:increase\[window:1d\]: and origin:http_rejected_logins:increase1d → $`), "the day has a count whenever the hour has"},
	{regexp.MustCompile(`^marketplace:component_status: status="degraded" → $`), "of several alerts the one with the worst status counts"},
	{regexp.MustCompile(`^project:marketplace_sentry_events:median1d: window="1d" → $`), "a day has at least the events of its last hour"},
	{regexp.MustCompile(`^(SourceStale|kpi:marketplace_kpi_stale:seconds|datname:pg_stat_database_checksum_last_failure:timestamp|project:marketplace_sentry_events:timestamp|day:marketplace_payment_drift:count): last_over_time → max_over_time$`), "the time only grows"},
	{regexp.MustCompile(`^(ArchiverFailing: last_over_time → max_over_time'|drain:marketplace_vercel_last_row:timestamp: last_over_time → max_over_time'?)$`), "the time only grows"},
	{regexp.MustCompile(`^(ArchiverFailing: last_over_time → max_over_time''|table:pg_core_rows:min: last_over_time → max_over_time)$`), "the operand is multiplied by 0"},
	{regexp.MustCompile(`^(AutovacuumOverdue|component:marketplace_signals:count\[.*\]|project:marketplace_sentry_silence:max3w): last_over_time → max_over_time$`), "only decides whether a series exists"},
	{regexp.MustCompile(`^(server:info|environment:marketplace_app_new:timestamp): last_over_time → max_over_time'?$`), "only decides whether a series exists"},
	{regexp.MustCompile(`^((OutsideDown|TrafficGone|table:pg_core_rows:min): last_over_time → max_over_time'|OutsideDown: last_over_time → max_over_time''|kpi:marketplace_kpi_stale:seconds: last_over_time → max_over_time''')$`), "only decides whether a series exists"},
	{regexp.MustCompile(`^(PaymentsPending: last_over_time → max_over_time|SettlementsFailed: last_over_time → max_over_time|ReplicationSlotRetainsWAL: last_over_time → max_over_time')$`), "the operand only gives the value of the alert"},
	{regexp.MustCompile(`^ReplicationSlotRetainsWAL: last_over_time → max_over_time''$`), "a status is 1 or absent"},
}

// maxSurvivors is the number of survivors among 1,500 mutants that may be in the list below.
const maxSurvivors = 40

// survivors are mutants that a story could detect, but not at a reasonable cost.
var survivors = []tolerated{
	{regexp.MustCompile(`:p\d\d_1d: \[1d:1h\] → \[2d:1h\]$`), "needs a story of two days in which a rare quantile changes"},
	{regexp.MustCompile(`origin:http_\w+:earlier_rate1h: (avg_over_time → max_over_time|\[1h\] → \[2h\])'*$`), "needs stories of weeks in which the hour of the day differs from its neighbors"},
	{regexp.MustCompile(`statement:\S+:mean5m: \[5m\] → \[10m\]'$`), "only decides whether a statement has calls"},
	{regexp.MustCompile(`table:pg_stat_user_tables_table_size_bytes:delta1d(_avg7d)?: max → min'?$`), "needs a story of more than a week per change"},
	{regexp.MustCompile(`core:pg_rows_lost_acknowledged:seconds: (>= → >|< → <=)$`), "an acknowledgement starts or ends at another evaluation"},
	{regexp.MustCompile(`table:pg_core_rows(_expected)?:(min|max): \[1w\] → \[2w\]'?$`), "needs an outage of more than a week"},
	{regexp.MustCompile(`table:pg_core_rows:min: (max → min|\[5m\] → \[10m\])$`), "only decides whether the table is pinned, in the scrapes that have its rows"},
	{regexp.MustCompile(`kpi:marketplace_kpi_stale:seconds: max → min'''$`), "only decides whether a KPI ever succeeded"},
	{regexp.MustCompile(`^(ArchiverFailing|ReplicationSlotRetainsWAL|PaymentsPending|PaymentSuccessCritical|NoPaidOrders|SettlementsFailed|SettlementsLate): max → min'*$`), "the stories have two exporters with different values for one of the operands"},
	{regexp.MustCompile(`^PaymentSuccessCritical: min → max$`), "the stories have a low ratio in one of the two windows"},
	{regexp.MustCompile(`^ErrorsDaily: max_over_time → min_over_time$`), "the stories have errors in all of the last 6 hours or in none"},
	{regexp.MustCompile(`^DiskForecastFull: predict_linear.* and → $`), "needs a story of a disk whose growth slows"},
	{regexp.MustCompile(`^(DisputeOpened|PayoutFailed|NotificationsFailing): increase → delta'*$`), "the stories of a restart have other counters"},
	{regexp.MustCompile(`^(LayoutShiftHigh|PageLoadSlow|WebVitalsOutOfRange): metric="(CLS|LCP)" → '+$`), "the stories at low traffic have one metric"},
	{regexp.MustCompile(`^limits:(unused|removed):count: ((, )?(environment|server)!?="",? → '?|and on \(limit, entry\) limits:overrides:count → )$`), "only decides whether an override without effect is reported"},
	{regexp.MustCompile(`^endpoint:http_request_duration_seconds_bucket:rate5m\[origin:(opentelemetry|prom_client)\]: and on \(job\) service:job:info → $`), "the other services in stories have no histograms"},
	{regexp.MustCompile(`^endpoint:marketplace_inbound_rejections:rate15m: endpoint!="" → $`), "the stories have no requests to unknown paths"},
	{regexp.MustCompile(`^ExporterDown: job="marketplace_exporter" → $`), "the stories have no other job while all exporters are down"},
	{regexp.MustCompile(`^EndpointDown: keep_firing_for 2m → 0s$`), "needs a story with probes every 30 seconds"},
	{regexp.MustCompile(`^origin:http_rejected_logins:increase\[window:1d\]: and origin:http_rejected_logins:rate5m → $`), "needs a story in which the login route disappears after an attack"},
	{regexp.MustCompile(`^table:pg_autovacuum_rows:ratio\[rows:inserted\]: or 0 \* pg_stat_user_tables_n_ins_since_vacuum → $`), "only decides when the alert ends for inserted rows"},
	{regexp.MustCompile(`^window:marketplace_prompt_approval:ratio: review="manual" → $`), "the stories on days have no automatic rejection"},
}

func TestFewMutantsSurvive(t *testing.T) {
	t.Parallel()
	all := allMutants(t, load(t))
	detectable := without(t, all, equivalents)
	surviving := len(detectable) - len(without(t, detectable, survivors))
	t.Logf("%d mutants: %d equivalent, %d surviving", len(all), len(all)-len(detectable), surviving)
	require.LessOrEqual(t, 1500*surviving, maxSurvivors*len(all), "%d of %d mutants survive", surviving, len(all))
}

// mustDie returns the mutants that a story needs to detect.
func mustDie(t *testing.T, mutants []*mutant) []*mutant {
	t.Helper()
	return without(t, without(t, mutants, equivalents), survivors)
}

func without(t *testing.T, mutants []*mutant, lists []tolerated) []*mutant {
	t.Helper()
	left := slices.Clone(mutants)
	for _, entry := range lists {
		before := len(left)
		left = slices.DeleteFunc(left, func(m *mutant) bool { return entry.change.MatchString(m.String()) })
		require.Less(t, len(left), before, "no mutant matches %s (%s)", entry.change, entry.reason)
	}
	return left
}
