package marketplace

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/dice"
)

const (
	defaultRate   = 20
	userLoops     = 3           // concurrent loops of user actions
	actionTimeout = time.Minute // far above the duration of any action
	failurePause  = time.Second // after a failed action, so that a stopped database is not flooded with connections
)

// TrafficOptions specifies the load.
type TrafficOptions struct {
	Seed uint64       // selects the random choices
	Rate float64      // user actions a second, on average; 0 means 20
	Log  *slog.Logger // receives failed actions; nil discards them
}

// Traffic uses a seeded marketplace until ctx is done: users sign in, search, upload and buy, and background jobs send
// mail and compute reports. It uses as many connections as the pool allows. A failed action is logged and the next one
// runs, so that traffic continues after a restart of the database. It returns when its last action has ended.
func Traffic(ctx context.Context, pool *pgxpool.Pool, opts TrafficOptions) {
	if opts.Rate <= 0 {
		opts.Rate = defaultRate
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	var loops sync.WaitGroup
	newWorker := func(stream int) worker {
		return worker{pool: pool, dice: dice.New(opts.Seed, uint64(stream)), log: opts.Log} //nolint:gosec // a small index
	}
	for i := range userLoops {
		w := newWorker(i)
		mean := time.Duration(userLoops / opts.Rate * float64(time.Second))
		loops.Go(func() { w.runUser(ctx, mean) })
	}
	for i, j := range jobs() {
		w := newWorker(userLoops + i)
		loops.Go(func() { w.runJob(ctx, j) })
	}
	loops.Wait()
}

// worker runs one action after another. It is for one goroutine, as its dice are.
type worker struct {
	pool *pgxpool.Pool
	dice dice.Dice
	log  *slog.Logger
}

type action struct {
	name string
	run  func(worker, context.Context) error
}

type job struct {
	every time.Duration
	action
}

func userActions() []dice.Choice[action] {
	return []dice.Choice[action]{
		{Weight: 300, Value: action{"search", worker.search}},
		{Weight: 300, Value: action{"browse", worker.browse}},
		{Weight: 130, Value: action{"profile", worker.profile}},
		{Weight: 120, Value: action{"sign-in", worker.signIn}},
		{Weight: 40, Value: action{"purchase", worker.purchase}},
		{Weight: 30, Value: action{"verification", worker.verify}},
		{Weight: 20, Value: action{"sign-out", worker.signOut}},
		{Weight: 20, Value: action{"review", worker.review}},
		{Weight: 12, Value: action{"upload", worker.upload}},
		{Weight: 10, Value: action{"registration", worker.register}},
		{Weight: 2, Value: action{"refund", worker.refund}},
	}
}

func jobs() []job {
	return []job{
		{2 * time.Second, action{"mail queue", worker.sendMail}},
		{3 * time.Second, action{"coupon", worker.redeemCoupon}},
		{3 * time.Second, action{"coupon", worker.redeemCoupon}}, // two of them wait for each other's row lock
		{10 * time.Second, action{"file scan", worker.scanFiles}},
		{30 * time.Second, action{"sales report", worker.salesReport}},
	}
}

func (w worker) runUser(ctx context.Context, mean time.Duration) {
	choices := userActions()
	for sleep(ctx, min(w.dice.After(mean), 10*mean)) {
		w.run(ctx, dice.Pick(w.dice, choices))
	}
}

func (w worker) runJob(ctx context.Context, j job) {
	for {
		w.run(ctx, j.action)
		if !sleep(ctx, j.every) {
			return
		}
	}
}

// run ignores an action that finds no row to work on, such as an empty queue.
func (w worker) run(ctx context.Context, a action) {
	limited, cancel := context.WithTimeout(ctx, actionTimeout)
	defer cancel()
	err := a.run(w, limited)
	if err == nil || errors.Is(err, pgx.ErrNoRows) || ctx.Err() != nil {
		return
	}
	w.log.Warn("action failed", "action", a.name, "err", err)
	sleep(ctx, failurePause)
}

// sleep returns false when ctx ended it.
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
