package marketplace

import "time"

const (
	refundShare        = 0.04
	partialRefundShare = 0.3
)

// refund is money on its way back to a buyer.
type refund struct {
	amount    money
	createdAt time.Time
	status    string
}

// giveBack decides whether a paid order is given back, in part or whole, and how far that is.
func (w *world) giveBack(o *order) {
	d := w.dice(subjectRefund, o.index)
	asked := o.paidAt.Add(d.after(2 * day))
	if !d.chance(refundShare) || !w.past(asked) {
		return
	}
	r := &refund{amount: o.amount, createdAt: asked}
	if d.chance(partialRefundShare) {
		r.amount = o.amount.percent(10 * (2 + d.Int64N(6)))
	}
	arrives := asked.Add(d.between(2*day, 10*day))
	r.status = w.refundStatus(d, asked, arrives)
	o.refund = r
	if r.status == "SUCCEEDED" {
		w.refunded(o, arrives)
	}
}

func (w *world) refundStatus(d dice, asked, arrives time.Time) string {
	end := pick(d, []choice[string]{{90, "SUCCEEDED"}, {5, "FAILED"}, {5, "CANCELLED"}})
	switch {
	case w.past(arrives):
		return end
	case w.past(asked.Add(arrives.Sub(asked) / 2)):
		return "PROCESSING"
	default:
		return "PENDING"
	}
}

// refunded marks the order; only a whole refund undoes order and payment, a part of it leaves them standing.
func (w *world) refunded(o *order, at time.Time) {
	o.refundedAt = at
	if o.refund.amount != o.amount {
		return
	}
	o.status = "REFUNDED"
	last := &o.attempts[len(o.attempts)-1]
	last.status, last.updatedAt = "REFUNDED", at
}

func (w *world) refundTable() table {
	return table{
		name:    "Refund",
		columns: []string{"id", "order_id", "provider", "amount", "currency", "reason", "status", "createdAt"},
		rows: func(yield func([]any) bool) {
			for i := range w.orders {
				o := w.order(i)
				if o.refund == nil {
					continue
				}
				reasons := []string{"not_as_described", "duplicate", "requested_by_customer", "does_not_work"}
				if !yield([]any{
					w.id(subjectRefund, i), o.id, provider(o.amount.currency), o.refund.amount.major(), o.amount.currency,
					reasons[i%len(reasons)], o.refund.status, o.refund.createdAt,
				}) {
					return
				}
			}
		},
	}
}
