package marketplace

import (
	"errors"
	"time"
)

const (
	defaultUsers = 5000
	minimumUsers = 200

	// A prompt needs a seller and an order a prompt on sale, so that uploads and sales start a little after the first sign-ups.
	firstUpload = 0.01
	firstSale   = 0.03
)

// world answers for every row of the marketplace from the row's index alone. It holds no rows.
type world struct {
	seed     uint64
	now      time.Time
	calendar calendar
	users    int
	products int
	orders   int
}

var errTooFewUsers = errors.New("at least 200 users are needed for a year of business")

func newWorld(opts SeedOptions) (*world, error) {
	if opts.Users < minimumUsers {
		return nil, errTooFewUsers
	}
	return &world{
		seed:     opts.Seed,
		now:      opts.Now.UTC().Truncate(time.Millisecond),
		calendar: newCalendar(opts.Now),
		users:    opts.Users,
		products: opts.Users * 2 / 5,
		orders:   opts.Users * 5 / 2,
	}, nil
}

func (w *world) dice(about subject, index int) dice { return throw(w.seed, about, index) }

func (w *world) id(about subject, index int) string {
	k := key(about, index)
	return cuid(mix(w.seed^k), mix(k-w.seed))
}

// spread places the index-th of count events on the calendar, from a share of the year until now, in order of the index.
func spread(d dice, index, count int, from float64) float64 {
	return from + (1-from)*(float64(index)+d.Float64())/float64(count)
}

// countAt is how many of count events, spread from a share of the year on, have surely happened at a later share.
func countAt(share float64, count int, from float64) int {
	return int((share - from) / (1 - from) * float64(count))
}

func (w *world) past(t time.Time) bool { return !t.After(w.now) }

// orNull is what the database gets for a moment that has not come: NULL, not a date in the future.
func (w *world) orNull(t time.Time) any {
	if t.IsZero() || !w.past(t) {
		return nil
	}
	return t
}

// orNullText stores an empty text as NULL.
func orNullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}
