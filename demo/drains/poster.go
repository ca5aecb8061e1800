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

// poster gets deliveries to the receiver.
type poster struct {
	url    string
	secret string
	client *http.Client
	pause  time.Duration // before the second try
	log    complaints
}

func newPoster(opts Options) *poster {
	const patience = 5 * time.Second
	return &poster{
		url:    strings.TrimSuffix(opts.URL, "/") + "/vercel/",
		secret: opts.Secret,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(writers())}, Timeout: patience},
		pause:  beat / 2,
		log:    complaints{log: opts.Log},
	}
}

// deliver posts, and posts once more if that failed.
func (p *poster) deliver(ctx context.Context, d delivery) error {
	if err := p.post(ctx, d); err == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(p.pause):
	}
	return p.post(ctx, d)
}

// post succeeds when the receiver answers 200, which is what Vercel asks for.
func (p *poster) post(ctx context.Context, d delivery) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+d.drain, bytes.NewReader(d.body))
	if err != nil {
		return fmt.Errorf("posting a delivery: %w", err)
	}
	request.Header.Set("Content-Type", d.contentType)
	request.Header.Set("X-Vercel-Signature", sign(p.secret, d.body))
	if d.gzip {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := p.client.Do(request)
	if err != nil {
		return fmt.Errorf("posting a delivery: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // read as far as anybody cares
	const enough = 512
	said, _ := io.ReadAll(io.LimitReader(response.Body, enough))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("posting a delivery: answer %s: %s", response.Status, bytes.TrimSpace(said))
	}
	return nil
}

// complaints logs failures no more often than somebody would read them. It is safe for concurrent use.
type complaints struct {
	log *slog.Logger

	mu    sync.Mutex
	next  time.Time
	since int // deliveries lost since the last complaint
}

func (c *complaints) lost(drain string, err error) {
	const pace = 30 * time.Second
	c.mu.Lock()
	defer c.mu.Unlock()
	c.since++
	if time.Now().Before(c.next) {
		return
	}
	c.log.Warn("a delivery was lost", "drain", drain, "err", err, "lost", c.since)
	c.next, c.since = time.Now().Add(pace), 0
}
