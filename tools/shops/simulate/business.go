package simulate

import (
	"fmt"
	"math"
	"time"
)

// provider is a payment provider with the payments of the shop.
type provider struct {
	name  string
	share float64 // of the payments
	ledger
}

// expires is the age in minutes at which a provider cancels an abandoned payment.
const expires = 24*60 - 1

// sell counts the payments and emails of a minute.
func (s *Simulation) sell(c conditions) {
	s.emails.tick()
	s.emails.end(1, sent, s.emails.minute(1)[pending])
	for i := range s.payments {
		p := &s.payments[i]
		p.tick()
		if c.databaseDown || c.ordersDeleted {
			continue
		}
		const abandoned = 0.05
		attempts := s.shop.orders / (24 * 60) / (1 - s.shop.declines) / (1 - abandoned)
		created := s.random.poisson(attempts * p.share * c.traffic)
		created -= s.random.split(created, c.chargeErrors)
		p.add(0, pending, created)
		if c.webhooksLost != p.name {
			s.settle(p, c, abandoned)
		} else if minute := p.minute(15); minute[succeeded] == 0 { // a card payment has ended by then
			s.affected += minute[pending]
		}
		p.end(expires, canceled, p.minute(expires)[pending])
		s.email(created, c)
	}
}

// settle ends the payments whose webhooks arrive. After an interruption the provider repeats them.
func (s *Simulation) settle(p *provider, c conditions, abandoned float64) {
	for age := 1; age < 7*60; age++ {
		minute := p.minute(age)
		if minute[pending] == 0 || minute[succeeded]+minute[failed] > 0 || age > 1 && age%5 != 0 {
			continue
		}
		ended := minute[pending] - s.random.split(minute[pending], abandoned)
		broken := s.random.split(ended, 0.002)
		if c.failingProvider == p.name {
			broken = ended
			s.affected += broken
		}
		refused := s.random.split(ended-broken, s.shop.declines)
		p.end(age, failed, broken+refused)
		p.end(age, succeeded, ended-broken-refused)
		p.add(age, providerError, broken)
		p.add(age, declined, refused)
	}
}

// pending returns the number of payments older than 15 minutes that are pending while no later one
// has ended, and the age of the oldest in seconds.
func (p *provider) pending() (count, oldest float64) {
	for age := range 24 * 60 {
		minute := p.minute(age)
		if minute[succeeded]+minute[failed] > 0 {
			break
		}
		if age >= 15 && minute[pending] > 0 {
			count, oldest = count+minute[pending], float64(60*age)
		}
	}
	return count, oldest
}

// failed returns the number of payments within a day that have failed since one has succeeded.
func (p *provider) failed() (count float64) {
	for age := 0; age < 24*60 && p.minute(age)[succeeded] == 0; age++ {
		count += p.minute(age)[failed]
	}
	return count
}

// email queues a confirmation for the customer and a notification for the seller. Some addresses do
// not exist.
func (s *Simulation) email(orders float64, c conditions) {
	rejected := s.random.split(2*orders, 0.01)
	if c.emailsRejected {
		rejected = 2 * orders
		s.affected += rejected
	}
	s.emails.add(0, failed, rejected)
	s.emails.add(0, pending, 2*orders-rejected)
}

// exposeBusiness sets the KPIs.
func (s *Simulation) exposeBusiness(e *exporter, at time.Time) {
	var orders [5]float64
	for i, window := range windows() {
		for _, p := range s.payments {
			for status, name := range []string{"PENDING", "SUCCEEDED", "FAILED", "CANCELLED", "PROCESSING", "REFUNDED"} {
				e.set(fmt.Sprintf("marketplace_payments{provider=%q,status=%q,window=%q}", p.name, name, window.name), p.sums[i][status])
			}
			for class, name := range map[status]string{declined: "declined", providerError: "provider_error"} {
				e.set(fmt.Sprintf("marketplace_payment_failures{class=%q,provider=%q,window=%q}", name, p.name, window.name), p.sums[i][class])
			}
			orders[i] += p.sums[i][succeeded]
		}
		if window.name == "15m" || window.name == "7d" {
			continue
		}
		for status, name := range map[status]string{pending: "PENDING", sent: "SENT", failed: "FAILED"} {
			e.set(fmt.Sprintf("marketplace_emails{status=%q,window=%q}", name, window.name), s.emails.sums[i][status])
		}
	}
	for i := range s.payments {
		p := &s.payments[i]
		e.set(fmt.Sprintf("marketplace_failed_orders{provider=%q}", p.name), p.failed())
		pending, oldest := p.pending()
		e.set(fmt.Sprintf("marketplace_payments_pending{provider=%q}", p.name), pending)
		if pending > 0 {
			e.set(fmt.Sprintf("marketplace_payment_oldest_pending_seconds{provider=%q}", p.name), oldest)
		}
	}
	day, week := orders[3], orders[4]
	e.set(`marketplace_paid_orders{currency="KRW",window="7d"}`, week)
	e.set(`marketplace_refunds{currency="KRW",window="7d"}`, math.Round(0.02*week))
	e.set(`marketplace_active_users{window="1d"}`, math.Round(5*day))
	e.set(`marketplace_active_users{window="30d"}`, math.Round(30*s.shop.orders))
	// Reviewers work on weekdays.
	e.set("marketplace_prompt_verification_oldest_pending_seconds", float64((at.Hour()+24*max(0, int(at.Weekday())-5))*3600))
	s.exposeSettlements(e, at)
}

// exposeSettlements sets the KPIs of the monthly payouts. They are created on the first day of a
// month and paid within hours, except for a few to closed accounts, which people correct within two
// days.
func (s *Simulation) exposeSettlements(e *exporter, at time.Time) {
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	age := at.Sub(first)
	pending := math.Round(s.shop.sellers * max(0, 1-age.Hours()/8))
	failed := 0.0
	if age > 8*time.Hour && age < 56*time.Hour {
		failed = math.Round(s.shop.sellers / 500)
	}
	for status, count := range map[string]float64{"PENDING": pending, "PROCESSING": 0, "FAILED": failed, "CANCELLED": 0, "PAID": s.shop.sellers - pending - failed} {
		e.set(fmt.Sprintf("marketplace_settlements{status=%q}", status), count)
	}
	e.set("marketplace_settlement_period_end_timestamp_seconds", float64(first.Unix()))
	if pending > 0 {
		e.set("marketplace_settlement_oldest_unpaid_seconds", age.Seconds())
	}
}
