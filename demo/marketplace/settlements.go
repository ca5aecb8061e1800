package marketplace

import "time"

const monthsKept = 13 // a year touches thirteen calendar months

// balance is what a seller earned in one month, in minor units of the seller's currency.
type balance struct{ amount, fee int64 }

// ledger holds a balance a seller and month: the only thing that grows with the number of users, by 200 bytes a seller.
type ledger struct {
	firstMonth time.Time
	sellers    [][monthsKept]balance
}

// book adds up the orders of the year. A seller has one currency, hence no amounts of two are ever added.
func (w *world) book() ledger {
	start := w.calendar.start
	l := ledger{
		firstMonth: time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC),
		sellers:    make([][monthsKept]balance, w.users/sellerEvery+1),
	}
	for i := range w.orders {
		if o := w.order(i); o.earned() {
			b := &l.sellers[o.prompt.seller/sellerEvery][l.month(o.paidAt)]
			b.amount += o.amount.minor
			b.fee += o.fee().minor
		}
	}
	return l
}

func (l ledger) month(t time.Time) int {
	return (t.Year()-l.firstMonth.Year())*12 + int(t.Month()) - int(l.firstMonth.Month())
}

func (w *world) settlementTable() table {
	return table{
		name: "Settlement",
		columns: []string{
			"id", "seller_id", "total_amount", "platform_fee", "payout_amount", "currency", "status", "period_start", "period_end",
			"payout_date", "createdAt",
		},
		rows: func(yield func([]any) bool) {
			l := w.book()
			for month := range monthsKept {
				for seller, balances := range l.sellers {
					row, due := w.settlementRow(l, seller, month, balances[month])
					if due && !yield(row) {
						return
					}
				}
			}
		},
	}
}

// settlementRow is due when the month is over, the job of the first day has run, and something was earned.
func (w *world) settlementRow(l ledger, seller, month int, b balance) ([]any, bool) {
	start := l.firstMonth.AddDate(0, month, 0)
	end := l.firstMonth.AddDate(0, month+1, 0)
	created := end.Add(5 * time.Minute)
	if b.amount == 0 || !w.past(created) {
		return nil, false
	}
	index := seller*monthsKept + month
	currency := w.sellerCurrency(seller * sellerEvery)
	status, payout := w.payoutState(w.dice(subjectSettlement, index), end)
	return []any{
		w.id(subjectSettlement, index), w.userID(seller * sellerEvery), majorUnits(b.amount, currency), majorUnits(b.fee, currency),
		majorUnits(b.amount-b.fee, currency), currency, status, start, end, payout, created,
	}, true
}

// payoutState has the latest month still partly on its way and the months before paid, but for the odd closed account.
func (w *world) payoutState(d dice, end time.Time) (status string, payout any) {
	status = pick(d, []choice[string]{{990, "PAID"}, {4, "FAILED"}, {6, "CANCELLED"}})
	if w.now.Sub(end) < 31*day {
		status = pick(d, []choice[string]{{90, "PAID"}, {4, "PROCESSING"}, {4, "PENDING"}, {2, "FAILED"}})
	}
	paid := end.Add(d.between(day, 4*day))
	if status != "PAID" {
		return status, nil
	}
	if !w.past(paid) {
		return "PROCESSING", nil
	}
	return status, paid
}
