package drains

import (
	"net/http"
	"time"
)

// partner is what the application calls: a service, and the share of a request's time that its answer takes.
type partner struct {
	method, host, path string
	portion            float64
}

// call is one request to a partner.
type call struct {
	partner
	span   string // id
	begins time.Duration
	took   time.Duration
	status int // 0 if nobody answered
}

func stripe() partner {
	return partner{http.MethodPost, "api.stripe.com", "/v1/payment_intents", 0.8}
}

func toss() partner {
	return partner{http.MethodPost, "api.tosspayments.com", "/v1/payments/confirm", 0.8}
}

func supabase(path string) partner {
	return partner{http.MethodPost, "abcdefghijklmnop.supabase.co", path, 0.5}
}

func sendgrid() partner { return partner{http.MethodPost, "api.sendgrid.com", "/v3/mail/send", 0.2} }

// callAll calls the partners one after another, within a request that took so long and got that answer. A card that is
// declined is the provider's word; of other calls one in a thousand fails, and the application gets along without.
func (e endpoint) callAll(d dice, took time.Duration, status int) []call {
	const mishap = 0.001
	var calls []call
	begins := took / 20
	for _, p := range e.calls {
		c := call{partner: p, span: d.hex(8), begins: begins, took: time.Duration(p.portion * float64(took)), status: http.StatusOK}
		switch {
		case status == http.StatusPaymentRequired:
			c.status = status
		case d.chance(mishap):
			c.status = pick(d, []choice[int]{{1, http.StatusServiceUnavailable}, {1, 0}})
		}
		begins += c.took
		calls = append(calls, c)
	}
	return calls
}
