// Package website simulates the website of the demo: pages and the health endpoint, over TLS.
package website

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aimarketplace/monitoring/demo/services/httpjson"
)

// Website serves pages on 127.0.0.1. It is safe for concurrent use.
type Website struct {
	ping        func(context.Context) error
	started     time.Time
	down        atomic.Bool
	authority   *authority
	certificate atomic.Pointer[tls.Certificate]
	server      *http.Server
	address     string
}

// Start starts a website whose health depends on ping, a query of its database.
func Start(ctx context.Context, ping func(context.Context) error) (*Website, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	w := &Website{ping: ping, started: time.Now(), authority: a}
	if err := w.Renew(); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the website: %w", err)
	}
	w.address = listener.Addr().String()
	const timeout = 10 * time.Second
	w.server = &http.Server{
		Handler: w, ReadHeaderTimeout: timeout, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		TLSConfig: &tls.Config{
			MinVersion:     tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return w.certificate.Load(), nil },
		},
	}
	go func() { _ = w.server.ServeTLS(listener, "", "") }() // ends with Close
	return w, nil
}

// URL returns the address of a page.
func (w *Website) URL(path string) string { return "https://" + w.address + path }

// Close stops the website.
func (w *Website) Close() error { return w.server.Close() }

// SetDown makes all requests fail, or ends that.
func (w *Website) SetDown(down bool) { w.down.Store(down) }

// Client returns a client that trusts the certificate of the website.
func (w *Website) Client() *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.AuthorityPEM())
	const timeout = 10 * time.Second
	return &http.Client{Timeout: timeout, Transport: &http.Transport{
		DisableKeepAlives: true, // each request sees the current certificate
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
	}}
}

// ServeHTTP implements http.Handler.
func (w *Website) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	switch {
	case w.down.Load():
		httpjson.Reply(response, http.StatusServiceUnavailable, map[string]any{"error": "Service unhealthy"})
	case request.URL.Path == "/api/health":
		w.serveHealth(response, request)
	case request.URL.Path == "/api/prompts":
		httpjson.Reply(response, http.StatusOK, map[string]any{"prompts": []any{map[string]any{"title": "A prompt", "price": 4900, "currency": "KRW"}}})
	case request.URL.Path == "/":
		_, _ = response.Write([]byte("<!doctype html><title>AI Marketplace</title><h1>AI Marketplace</h1>"))
	default:
		http.NotFound(response, request)
	}
}

// serveHealth responds with 200 while the database is slow, as the marketplace does.
func (w *Website) serveHealth(response http.ResponseWriter, request *http.Request) {
	const slow, timeout = time.Second, 5 * time.Second
	ctx, cancel := context.WithTimeoutCause(request.Context(), timeout, errors.New("the database does not respond"))
	defer cancel()
	started := time.Now()
	err := w.ping(ctx)
	latency := time.Since(started)
	code, status, database := http.StatusOK, "healthy", "up"
	switch {
	case err != nil:
		code, status, database = http.StatusServiceUnavailable, "unhealthy", "down"
	case latency > slow:
		status = "degraded"
	}
	httpjson.Reply(response, code, map[string]any{
		"status": status, "timestamp": time.Now().UTC().Format(time.RFC3339), "version": "1.4.0", "environment": "production",
		"uptime": time.Since(w.started).Seconds(), "services": map[string]string{"database": database, "api": "up"},
		"latency": map[string]float64{"database": float64(latency.Microseconds()) / 1000},
	})
}
