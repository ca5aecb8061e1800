package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// endpoint is a route in an environment, with its series.
type endpoint struct {
	environment, method, route string
	requests                   float64 // mean per minute
	median                     float64 // duration in seconds

	buckets    []string // series, by upper bound
	count, sum string
	codes      map[string]string // series, by code
	crashes    string
}

// bounds returns the upper bounds of the duration's buckets, as the exporter has them.
func bounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30}
}

func endpoints(shop Shop) []endpoint {
	attempts := shop.orders / (24 * 60) / (1 - shop.declines)
	routes := []endpoint{
		{method: "GET", route: "/api/prompts", requests: 0.4 * shop.requests, median: 0.1},
		{method: "GET", route: "/api/users/profile", requests: 0.15 * shop.requests, median: 0.05},
		{method: "GET", route: "other", requests: 0.38 * shop.requests, median: 0.08},
		{method: "POST", route: "/api/auth/login", requests: 0.05 * shop.requests, median: 0.06},
		{method: "POST", route: "/api/payments/charge", requests: attempts, median: 0.35},
		{method: "POST", route: "/api/prompts/upload", requests: 0.005 * shop.requests, median: 0.6},
		{method: "POST", route: "/api/webhooks/stripe", requests: 0.8 * attempts, median: 0.06},
		{method: "POST", route: "/api/webhooks/toss", requests: 0.2 * attempts, median: 0.06},
	}
	for i := range routes {
		routes[i].environment = "production"
	}
	// Developers try their changes in preview deployments, where much fails.
	for _, e := range routes[3:5] {
		e.environment, e.requests = "preview", 0.5
		routes = append(routes, e)
	}
	for i := range routes {
		routes[i].name()
	}
	return routes
}

// name sets the series of the endpoint.
func (e *endpoint) name() {
	labels := fmt.Sprintf("environment=%q,method=%q,route=%q", e.environment, e.method, e.route)
	const histogram = "marketplace_http_request_duration_seconds"
	e.count = fmt.Sprintf("%s_count{%s}", histogram, labels)
	e.sum = fmt.Sprintf("%s_sum{%s}", histogram, labels)
	for _, bound := range bounds() {
		le := strconv.FormatFloat(bound, 'f', -1, 64)
		if !strings.Contains(le, ".") {
			le += ".0"
		}
		e.buckets = append(e.buckets, fmt.Sprintf("%s_bucket{%s,le=%q}", histogram, labels, le))
	}
	e.buckets = append(e.buckets, fmt.Sprintf("%s_bucket{%s,le=%q}", histogram, labels, "+Inf"))
	e.codes = map[string]string{}
	for _, code := range []string{"2xx", "400", "401", "404", "429", "500", "504"} {
		e.codes[code] = fmt.Sprintf("marketplace_http_requests_total{%s,code=%q}", labels, code)
	}
	e.crashes = fmt.Sprintf("marketplace_function_crashes_total{environment=%q,route=%q}", e.environment, e.route)
}

// serve counts the requests between two scrapes. Each exporter receives a part of them. While one
// is down, the other receives all.
func (s *Simulation) serve(at time.Time, c conditions, up []bool) {
	receivers := 0.0
	for _, isUp := range up {
		if isUp {
			receivers++
		}
	}
	for i, exporter := range s.exporters {
		if !up[i] {
			continue
		}
		rows := map[string]float64{}
		for _, e := range s.endpoints {
			expected := s.expected(e, c)
			if c.drainsStopped {
				continue
			}
			n := s.durations(exporter, e, c, expected/receivers)
			rows[e.environment] += n
			s.responses(exporter, e, c, n)
		}
		s.deliver(at, exporter, rows)
	}
}

// expected returns the mean number of requests between two scrapes.
func (s *Simulation) expected(e endpoint, c conditions) float64 {
	requests := e.requests * Interval.Minutes()
	if (c.traffic == 0 || c.drainsStopped) && e.environment == "production" {
		s.affected += requests / float64(len(s.exporters))
	}
	switch {
	case e.environment == "preview":
		return requests
	case e.route == "/api/webhooks/"+c.webhooksLost:
		return 0
	case e.route == "other":
		return requests * c.traffic * (1 + c.bots)
	}
	return requests * c.traffic
}

