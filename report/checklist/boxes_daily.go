package checklist

import "github.com/aimarketplace/monitoring/report/unit"

// daily returns the sections of the daily report.
func daily() []section {
	return []section{
		{title: "Check error rates in Sentry", boxes: errorBoxes()},
		{title: "Review API response times", boxes: latencyBoxes()},
		{title: "Monitor transaction success rate", boxes: paymentBoxes()},
		{title: "Check uptime status", boxes: uptimeBoxes()},
		{title: "Review critical alerts", extra: criticalAlerts},
		{title: "Service level objectives and error budget", boxes: objectiveBoxes()},
	}
}

func errorBoxes() []box {
	return []box{
		{
			title: "Requests with 5xx", unit: unit.Ratio, labels: []string{"origin"}, panel: "marketplace-api/3",
			query: `avg_over_time(origin:http_request_errors:rate5m{environment=~"$environment"}[$range])
				/ (avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range]) > 0)`,
			target: limit(`http_slo_errors:ratio`),
			chart:  `avg_over_time(origin:http_request_errors:ratio_rate5m{environment=~"$environment"}[$interval])`,
		},
		{
			title: "Requests rejected as invalid (400, 422)", unit: unit.Ratio, labels: []string{"origin"}, panel: "marketplace-api/5",
			query: `avg_over_time(origin:http_validation_errors:rate5m{environment=~"$environment"}[$range])
				/ (avg_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range]) > 0)`,
			target: limit(`http_validation_errors:ratio`),
		},
		{
			title: "Errors in Sentry", unit: unit.Count, labels: []string{"project"}, panel: "marketplace-errors/100",
			query: `round(sum_over_time((max without (instance, pod, job, window)
				(marketplace_sentry_events{environment=~"$environment", window="1h"}))[$range:5m]) / 12)`,
			chart: `max without (instance, pod, job, window) (marketplace_sentry_events{environment=~"$environment", window="1h"})`,
		},
		{
			title: "New fatal issues in Sentry, largest hour", unit: unit.Count, labels: []string{"project"}, panel: "marketplace-errors/1",
			query: `max without (instance, pod, job, level, window)
				(max_over_time(marketplace_sentry_new_issues{environment=~"$environment", level="fatal", window="1h"}[$range]))`,
			target: limit(`marketplace_sentry_fatal_issues:count`),
		},
		{
			title: "Affected users in Sentry, largest hour", unit: unit.Count, labels: []string{"project"}, panel: "marketplace-errors/3",
			query: `max without (instance, pod, job, window)
				(max_over_time(marketplace_sentry_affected_users{environment=~"$environment", window="1h"}[$range]))`,
			target: limit(`marketplace_sentry_affected_users:count`),
		},
		{
			title: "Unresolved issues in Sentry", unit: unit.Count, labels: []string{"project", "level"}, panel: "marketplace-errors/110",
			query: `max without (instance, pod, job) (sum without (substatus) (marketplace_sentry_unresolved_issues{environment=~"$environment"}))`,
		},
		{
			title: "Time to resolution, P90", unit: unit.Seconds, labels: []string{"project"}, panel: "marketplace-errors/114",
			query: `histogram_quantile(0.9, sum by (environment, project, le)
				(increase(marketplace_sentry_issue_resolution_seconds_bucket{environment=~"$environment"}[$range]))) >= 0`,
		},
		{
			title: "Failed calls of other services", unit: unit.Ratio, labels: []string{"host"}, panel: "marketplace-api/10",
			query: `avg_over_time(host:marketplace_outbound_failures:rate5m{environment=~"$environment"}[$range])
				/ (avg_over_time(host:marketplace_outbound_requests:rate5m{environment=~"$environment"}[$range]) > 0)`,
			target: limit(`marketplace_outbound_failures:ratio`),
		},
	}
}

func latencyBoxes() []box {
	const buckets = `sum_over_time(origin:http_request_duration_seconds_bucket:rate5m{environment=~"$environment"}[$range:$step])`
	return []box{
		{
			title: "Latency, P50", unit: unit.Seconds, labels: []string{"origin"}, panel: "marketplace-api/1",
			query: `histogram_quantile(0.5, ` + buckets + `) >= 0`, target: limit(`http_request_p50:seconds`),
		},
		{
			title: "Latency, P95", unit: unit.Seconds, labels: []string{"origin"}, panel: "marketplace-api/1",
			query: `histogram_quantile(0.95, ` + buckets + `) >= 0`, target: limit(`http_request_p95:seconds`),
			chart: `avg_over_time(origin:http_request_duration_seconds:p95_5m{environment=~"$environment"}[$interval])`,
		},
		{
			title: "Latency, P99", unit: unit.Seconds, labels: []string{"origin"}, panel: "marketplace-api/1",
			query: `histogram_quantile(0.99, ` + buckets + `) >= 0`, target: limit(`http_request_p99:seconds`),
		},
		{
			title: "P95 of endpoints with a target", unit: unit.Seconds, labels: []string{"method", "route", "origin"}, panel: "marketplace-api/2",
			// Methods without a target are on routes with one, so the result is filtered as well.
			query: `histogram_quantile(0.95, sum_over_time(
					endpoint:http_request_duration_seconds_bucket:rate5m{environment=~"$environment", route=~"$routes"}[$range:$step]
				)) >= 0 and on (method, route) threshold:http_endpoint:seconds`,
			target: limit(`http_endpoint:seconds`),
		},
		{
			title: "Requests", unit: unit.Count, labels: []string{"origin"}, panel: "marketplace-api/160",
			query: `round(300 * sum_over_time(origin:http_requests:rate5m{environment=~"$environment"}[$range:5m]))`,
		},
	}
}

