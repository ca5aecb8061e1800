package drains

import (
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

// endpoints returns all routes with their shares of 1,000 requests. All meet the guide's targets: 99 % of logins take
// less than 0.14 s, of searches 0.29 s, of charges 0.73 s, of uploads 1.6 s, of profiles 0.15 s.
func endpoints() []dice.Choice[endpoint] {
	internal := failure{2, http.StatusInternalServerError} // the target is below 10, which is 0.1 %
	invalid := failure{60, http.StatusUnprocessableEntity}
	unauthorized := failure{40, http.StatusUnauthorized}
	login := api(http.MethodPost, loginRoute, 60*time.Millisecond, 0.35, internal,
		failure{100, http.StatusUnauthorized}, failure{30, http.StatusUnprocessableEntity}, failure{10, http.StatusTooManyRequests}).
		calling(supabase("/auth/v1/token"))
	search := api(http.MethodGet, promptsRoute, 90*time.Millisecond, 0.5, internal,
		failure{20, http.StatusBadRequest}, failure{15, http.StatusTooManyRequests})
	charge := api(http.MethodPost, chargeRoute, 320*time.Millisecond, 0.35, internal, unauthorized, failure{150, http.StatusPaymentRequired})
	upload := api(http.MethodPost, uploadRoute, 650*time.Millisecond, 0.38, internal, unauthorized, invalid).
		calling(supabase("/storage/v1/object/prompts"), sendgrid())
	profile := api(http.MethodGet, profileRoute, 45*time.Millisecond, 0.5, internal, unauthorized, failure{30, http.StatusNotFound})
	webhook := func(provider string) endpoint {
		return api(http.MethodPost, "/api/webhooks/"+provider, 80*time.Millisecond, 0.4, internal, failure{20, http.StatusBadRequest})
	}
	return []dice.Choice[endpoint]{
		{Weight: 230, Value: search},
		{Weight: 90, Value: profile},
		{Weight: 60, Value: login},
		{Weight: 14, Value: charge.paidIn("KRW").calling(toss())},
		{Weight: 4, Value: charge.paidIn("USD").calling(stripe())},
		{Weight: 2, Value: charge.paidIn("EUR").calling(stripe())},
		{Weight: 12, Value: upload},
		{Weight: 20, Value: webhook("toss")},
		{Weight: 10, Value: webhook("stripe")},
		{Weight: 6, Value: api(http.MethodGet, "/api/health", 12*time.Millisecond, 0.4)},
		{Weight: 20, Value: api(http.MethodGet, "/api/categories", 30*time.Millisecond, 0.4, internal)}, // not in the routes file
		{Weight: 60, Value: cached("/", true)},
		{Weight: 60, Value: page("/prompts")},
		{Weight: 110, Value: page("/prompts/[id]")},
		{Weight: 20, Value: page("/dashboard")},
		{Weight: 250, Value: cached("/_next/static/chunks/[file].js", false)},
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

func (e endpoint) paidIn(currency string) endpoint {
	e.currency = currency
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
