package vercel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/net/netutil"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// drainTime is how long deliveries under way may still take once we are told to stop.
const drainTime = 2 * time.Second

// timeouts bound how long a connection is held, since any stranger can open one.
type timeouts struct{ header, read, write, idle time.Duration }

// standard lets a sender through that delivers 10 MB at 700 kB a second. Writing is timed from the end of the header, so
// it is reading and what follows.
func standard() timeouts {
	return timeouts{header: 5 * time.Second, read: 15 * time.Second, write: 30 * time.Second, idle: 30 * time.Second}
}

// maxHeader is in bytes: a few times what Vercel and a proxy send.
const maxHeader = 16 << 10

// server is the side of the source that faces the internet.
type server struct {
	address   string
	webConfig string
	most      int // connections
	http      *http.Server
	logger    *slog.Logger

	mu     sync.Mutex
	socket net.Listener // nil until listen
	failed error        // why it serves no more
}

func newServer(config Config, limits timeouts, handler http.Handler, logger *slog.Logger) *server {
	logger = logger.With("listener", "vercel")
	return &server{
		address: config.ListenAddress, webConfig: config.WebConfigFile, most: config.MaxConnections, logger: logger,
		http: &http.Server{
			Handler: handler, MaxHeaderBytes: maxHeader, DisableGeneralOptionsHandler: true, ErrorLog: faultLog(logger),
			ReadHeaderTimeout: limits.header, ReadTimeout: limits.read, WriteTimeout: limits.write, IdleTimeout: limits.idle,
		},
	}
}

func (s *server) listen() error {
	socket, err := s.bind(context.Background())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket = netutil.LimitListener(socket, s.most)
	return nil
}

// bind takes the address if everything is there to serve it.
func (s *server) bind(ctx context.Context) (net.Listener, error) {
	if err := web.Validate(s.webConfig); err != nil {
		return nil, fmt.Errorf("reading --vercel.web-config-file: %w; hint: it has the format of --web.config.file", err)
	}
	var config net.ListenConfig
	socket, err := config.Listen(ctx, "tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("listening for the drains of Vercel: %w; hint: --vercel.listen-address says where", err)
	}
	return socket, nil
}

func (s *server) run(ctx context.Context) {
	s.mu.Lock()
	socket := s.socket
	s.mu.Unlock()
	if socket == nil {
		return
	}
	ended := make(chan error, 1)
	go func() {
		ended <- web.Serve(socket, s.http, &web.FlagConfig{WebConfigFile: &s.webConfig}, s.logger)
	}()
	select {
	case err := <-ended:
		s.fail(err)
		return
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := s.http.Shutdown(drain); err != nil {
		s.logger.Warn("deliveries under way were cut off", "err", err)
		_ = s.http.Close() // which ends what Shutdown waited for
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		s.logger.Warn("the drains' listener did not end well", "err", err)
	}
}

func (s *server) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = failure.New(failure.Unreachable, fmt.Errorf("serving the drains of Vercel: %w; "+
		"hint: the exporter must be started again", err))
	s.logger.Error("no deliveries any more", "err", s.failed)
}

func (s *server) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket != nil {
		_ = s.socket.Close() // it is closed already where it was served
	}
}
