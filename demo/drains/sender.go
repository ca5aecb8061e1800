package drains

import (
	"context"
	"sync"
	"time"
)

const (
	beat = time.Second
	// longest is the most that one delivery tells of. What happened while the receiver was away for longer is lost, as it
	// would be on the way from Vercel.
	longest = 3 * beat
	// again is how often a delivery comes twice, as Vercel's do now and then.
	again = 20
)

// Sender sends what happens on a website.
type Sender struct {
	world   world
	broken  faults
	post    *poster
	writers []writer
}

// New returns a Sender that has not sent anything. It refuses options with which nothing could arrive.
func New(opts Options) (*Sender, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Sender{
		world:   newWorld(opts.Seed, opts.Rate),
		post:    newPoster(opts),
		writers: writers(),
	}, nil
}

// Begin has the website fail in that way until End.
func (s *Sender) Begin(fault Fault) { s.broken.begin(fault) }

// End mends a fault.
func (s *Sender) End(fault Fault) { s.broken.end(fault) }

// Run sends until ctx is done, about once a second. Deliveries that fail are posted once more, and then logged and lost.
// It is to be called once.
func (s *Sender) Run(ctx context.Context) {
	defer s.post.client.CloseIdleConnections()
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	var sending sync.WaitGroup
	told := time.Now()
	for number := 0; ; number++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		if now.Sub(told) > longest {
			told = now.Add(-longest)
		}
		requests := s.world.between(told, now, s.broken.now())
		told = now
		for _, w := range s.writers {
			sending.Go(func() { s.send(ctx, w, requests, number) })
		}
		sending.Wait() // before the next, or else they pile up where the receiver is slow
	}
}

// send makes one delivery, if there is anything to tell.
func (s *Sender) send(ctx context.Context, w writer, requests []request, number int) {
	d, err := w.deliver(requests, number)
	if err == nil && d.rows > 0 {
		err = s.post.deliver(ctx, d)
	}
	if err != nil {
		if ctx.Err() == nil {
			s.post.log.lost(w.drain, err)
		}
		return
	}
	if number%again == again-1 && d.rows > 0 {
		_ = s.post.deliver(ctx, d) // nothing is lost if it fails
	}
}
