package marketplace

import "time"

const (
	attemptsPerOrder = 4 // room in the index of a payment
	failureShare     = 0.007
	abandonedShare   = 0.02
)

// attempt is one payment for an order.
type attempt struct {
	startedAt time.Time
	updatedAt time.Time
	method    string // empty where the provider did not say
	status    string
	failure   string
}

// pay runs the checkout: given up, failed, tried again, or paid.
func (w *world) pay(o *order) {
	d := w.dice(subjectPayment, o.index*attemptsPerOrder)
	first := newAttempt(d, o.amount.currency, o.createdAt.Add(d.between(20*time.Second, 3*time.Minute)))
	switch {
	case !w.past(first.updatedAt):
		first.status, first.updatedAt = unsettled(first.method), first.startedAt
		o.status, o.attempts = "PENDING", []attempt{first}
	case d.chance(abandonedShare):
		first.status = "CANCELLED"
		o.status, o.attempts = "CANCELLED", []attempt{first}
	case d.chance(failureShare):
		first.status, first.failure = "FAILED", failureCode(d, o.amount.currency)
		o.status, o.attempts = "FAILED", []attempt{first}
		w.tryAgain(d, o)
	default:
		w.paid(o, first)
	}
}

// tryAgain is what three out of five do after a failure: another card, a minute later.
func (w *world) tryAgain(d dice, o *order) {
	last := o.attempts[len(o.attempts)-1]
	again := attempt{startedAt: last.updatedAt.Add(d.between(30*time.Second, 3*time.Minute)), method: "card"}
	again.updatedAt = again.startedAt.Add(d.between(time.Second, 5*time.Second))
	if d.chance(0.6) && w.past(again.updatedAt) {
		w.paid(o, again)
	}
}

func (w *world) paid(o *order, a attempt) {
	a.status = "SUCCEEDED"
	o.attempts = append(o.attempts, a)
	o.paidAt = a.updatedAt
	o.status = w.settled(*o)
}

// newAttempt is an attempt with the time at which the provider will have decided.
func newAttempt(d dice, currency string, started time.Time) attempt {
	a := attempt{startedAt: started, method: method(d, currency)}
	switch a.method {
	case "virtual_account": // the buyer still has to go and transfer
		a.updatedAt = started.Add(d.after(14 * time.Hour))
	case "sepa_debit": // banks take their days
		a.updatedAt = started.Add(d.between(day, 4*day))
	default:
		a.updatedAt = started.Add(d.between(time.Second, 5*time.Second))
	}
	return a
}

func unsettled(method string) string {
	if method == "virtual_account" {
		return "PENDING"
	}
	return "PROCESSING"
}

func method(d dice, currency string) string {
	switch currency {
	case "KRW":
		return pick(d, []choice[string]{{52, "card"}, {24, "easy_pay"}, {11, "virtual_account"}, {7, "transfer"}, {3, "mobile"}, {3, ""}})
	case "EUR":
		return pick(d, []choice[string]{{45, "card"}, {30, "sepa_debit"}, {22, "paypal"}, {3, ""}})
	default:
		return pick(d, []choice[string]{{70, "card"}, {15, "apple_pay"}, {12, "link"}, {3, ""}})
	}
}

func failureCode(d dice, currency string) string {
	if currency == "KRW" {
		return oneOf(d, "REJECT_CARD_COMPANY", "NOT_ENOUGH_BALANCE", "EXCEED_MAX_AMOUNT", "INVALID_CARD_EXPIRATION")
	}
	return oneOf(d, "card_declined", "insufficient_funds", "expired_card", "authentication_required", "processing_error")
}

func (w *world) paymentTable() table {
	return table{
		name: "Payment",
		columns: []string{
			"id", "order_id", "provider", "provider_payment_id", "amount", "currency", "status", "payment_method", "failure_code",
			"createdAt", "updatedAt",
		},
		rows: func(yield func([]any) bool) {
			for i := range w.orders {
				if !w.orderPayments(w.order(i), yield) {
					return
				}
			}
		},
	}
}

func (w *world) orderPayments(o order, yield func([]any) bool) bool {
	for n, a := range o.attempts {
		id := w.id(subjectPayment, o.index*attemptsPerOrder+n)
		if !yield([]any{
			id, o.id, provider(o.amount.currency), "pay_" + id[1:17], o.amount.major(), o.amount.currency, a.status,
			orNullText(a.method), orNullText(a.failure), a.startedAt, a.updatedAt,
		}) {
			return false
		}
	}
	return true
}
