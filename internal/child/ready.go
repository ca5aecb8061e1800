package child

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// waitReady fails early when the program ends or ctx is done. The error includes the end of the
// program's log.
func (s *Server) waitReady(ctx context.Context) error {
	const timeout, interval = time.Minute, 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		err := s.opts.Ready(ctx, s)
		if err == nil {
			return nil
		}
		select {
		case <-s.process.ended:
			return fmt.Errorf("waiting for %s, which ended: %w%s", s.command[0], errors.Join(s.process.err, err), s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w%s", s.command[0], errors.Join(context.Cause(ctx), err), s.logTail())
		case <-time.After(interval):
		}
	}
}

// Responds returns a readiness check: a path of the server responds with status 200.
func Responds(path string) func(ctx context.Context, s *Server) error {
	return func(ctx context.Context, s *Server) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+path, http.NoBody)
		if err != nil {
			return fmt.Errorf("requesting %s: %w", path, err)
		}
		request.Close = true // callers' tests would report an idle connection as a leak
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return fmt.Errorf("requesting %s: %w", path, err)
		}
		_ = response.Body.Close() // the status suffices
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("requesting %s: response %s", path, response.Status)
		}
		return nil
	}
}
