package main

import (
	"context"

	"github.com/aimarketplace/monitoring/demo/services"
)

// serviceFaults returns the faults of the simulated services.
func serviceFaults() []fault {
	return []fault{
		service("website-down", "all requests to the website fail",
			"WebsiteDown (P0) after about 1 minute, OutsideDown (P0) after 3, EndpointDown (P1) after 7",
			always(func(s *services.Services) { s.Website.SetDown(true) }),
			always(func(s *services.Services) { s.Website.SetDown(false) })),
		service("certificate-expiring", "the certificate of the website expires in 5 days",
			"CertificateExpiringSoon (P1) after about 6 minutes. CertificateExpiringSoon inhibits CertificateExpiring (P2)",
			func(_ context.Context, s *services.Services) error { return s.Website.LetExpire() },
			func(_ context.Context, s *services.Services) error { return s.Website.Renew() }),
		service("webhooks-failing", "Stripe cannot deliver webhooks to the shop, and has disabled its endpoint",
			"StripeEndpointDisabled (P0) after about 2 minutes, StripeDeliveriesFailing (P1) after 11",
			always(func(s *services.Services) { s.Stripe.FailDeliveries() }),
			always(func(s *services.Services) { s.Stripe.ResendDeliveries() })),
		recording("reconciliation-drift", "payments succeed at Stripe that the shop does not record",
			"ReconciliationDrift (P1) after about 18 minutes"),
		service("dispute", "a buyer disputes a payment",
			"DisputeOpened (P2) after about 17 minutes. It resolves when the dispute is an hour old",
			func(_ context.Context, s *services.Services) error { return s.Stripe.OpenDispute() },
			always(func(s *services.Services) { s.Stripe.WinDispute() })),
		service("error-spike", "a fatal error that Sentry has not seen before affects hundreds of users",
			"SentryFatalIssue (P0) after about 2 minutes, SentryUsersAffected (P1) after 7",
			always(func(s *services.Services) { s.Sentry.BeginSpike() }),
			always(func(s *services.Services) { s.Sentry.EndSpike() })),
		service("sentry-throttling", "Sentry rejects all requests to its API",
			"SourceFailing (P1) after about 6 minutes. SourceFailing inhibits SourceStale (P2), which fires after half an hour",
			always(func(s *services.Services) { s.Sentry.SetThrottled(true) }),
			always(func(s *services.Services) { s.Sentry.SetThrottled(false) })),
		service("uptimerobot-lying", "UptimeRobot reports pages as down that are up",
			"OutsideDown (P0) after about 2 minutes, OutsideDisagrees (P2) after 13",
			always(func(s *services.Services) { s.UptimeRobot.SetLying(true) }),
			always(func(s *services.Services) { s.UptimeRobot.SetLying(false) })),
	}
}

// serviceChange begins or ends a fault of a service.
type serviceChange func(context.Context, *services.Services) error

func service(name, effect, alerts string, begin, end serviceChange) fault {
	apply := func(change serviceChange) func(context.Context, faultTarget) error {
		return func(ctx context.Context, t faultTarget) error { return change(ctx, t.external) }
	}
	return fault{name: name, effect: effect, alerts: alerts, begin: apply(begin), end: apply(end)}
}

// recording returns a fault whose end records the payments in the database.
func recording(name, effect, alerts string) fault {
	f := service(name, effect, alerts,
		always(func(s *services.Services) { s.Stripe.PayUnrecorded() }),
		func(ctx context.Context, s *services.Services) error { return s.Stripe.RecordPayments(ctx) })
	f.scripted = true
	return f
}

// always returns a change that cannot fail.
func always(change func(*services.Services)) serviceChange {
	return func(_ context.Context, s *services.Services) error {
		change(s)
		return nil
	}
}
