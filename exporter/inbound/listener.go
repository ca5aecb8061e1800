package inbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

const (
	// shutdownTimeout is how long deliveries in progress may continue after shutdown begins.
	shutdownTimeout = 2 * time.Second

	// maxHeaderBytes is a few times what senders and proxies send.
	maxHeaderBytes = 16 << 10

	// An HTTP/2 connection carries several deliveries, and the HTTP server buffers part of each.
	maxStreams      = 8
	maxStreamBuffer = 128 << 10 // bytes for each connection
)

// timeouts bound how long a client can hold a connection.
type timeouts struct{ header, read, write, idle time.Duration }

// defaultTimeouts accept a sender that delivers 10 MB at 700 kB/s. The write timeout starts at the
// end of the header, so it includes reading the body and handling it.
func defaultTimeouts() timeouts {
	return timeouts{header: 5 * time.Second, read: 15 * time.Second, write: 30 * time.Second, idle: 30 * time.Second}
}

func newHTTPServer(handler http.Handler, t timeouts, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, MaxHeaderBytes: maxHeaderBytes, DisableGeneralOptionsHandler: true, ErrorLog: newErrorLog(logger),
		ReadHeaderTimeout: t.header, ReadTimeout: t.read, WriteTimeout: t.write, IdleTimeout: t.idle,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams, MaxReceiveBufferPerConnection: maxStreamBuffer, MaxReceiveBufferPerStream: maxStreamBuffer,
		},
	}
}

// open opens the address after it has checked the TLS configuration.
func (s *Server) open(ctx context.Context) (net.Listener, error) {
	if err := web.Validate(s.config.WebConfigFile); err != nil {
		return nil, fmt.Errorf("reading --inbound.web-config-file: %w; hint: it has the format of --web.config.file", err)
	}
	var config net.ListenConfig
	socket, err := config.Listen(ctx, "tcp", s.config.ListenAddress)
	if err != nil {
		return nil, fmt.Errorf("listening for deliveries: %w; hint: set another --inbound.listen-address", err)
	}
	return socket, nil
}

// Run serves deliveries until ctx ends and the deliveries in progress have been handled.
func (s *Server) Run(ctx context.Context) {
	s.mu.Lock()
	socket := s.socket
	s.mu.Unlock()
	if socket == nil {
		return
	}
	ended := make(chan error, 1)
	go func() {
		ended <- web.Serve(socket, s.http, &web.FlagConfig{WebConfigFile: &s.config.WebConfigFile}, s.logger)
	}()
	select {
	case err := <-ended:
		s.fail(err)
		return
	case <-ctx.Done():
	}
	timeout, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := s.http.Shutdown(timeout); err != nil {
		s.logger.Warn("deliveries in progress were interrupted", "err", err)
		_ = s.http.Close() // ends the connections that Shutdown waited for
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		s.logger.Warn("shutting down the inbound listener failed", "err", err)
	}
}

func (s *Server) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = failure.New(failure.Unreachable, fmt.Errorf("serving deliveries: %w; hint: restart the exporter", err))
	s.logger.Error("the inbound listener stopped", "err", s.err)
}

// newErrorLog returns the error log of an http.Server. The server's lines contain addresses of
// clients and parts of their requests, so only the kind of error is logged.
func newErrorLog(logger *slog.Logger) *log.Logger { return log.New(errorLog{logger}, "", 0) }

type errorLog struct{ logger *slog.Logger }

// Write implements io.Writer for the lines of a log.Logger.
func (l errorLog) Write(line []byte) (int, error) {
	switch {
	case bytes.HasPrefix(line, []byte("http: Accept error")): // such as too many open files; no client is named
		l.logger.Warn("accepting a connection failed", "err", string(bytes.TrimSpace(line)))
	case bytes.Contains(line, []byte("TLS handshake error")):
		l.logger.Debug("a connection failed", "kind", "TLS handshake")
	default:
		l.logger.Debug("a connection failed", "kind", "HTTP")
	}
	return len(line), nil
}
