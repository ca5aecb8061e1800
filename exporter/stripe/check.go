package stripe

import (
	"context"
	"fmt"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Check implements source.Checker. It requests each resource once.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Status: check.Note, Subject: "payments", Detail: "off: neither --stripe.webhook-secret-file nor --stripe.api-key-file is set",
		}}
	}
	var findings []check.Finding
	if s.secrets != nil {
		findings = append(findings, check.Finding{Subject: "webhooks", Detail: fmt.Sprintf("%d secrets in %s", s.secrets.Len(), s.config.WebhookSecretFile)})
	}
	if !s.Poller.Enabled() {
		return findings
	}
	return append(findings, s.checkKey(ctx)...)
}

// checkKey reports permissions that the key lacks, and some that it does not need. A permission to
// write includes the one to read, so the second finds both.
func (s *Source) checkKey(ctx context.Context) []check.Finding {
	var findings []check.Finding
	for _, p := range []struct {
		resource string
		request  func() error
	}{
		{"Events", func() error { _, _, err := s.client.undelivered(ctx); return err }},
		// Not polled: without this permission, Stripe may leave out the events of payments.
		{"PaymentIntents", func() error { return s.client.list(ctx, "payment_intents") }},
		{"Webhook Endpoints", func() error { _, err := s.client.endpoints(ctx); return err }},
		{"Balance", func() error { _, err := s.client.balance(ctx); return err }},
	} {
		err := p.request()
		if err == nil {
			findings = append(findings, check.Finding{Subject: p.resource, Detail: "readable"})
			continue
		}
		finding := check.Finding{
			Status: check.Broken, Subject: p.resource, Detail: err.Error(),
			Hint: "give the key the permission Read on " + p.resource + ", and check whether this host reaches Stripe",
		}
		if failure.All(err)[0].Reason == failure.Authentication {
			finding.Hint = "check the key in --stripe.api-key-file"
			return append(findings, finding)
		}
		findings = append(findings, finding)
	}
	return append(findings, s.checkExcess(ctx)...)
}

// checkExcess reports a key that can do more than the exporter needs.
func (s *Source) checkExcess(ctx context.Context) []check.Finding {
	const hint = "create a restricted key with Read on Events, PaymentIntents, Webhook Endpoints and Balance, and None on the rest"
	if !strings.HasPrefix(s.client.key.Value(), "rk_") {
		return []check.Finding{{Status: check.Note, Subject: "key", Detail: "it is not a restricted key, so it can do more than read", Hint: hint}}
	}
	var readable []string
	for _, unneeded := range []struct{ resource, path string }{
		{"Customers", "customers"}, {"Payouts", "payouts"}, {"Invoices", "invoices"}, {"Products", "products"},
	} {
		if s.client.list(ctx, unneeded.path) == nil {
			readable = append(readable, unneeded.resource)
		}
	}
	if len(readable) == 0 {
		return nil
	}
	return []check.Finding{{
		Status: check.Note, Subject: "key", Detail: "it can also read " + strings.Join(readable, ", ") + ", which the exporter does not need", Hint: hint,
	}}
}
