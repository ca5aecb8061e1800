// Package promserver runs throwaway Prometheus servers for tests and the demo.
package promserver

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/internal/child"
)

// Options configure a server.
type Options struct {
	// Path to the prometheus binary; package toolbox finds it.
	Path string
	// Config is the text of the configuration file. Relative paths in it start at the server's
	// directory.
	Config string
	// DataDir holds the time series. Empty means a directory of the server.
	DataDir string
	// Port on 127.0.0.1; 0 picks a free one.
	Port int
	// Args are added to the command line.
	Args []string
}

// Server is a running Prometheus.
type Server struct {
	*child.Server
	api prometheus.API
}

// Start runs Prometheus and returns when it is ready. It runs until Close or until this program
// ends.
func Start(ctx context.Context, opts Options) (*Server, error) {
	server, err := child.Start(ctx, child.Options{
		Name: "Prometheus", Port: opts.Port, Ready: child.Responds("/-/ready"),
		Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
			return append([]string{
				opts.Path,
				"--config.file=" + s.Join("prometheus.yml"),
				"--storage.tsdb.path=" + cmp.Or(opts.DataDir, s.Join("data")),
				"--web.listen-address=" + s.Address(),
			}, opts.Args...), s.Write("prometheus.yml", opts.Config)
		},
	})
	if err != nil {
		return nil, err
	}
	// Without idle connections, which the callers' tests would report as leaks.
	client, err := api.NewClient(api.Config{Address: server.URL(), RoundTripper: &http.Transport{DisableKeepAlives: true}})
	if err != nil {
		return nil, fmt.Errorf("creating the API client: %w", err)
	}
	return &Server{Server: server, api: prometheus.NewAPI(client)}, nil
}

// Query evaluates an expression at the current time. The result of the expression must be an
// instant vector or a scalar, which is returned as a sample without labels.
func (s *Server) Query(ctx context.Context, expression string) (model.Vector, error) {
	value, _, _, err := s.api.Query(ctx, expression, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("querying %s: %w", expression, err)
	}
	switch value := value.(type) {
	case *model.Scalar:
		return model.Vector{{Value: value.Value, Timestamp: value.Timestamp}}, nil
	case model.Vector:
		return value, nil
	default:
		return nil, fmt.Errorf("querying %s: the result is a %s, not an instant vector or a scalar", expression, value.Type())
	}
}
