// Package drains simulates a website on Vercel: it makes up requests and sends what Vercel's four
// drains report about them, signed and about once a second.
//
// The requests of a time span are a function of the seed and of that span. Two runs send the same
// rows for the same span, and no identifier occurs in two spans.
package drains

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Vercel's signature
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	interval = time.Second
	// maxSpan limits the time span of one delivery. Older requests are lost while the receiver is
	// down, as on Vercel.
	maxSpan = 3 * interval
	// repeatEvery is how often a delivery is sent twice, as Vercel does now and then.
	repeatEvery = 20
)

// Options specifies the receiver and the load.
type Options struct {
	URL    string        // base URL of the receiver, such as http://localhost:9848
	Secret string        // signs the deliveries
	Rate   float64       // requests a second, static files included; 0 means 300
	Seed   uint64        // selects the random choices
	Log    *slog.Logger  // receives lost deliveries; nil discards them
	Failed func(Failure) // called for each failed request in production; may be nil
}

// Failure is a request to which the application responded with a server error.
type Failure struct {
	Route, User string
	Status      int
	At          time.Time
}

// Sender sends the drains of a website.
type Sender struct {
	opts    Options
	website website
	faults  atomic.Uint32 // the active Faults
	client  http.Client
	silent  sync.Map // endpoints whose latest delivery was lost
}

// New returns a Sender. It rejects options with which no delivery could arrive.
func New(opts Options) (*Sender, error) {
	if address, err := url.Parse(opts.URL); err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, fmt.Errorf("sending drains to %q: not a URL; hint: http://localhost:9848", opts.URL)
	}
	if opts.Secret == "" {
		return nil, fmt.Errorf("sending drains to %s: the secret is empty; hint: use the secret of the exporter's --vercel.secret-file", opts.URL)
	}
	const (
		defaultRate = 300
		timeout     = 5 * time.Second
	)
	opts.URL = strings.TrimSuffix(opts.URL, "/")
	opts.Log = cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	return &Sender{
		opts: opts, website: newWebsite(opts.Seed, cmp.Or(opts.Rate, defaultRate)),
		client: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: len(drains())}, Timeout: timeout},
	}, nil
}

// Begin activates a fault until End. Faults can be active at the same time.
func (s *Sender) Begin(fault Fault) { s.faults.Or(uint32(fault)) }

// End deactivates a fault.
func (s *Sender) End(fault Fault) { s.faults.And(^uint32(fault)) }

// Run sends about once a second until ctx is done. A delivery that fails is posted once more, then
// logged and lost. Call it once.
func (s *Sender) Run(ctx context.Context) {
	defer s.client.CloseIdleConnections()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	var sending sync.WaitGroup
	sent := time.Now()
	for number := 0; ; number++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		if now.Sub(sent) > maxSpan {
			sent = now.Add(-maxSpan)
		}
		requests := s.website.between(sent, now, Fault(s.faults.Load()))
		sent = now
		s.report(requests)
		for _, d := range drains() {
			sending.Go(func() { s.send(ctx, d, requests, number) })
		}
		sending.Wait() // so that deliveries do not pile up at a slow receiver
	}
}

// report passes the failed requests on. A function that crashes reports nothing.
func (s *Sender) report(requests []request) {
	for _, r := range requests {
		if s.opts.Failed != nil && r.environment == production && r.traced() && r.status >= http.StatusInternalServerError {
			s.opts.Failed(Failure{Route: r.route, User: r.user, Status: r.status, At: r.ended()})
		}
	}
}

// send delivers the requests, unless the drain has no rows for them. It logs the first of several
// lost deliveries.
func (s *Sender) send(ctx context.Context, d drain, requests []request, number int) {
	encoded, err := d.encode(requests, number)
	if err == nil && encoded.rows > 0 {
		if err = s.post(ctx, encoded); err != nil {
			wait(ctx, interval/2)
			err = s.post(ctx, encoded)
		}
	}
	switch {
	case err == nil:
		s.silent.Delete(d.endpoint)
	case ctx.Err() == nil:
		if _, known := s.silent.LoadOrStore(d.endpoint, true); !known {
			s.opts.Log.Warn("deliveries are lost", "endpoint", d.endpoint, "err", err)
		}
		return
	}
	if number%repeatEvery == repeatEvery-1 && encoded.rows > 0 {
		_ = s.post(ctx, encoded) // a duplicate: its loss has no effect
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// post succeeds when the receiver responds with 200, as Vercel requires.
func (s *Sender) post(ctx context.Context, d delivery) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.opts.URL+"/vercel/"+d.endpoint, bytes.NewReader(d.body))
	if err != nil {
		return fmt.Errorf("posting a delivery: %w", err)
	}
	request.Header.Set("Content-Type", d.contentType)
	request.Header.Set("X-Vercel-Signature", sign(s.opts.Secret, d.body))
	if d.gzip {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := s.client.Do(request)
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

// sign returns the signature of the bytes on the wire.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write(body) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}
