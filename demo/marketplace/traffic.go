package marketplace

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	defaultRate   = 20
	people        = 3           // who act at the same time
	actionTimeout = time.Minute // far more than anything here takes
	setback       = time.Second // the pause after a failure, so that a database that is down is not hammered
)

// TrafficOptions say how busy a marketplace is.
type TrafficOptions struct {
	Seed uint64       // another seed, another day
	Rate float64      // operations of people a second, about; 0 means 20
	Log  *slog.Logger // gets the operations that fail; nil for silence
}

// Traffic has people use a seeded marketplace until ctx is done: they sign in, search, upload and buy, while mail is sent and
// reports are made. It uses as many connections as the pool allows. What fails is logged and tried again, so that traffic
// outlives a restart of the database. It returns when its last operation has ended.
func Traffic(ctx context.Context, pool *pgxpool.Pool, opts TrafficOptions) {
	if opts.Rate <= 0 {
		opts.Rate = defaultRate
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	var group sync.WaitGroup
	for i := range people {
		c := crowd{pool: pool, dice: throw(opts.Seed, subjectTraffic, i), log: opts.Log}
		mean := time.Duration(people / opts.Rate * float64(time.Second))
		group.Go(func() { c.live(ctx, mean) })
	}
	for i, j := range jobs() {
		c := crowd{pool: pool, dice: throw(opts.Seed, subjectTraffic, people+i), log: opts.Log}
		group.Go(func() { c.repeat(ctx, j) })
	}
	group.Wait()
}

// crowd is somebody who does one thing after another. It is not for concurrent use, because its dice are not.
type crowd struct {
	pool *pgxpool.Pool
	dice dice
	log  *slog.Logger
}

// action is one thing that somebody does with the marketplace.
type action struct {
	name string
	do   func(crowd, context.Context) error
}

// job is an action that a cron runs.
type job struct {
	every time.Duration
	action
}

func habits() []choice[action] {
	return []choice[action]{
		{300, action{"searching", crowd.search}},
		{300, action{"browsing", crowd.browse}},
		{130, action{"reading a profile", crowd.readProfile}},
		{120, action{"signing in", crowd.signIn}},
		{40, action{"buying", crowd.buy}},
		{30, action{"verifying", crowd.verify}},
		{20, action{"signing out", crowd.signOut}},
		{20, action{"reviewing", crowd.review}},
		{12, action{"uploading", crowd.upload}},
		{10, action{"registering", crowd.register}},
		{2, action{"refunding", crowd.refund}},
	}
}

func jobs() []job {
	return []job{
		{2 * time.Second, action{"draining the mail queue", crowd.drainMail}},
		{3 * time.Second, action{"redeeming the flash coupon", crowd.redeem}},
		{3 * time.Second, action{"redeeming the flash coupon", crowd.redeem}}, // two of them, to wait for each other's lock
		{10 * time.Second, action{"scanning files", crowd.scanFiles}},
		{30 * time.Second, action{"making the sales report", crowd.report}},
	}
}

// live does something at random moments, on average one in a mean.
func (c crowd) live(ctx context.Context, mean time.Duration) {
	choices := habits()
	for sleep(ctx, min(c.dice.after(mean), 10*mean)) {
		c.act(ctx, pick(c.dice, choices))
	}
}

func (c crowd) repeat(ctx context.Context, j job) {
	for {
		c.act(ctx, j.action)
		if !sleep(ctx, j.every) {
			return
		}
	}
}

// act finds nothing to do now and then, as when the queue is empty; that is no failure.
func (c crowd) act(ctx context.Context, a action) {
	limited, cancel := context.WithTimeout(ctx, actionTimeout)
	defer cancel()
	err := a.do(c, limited)
	if err == nil || errors.Is(err, pgx.ErrNoRows) || ctx.Err() != nil {
		return
	}
	c.log.Warn("traffic failed", "operation", a.name, "err", err)
	sleep(ctx, setback)
}

// sleep is false when ctx ended it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
