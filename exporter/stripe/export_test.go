package stripe

import (
	"context"
	"time"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// Update polls the payments as if it were now and returns their totals by currency and day, as
// count and amount, and whether they are complete.
func Update(ctx context.Context, s source.Source, now time.Time) (totals map[[2]string][2]float64, complete bool, err error) {
	l := s.(*Source).poll.ledger
	err = l.update(ctx, now)
	totals = map[[2]string][2]float64{}
	for key, t := range l.totals(now) {
		totals[key] = [2]float64{float64(t.count), t.amount}
	}
	return totals, l.complete, err
}

// LimitPayments sets the number of payments that are held in memory.
func LimitPayments(s source.Source, limit int) { s.(*Source).poll.ledger.limit = limit }
