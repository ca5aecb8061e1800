package alertmanager_test

import "time"

// pair is a source that inhibits a target while both have equal values of all labels in equal.
type pair struct {
	source, target string
	// sourceLabels and targetLabels are those that the matchers require besides the names.
	sourceLabels, targetLabels string
	equal                      []string
	reason                     string
	// tail is how long after the end of the source's condition the target's can hold, although its
	// cause has ended. Zero: a target that still fires then is worth a notification.
	tail time.Duration
}

// window is that of most rates, which fall below a low limit later than below a high one.
const window = 5 * time.Minute

// pairs lists all inhibitions but that of maintenance, which maintenance_test.go tests. A new pair needs a reason that holds for every case in which both
// alerts fire with the labels in equal.
func pairs() []pair {
	origin, endpoint := []string{"environment", "origin"}, []string{"environment", "origin", "method", "route"}
	server, provider := []string{"environment", "server"}, []string{"environment", "server", "provider"}
	database := []string{"environment", "server", "datname"}
	return []pair{
		{source: "MostRequestsFailing", target: "ErrorRateHigh", equal: origin, tail: window, reason: "most requests fail, so routes do as well"},
		{source: "MostRequestsFailing", target: "ErrorSpike", equal: origin, tail: window, reason: "the same errors, compared with earlier weeks"},
		{source: "MostRequestsFailing", target: "ErrorBudgetBurn1h", equal: origin, tail: window, reason: "the same errors, compared with the objective"},
		{source: "MostRequestsFailing", target: "ErrorBudgetBurn6h", equal: origin, reason: "the same errors, compared with the objective"},
		{source: "MostRequestsFailing", target: "ErrorBudgetBurn1d", equal: origin, reason: "the same errors, compared with the objective"},
		{source: "MostRequestsFailing", target: "ErrorBudgetBurn3d", equal: origin, reason: "the same errors, compared with the objective"},
		{source: "MostRequestsFailing", target: "ErrorsDaily", equal: origin, reason: "the same errors of single routes, over a day"},
		{source: "ErrorRateHigh", target: "ErrorSpike", equal: endpoint, reason: "the same errors of the whole origin"},
		{source: "ErrorRateHigh", target: "ErrorsDaily", equal: endpoint, reason: "the same errors of one route, over a day"},

		{source: "ErrorBudgetBurn1h", target: "ErrorBudgetBurn6h", equal: origin, reason: "the same errors, over a longer window"},
		{source: "ErrorBudgetBurn1h", target: "ErrorBudgetBurn1d", equal: origin, reason: "the same errors, over a longer window"},
		{source: "ErrorBudgetBurn1h", target: "ErrorBudgetBurn3d", equal: origin, reason: "the same errors, over a longer window"},
		{source: "ErrorBudgetBurn6h", target: "ErrorBudgetBurn1d", equal: origin, reason: "the same errors, over a longer window"},
		{source: "ErrorBudgetBurn6h", target: "ErrorBudgetBurn3d", equal: origin, reason: "the same errors, over a longer window"},
		{source: "ErrorBudgetBurn1d", target: "ErrorBudgetBurn3d", equal: origin, reason: "the same errors, over a longer window"},

		{source: "LatencyP99High", target: "LatencyP99Elevated", equal: origin, tail: window, reason: "the same quantile at a lower volume"},
		{source: "LatencyP99High", target: "LatencyP95High", equal: origin, tail: 3 * time.Minute, reason: "a lower quantile of the same latency, which recovers earlier"},
		{source: "LatencyP99High", target: "LatencyP50High", equal: origin, tail: window, reason: "a lower quantile of the same latency"},
		{source: "LatencyP99High", target: "LatencyP95Elevated", equal: origin, tail: window, reason: "a lower quantile of the same latency"},
		{source: "LatencyP95High", target: "LatencyP95Elevated", equal: origin, tail: window, reason: "the same quantile at a lower volume"},
		{source: "LatencyP95High", target: "LatencyP50High", equal: origin, tail: window, reason: "a lower quantile of the same latency"},
		{source: "LatencyP95Elevated", target: "LatencyP50High", equal: origin, reason: "a lower quantile of the same latency"},

		{source: "PaymentSuccessCritical", target: "PaymentSuccessLow", equal: provider, reason: "a lower limit of the same success rate"},
		{source: "PaymentSuccessCritical", target: "PaymentFailuresDaily", equal: provider, reason: "the same failures, over a day"},
		{source: "PaymentSuccessLow", target: "PaymentFailuresDaily", equal: provider, reason: "the same failures, over a day"},
		{source: "EmailFailing", target: "EmailFailuresDaily", equal: server, reason: "the same failures, over a day"},

		{source: "ConnectionsNearMaximum", target: "ConnectionsHigh", equal: server, reason: "a lower limit of the same usage"},
		{source: "WraparoundImminent", target: "WraparoundNear", equal: database, reason: "a lower limit of the same age"},
		{source: "WraparoundImminent", target: "TransactionIDAge", equal: database, reason: "a lower limit of the same age"},
		{source: "WraparoundNear", target: "TransactionIDAge", equal: database, reason: "a lower limit of the same age"},
		{source: "DiskNearlyFull", target: "DiskForecastFull", equal: server, reason: "the forecast has come true"},
		{
			source: "ReplicationSlotLost", target: "ReplicationSlotRetainsWAL", equal: []string{"environment", "server", "slot_name"},
			reason: "the slot was lost because of the log that it retained",
		},

		{
			source: "ReconciliationDrift", target: "ReconciliationAmountDrift", equal: []string{"environment", "server", "currency", "day"},
			tail: 3 * time.Minute, reason: "the amount of the payments that only one side has",
		},

		{source: "CertificateExpiringSoon", target: "CertificateExpiring", equal: []string{"environment", "target"}, reason: "a higher limit of the same lifetime"},

		{source: "DatabaseDown", target: "SourceFailing", targetLabels: "source=postgres", equal: server, tail: time.Minute, reason: "the source reads the database"},
		{source: "DatabaseDown", target: "SourceStale", targetLabels: "source=kpi", equal: server, tail: time.Minute, reason: "the source reads the database"},
		{source: "DatabaseDown", target: "SourcePartFailing", targetLabels: "source=postgres", equal: server, tail: time.Minute, reason: "the source reads the database"},
		{source: "DatabaseDown", target: "KPIStale", equal: server, tail: time.Minute, reason: "KPIs are read from the database"},
		{source: "SourceFailing", target: "SourceStale", equal: []string{"environment", "server", "source"}, reason: "a source that fails becomes stale"},
		{source: "SourceFailing", target: "KPIStale", sourceLabels: "source=kpi", equal: server, reason: "the source of the KPIs fails"},
		{source: "ApplicationDown", target: "TargetDown", equal: []string{"environment", "job"}, reason: "all targets of the job are down"},
		{
			source: "ApplicationDown", target: "TrafficGone", targetLabels: "origin=prom_client", equal: []string{"environment"},
			tail: time.Minute, reason: "the application counts the requests of these origins",
		},
		{
			source: "TrafficGone", target: "DrainNoData", sourceLabels: "origin=drains", targetLabels: "drain=logs", equal: []string{"environment"},
			reason: "the requests of this origin are rows of these drains",
		},
		{source: "ExporterDown", target: "TargetDown", equal: []string{"environment", "server", "job"}, reason: "all targets of the job are down"},
		{source: "ExporterDown", target: "DrainNoData", equal: server, reason: "the exporter receives the drains"},
	}
}
