package marketplace

import "time"

const (
	feePercent     = 15
	withdrawalTime = 7 * day // after it an order that nobody complained about is complete
)

// order is a purchase with all that came of it until now.
type order struct {
	index      int
	id         string
	buyer      user
	prompt     prompt
	amount     money
	createdAt  time.Time
	paidAt     time.Time // zero while it is not paid
	refundedAt time.Time // zero unless money went back
	status     string
	attempts   []attempt
	refund     *refund
}

func (w *world) orderID(index int) string { return w.id(subjectOrder, index) }

func (w *world) order(index int) order {
	d := w.dice(subjectOrder, index)
	share := spread(d, index, w.orders, firstSale)
	o := order{index: index, id: w.orderID(index), createdAt: w.calendar.at(share)}
	o.buyer = w.activeUser(d, share, o.createdAt)
	o.prompt = w.promptOnSale(d, share, o.createdAt)
	o.amount = o.prompt.price
	w.pay(&o)
	if !o.paidAt.IsZero() {
		w.giveBack(&o)
	}
	return o
}

// fee is the platform's part of an order.
func (o order) fee() money { return o.amount.percent(feePercent) }

// settled is the state of an order that was paid and not given back.
func (w *world) settled(o order) string {
	if w.past(o.paidAt.Add(withdrawalTime)) && o.index%25 != 0 {
		return "COMPLETED"
	}
	return "PAID"
}

// earned says whether the seller is to get the money.
func (o order) earned() bool { return o.status == "PAID" || o.status == "COMPLETED" }

func (w *world) orderTable() table {
	return table{
		name: "Order",
		columns: []string{
			"id", "buyer_id", "product_id", "amount", "platform_fee", "seller_amount", "currency", "status", "payment_provider",
			"paid_at", "refunded_at", "createdAt",
		},
		rows: func(yield func([]any) bool) {
			for i := range w.orders {
				o := w.order(i)
				fee := o.fee()
				if !yield([]any{
					o.id, o.buyer.id, o.prompt.id, o.amount.major(), fee.major(), o.amount.minus(fee).major(), o.amount.currency,
					o.status, provider(o.amount.currency), w.orNull(o.paidAt), w.orNull(o.refundedAt), o.createdAt,
				}) {
					return
				}
			}
		},
	}
}
