package marketplace

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/aimarketplace/monitoring/demo/dice"
)

//go:embed traffic.sql
var trafficSQL string

// TrafficOptions specifies the load.
type TrafficOptions struct {
	Seed uint64       // selects the random choices
	Rate float64      // user actions a second, on average; 0 means 20
	Log  *slog.Logger // receives failed actions; nil discards them
}

// Traffic uses a seeded marketplace until ctx is done: users sign in, search, upload and buy, and
// background jobs send mail and compute reports. It uses as many connections as the pool allows. A
// failed action is logged and the next one runs, so that traffic continues after a restart of the
// database. It returns when its last action has ended.
func Traffic(ctx context.Context, pool *pgxpool.Pool, opts TrafficOptions) {
	const (
		defaultRate = 20
		userLoops   = 3 // concurrent loops of user actions
	)
	log := cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	var loops sync.WaitGroup
	var stream uint64
	start := func(a []dice.Choice[action], pause func(dice.Dice) time.Duration) {
		w := worker{pool: pool, dice: dice.New(opts.Seed, stream), log: log}
		stream++
		loops.Go(func() { w.run(ctx, a, pause) })
	}
	users, jobs := actions()
	mean := time.Duration(userLoops / cmp.Or(opts.Rate, defaultRate) * float64(time.Second))
	for range userLoops {
		start(users, func(d dice.Dice) time.Duration { return min(d.After(mean), 10*mean) })
	}
	for _, j := range jobs {
		start([]dice.Choice[action]{{Weight: 1, Value: j}}, func(dice.Dice) time.Duration { return j.every })
	}
	loops.Wait()
}

// action is a section of traffic.sql.
type action struct {
	name         string
	every        time.Duration // between two runs of a job
	transactions [][]string    // statements
}

// actions parses traffic.sql.
func actions() (users []dice.Choice[action], jobs []action) {
	header := regexp.MustCompile(`(?m)^-- (action|job) (.+), (?:weight|every) (\S+)$`)
	found := header.FindAllStringSubmatchIndex(trafficSQL, -1)
	for i, at := range found {
		end := len(trafficSQL)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		text := func(group int) string { return trafficSQL[at[2*group]:at[2*group+1]] }
		a := action{name: text(2)}
		for transaction := range strings.SplitSeq(trafficSQL[at[1]:end], "-- then\n") {
			a.transactions = append(a.transactions, statements(transaction))
		}
		if text(1) == "job" {
			a.every, _ = time.ParseDuration(text(3)) // a test runs every job
			jobs = append(jobs, a)
			continue
		}
		weight, _ := strconv.Atoi(text(3)) // an action without one would not pass that test
		users = append(users, dice.Choice[action]{Weight: weight, Value: a})
	}
	return users, jobs
}

// worker runs one action after another. It is for one goroutine, as its dice are.
type worker struct {
	pool *pgxpool.Pool
	dice dice.Dice
	log  *slog.Logger
}

func (w worker) run(ctx context.Context, choices []dice.Choice[action], pause func(dice.Dice) time.Duration) {
	const (
		timeout      = time.Minute // far above the duration of any action
		failurePause = time.Second // so that a stopped database is not flooded with connections
		maxDelay     = 10 * time.Second
	)
	due := time.Now() // actions that take long do not lower the rate
	for ctx.Err() == nil {
		a := dice.Pick(w.dice, choices)
		limited, cancel := context.WithTimeout(ctx, timeout)
		err := w.act(limited, a)
		cancel()
		if err != nil && ctx.Err() == nil {
			w.log.Warn("action failed", "action", a.name, "err", err)
			sleep(ctx, failurePause)
		}
		due = due.Add(pause(w.dice))
		if time.Since(due) > maxDelay {
			due = time.Now()
		}
		sleep(ctx, time.Until(due))
	}
}

// act runs the transactions of an action, each in one round trip.
func (w worker) act(ctx context.Context, a action) error {
	variables := w.variables()
	for i, transaction := range a.transactions {
		if i > 0 {
			sleep(ctx, w.dice.After(time.Second/2))
		}
		err := pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
			batch := &pgx.Batch{}
			for _, statement := range transaction {
				batch.Queue(statement, variables)
			}
			return tx.SendBatch(ctx, batch).Close()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// variables returns the variables of one run.
func (w worker) variables() pgx.NamedArgs {
	category := dice.Pick(w.dice, []dice.Choice[any]{
		{Weight: 20, Value: "chatgpt"},
		{Weight: 16, Value: "midjourney"},
		{Weight: 12, Value: "coding"},
		{Weight: 10, Value: "marketing"},
		{Weight: 8, Value: "writing"},
		{Weight: 5, Value: nil},
	})
	return pgx.NamedArgs{
		"id1": newID(), "id2": newID(), "id3": newID(), "id4": newID(),
		"at": "c" + w.dice.Hex(12), "elsewhere": "c" + w.dice.Hex(12), "category": category,
		"roll": w.dice.Float64(), "number": w.dice.IntN(1000), "word": strconv.Itoa(w.dice.IntN(1000)),
	}
}

// newID returns an id in the form of seeded ids. It does not depend on the seed, because traffic
// may start twice on one database.
func newID() string {
	var random [12]byte
	_, _ = rand.Read(random[:]) // never fails
	return "c" + hex.EncodeToString(random[:])
}

// sleep returns when the time has passed or ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
