package alertmanager_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// incident is a set of alerts that fire together. Those marked with "-" are suppressed, and no
// others.
type incident struct {
	name   string
	alerts []string
}

func incidents() []incident {
	return []incident{
		{"a replica is down while payments of the primary fail", []string{
			"DatabaseDown server=replica datname=shop", "-SourceFailing server=replica source=postgres", "PaymentSuccessCritical server=primary provider=stripe",
			"-PaymentSuccessLow server=primary provider=stripe", "NoPaidOrders server=primary provider=paypal", "EmailQueueStuck server=primary",
		}},
		{"rows are lost for hours while five other alerts fire", []string{
			"CoreRowsLost relname=Payment", "LockQueue datname=shop", "ConnectionsNearMaximum", "ArchiverFailing datname=shop", "StatementSlow datname=shop queryid=1",
			"IdleInTransaction datname=shop",
		}},
		{"latency while requests fail", []string{
			"LatencyP99High origin=drains", "-LatencyP99Elevated origin=drains", "-LatencyP95High origin=drains", "-LatencyP50High origin=drains",
			"ErrorRateHigh origin=drains", "LatencyP99Elevated origin=prom_client",
			"EndpointSlow origin=drains method=GET route=/api/search", "FunctionsCrashing",
		}},
		{"failing archiving fills the disk", []string{"ArchiverFailing datname=shop", "DiskForecastFull"}},
		{"failed settlements stay for weeks", []string{
			"SettlementsFailed", "SettlementsLate", "PaymentFailuresDaily provider=stripe", "RefundRateHigh currency=USD", "PaymentsPending provider=stripe",
			"PaymentDeclinesHigh provider=stripe", "SettlementsFailedFew server=archive",
		}},
		{"invalid requests while others fail", []string{
			"ErrorRateHigh origin=drains", "-ErrorSpike origin=drains", "ValidationErrorsHigh origin=drains", "RateLimitedHigh origin=drains", "LoginsRejected origin=drains window=5m",
		}},
		{"credential stuffing slows down the API", []string{
			"LoginsRejected origin=drains window=5m", "LatencyP99High origin=drains", "-LatencyP95High origin=drains", "ThirdPartyFailing host=mail.example.com",
		}},
		{"the database is down", []string{
			"DatabaseDown datname=shop", "-SourceFailing source=postgres", "-SourceFailing source=kpi", "-SourceStale source=kpi", "-KPIStale", "SourceStale source=vercel",
			"LoginFailing origin=drains method=POST route=/api/auth/login", "PaymentEndpointFailing origin=drains method=POST route=/api/payments/charge",
			"PaymentWebhookFailing origin=drains method=POST route=/api/webhooks/stripe", "PaymentSuccessCritical provider=stripe", "NoPaidOrders", "EmailQueueStuck",
			"PoolerQueue database=shop user=app", "TrafficGone origin=drains",
		}},
		{"the KPIs are rejected", []string{"SourceFailing source=kpi", "-SourceStale source=kpi", "-KPIStale", "SourceStale source=postgres", "SourcePartFailing source=postgres part=wal"}},
		{"all requests fail", []string{
			"MostRequestsFailing origin=drains", "-ErrorRateHigh origin=drains", "-ErrorRateHigh origin=drains method=GET route=/api/search", "-ErrorSpike origin=drains",
			"-ErrorBudgetBurn1h origin=drains", "-ErrorBudgetBurn6h origin=drains", "-ErrorBudgetBurn1d origin=drains", "-ErrorBudgetBurn3d origin=drains",
			"-ErrorsDaily origin=drains method=GET route=/api/prompts", "LoginFailing origin=drains method=POST route=/api/auth/login",
			"UploadsFailing origin=drains method=POST route=/api/prompts/upload", "LogErrorsHigh", "FunctionsCrashing",
		}},
		{"all requests of one of two origins fail", []string{
			"MostRequestsFailing origin=otel", "-ErrorRateHigh origin=otel", "ErrorRateHigh origin=drains", "ErrorBudgetBurn1h origin=drains",
			"ErrorsDaily origin=drains method=GET route=/api/prompts",
		}},
		{"one route fails daily, another one now", []string{
			"ErrorRateHigh origin=drains method=GET route=/api/search", "-ErrorsDaily origin=drains method=GET route=/api/search",
			"ErrorsDaily origin=drains method=GET route=/api/prompts", "ErrorSpike origin=drains",
		}},
		{"the error budget burns", []string{
			"ErrorBudgetBurn1h origin=drains window=1h", "-ErrorBudgetBurn6h origin=drains window=6h", "-ErrorBudgetBurn1d origin=drains window=1d",
			"-ErrorBudgetBurn3d origin=drains window=3d", "ErrorBudgetBurn3d origin=otel window=3d",
		}},
		{"two providers fail", []string{
			"PaymentSuccessCritical provider=stripe", "-PaymentSuccessLow provider=stripe", "PaymentSuccessLow provider=paypal", "-PaymentFailuresDaily provider=paypal",
			"PaymentFailuresDaily provider=toss",
		}},
		{"mail fails and stays in the queue", []string{"EmailFailing", "-EmailFailuresDaily", "EmailQueueStuck", "UploadsFailing origin=drains method=POST route=/api/prompts/upload"}},
		{"wraparound is near in one of two databases", []string{
			"WraparoundImminent server=primary datname=shop", "-WraparoundNear server=primary datname=shop", "-TransactionIDAge server=primary datname=shop",
			"TransactionIDAge server=primary datname=archive", "AutovacuumOverdue server=primary datname=shop relname=Order", "ChecksumFailures server=primary datname=shop",
		}},
		{"the disks of two servers fill up", []string{
			"DiskNearlyFull server=primary", "-DiskForecastFull server=primary", "DiskForecastFull server=replica", "ReplicationSlotLost server=primary slot_name=replica",
			"-ReplicationSlotRetainsWAL server=primary slot_name=replica", "ReplicationSlotRetainsWAL server=primary slot_name=warehouse", "ReplicationLag server=replica",
		}},
		{"connections run out behind a pooler", []string{
			"ConnectionsNearMaximum server=primary", "-ConnectionsHigh server=primary", "ConnectionsHigh server=replica", "PoolerQueue server=primary", "LockQueue server=primary datname=shop",
			"LongRunningStatements server=primary datname=shop",
		}},
		{"an application is down beside another target", []string{
			"ApplicationDown job=shop", "-TargetDown job=shop instance=a", "-TargetDown job=shop instance=b", "TargetDown job=grafana instance=c",
			"-TrafficGone origin=prom_client", "-TrafficGone origin=opentelemetry", "TrafficGone origin=drains", "LatencyHistogramMissing origin=prom_client",
		}},
		{"a website without visitors", []string{
			"TrafficGone origin=drains", "-DrainNoData drain=logs", "-DrainNoData drain=traces", "DrainNoData drain=speed_insights", "NoPaidOrders provider=stripe",
			"DailyActiveUsersLow", "DeliveriesRejected sender=vercel endpoint=logs",
		}},
		{"all exporters are down", []string{
			"ExporterDown job=marketplace_exporter", "-TargetDown job=marketplace_exporter instance=a", "-DrainNoData drain=logs", "DatabaseDown datname=shop",
			"NotificationsFailing integration=slack", "RuleEvaluationFailing rule_group=api", "WebVitalPoor metric=LCP",
			"ThresholdInvalid limit=pg_connections:ratio", "OverrideUnused limit=pg_connections:ratio", "DeliveryNotScraped program=Alertmanager",
			"NotificationsDropped alertmanager=a", "RulesMissing file=http",
		}},
		{"webhooks of Stripe stop", []string{
			"StripeEndpointDisabled status=disabled", "StripeDeliveriesFailing", "ReconciliationDrift currency=USD day=today",
			"-ReconciliationAmountDrift currency=USD day=today", "ReconciliationAmountDrift currency=KRW day=today",
			"ReconciliationAmountDrift currency=USD day=yesterday", "PaymentsPending provider=stripe", "NoPaidOrders provider=stripe",
		}},
		{"disputes and refunds empty the balance", []string{
			"DisputeOpened currency=USD event=created", "DisputeRateHigh currency=USD", "StripeBalanceNegative currency=USD state=available",
			"PayoutFailed currency=USD event=failed", "StripePaymentsFailing",
		}},
		{"a deployment breaks the pages and the SDK", []string{
			"WebsiteDown target=website", "OutsideDown target=website", "OutsideDisagrees target=api", "EndpointDown target=api", "ProbeSlow target=login",
			"WebsiteDegraded target=website", "HealthDatabaseDown target=website", "CertificateExpiringSoon target=website",
			"-CertificateExpiring target=website", "CertificateExpiring target=api", "SentryFatalIssue level=fatal project=web window=1h",
			"SentryRegression project=web", "SentryErrorSpike project=web", "SentryUsersAffected project=web window=1h", "SentryEventsDropped",
			"SentrySilent project=worker", "ErrorRateHigh origin=drains", "-ErrorSpike origin=drains",
		}},
	}
}

