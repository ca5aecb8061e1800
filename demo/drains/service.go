package drains

import (
	"net/http"
	"time"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// service is an API that the application calls.
type service struct {
	method, host, path string
	share              float64 // of the request's duration
}

// call is one request to a service.
type call struct {
	service
	span   string // id
	offset time.Duration
	took   time.Duration
	status int // 0 without a response
}

func stripe() service {
	return service{http.MethodPost, "api.stripe.com", "/v1/payment_intents", 0.8}
}

func toss() service {
	return service{http.MethodPost, "api.tosspayments.com", "/v1/payments/confirm", 0.8}
}

func supabase(path string) service {
	return service{http.MethodPost, "abcdefghijklmnop.supabase.co", path, 0.5}
}

func sendgrid() service {
	return service{http.MethodPost, "api.sendgrid.com", "/v3/mail/send", 0.2}
}

// call returns the calls of a request, one after another. The payment service declines a card with the request's own
// status. Of other calls one in a thousand fails without an effect on the request.
func (e endpoint) call(d dice.Dice, took time.Duration, status int) []call {
	const failing = 0.001
	var calls []call
	offset := took / 20
	for _, s := range e.services {
		c := call{service: s, span: d.Hex(8), offset: offset, took: time.Duration(s.share * float64(took)), status: http.StatusOK}
		switch {
		case status == http.StatusPaymentRequired:
			c.status = status
		case d.Chance(failing):
			c.status = dice.Pick(d, []dice.Choice[int]{{Weight: 1, Value: http.StatusServiceUnavailable}, {Weight: 1, Value: 0}})
		}
		offset += c.took
		calls = append(calls, c)
	}
	return calls
}