// paymentBoxes counts payments in windows of one hour, 5 minutes apart, so that each is in 12 of
// them.
func paymentBoxes() []box {
	return []box{
		{
			title: "Successful payments", unit: unit.Ratio, labels: []string{"provider"}, panel: "marketplace-business/1", better: higher,
			query: `clamp_max(sum_over_time(provider:marketplace_payments_succeeded:count{environment=~"$environment", window="1h"}[$range:5m])
				/ (sum_over_time(provider:marketplace_payments_ended:count{environment=~"$environment", window="1h"}[$range:5m]) > 0), 1)`,
			target: limit(`marketplace_payment_success:ratio{severity="P1"}`),
			chart:  `avg_over_time(provider:marketplace_payment_success:ratio{environment=~"$environment", window="1h"}[$interval])`,
		},
		{
			title: "Failed payments", unit: unit.Count, labels: []string{"provider"}, panel: "marketplace-business/133",
			query: `round(sum_over_time(provider:marketplace_payments_failed:count{environment=~"$environment", window="1h"}[$range:5m]) / 12)`,
		},
		{
			title: "Declined payments", unit: unit.Ratio, labels: []string{"provider"}, panel: "marketplace-business/41",
			query:  `avg_over_time(provider:marketplace_payment_declines:ratio{environment=~"$environment", window="1h"}[$range])`,
			target: limit(`marketplace_payment_declines:ratio`),
		},
		{
			title: "Paid payments", unit: unit.Count, labels: []string{"provider"}, panel: "marketplace-business/2",
			query: `round(sum_over_time(provider:marketplace_payments_succeeded:count{environment=~"$environment", window="1h"}[$range:5m]) / 12)`,
		},
		{
			title: "Pending payments", unit: unit.Count, labels: []string{"provider"}, panel: "marketplace-business/40",
			query:  `max without (instance, pod, job) (marketplace_payments_pending{environment=~"$environment"})`,
			target: limit(`marketplace_payments_pending:count`),
		},
		{
			title: "Failing webhooks of providers", unit: unit.Ratio, labels: []string{"route", "origin"}, panel: "marketplace-api/8",
			query:  `avg_over_time(endpoint:http_webhook_errors:ratio_rate5m{environment=~"$environment"}[$range])`,
			target: limit(`http_endpoint_errors:ratio`),
		},
		{
			title: "Payments in Stripe but not in the database", unit: unit.Count, labels: []string{"currency", "day"}, panel: "marketplace-payments/8",
			query: `day:marketplace_payment_drift:count{environment=~"$environment"}`, target: limit(`marketplace_payment_drift:count`),
		},
	}
}

func uptimeBoxes() []box {
	const objective = `1 - max without (instance, pod, job) (threshold:http_slo_errors:ratio)`
	return []box{
		{
			title: "Successful probes", unit: unit.Ratio, labels: []string{"component", "target"}, panel: "marketplace-uptime/101", better: higher,
			query:  `max without (instance, pod, job) (avg_over_time(probe_success{environment=~"$environment"}[$range]))`,
			target: objective,
			chart:  `max without (instance, pod, job) (avg_over_time(probe_success{environment=~"$environment"}[$interval]))`,
		},
		{
			title: "Uptime by UptimeRobot", unit: unit.Ratio, labels: []string{"target"}, panel: "marketplace-uptime/130", better: higher,
			query:  `max without (instance, pod, job) (avg_over_time(marketplace_uptimerobot_monitor_up{environment=~"$environment"}[$range]))`,
			target: objective,
		},
		{
			title: "Time in state degraded", unit: unit.Ratio, labels: []string{"target"}, panel: "marketplace-uptime/4",
			query: `max without (instance, pod, job, state)
				(avg_over_time(marketplace_health_status{environment=~"$environment", state="degraded"}[$range]))`,
			target: limit(`http_slo_errors:ratio`),
		},
		{
			title: "Uptime of the database", unit: unit.Ratio, labels: []string{"datname", "server"}, panel: "marketplace-overview/120", better: higher,
			query:  `max without (instance, pod, job) (avg_over_time(pg_up{environment=~"$environment"}[$range]))`,
			target: objective,
		},
		{
			title: "Time until a certificate expires", unit: unit.Seconds, labels: []string{"target"}, panel: "marketplace-uptime/3", better: higher,
			query:  `min without (instance, pod, job) (probe_ssl_earliest_cert_expiry{environment=~"$environment"}) - time()`,
			target: limit(`probe_certificate:seconds{severity="P2"}`),
		},
	}
}

func objectiveBoxes() []box {
	return []box{
		{
			title: "Requests without 5xx, 30 days", unit: unit.Ratio, labels: []string{"origin"}, panel: "marketplace-api/3", better: higher,
			query:  `1 - origin:http_request_errors:ratio_rate30d{environment=~"$environment"}`,
			target: `1 - max without (instance, pod, job) (threshold:http_slo_errors:ratio)`,
		},
		{
			// 0 is a spent budget by definition, not a limit.
			title: "Error budget remaining, 30 days", unit: unit.Ratio, labels: []string{"origin"}, panel: "marketplace-api/130", better: higher,
			query:  `origin:http_error_budget_remaining:ratio30d{environment=~"$environment"}`,
			target: `vector(0)`,
			chart:  `clamp_min(avg_over_time(origin:http_error_budget_remaining:ratio30d{environment=~"$environment"}[$interval]), -1)`,
		},
		{
			title: "Fastest burn of the error budget in an hour", unit: unit.Factor, labels: []string{"origin"}, panel: "marketplace-api/4",
			query:  `max_over_time(origin:http_error_budget_burn:factor{environment=~"$environment", window="1h"}[$range])`,
			target: limit(`http_burn:factor{window="1h"}`),
		},
	}
}
