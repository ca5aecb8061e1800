package promserver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Sample is one series of a query's result.
type Sample struct {
	Labels map[string]string
	Value  float64
	Time   time.Time
}

// Query evaluates an expression at the current time. The result of the expression must be an
// instant vector or a scalar.
func (s *Server) Query(ctx context.Context, expression string) ([]Sample, error) {
	value, _, _, err := s.api.Query(ctx, expression, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("querying %s: %w", expression, err)
	}
	switch value := value.(type) {
	case *model.Scalar:
		return []Sample{{Value: float64(value.Value), Time: value.Timestamp.Time()}}, nil
	case model.Vector:
		samples := make([]Sample, len(value))
		for i, sample := range value {
			samples[i] = Sample{Labels: labels(sample.Metric), Value: float64(sample.Value), Time: sample.Timestamp.Time()}
		}
		return samples, nil
	default:
		return nil, fmt.Errorf("querying %s: the result is a %s, not an instant vector or a scalar", expression, value.Type())
	}
}

func labels(metric model.Metric) map[string]string {
	labels := make(map[string]string, len(metric))
	for name, value := range metric {
		labels[string(name)] = string(value)
	}
	return labels
}

// newAPI returns a client without idle connections, which the callers' tests would report as leaks.
func newAPI(url string) (prometheus.API, error) {
	client, err := api.NewClient(api.Config{Address: url, RoundTripper: &http.Transport{DisableKeepAlives: true}})
	if err != nil {
		return nil, fmt.Errorf("creating the API client: %w", err)
	}
	return prometheus.NewAPI(client), nil
}
