// Package stripe is the source of payments as Stripe sees them: payments, refunds, disputes and
// payouts from webhooks, and from the API what webhooks cannot report: deliveries that fail,
// disabled endpoints, balances, and the payments that the database should have.
//
// Webhooks need no API key. The poller needs a restricted key that can read Events, Webhook
// Endpoints and Balance. No series refers to a single customer or payment.
package stripe
