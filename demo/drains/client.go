package drains

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// client posts deliveries to the receiver.
type client struct {
	url    string
	secret string
	http   *http.Client
	lost   lossLog
}

func newClient(opts Options) *client {
	const timeout = 5 * time.Second
	return &client{
		url:    strings.TrimSuffix(opts.URL, "/") + "/vercel/",
		secret: opts.Secret,
		http:   &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(drains())}, Timeout: timeout},
		lost:   lossLog{log: opts.Log},
	}
}

// deliver posts, and posts again after a failure.
func (c *client) deliver(ctx context.Context, d delivery) error {
	if err := c.post(ctx, d); err == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(interval / 2):
	}
	return c.post(ctx, d)
}

// post succeeds when the receiver responds with 200, as Vercel requires.
func (c *client) post(ctx context.Context, d delivery) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+d.endpoint, bytes.NewReader(d.body))
	if err != nil {
		return fmt.Errorf("posting a delivery: %w", err)
	}
	request.Header.Set("Content-Type", d.contentType)
	request.Header.Set("X-Vercel-Signature", sign(c.secret, d.body))
	if d.gzip {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("posting a delivery: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	const limit = 512
	text, _ := io.ReadAll(io.LimitReader(response.Body, limit))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("posting a delivery: status %s: %s", response.Status, bytes.TrimSpace(text))
	}
	return nil
}

// lossLog logs lost deliveries at most every 30 seconds. It is safe for concurrent use.
type lossLog struct {
	log *slog.Logger

	mu   sync.Mutex
	next time.Time
	lost int // since the last line
}

func (l *lossLog) add(endpoint string, err error) {
	const pause = 30 * time.Second
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost++
	if time.Now().Before(l.next) {
		return
	}
	l.log.Warn("delivery lost", "endpoint", endpoint, "err", err, "lost", l.lost)
	l.next, l.lost = time.Now().Add(pause), 0
}