// durations adds requests to the histogram and returns their number.
func (s *Simulation) durations(exporter *exporter, e endpoint, c conditions, expected float64) float64 {
	total, below := 0.0, 0.0
	for i, series := range e.buckets {
		share := 1.0
		if i < len(bounds()) {
			// A cold start adds a second or more to the request.
			bound := bounds()[i]
			share = (1-c.coldStarts)*lognormal(bound, e.median*c.latency) + c.coldStarts*lognormal(bound, 1.2+e.median*c.latency)
		}
		total += s.random.poisson(expected * (share - below))
		below = share
		exporter.add(series, total)
	}
	exporter.add(e.count, total)
	exporter.add(e.sum, total*e.median*c.latency)
	return total
}

// responses adds the status codes of n requests.
func (s *Simulation) responses(exporter *exporter, e endpoint, c conditions, n float64) {
	shares := map[string]float64{"500": c.errors, "504": 0.00002, "400": 0.004, "429": 0.001}
	switch {
	case e.environment == "preview":
		shares["500"] = 0.3
	case c.databaseDown:
		shares["500"] = 1
	}
	switch e.route {
	case "/api/auth/login":
		shares["500"] = max(shares["500"], c.loginErrors)
		shares["401"] = 0.14 // mistyped passwords
	case "/api/payments/charge":
		shares["500"] = max(shares["500"], c.chargeErrors)
	case "other":
		shares["404"] = (0.01 + c.bots) / (1 + c.bots)
	}
	if c.latency > 2 {
		s.affected += n
	}
	for _, code := range []string{"500", "504", "400", "401", "404", "429"} {
		count := s.random.split(n, min(1, shares[code]))
		if code == "500" && shares[code] >= 0.05 && e.environment == "production" {
			s.affected += count
		}
		exporter.add(e.codes[code], count)
		n -= count
		if code == "500" || code == "400" || code == "401" {
			exporter.add(fmt.Sprintf("marketplace_log_messages_total{environment=%q,level=%q,source=%q}", e.environment, "error", "lambda"), count)
		}
	}
	exporter.add(e.codes["2xx"], n)
	exporter.add(e.crashes, s.random.poisson(n*5e-6))
}

// deliver counts the rows of the drains and the requests in the log drain, by environment.
func (s *Simulation) deliver(at time.Time, exporter *exporter, rows map[string]float64) {
	all := 0.0
	for environment, n := range rows {
		all += n
		exporter.add(fmt.Sprintf("marketplace_edge_requests_total{code=%q,environment=%q,route=%q,source=%q}", "2xx", environment, "other", "lambda"), n)
	}
	if all > 0 {
		exporter.lastRow = at
	}
	for _, drain := range []string{"traces", "logs"} {
		exporter.add(fmt.Sprintf("marketplace_vercel_rows_total{drain=%q}", drain), all)
		exporter.add(fmt.Sprintf("marketplace_vercel_invalid_rows_total{drain=%q,reason=%q}", drain, "malformed"), 0)
		exporter.add(fmt.Sprintf("marketplace_inbound_deliveries_total{endpoint=%q,sender=%q}", drain, "vercel"), min(all, 60))
		exporter.add(fmt.Sprintf("marketplace_inbound_rejections_total{endpoint=%q,reason=%q,sender=%q}", drain, "signature", "vercel"), 0)
	}
	for _, host := range []string{"api.stripe.com", "api.tosspayments.com", "api.sendgrid.com"} {
		calls := s.random.split(min(all, 1000), 0.02)
		failed := s.random.split(calls, 0.002)
		exporter.add(fmt.Sprintf("marketplace_outbound_requests_total{environment=%q,host=%q,outcome=%q}", "production", host, "ok"), calls-failed)
		exporter.add(fmt.Sprintf("marketplace_outbound_requests_total{environment=%q,host=%q,outcome=%q}", "production", host, "server_error"), failed)
	}
}
