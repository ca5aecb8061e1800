// Package inbound is the one listener that faces the internet. Senders of webhooks and drains
// deliver to it, and it decides which of their deliveries reach the exporter.
//
// A sender registers an [Endpoint] for each path: how deliveries are signed, who handles them, and
// which limits apply. The server enforces the limits, verifies the signature while it reads the
// body, decompresses the body, counts deliveries and rejections, and recovers from panics. Senders
// share one deduplication [Window], because all of them deliver at least once.
package inbound

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// Server is the listener. Endpoints are registered before Listen; everything else is safe for
// concurrent use.
type Server struct {
	config    Config
	logger    *slog.Logger
	http      *http.Server
	metrics   *metrics
	window    *Window
	endpoints map[string]*Endpoint // by path
	responses map[Reason]response

	slots      chan struct{} // holds one element for each delivery that is being processed
	bodies     bodies
	workspaces sync.Pool // of *workspace

	mu     sync.Mutex
	socket net.Listener // nil before Listen
	err    error        // why the listener has stopped
}

// New returns a server without endpoints. The error names the invalid flag.
func New(config Config, logger *slog.Logger) (*Server, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	window := NewWindow(config.DedupeWindow, config.DedupeEntries)
	s := &Server{
		config: config, logger: logger.With("listener", "inbound"), metrics: newMetrics(window), window: window,
		endpoints: map[string]*Endpoint{}, responses: responses(),
		slots:      make(chan struct{}, config.MaxRequests),
		bodies:     bodies{limit: config.unverifiedBytes(), spare: sync.Pool{New: func() any { return &chunk{} }}},
		workspaces: sync.Pool{New: func() any { return &workspace{} }},
	}
	s.http = newHTTPServer(s, defaultTimeouts(), s.logger)
	return s, nil
}

// Enabled reports whether there is an address to listen on.
func (s *Server) Enabled() bool { return s.config.ListenAddress != "" }

// Register adds an endpoint. It fails if the listener is off or the path is registered already.
func (s *Server) Register(e Endpoint) error {
	if !s.Enabled() {
		return errors.New("--inbound.listen-address is not set; hint: --inbound.listen-address=:9848")
	}
	if !strings.HasPrefix(e.Path, "/") || e.Sender == "" || e.Name == "" || e.Verifier == nil || e.Handler == nil {
		return fmt.Errorf("registering the endpoint %q of %q: it is incomplete", e.Name, e.Sender)
	}
	if other, taken := s.endpoints[e.Path]; taken {
		return fmt.Errorf("registering %s: %s has this path already", e.Path, other.Sender)
	}
	s.endpoints[e.Path] = e.withDefaults(s.config)
	s.metrics.initialize(e.Sender, e.Name, s.responses)
	return nil
}

// Dedupe returns the deduplication window that all senders share.
func (s *Server) Dedupe() *Window { return s.window }

// Describe implements prometheus.Collector.
func (s *Server) Describe(ch chan<- *prometheus.Desc) { s.metrics.Describe(ch) }

// Descs returns the descriptors of the metrics.
func (s *Server) Descs() []metric.Desc { return s.metrics.Descs() }

// Collect implements prometheus.Collector. It sends nothing while the listener is off.
func (s *Server) Collect(ch chan<- prometheus.Metric) {
	if s.Enabled() {
		s.metrics.Collect(ch)
	}
}

// Addr returns the address that the server listens on, or nil before Listen.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket == nil {
		return nil
	}
	return s.socket.Addr()
}

// Err returns why the listener has stopped, or nil.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Listen opens the address, so that an address in use fails the start of the exporter. It does
// nothing if the listener is off.
func (s *Server) Listen(ctx context.Context) error {
	if !s.Enabled() {
		return nil
	}
	if len(s.endpoints) == 0 {
		return errNoSender
	}
	socket, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket = netutil.LimitListener(socket, s.config.MaxConnections)
	return nil
}

var errNoSender = errors.New("--inbound.listen-address is set, but no sender is configured; " +
	"hint: set the secret file of a sender, such as --vercel.secret-file")

// Close releases the address if Run never served it.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket != nil {
		_ = s.socket.Close() // Run has closed it already if it served
	}
}
