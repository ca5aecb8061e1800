// Package services simulates the external services of the demo: its website, Stripe, Sentry and
// UptimeRobot. They respond as documented and have state: a payment in the database appears in
// Stripe, and one that fails also in Sentry.
package services

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/services/sentry"
	"github.com/aimarketplace/monitoring/demo/services/stripe"
	"github.com/aimarketplace/monitoring/demo/services/uptimerobot"
	"github.com/aimarketplace/monitoring/demo/services/website"
)

// Options specifies the services.
type Options struct {
	DatabaseURL   string        // of the marketplace, with the role of its application
	Dir           string        // receives the secrets and the configuration of the exporter
	ProbeInterval time.Duration // of the exporter's probes of the website
}

// Services are the running services.
type Services struct {
	Website     *website.Website
	Stripe      *stripe.Account
	Sentry      *sentry.Sentry
	UptimeRobot *uptimerobot.Account

	opts     Options
	secrets  secrets
	database *pgxpool.Pool
	server   *http.Server
	url      string
}

// secrets are those of one run.
type secrets struct{ stripeKey, stripeWebhook, sentryToken, sentryWebhook, uptimeRobotKey string }

func newSecrets() secrets {
	return secrets{
		stripeKey: "rk_live_" + rand.Text(), stripeWebhook: "whsec_" + rand.Text() + rand.Text(),
		sentryToken: "sntrys_" + rand.Text(), sentryWebhook: rand.Text() + rand.Text(), uptimeRobotKey: "ur-" + rand.Text(),
	}
}

// Start starts the services, with the payments that the database has.
func Start(ctx context.Context, opts Options) (*Services, error) {
	s := &Services{opts: opts, secrets: newSecrets()}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Services) start(ctx context.Context) (err error) {
	if s.database, err = pgxpool.New(ctx, s.opts.DatabaseURL); err != nil {
		return fmt.Errorf("opening the pool of the services: %w", err)
	}
	if s.Website, err = website.Start(ctx, s.database.Ping); err != nil {
		return err
	}
	s.Sentry = sentry.New(sentry.Options{Token: s.secrets.sentryToken, WebhookSecret: s.secrets.sentryWebhook})
	s.Stripe = stripe.New(stripe.Options{
		Key: s.secrets.stripeKey, WebhookSecret: s.secrets.stripeWebhook, Database: s.database, Failed: s.capturePayment,
	})
	s.UptimeRobot = uptimerobot.New(uptimerobot.Options{
		Key: s.secrets.uptimeRobotKey, Client: s.Website.Client(),
		Monitors: map[string]string{"website": s.Website.URL("/api/health"), "prompts": s.Website.URL("/api/prompts")},
	})
	if err := s.Stripe.Load(ctx); err != nil {
		return err
	}
	return s.listen(ctx)
}

func (s *Services) capturePayment(f stripe.Failure) {
	s.Sentry.Capture(sentry.Error{
		Type: "StripeCardError", Message: f.Code, Transaction: "/api/payments/charge", Level: "error", User: f.Order, At: f.At,
	})
}

// CaptureRequest reports a failed request of the website to Sentry.
func (s *Services) CaptureRequest(f drains.Failure) {
	s.Sentry.Capture(sentry.Error{
		Type: "Error", Message: fmt.Sprintf("Request failed with status %d", f.Status), Transaction: f.Route, Level: "error",
		User: f.User, At: f.At,
	})
}

// listen serves the APIs at one address: their paths differ.
func (s *Services) listen(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("starting the services: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", s.Stripe)
	mux.Handle("/api/0/", s.Sentry)
	mux.Handle("/v3/", s.UptimeRobot)
	const timeout = 10 * time.Second
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: timeout, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = s.server.Serve(listener) }() // ends with Close
	return nil
}

// Run sends webhooks to the exporter's inbound listener until ctx is done.
func (s *Services) Run(ctx context.Context, inboundURL string) {
	var running sync.WaitGroup
	running.Go(func() { s.Stripe.Follow(ctx, inboundURL+"/stripe/webhook") })
	running.Go(func() { s.Sentry.Run(ctx, inboundURL+"/sentry/webhook") })
	running.Wait()
}

// Close stops the services.
func (s *Services) Close() error {
	var errs []error
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	if s.Website != nil {
		errs = append(errs, s.Website.Close())
	}
	if s.database != nil {
		s.database.Close()
	}
	return errors.Join(errs...)
}
