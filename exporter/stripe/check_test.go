package stripe_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/stripe"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// resources are the names of permissions in Stripe's dashboard, by the path that they protect.
func resources() map[string]string {
	return map[string]string{
		"/v1/events": "Events", "/v1/payment_intents": "PaymentIntents", "/v1/webhook_endpoints": "Webhook Endpoints", "/v1/balance": "Balance",
		"/v1/customers": "Customers", "/v1/payouts": "Payouts", "/v1/invoices": "Invoices", "/v1/products": "Products",
	}
}

// restricted returns a fake whose key has the permissions, and the names of the resources that were
// requested.
func restricted(permissions ...string) (f *fake, requested map[string]bool) {
	f, requested = newFake(), map[string]bool{}
	f.add("payment_intent.succeeded", time.Hour, usd(1000))
	f.override = func(w http.ResponseWriter, r *http.Request) bool {
		resource := resources()[r.URL.Path]
		requested[resource] = true
		if slices.Contains(permissions, resource) {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"error":{"type":"invalid_request_error","message":"The provided key 'rk_live_planted' does not have the `+
			`required permissions for this endpoint on account 'acct_planted'. Having the 'rak_%s_read' permission would allow this request to continue."}}`, resource)
		return true
	}
	return f, requested
}

// documented returns the permissions that the documentation lists.
func documented(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/stripe.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "| resource | used for |\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	var names []string
	for _, row := range regexp.MustCompile(`(?m)^\| (\w[\w ]*) \|`).FindAllStringSubmatch(table, -1) {
		names = append(names, row[1])
	}
	return names
}

func TestDocumentedPermissionsAreThoseThatAreNeeded(t *testing.T) {
	f, requested := restricted(documented(t)...)
	s := open(t, f)
	_, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Subset(t, documented(t), slices.Collect(maps.Keys(requested)), "the poll requests nothing else")
	for _, finding := range s.(source.Checker).Check(t.Context()) {
		require.Equal(t, check.OK, finding.Status, finding)
	}
	require.Subset(t, slices.Collect(maps.Keys(requested)), documented(t), "and each of them is needed")
}

func TestMissingPermissionCostsItsParts(t *testing.T) {
	require.Len(t, documented(t), 4)
	for missing, parts := range map[string][]string{
		"Events": {"undelivered_events", "succeeded_payments"}, "Webhook Endpoints": {"webhook_endpoints"}, "Balance": {"balance"}, "PaymentIntents": nil,
	} {
		t.Run(missing, func(t *testing.T) {
			f, _ := restricted(slices.DeleteFunc(documented(t), func(name string) bool { return name == missing })...)
			s := open(t, f)
			_, err := sourcetest.Poll(t, s)
			var failed []string
			for _, f := range failure.All(err) {
				require.Equal(t, failure.PermissionDenied, f.Reason)
				require.NotContains(t, f.Error(), "planted")
				failed = append(failed, f.Part)
			}
			require.Equal(t, parts, failed)
			for _, finding := range s.(source.Checker).Check(t.Context()) {
				if finding.Subject != missing {
					require.Equal(t, check.OK, finding.Status, finding)
					continue
				}
				require.Equal(t, check.Broken, finding.Status)
				require.Contains(t, finding.Hint, "Read on "+missing)
			}
		})
	}
}

func TestKeyWithOtherPermissionsIsReported(t *testing.T) {
	f, _ := restricted(append(documented(t), "Customers", "Products")...)
	findings := open(t, f).(source.Checker).Check(t.Context())
	require.Len(t, findings, 5)
	require.Equal(t, check.Note, findings[4].Status)
	require.Contains(t, findings[4].Detail, "it can also read Customers, Products,")
}

func TestUnrestrictedKeyIsReported(t *testing.T) {
	f := newFake()
	f.key = "sk_live_planted"
	findings := open(t, f, func(c *stripe.Config) { c.KeyFile = sourcetest.File(t, f.key) }).(source.Checker).Check(t.Context())
	require.Len(t, findings, 5)
	require.Equal(t, check.Note, findings[4].Status)
	require.Contains(t, findings[4].Detail, "not a restricted key")
}

func TestRejectedKeyIsReportedOnce(t *testing.T) {
	findings := open(t, newFake(), func(c *stripe.Config) { c.KeyFile = sourcetest.File(t, "rk_live_another") }).(source.Checker).Check(t.Context())
	require.Len(t, findings, 1)
	require.Equal(t, check.Broken, findings[0].Status)
	require.Contains(t, findings[0].Hint, "--stripe.api-key-file")
}
