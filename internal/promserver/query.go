package promserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Sample is one series of a query's result.
type Sample struct {
	Labels map[string]string
	Value  float64
	Time   time.Time
}

// Query evaluates an expression that gives an instant vector or a scalar, now.
func (s *Server) Query(ctx context.Context, expression string) ([]Sample, error) {
	body, err := s.get(ctx, "/api/v1/query?query="+url.QueryEscape(expression))
	if err != nil {
		return nil, fmt.Errorf("querying %s: %w", expression, err)
	}
	samples, err := decode(body)
	if err != nil {
		return nil, fmt.Errorf("querying %s: %w", expression, err)
	}
	return samples, nil
}

// point is the API's pair of a time and a value, [1764000000.123, "42"].
type point struct {
	time  time.Time
	value float64
}

// UnmarshalJSON reads the pair.
func (p *point) UnmarshalJSON(text []byte) error {
	var seconds float64
	var value string
	if err := json.Unmarshal(text, &[]any{&seconds, &value}); err != nil {
		return fmt.Errorf("decoding a sample: %w", err)
	}
	parsed, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return fmt.Errorf("decoding a sample: %w", err)
	}
	p.time, p.value = time.UnixMilli(int64(seconds*1000)), parsed
	return nil
}

func decode(body []byte) ([]Sample, error) {
	var answer struct {
		Data struct {
			ResultType string          `json:"resultType"`
			Result     json.RawMessage `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("decoding the answer: %w", err)
	}
	switch answer.Data.ResultType {
	case "scalar":
		var p point
		err := json.Unmarshal(answer.Data.Result, &p)
		return []Sample{{Value: p.value, Time: p.time}}, err
	case "vector":
		return decodeVector(answer.Data.Result)
	default:
		return nil, fmt.Errorf("a result of type %s: ask for an instant vector", answer.Data.ResultType)
	}
}

func decodeVector(result []byte) ([]Sample, error) {
	var series []struct {
		Metric map[string]string `json:"metric"`
		Value  point             `json:"value"`
	}
	if err := json.Unmarshal(result, &series); err != nil {
		return nil, fmt.Errorf("decoding a vector: %w", err)
	}
	samples := make([]Sample, len(series))
	for i, one := range series {
		samples[i] = Sample{Labels: one.Metric, Value: one.Value.value, Time: one.Value.time}
	}
	return samples, nil
}

// Get asks a Prometheus and returns the body of a 200 answer; any other is an error with the body's text. It is a
// *url.Error that is wrapped where there was no answer at all.
func Get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("asking Prometheus: %w", err)
	}
	request.Close = true // an idle connection would look like a leak to the tests of our callers
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking Prometheus: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading Prometheus' answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answer %s: %s", response.Status, body)
	}
	return body, nil
}
