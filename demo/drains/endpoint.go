package drains

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/demo/dice"
)

// Routes of the guide, as Next.js writes them.
const (
	loginRoute   = "/api/auth/login"
	promptsRoute = "/api/prompts"
	chargeRoute  = "/api/payments/charge"
	uploadRoute  = "/api/prompts/upload"
	profileRoute = "/api/users/profile"
)

// Sources of a response in Vercel's logs. Only lambda is the application, which alone has traces.
const (
	lambda   = "lambda"
	static   = "static"
	firewall = "firewall"
	redirect = "redirect"
)

// endpoint is a route of the website and its behavior without faults.
type endpoint struct {
	method   string
	route    string
	source   string
	page     bool // shown by a browser, which reports web vitals
	status   int  // of a success
	median   time.Duration
	spread   float64 // of the log-normal duration
	failures []failure
	services []service // called by each request
	currency string    // of the payment
}

// failure is another status than that of a success.
type failure struct {
	share  int // of 10,000 requests
	status int
}

// endpoints returns all routes with their shares of 1,000 requests. Two requests for each action of
// the marketplace's traffic have as many searches, profiles, prompts, logins, charges and uploads
// as the database. All meet the guide's targets: 99 % of logins take less than 0.14 s, of searches
// 0.29 s, of charges 0.73 s, of uploads 1.6 s, of profiles 0.15 s.
func endpoints() []dice.Choice[endpoint] {
	internal := failure{2, http.StatusInternalServerError} // the target is below 10, which is 0.1 %
	invalid := failure{60, http.StatusUnprocessableEntity}
	unauthorized := failure{40, http.StatusUnauthorized}
	post := func(host, path string, share float64) service { return service{http.MethodPost, host, path, share} }
	const supabase = "abcdefghijklmnop.supabase.co"
	login := api(http.MethodPost, loginRoute, 60*time.Millisecond, 0.35, internal,
		failure{60, http.StatusUnauthorized}, failure{30, http.StatusUnprocessableEntity}, failure{10, http.StatusTooManyRequests}).
		calling(post(supabase, "/auth/v1/token", 0.5))
	search := api(http.MethodGet, promptsRoute, 90*time.Millisecond, 0.5, internal,
		failure{20, http.StatusBadRequest}, failure{15, http.StatusTooManyRequests})
	upload := api(http.MethodPost, uploadRoute, 650*time.Millisecond, 0.38, internal, unauthorized, invalid).
		calling(post(supabase, "/storage/v1/object/prompts", 0.5), post("api.sendgrid.com", "/v3/mail/send", 0.2))
	profile := api(http.MethodGet, profileRoute, 45*time.Millisecond, 0.5, internal, unauthorized, failure{30, http.StatusNotFound})
	charge := func(currency, host, path string) endpoint {
		e := api(http.MethodPost, chargeRoute, 320*time.Millisecond, 0.35, internal, failure{15, http.StatusPaymentRequired}).
			calling(post(host, path, 0.8))
		e.currency = currency
		return e
	}
	webhook := func(provider string) endpoint {
		return api(http.MethodPost, "/api/webhooks/"+provider, 80*time.Millisecond, 0.4, internal, failure{20, http.StatusBadRequest})
	}
	const stripe, intents = "api.stripe.com", "/v1/payment_intents"
	return []dice.Choice[endpoint]{
		{Weight: 200, Value: search},
		{Weight: 75, Value: profile},
		{Weight: 50, Value: login},
		{Weight: 13, Value: charge("KRW", "api.tosspayments.com", "/v1/payments/confirm")},
		{Weight: 4, Value: charge("USD", stripe, intents)},
		{Weight: 1, Value: charge("EUR", stripe, intents)},
		{Weight: 8, Value: upload},
		{Weight: 20, Value: webhook("toss")},
		{Weight: 10, Value: webhook("stripe")},
		{Weight: 9, Value: api(http.MethodGet, "/api/health", 12*time.Millisecond, 0.4)},
		{Weight: 20, Value: api(http.MethodGet, "/api/categories", 30*time.Millisecond, 0.4, internal)}, // not in the routes file
		{Weight: 80, Value: cached("/", true)},
		{Weight: 60, Value: page("/prompts")},
		{Weight: 100, Value: page("/prompts/[id]")},
		{Weight: 20, Value: page("/dashboard")},
		{Weight: 298, Value: cached("/_next/static/chunks/[file].js", false)},
		{Weight: 12, Value: edge(static, "/wp-login.php", http.StatusNotFound)},
		{Weight: 12, Value: edge(redirect, "/p/[id]", http.StatusPermanentRedirect)},
		{Weight: 8, Value: edge(firewall, "/.env", http.StatusForbidden)},
	}
}

