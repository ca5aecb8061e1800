package child

import (
	"context"
	"fmt"
	"net/http"
)

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
