// Package stripe simulates a Stripe account. Payments in the database of the marketplace become
// events, which it lists in its API and sends as signed webhooks.
package stripe

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options specifies the account.
type Options struct {
	Key           string        // of the API
	WebhookSecret string        // signs webhooks
	Database      *pgxpool.Pool // of the marketplace
	Failed        func(Failure) // called for each payment that failed; may be nil
}

// Failure is a payment that failed.
type Failure struct {
	Order, Code string
	At          time.Time
}

// Account is an http.Handler for the paths below /v1/. It is safe for concurrent use.
type Account struct {
	opts   Options
	client http.Client

	mu          sync.Mutex
	events      []*event        // the newest first
	known       map[string]bool // IDs of events
	latest      time.Time       // of the rows that were read
	shopFailing bool            // its webhook endpoint is disabled
	unrecorded  []*event        // payments that the shop has not recorded
	dispute     map[string]any  // nil unless one is open
}

// New returns an account without events.
func New(opts Options) *Account {
	if opts.Failed == nil {
		opts.Failed = func(Failure) {}
	}
	const timeout = 5 * time.Second
	return &Account{opts: opts, client: http.Client{Timeout: timeout}, known: map[string]bool{}}
}

// add adds an event in the order of times, unless it is known. The caller holds the lock.
func (a *Account) add(e *event) bool {
	if a.known[e.ID] {
		return false
	}
	a.known[e.ID] = true
	e.shopPending = a.shopFailing
	at, _ := slices.BinarySearchFunc(a.events, e, func(x, y *event) int { return int(y.Created - x.Created) })
	a.events = slices.Insert(a.events, at, e)
	return true
}