func TestCombinedIncidentsSuppressOnlySymptoms(t *testing.T) {
	require.Len(t, incidents(), 24)
	catalog := loadCatalog(t)
	var alerts []postedAlert
	want := map[string]string{}
	for _, incident := range incidents() {
		for _, text := range incident.alerts {
			id := incident.name + ": " + text
			text, suppressed := strings.CutPrefix(text, "-")
			want[id] = "active"
			if suppressed {
				want[id] = "suppressed"
			}
			alerts = append(alerts, with(with(catalog.parse(t, text), "environment", incident.name), "id", id))
		}
	}
	chain := startChain(t, 1)
	chain.send(t, alerts...)
	chain.requireStates(t, "id", want)
}

// A P1 or P2 that fires beside an independent incident is notified.
func TestIndependentIncidentsAreNotified(t *testing.T) {
	catalog := loadCatalog(t)
	for _, i := range []int{0, 1, 3, 4, 5} {
		incident := incidents()[i]
		t.Run(incident.name, func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, speedup)
			notified := map[string]bool{}
			for _, text := range incident.alerts {
				text, suppressed := strings.CutPrefix(text, "-")
				a := catalog.parse(t, text)
				chain.send(t, with(a, "environment", "production"))
				if !suppressed {
					notified[a.Labels["alertname"]] = true
				}
			}
			await(t, &chain.got.Slack, len(notified))
			for _, name := range chain.notifiedOnSlack() {
				require.Contains(t, notified, name)
			}
		})
	}
}

