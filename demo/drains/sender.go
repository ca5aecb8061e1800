package drains

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"
)

const (
	defaultRate = 300
	interval    = time.Second
	// maxSpan limits the time span of one delivery. Older requests are lost while the receiver is down, as on Vercel.
	maxSpan = 3 * interval
	// repeatEvery is how often a delivery is sent twice, as Vercel does now and then.
	repeatEvery = 20
)

// Options specifies the receiver and the load.
type Options struct {
	URL    string       // base URL of the receiver, such as http://localhost:9848
	Secret string       // signs the deliveries
	Rate   float64      // requests a second, static files included; 0 means 300
	Seed   uint64       // selects the random choices
	Log    *slog.Logger // receives lost deliveries; nil discards them
}

// Sender sends the drains of a website.
type Sender struct {
	website website
	faults  faultSet
	client  *client
}

// New returns a Sender. It rejects options with which no delivery could arrive.
func New(opts Options) (*Sender, error) {
	if address, err := url.Parse(opts.URL); err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return nil, fmt.Errorf("sending drains to %q: not a URL; hint: http://localhost:9848", opts.URL)
	}
	if opts.Secret == "" {
		return nil, fmt.Errorf("sending drains to %s: the secret is empty; hint: use the secret of the exporter's --vercel.secret-file", opts.URL)
	}
	if opts.Rate <= 0 {
		opts.Rate = defaultRate
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Sender{website: newWebsite(opts.Seed, opts.Rate), client: newClient(opts)}, nil
}

// Begin activates a fault until End.
func (s *Sender) Begin(fault Fault) { s.faults.begin(fault) }

// End deactivates a fault.
func (s *Sender) End(fault Fault) { s.faults.end(fault) }

// Run sends about once a second until ctx is done. A delivery that fails is posted once more, then logged and lost.
// Call it once.
func (s *Sender) Run(ctx context.Context) {
	defer s.client.http.CloseIdleConnections()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	drains := drains()
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
		requests := s.website.between(sent, now, s.faults.get())
		sent = now
		for _, d := range drains {
			sending.Go(func() { s.send(ctx, d, requests, number) })
		}
		sending.Wait() // so that deliveries do not pile up at a slow receiver
	}
}

// send delivers the requests, unless the drain has no rows for them.
func (s *Sender) send(ctx context.Context, d drain, requests []request, number int) {
	encoded, err := d.encode(requests, number)
	if err == nil && encoded.rows > 0 {
		err = s.client.deliver(ctx, encoded)
	}
	if err != nil {
		if ctx.Err() == nil {
			s.client.lost.add(d.endpoint, err)
		}
		return
	}
	if number%repeatEvery == repeatEvery-1 && encoded.rows > 0 {
		_ = s.client.deliver(ctx, encoded) // a duplicate: its loss has no effect
	}
}