func api(method, route string, median time.Duration, spread float64, failures ...failure) endpoint {
	return endpoint{
		method: method, route: route, source: lambda, status: http.StatusOK,
		median: median, spread: spread, failures: failures,
	}
}

// page returns a page that is rendered for each request.
func page(route string) endpoint {
	e := api(http.MethodGet, route, 140*time.Millisecond, 0.5, failure{2, http.StatusInternalServerError}, failure{50, http.StatusNotFound})
	e.page = true
	return e
}

// cached returns a file or a page that Vercel's CDN serves.
func cached(route string, page bool) endpoint {
	e := edge(static, route, http.StatusOK)
	e.page = page
	return e
}

// edge returns an endpoint that Vercel serves without the application.
func edge(source, route string, status int) endpoint {
	return endpoint{method: http.MethodGet, route: route, source: source, status: status}
}

func (e endpoint) calling(services ...service) endpoint {
	e.services = services
	return e
}

func (e endpoint) randomStatus(d dice.Dice) int {
	at := d.IntN(10_000)
	for _, f := range e.failures {
		if at -= f.share; at < 0 {
			return f.status
		}
	}
	return e.status
}

// randomPath returns a path of the route with user data, which must not become a label.
func (e endpoint) randomPath(d dice.Dice) string {
	path := e.route
	if before, after, found := strings.Cut(path, "["); found {
		_, after, _ = strings.Cut(after, "]")
		path = before + d.Hex(6) + after
	}
	if e.route == promptsRoute {
		path += "?q=" + d.OneOf("chatgpt+prompts", "midjourney", "logo", "kim.minji%40example.com", "cover+letter")
	}
	return path
}

// randomEvent returns the name and the data of a custom event of a successful request, which most
// requests lack.
func (e endpoint) randomEvent(d dice.Dice) (name string, data row) {
	switch {
	case e.route == chargeRoute:
		method := "stripe"
		if e.currency == "KRW" {
			method = d.OneOf("toss", "card", "card", "easy_pay", "transfer")
		}
		return "purchase_completed", row{"amount": price(d, e.currency), "currency": e.currency, "paymentMethod": method}
	case e.route == uploadRoute:
		category := d.OneOf("ai-art", "chatgpt", "midjourney", "coding", "marketing", "writing", "astrology")
		return "prompt_uploaded", row{"category": category, "price": price(d, "KRW")}
	case e.route == promptsRoute && d.Chance(0.3):
		results := 0 // for one search in twelve
		if d.Chance(11.0 / 12) {
			results = 1 + int(d.Around(12, 1))
		}
		return "search_performed", row{"query": "chatgpt prompts", "resultsCount": results}
	case e.route == profileRoute && d.Chance(0.02):
		return "theme_changed", row{"dark": true} // not in the list of allowed events
	}
	return "", nil
}

// price returns an amount in major units.
func price(d dice.Dice, currency string) float64 {
	steps := math.Floor(min(d.ExpFloat64()*8, 97))
	if currency == "KRW" {
		return 1900 + 1000*steps
	}
	return 1.99 + steps/2
}

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

// call returns the calls of a request, one after another. The payment service declines a card with
// the request's own status. Of other calls one in a thousand fails without an effect on the
// request.
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
			c.status = http.StatusServiceUnavailable * d.IntN(2) // or no response
		}
		offset += c.took
		calls = append(calls, c)
	}
	return calls
}