func TestSilencedLatencyDoesNotHideErrors(t *testing.T) {
	chain := startChain(t, speedup)
	chain.silence(t, "LatencyP99High")
	catalog := loadCatalog(t)
	chain.send(t, catalog.parse(t, "LatencyP99High origin=drains"), catalog.parse(t, "LatencyP95High origin=drains"),
		catalog.parse(t, "ErrorRateHigh origin=drains"), alert("Last", "P2", "uploads"))
	await(t, &chain.got.Slack, 2)
	require.ElementsMatch(t, []string{"ErrorRateHigh", "Last"}, chain.notifiedOnSlack())
	require.Equal(t, []string{"LatencyP95High"}, chain.inhibited(t), "of the same signal")
}

// silence silences an alert for an hour.
func (c chain) silence(t *testing.T, name string) {
	t.Helper()
	c.silenceLabel(t, "alertname", name)
}

// silenceLabel silences all alerts with a label for an hour.
func (c chain) silenceLabel(t *testing.T, label, value string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"matchers":  []map[string]any{{"name": label, "value": value, "isRegex": false, "isEqual": true}},
		"startsAt":  time.Now(),
		"endsAt":    time.Now().Add(time.Hour),
		"createdBy": "test", "comment": "known",
	})
	require.NoError(t, err)
	c.request(t, http.MethodPost, "/api/v2/silences", body)
}

// When a P0 resolves together with the P1 that it inhibits, the P1 is never notified. It is when
// its cause goes on.
func TestInhibitedAlertIsNotifiedOnlyIfItGoesOn(t *testing.T) {
	catalog := loadCatalog(t)
	for goesOn, want := range map[bool][]string{
		false: {"MostRequestsFailing", "MostRequestsFailing"},
		true:  {"MostRequestsFailing", "MostRequestsFailing", "ErrorRateHigh"},
	} {
		t.Run(fmt.Sprintf("goes on: %t", goesOn), func(t *testing.T) {
			t.Parallel()
			chain := startChain(t, 4*speedup)
			most, errors := catalog.parse(t, "MostRequestsFailing origin=drains"), catalog.parse(t, "ErrorRateHigh origin=drains")
			chain.send(t, most, errors)
			await(t, &chain.got.Slack, 1)
			if !goesOn { // Prometheus ends it first: keep_firing_for of MostRequestsFailing is longer
				chain.send(t, resolved(errors))
			}
			chain.send(t, resolved(most))
			await(t, &chain.got.Slack, len(want))
			if !goesOn {
				time.Sleep(2 * loadShipped(t).routeTo(t, "P1").GroupInterval.Duration / (4 * speedup))
			}
			require.ElementsMatch(t, want, chain.notifiedOnSlack())
		})
	}
}
