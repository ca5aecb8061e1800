package sourcetest

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// service is an HTTP service in memory, so that it works in simulated time. A source reaches it if
// it is opened afterwards and uses http.DefaultTransport or a clone.
type service struct {
	url         *url.URL
	handler     atomic.Pointer[http.HandlerFunc]
	connections atomic.Int64 // open ones of the client
	listener    pipeListener

	mu       sync.Mutex
	requests []time.Time
}

// startService starts a service for the rest of the test.
func startService(t *testing.T, handler http.HandlerFunc) *service {
	t.Helper()
	s := &service{
		url:      &url.URL{Scheme: "http", Host: "service.example"},
		listener: pipeListener{accepted: make(chan net.Conn), closed: make(chan struct{})},
	}
	s.handler.Store(&handler)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, time.Now())
		s.mu.Unlock()
		(*s.handler.Load())(w, r)
	})}
	go func() { _ = server.Serve(s.listener) }() // until it is closed
	previous := http.DefaultTransport
	http.DefaultTransport = &http.Transport{DialContext: s.dial}
	t.Cleanup(func() { http.DefaultTransport = previous; _ = server.Close() })
	return s
}

func (s *service) respond(handler http.HandlerFunc) { s.handler.Store(&handler) }

// requestsSince returns the times of the requests since a time.
func (s *service) requestsSince(since time.Time) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, at := range s.requests {
		if !at.Before(since) {
			return append([]time.Time(nil), s.requests[i:]...)
		}
	}
	return nil
}

func (s *service) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.listener.accepted <- server:
		s.connections.Add(1)
		return &countedConn{Conn: client, open: &s.connections}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// countedConn decrements a count when it is closed.
type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// pipeListener is a net.Listener that accepts the ends of pipes.
type pipeListener struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "service.example", Net: "pipe"} }
