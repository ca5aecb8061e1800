package checklist

import "github.com/aimarketplace/monitoring/report/unit"

// kpi returns the expression of a KPI at the end of the period. Amounts and counts with a window
// cover the period.
func kpi(selector string) string {
	return "max without (instance, pod, job) (" + selector + ")"
}

func userBoxes() []box {
	return []box{
		{
			title: "Active users of a day, mean", unit: unit.Count, panel: "marketplace-business/100",
			query: `avg_over_time((` + kpi(`marketplace_active_users{environment=~"$environment", window="1d"}`) + `)[$range:$step])`,
			chart: kpi(`marketplace_active_users{environment=~"$environment", window="1d"}`),
		},
		{
			title: "Active users of 30 days", unit: unit.Count, panel: "marketplace-business/100",
			query: kpi(`marketplace_active_users{environment=~"$environment", window="30d"}`),
		},
		{
			title: "Active users relative to earlier weeks", unit: unit.Ratio, panel: "marketplace-business/6", better: higher,
			query:  `avg_over_time(marketplace:active_users_week:ratio{environment=~"$environment"}[$range:$step])`,
			target: limit(`marketplace_active_users_week:ratio`),
		},
		{
			title: "Stickiness (DAU/MAU)", unit: unit.Ratio, panel: "marketplace-business/101",
			query: `marketplace:active_users_stickiness:ratio{environment=~"$environment"}`,
		},
		{
			title: "Registrations", unit: unit.Count, panel: "marketplace-business/102",
			query: kpi(`marketplace_user_registrations{environment=~"$environment", window="$range"}`),
		},
		{
			title: "Retention after days", unit: unit.Ratio, labels: []string{"day"}, panel: "marketplace-business/103",
			query: `day:marketplace_retention:ratio{environment=~"$environment"}`,
		},
		{
			title: "Churn, 30 days", unit: unit.Ratio, panel: "marketplace-business/104",
			query: `marketplace:churn:ratio{environment=~"$environment"}`,
		},
	}
}

func promptBoxes() []box {
	return []box{
		{
			title: "Uploaded prompts", unit: unit.Count, panel: "marketplace-business/110",
			query: kpi(`marketplace_prompts_uploaded{environment=~"$environment", window="$range"}`),
		},
		{
			title: "Verified prompts", unit: unit.Count, labels: []string{"review"}, panel: "marketplace-business/110",
			query: kpi(`marketplace_prompts_verified{environment=~"$environment", window="$range"}`),
		},
		{
			title: "Approved prompts", unit: unit.Ratio, panel: "marketplace-business/113",
			query: `window:marketplace_prompt_approval:ratio{environment=~"$environment", window="$range"}`,
		},
		{
			title: "Time of a verification, mean", unit: unit.Seconds, panel: "marketplace-business/112",
			query: kpi(`marketplace_prompt_verification_mean_seconds{environment=~"$environment", window="$range", review="manual"}`),
		},
		{
			title: "Oldest pending verification", unit: unit.Seconds, panel: "marketplace-business/5",
			query:  kpi(`marketplace_prompt_verification_oldest_pending_seconds{environment=~"$environment"}`),
			target: limit(`marketplace_verification_pending:seconds`),
		},
	}
}

func revenueBoxes() []box {
	return []box{
		{
			title: "Gross merchandise value", unit: unit.Amount, labels: []string{"currency"}, panel: "marketplace-business/121",
			query: kpi(`marketplace_gmv{environment=~"$environment", window="$range"}`),
			chart: kpi(`marketplace_gmv{environment=~"$environment", window="1d"}`),
		},
		{
			title: "Paid orders", unit: unit.Count, labels: []string{"currency"}, panel: "marketplace-business/122",
			query: kpi(`marketplace_paid_orders{environment=~"$environment", window="$range"}`),
		},
		{
			title: "Average order value", unit: unit.Amount, labels: []string{"currency"}, panel: "marketplace-business/123",
			query: `currency:marketplace_order_value:avg{environment=~"$environment", window="$range"}`,
		},
		{
			title: "Refunds per paid order, 7 days", unit: unit.Ratio, labels: []string{"currency"}, panel: "marketplace-business/3",
			query: `currency:marketplace_refunds:ratio{environment=~"$environment", window="7d"}`, target: limit(`marketplace_refunds:ratio`),
		},
		{
			title: "Commission", unit: unit.Amount, labels: []string{"currency"}, panel: "marketplace-business/140",
			query: kpi(`marketplace_commission{environment=~"$environment", window="$range"}`),
		},
		{
			title: "Commission per active user (ARPU), 30 days", unit: unit.Amount, labels: []string{"currency"}, panel: "marketplace-business/143",
			query: `currency:marketplace_commission_per_user:avg{environment=~"$environment"}`,
		},
		{
			title: "Monthly recurring revenue", unit: unit.Amount, labels: []string{"currency"}, panel: "marketplace-business/141",
			query: kpi(`sum without (interval) (marketplace_mrr{environment=~"$environment"})`),
		},
		{
			title: "Paid settlements", unit: unit.Ratio, panel: "marketplace-business/151",
			query: `marketplace:settlement_completion:ratio{environment=~"$environment"}`,
		},
		{
			title: "Failed settlements", unit: unit.Count, panel: "marketplace-business/4",
			query:  kpi(`marketplace_settlements{environment=~"$environment", status="FAILED"}`),
			target: limit(`marketplace_settlements_failed:count`),
		},
		{
			title: "Failed emails, a day", unit: unit.Ratio, panel: "marketplace-business/7",
			query:  `avg_over_time(window:marketplace_email_failures:ratio{environment=~"$environment", window="1d"}[$range])`,
			target: limit(`marketplace_email_failures:ratio`),
		},
	}
}

func revenueTables() []table {
	return []table{
		{
			title: "Payment methods, 30 days", labels: []string{"method"}, panel: "marketplace-business/130",
			columns: []column{{title: "Payments", unit: unit.Count, query: kpi(`marketplace_payments_by_method{environment=~"$environment", window="30d"}`)}},
		},
		{
			title: "Popular categories, 30 days", labels: []string{"category"}, panel: "marketplace-business/116",
			columns: []column{
				{title: "Paid orders", unit: unit.Count, query: kpi(`marketplace_category_paid_orders{environment=~"$environment", window="30d"}`)},
				{title: "Prompts", unit: unit.Count, query: kpi(`marketplace_category_prompts{environment=~"$environment"}`)},
			},
		},
	}
}
