// Package prom queries the HTTP API of Prometheus, which Thanos and Mimir also serve, within limits
// of time, concurrency and size.
package prom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
)

// maxResponse limits the size of a response in bytes.
const maxResponse = 64 << 20

// Options limit the queries of a client.
type Options struct {
	// HTTPConfigFile is the path of a file in the format of http_config in the configuration of
	// Prometheus: authorization, basic_auth, oauth2, tls_config, http_headers, proxy_url. Empty
	// uses the defaults. Files with credentials are read for each query.
	HTTPConfigFile string
	Timeout        time.Duration // of one query
	MaxConcurrency int           // of queries
	// Logger gets the warnings of responses, for example of partial results.
	Logger *slog.Logger
}

// Client queries one server. It is safe for concurrent use. Its errors contain neither its URL nor
// its credentials.
type Client struct {
	api     v1.API
	timeout time.Duration
	slots   chan struct{}
	logger  *slog.Logger
	close   func()
}

// New returns a client of the server at u. It does not connect.
func New(u *url.URL, opts Options) (*Client, error) {
	if opts.Timeout <= 0 || opts.MaxConcurrency <= 0 {
		return nil, errors.New("checking --prometheus.*: the timeout and the concurrency must be above zero; hint: --help shows the defaults")
	}
	client, err := HTTPClient("prometheus", opts.HTTPConfigFile)
	if err != nil {
		return nil, err
	}
	c, err := api.NewClient(api.Config{Address: u.String(), Client: client})
	if err != nil {
		return nil, errors.New("checking --prometheus.url: the URL is invalid")
	}
	return &Client{
		api: v1.NewAPI(c), timeout: opts.Timeout, slots: make(chan struct{}, opts.MaxConcurrency),
		logger: opts.Logger, close: client.CloseIdleConnections,
	}, nil
}

// HTTPClient returns a client with the credentials of file, the --NAME.http-config-file, and a
// limit on the size of responses.
func HTTPClient(name, file string) (*http.Client, error) {
	c := &config.DefaultHTTPClientConfig
	if file != "" {
		var err error
		if c, _, err = config.LoadHTTPConfigFile(file); err != nil {
			// The parser's error quotes values, which may be credentials, in backticks.
			text := regexp.MustCompile("`[^`]*`").ReplaceAllLiteralString(err.Error(), "…")
			return nil, fmt.Errorf("reading --%s.http-config-file: %s; hint: the format is that of http_config in the configuration "+
				"of Prometheus", name, text)
		}
	}
	client, err := config.NewClientFromConfig(*c, name, config.WithUserAgent("marketplace_report"))
	if err != nil {
		return nil, fmt.Errorf("applying --%s.http-config-file: %w", name, err)
	}
	client.Transport = limited{client.Transport}
	return client, nil
}

// limited limits the size of response bodies.
type limited struct{ next http.RoundTripper }

func (l limited) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := l.next.RoundTrip(request)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxResponse)
	}
	return response, err
}

// CloseIdleConnections makes limited the transport that http.Client.CloseIdleConnections expects.
func (l limited) CloseIdleConnections() {
	if closer, ok := l.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// Close closes idle connections. The client stays usable.
func (c *Client) Close() { c.close() }

// Instant evaluates an expression at a time. A scalar becomes a sample without labels. An
// expression without data returns an empty vector.
func (c *Client) Instant(ctx context.Context, expr string, at time.Time) (model.Vector, error) {
	value, err := c.query(ctx, expr, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		return c.api.Query(ctx, expr, at, v1.WithTimeout(c.timeout))
	})
	if err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case *model.Scalar:
		return model.Vector{{Value: value.Value, Timestamp: value.Timestamp}}, nil
	case model.Vector:
		return value, nil
	default:
		return nil, fmt.Errorf("querying %s: the result is a %s, not an instant vector or a scalar", expr, value.Type())
	}
}

// maxPoints is the number of points of a query. Servers reject ranges of more than 11,000.
const maxPoints = 10_000

// Range evaluates an expression over a range, in several queries if one would have too many points.
// An expression without data returns an empty matrix.
func (c *Client) Range(ctx context.Context, expr string, r v1.Range) (model.Matrix, error) {
	var all model.Matrix
	bySeries := map[model.Fingerprint]*model.SampleStream{}
	for start := r.Start; !start.After(r.End); start = start.Add(maxPoints * r.Step) {
		end := start.Add((maxPoints - 1) * r.Step)
		if end.After(r.End) {
			end = r.End
		}
		part, err := c.rangePart(ctx, expr, v1.Range{Start: start, End: end, Step: r.Step})
		if err != nil {
			return nil, err
		}
		for _, stream := range part {
			series := stream.Metric.Fingerprint()
			if earlier := bySeries[series]; earlier != nil {
				earlier.Values = append(earlier.Values, stream.Values...)
				continue
			}
			bySeries[series] = stream
			all = append(all, stream)
		}
	}
	return all, nil
}

func (c *Client) rangePart(ctx context.Context, expr string, r v1.Range) (model.Matrix, error) {
	value, err := c.query(ctx, expr, func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error) {
		return c.api.QueryRange(ctx, expr, r, v1.WithTimeout(c.timeout))
	})
	if err != nil {
		return nil, err
	}
	matrix, ok := value.(model.Matrix)
	if !ok {
		return nil, fmt.Errorf("querying %s: the result is a %s, not a range of vectors", expr, value.Type())
	}
	return matrix, nil
}

// query runs one query when a slot is free. The timeout starts then.
func (c *Client) query(
	ctx context.Context, expr string, run func(ctx context.Context) (model.Value, v1.Warnings, v1.Infos, error),
) (model.Value, error) {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	value, warnings, _, err := run(ctx)
	if err != nil {
		return nil, fmt.Errorf("querying %s: %w", expr, describe(err))
	}
	for _, warning := range warnings {
		c.logger.Warn("a query returned a warning", "query", expr, "warning", warning)
	}
	return value, nil
}
