package drains

import (
	"net/http"
	"strings"
	"time"
)

// Paths that the guide names, as Next.js writes them.
const (
	loginRoute   = "/api/auth/login"
	promptsRoute = "/api/prompts"
	chargeRoute  = "/api/payments/charge"
	uploadRoute  = "/api/prompts/upload"
	profileRoute = "/api/users/profile"
)

// Where Vercel says that a request was answered. Only lambda is the application; only of that there are traces.
const (
	lambda   = "lambda"
	static   = "static"
	firewall = "firewall"
	redirect = "redirect"
)

// endpoint is something that the website answers, and how it does while nothing is wrong.
type endpoint struct {
	method string
	route  string
	source string
	page   bool // that a browser shows, and tells vitals of
	status int  // of success
	median time.Duration
	spread float64
	// refusals are other answers, with the share of 10,000 requests that get each.
	refusals []choice[int]
	calls    []partner // whom it calls each time
	currency string    // of what is paid there
}

// endpoints are everything, by how many of a thousand requests there are of it. All are well within the guide's targets:
// 99 % of logins take less than 0.14 s, of searches 0.29 s, of charges 0.73 s, of uploads 1.6 s, of profiles 0.15 s.
func endpoints() []choice[endpoint] {
	broken := choice[int]{2, http.StatusInternalServerError} // the target is less than 10, 0.1 %
	bad := choice[int]{60, http.StatusUnprocessableEntity}
	unknown := choice[int]{40, http.StatusUnauthorized}
	login := api(http.MethodPost, loginRoute, 60*time.Millisecond, 0.35, broken,
		choice[int]{100, http.StatusUnauthorized}, choice[int]{30, http.StatusUnprocessableEntity}, choice[int]{10, http.StatusTooManyRequests}).
		calling(supabase("/auth/v1/token"))
	search := api(http.MethodGet, promptsRoute, 90*time.Millisecond, 0.5, broken,
		choice[int]{20, http.StatusBadRequest}, choice[int]{15, http.StatusTooManyRequests})
	charge := api(http.MethodPost, chargeRoute, 320*time.Millisecond, 0.35, broken, unknown, choice[int]{150, http.StatusPaymentRequired})
	upload := api(http.MethodPost, uploadRoute, 650*time.Millisecond, 0.38, broken, unknown, bad).
		calling(supabase("/storage/v1/object/prompts"), sendgrid())
	profile := api(http.MethodGet, profileRoute, 45*time.Millisecond, 0.5, broken, unknown, choice[int]{30, http.StatusNotFound})
	health := api(http.MethodGet, "/api/health", 12*time.Millisecond, 0.4)
	webhook := func(provider string) endpoint {
		return api(http.MethodPost, "/api/webhooks/"+provider, 80*time.Millisecond, 0.4, broken, choice[int]{20, http.StatusBadRequest})
	}
	return []choice[endpoint]{
		{230, search},
		{90, profile},
		{60, login},
		{14, charge.paidIn("KRW").calling(toss())},
		{4, charge.paidIn("USD").calling(stripe())},
		{2, charge.paidIn("EUR").calling(stripe())},
		{12, upload},
		{20, webhook("toss")},
		{10, webhook("stripe")},
		{6, health},
		{20, api(http.MethodGet, "/api/categories", 30*time.Millisecond, 0.4, broken)}, // on nobody's list of routes
		{60, cached("/", true)},
		{60, page("/prompts")},
		{110, page("/prompts/[id]")},
		{20, page("/dashboard")},
		{250, cached("/_next/static/chunks/[file].js", false)},
		{12, aside(static, "/wp-login.php", http.StatusNotFound)},
		{12, aside(redirect, "/p/[id]", http.StatusPermanentRedirect)},
		{8, aside(firewall, "/.env", http.StatusForbidden)},
	}
}

func api(method, route string, median time.Duration, spread float64, refusals ...choice[int]) endpoint {
	return endpoint{
		method: method, route: route, source: lambda, status: http.StatusOK,
		median: median, spread: spread, refusals: refusals,
	}
}

// page is rendered for each who comes.
func page(route string) endpoint {
	e := api(http.MethodGet, route, 140*time.Millisecond, 0.5, choice[int]{2, http.StatusInternalServerError}, choice[int]{50, http.StatusNotFound})
	e.page = true
	return e
}

// cached is answered without the application.
func cached(route string, page bool) endpoint {
	e := aside(static, route, http.StatusOK)
	e.page = page
	return e
}

// aside is answered by another part of Vercel.
func aside(source, route string, status int) endpoint {
	return endpoint{method: http.MethodGet, route: route, source: source, status: status}
}

func (e endpoint) calling(partners ...partner) endpoint {
	e.calls = partners
	return e
}

func (e endpoint) paidIn(currency string) endpoint {
	e.currency = currency
	return e
}

// answer is the status of one request.
func (e endpoint) answer(d dice) int {
	at := d.IntN(10_000)
	for _, refusal := range e.refusals {
		if at -= refusal.weight; at < 0 {
			return refusal.value
		}
	}
	return e.status
}

// path is a path of the route, with what people put into one: nothing of it may become a label.
func (e endpoint) path(d dice) string {
	path := e.route
	if before, after, found := strings.Cut(path, "["); found {
		_, after, _ = strings.Cut(after, "]")
		path = before + d.hex(6) + after
	}
	if e.route == promptsRoute {
		path += "?q=" + d.oneOf("chatgpt+prompts", "midjourney", "logo", "kim.minji%40example.com", "cover+letter")
	}
	return path
}
